"""Reviews, traced back to the tables that they are made of."""

import re
from collections import Counter

import pytest

from pytest_ood.families.shortcuts.reviews import LOUD, REVIEWS, WORKS
from pytest_ood.families.shortcuts.sentiment import check_label, sentiment
from tests.families.drawing import pairs

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (sentiment, {"words": "lured"}, "19ad5b5cf750c0fb7a3a73f53d67beb8c859429e292558269203c77f3dd2cee4"),
]


def understood(review):
    """The label of a review by the table that it is made of, what is reviewed, and the polarity of its loud word."""
    words = re.findall(r"\w+", review)
    (loud,) = [(polarity, word) for polarity, known in LOUD.items() for word in words if word in known]
    ways = []
    for work in WORKS:
        blank = re.sub(rf"\b{loud[1]}\b", "{loud}", re.sub(rf"\b{work}\b", "{work}", review))
        ways += [(label, work) for label, sentences in REVIEWS.items() if blank in sentences]
    (way,) = ways
    return (*way, loud[0])


@pytest.mark.parametrize("words", ["plain", "lured"])
def test_labels_by_the_tables(words):
    """The sentence has the label, whatever its one loud word; the lure is named after what the loud word does."""
    for draw in range(1000):
        case = sentiment.draw({"words": words}, 3, draw)
        label, work, loud = understood(case.input)
        assert label == case.answer
        assert f"think of the {work}?" in case.prompt
        assert loud == label or words == "lured"
        other = "negative" if label == "positive" else "positive"
        assert dict(case.lures) == {"opposite_of_loud_word" if loud == label else "loud_word": other}


def test_the_loud_word_is_no_guide():
    """Neither the loud word, nor its opposite, nor one label beats the stated chance of the shift arm."""
    cases = [sentiment.draw({}, 4, draw) for draw in range(3000)]
    loud = [understood(case.input)[2] for case in cases]
    agrees = sum(one == case.answer for one, case in zip(loud, cases, strict=True)) / 3000
    assert agrees == pytest.approx(1 / 3, abs=0.03)
    assert {round(case.chance, 9) for case in cases} == {round(2 / 3, 9)}
    assert 1 - agrees <= 2 / 3 + 0.03
    positive = Counter(case.answer for case in cases)["positive"] / 3000
    assert positive == pytest.approx(0.5, abs=0.03)


def test_the_tables_are_large_and_sound():
    """At least 24 sentences a label and 2,000 reviews an arm; words that fit "a", in pairs of the same length."""
    for sentences in REVIEWS.values():
        assert len(set(sentences)) == len(sentences) >= 24
        assert all(sentence.count("{loud}") == sentence.count("{work}") == 1 for sentence in sentences)
    assert not set(REVIEWS["positive"]) & set(REVIEWS["negative"])
    one, other = LOUD.values()
    assert list(map(len, one)) == list(map(len, other))
    assert not any(word.startswith(tuple("aeiou")) for word in (*one, *other, *WORKS))
    for words in ("plain", "lured"):
        drawn = {sentiment.draw({"words": words}, 0, draw).input for draw in range(6000)}
        assert len(drawn) > 2000


def test_sentiment_pairs_match():
    """The twins differ in one word of the same length, or, in a third of the pairs, not at all."""
    differing = 0
    for control, shift in pairs(sentiment, {}):
        assert control.answer == shift.answer
        assert len(control.prompt) == len(shift.prompt)
        changed = [two for two in zip(control.prompt.split(), shift.prompt.split(), strict=True) if len(set(two)) > 1]
        assert len(changed) <= 1
        differing += len(changed)
    assert differing / 1000 == pytest.approx(2 / 3, abs=0.05)


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        ("negative", {"given": "negative"}),
        ("Negative.", {"given": "negative"}),
        ("neutral", {"not_a_label": True}),
        ("not positive", {"not_a_label": True}),
        ("positive negative", {"not_a_label": True}),
        ("", {"not_a_label": True}),
        ("positive" + " " * 100, {"not_a_label": True}),
    ],
)
def test_detail_of_a_wrong_label(answer, detail):
    """The other word, or that it is none of the two."""
    check = check_label(answer, "positive")
    assert (False, detail) == (check.correct, dict(check.detail))


@pytest.mark.parametrize("answer", ["positive", "Positive", "POSITIVE.", " positive "])
def test_case_and_full_stop_of_a_label_do_not_count(answer):
    """The word is what counts."""
    assert check_label(answer, "positive").correct


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"words": "loud"}, "words='loud': must be one of 'plain', 'lured'"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        sentiment.draw(params, 0, 0)
