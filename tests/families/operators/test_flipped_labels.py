"""Labels found again from the examples of the prompt, by way of the lists of words."""

import re
from collections import Counter

import pytest

from pytest_ood.families.operators.flipped_labels import KINDS, NONCE, PAIRS, check_labels, flipped_labels
from tests.families.drawing import pairs

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (flipped_labels, {"labels": "swapped"}, "25c0f3c7c1ee37c869405d8c8252317bf55ddcc0c9842fc963f50837459c0afa"),
    (
        flipped_labels,
        {"labels": "swapped", "words": 16},
        "e5aac5b18fc53ca161874e13b429db75742dbaf1dad1af6681876994c31b29fa",
    ),
    (
        flipped_labels,
        {"labels": "swapped", "words": 4, "examples": 2},
        "a7e8b7bf44f932b1f900d391de4203c1051477b53a19f9f9654331fcb7856b6d",
    ),
    (flipped_labels, {"labels": "nonce"}, "fc308342e05f1a749d7f29d49f3c136efb464c03a0d188d5a8df40fa03255252"),
    (
        flipped_labels,
        {"labels": "nonce", "words": 20, "examples": 16},
        "b4c655697d7203b44a31e825d39631dac04e47f6e362a7a82027400cd2b1c870",
    ),
]
KIND_OF = {word: kind for kind, words in KINDS.items() for word in words}


def read(prompt):
    """The examples, the words in question and the labels on offer."""
    examples = re.findall(r"^(\w+): (\w+)$", prompt, re.M)
    words = re.search(r"(?:the word|these words get:) (.*?)(?: get)?\?", prompt)[1].split(", ")
    return examples, words, re.search(r"(\w+) or (\w+)", prompt).groups()


@pytest.mark.parametrize("labels", ["usual", "swapped", "nonce"])
@pytest.mark.parametrize(("words", "examples"), [(1, 8), (2, 2), (7, 6), (20, 16)])
def test_the_answer_follows_the_examples(labels, words, examples):
    """A word has the label of the examples of its kind; there are as many of each kind."""
    for draw in range(150):
        case = flipped_labels.draw({"labels": labels, "words": words, "examples": examples}, 2, draw)
        shown, asked, offered = read(case.prompt)
        label_of = {KIND_OF[word]: label for word, label in shown}
        assert all(label_of[KIND_OF[word]] == label for word, label in shown)
        assert case.answer.split() == [label_of[KIND_OF[word]] for word in asked]
        assert set(Counter(label for _, label in shown).values()) == {examples // 2}
        assert len(asked) == words
        assert len({*asked, *(word for word, _ in shown)}) == words + examples
        assert set(offered) == set(label_of.values())
        assert len(offered) == 2
        assert case.chance == 0.5**words
        assert all((kind == label) is (labels == "usual") for kind, label in label_of.items())
        assert (set(label_of) == set(offered)) is (labels != "nonce")


@pytest.mark.parametrize("labels", ["usual", "swapped", "nonce"])
@pytest.mark.parametrize("words", [1, 6])
def test_lures_take_the_shortcut_they_are_named_after(labels, words):
    """What the words are, what the last example is, and what the last word is; each where it is wrong and new."""
    seen = Counter()
    for draw in range(200):
        case = flipped_labels.draw({"labels": labels, "words": words}, 1, draw)
        shown, asked, _ = read(case.prompt)
        usual, right = [KIND_OF[word] for word in asked], case.answer.split()
        expected = {
            "usual_label": usual,
            "last_example": [shown[-1][1]] * words,
            "usual_label_at_last": [*right[:-1], usual[-1]],
        }
        seen.update(case.lures.keys())
        assert case.lures == {name: " ".join(expected[name]) for name in case.lures}
    assert seen["usual_label"] == (0 if labels == "usual" else 200)
    assert seen["usual_label_at_last"] == (200 if labels != "usual" and words > 1 else 0)
    # With one word and two swapped labels, what is not right is the usual label.
    assert (seen["last_example"] > 50) is not (labels == "swapped" and words == 1)


@pytest.mark.parametrize("labels", ["swapped", "nonce"])
def test_pairs_differ_in_the_labels_alone(labels):
    """The same words in the same order, and prompts and answers of the same length."""
    for control, shift in pairs(flipped_labels, {"labels": labels, "words": 5}, 200):
        (one, asked, _), (other, asked_too, _) = read(control.prompt), read(shift.prompt)
        assert [word for word, _ in one] == [word for word, _ in other]
        assert asked == asked_too
        assert len(control.prompt) == len(shift.prompt)
        answers = zip(control.answer.split(), shift.answer.split(), strict=True)
        assert [len(one) for one, other in answers if one != other] == [4] * 5


@pytest.mark.parametrize("labels", ["usual", "swapped", "nonce"])
def test_nothing_but_the_word_tells_its_label(labels):
    """Neither the last example, nor the first one, nor the order of the labels on offer beats one half."""
    right = Counter()
    for draw in range(2000):
        case = flipped_labels.draw({"labels": labels}, 4, draw)
        shown, _, offered = read(case.prompt)
        guesses = {"last": shown[-1][1], "first": shown[0][1], "offered": offered[0], "alphabet": min(offered)}
        right.update(name for name, guess in guesses.items() if guess == case.answer)
    assert {name: count / 2000 for name, count in right.items()} == pytest.approx(
        dict.fromkeys(["last", "first", "offered", "alphabet"], 0.5), abs=0.04
    )


def test_the_lists_are_large_and_sound():
    """Enough words for the most that can be asked; none of two kinds; labels of one length, which are no such words."""
    assert {kind for pair in PAIRS for kind in pair} == set(KINDS)
    assert all(len(set(words)) == len(words) >= 16 // 2 + 20 for words in KINDS.values())
    assert len(KIND_OF) == sum(map(len, KINDS.values()))
    assert {len(label) for label in (*KINDS, *NONCE)} == {4}
    assert not {*KINDS, *NONCE} & set(KIND_OF)
    assert len(set(NONCE)) == len(NONCE)


@pytest.mark.parametrize(
    ("given", "correct", "detail", "scores"),
    [
        ("tree bird tree", True, {}, {"labels": 1.0}),
        ("Tree\n BIRD  tree", True, {}, {"labels": 1.0}),
        ("tree tree tree", False, {"first_wrong": 1}, {"labels": 2 / 3}),
        ("bird tree bird", False, {"first_wrong": 0}, {"labels": 0.0}),
        ("tree bird", False, {"given_length": 2, "expected_length": 3}, {"labels": 2 / 3}),
        ("tree bird fish", False, {"not_a_label": True}, {}),
        ("", False, {"not_a_label": True}, {}),
    ],
)
def test_check_of_labels(given, correct, detail, scores):
    """Where the first wrong label is, and how many are right; a word that is not on offer is not in the form asked."""
    check = check_labels(given, ["tree", "bird", "tree"], ("bird", "tree"))
    assert (correct, detail, scores) == (check.correct, dict(check.detail), dict(check.scores))
    assert check.in_form is not ("not_a_label" in detail)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"labels": "wrong"}, "labels='wrong': must be one of 'usual', 'swapped', 'nonce'"),
        ({"words": 21}, "words=21: must be a whole number from 1 to 20"),
        ({"examples": 18}, "examples=18: must be a whole number from 2 to 16"),
        ({"examples": 5}, "examples=5: must be an even number"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        flipped_labels.draw(params, 0, 0)
