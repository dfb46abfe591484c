"""Words of two kinds, with labels that say what they are, the opposite, or nothing at all."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import choice, sample, shuffled
from pytest_ood.families.lures import wrong_answers
from pytest_ood.parameters import expect_one_of, expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import Check, sequence

# Nobody disputes which of the two a word is. All labels, the invented ones too, have four letters.
KINDS = {
    "bird": (
        "blackbird", "buzzard", "cuckoo", "dove", "eagle", "falcon", "finch", "flamingo", "goose", "heron", "magpie",
        "nightingale", "ostrich", "owl", "parrot", "peacock", "pelican", "penguin", "pheasant", "pigeon", "raven",
        "robin", "seagull", "sparrow", "starling", "stork", "swan", "thrush", "vulture", "wren",
    ),
    "tree": (
        "acacia", "alder", "aspen", "baobab", "beech", "birch", "cedar", "chestnut", "cypress", "elm", "eucalyptus",
        "fir", "ginkgo", "hornbeam", "larch", "linden", "magnolia", "mahogany", "maple", "oak", "pine", "poplar",
        "redwood", "rowan", "sequoia", "spruce", "sycamore", "walnut", "willow", "yew",
    ),
    "fish": (
        "anchovy", "barracuda", "bream", "carp", "catfish", "cod", "eel", "flounder", "goldfish", "grouper", "guppy",
        "haddock", "halibut", "herring", "mackerel", "marlin", "minnow", "piranha", "plaice", "salmon", "sardine",
        "shark", "stickleback", "sturgeon", "swordfish", "tench", "trout", "tuna", "turbot", "whiting",
    ),
    "tool": (
        "axe", "chainsaw", "chisel", "clamp", "crowbar", "drill", "hacksaw", "hammer", "handsaw", "hatchet", "jigsaw",
        "lawnmower", "mallet", "pickaxe", "pincers", "pitchfork", "pliers", "rake", "scissors", "screwdriver", "scythe",
        "shears", "shovel", "sickle", "sledgehammer", "spade", "spanner", "trowel", "tweezers", "wrench",
    ),
}  # fmt: skip
PAIRS = (("bird", "tree"), ("fish", "tool"))
NONCE = ("blik", "dorf", "gump", "naze", "plem", "trob", "vosk", "zent")
LABELS = ("usual", "swapped", "nonce")

# For each wording, the frame and the questions about one word and about several.
PROMPTS = (
    (
        """\
In these examples, each word has a label:
{examples}

Follow the labels of the examples, whatever these labels mean elsewhere. {question}""",
        "Which label does the word {words} get? Give one word: {one} or {other}.",
        """\
Which labels do these words get: {words}? Give one label for each word, {one} or {other}, in the order of the words, \
separated by spaces.""",
    ),
    (
        """\
{question}

In the examples, every word is followed by its label. Go by these labels, no matter what they mean elsewhere.
{examples}""",
        "Label the word {words} as in the examples below. Write one word: {one} or {other}.",
        """\
Label these words as in the examples below: {words}. Write one label for each word, {one} or {other}, in the order of \
the words and with spaces in between.""",
    ),
    (
        """\
{examples}

These are examples of words and their labels. The labels are to be used as they are here, even if they mean something \
else in other places. {question}""",
        "Is the label of the word {words} then {one} or {other}? Answer with that one word.",
        """\
Is the label of each of these words then {one} or {other}: {words}? Answer with a label for each of them, in the same \
order and separated by spaces.""",
    ),
)


def solve(inputs: Mapping[str, Any]) -> str:
    """Return the labels of some words, each that of the example that is of the same kind: bird, tree, fish or tool.

    Args:
        inputs: the question in two parts:
            inputs["examples"]: pairs, each a list of a word and its label.
            inputs["words"]: the words to label, a list of text.
    """
    kind_of = {word: kind for kind, words in KINDS.items() for word in words}
    label_of = {kind_of[word]: label for word, label in inputs["examples"]}
    return " ".join([label_of[kind_of[word]] for word in inputs["words"]])


@task(
    control={"labels": "usual"},
    name="operators.flipped_labels",
    family="operator swap",
    declared=("labels", "lures"),
    size="words",
    solver=solve,
    wordings=len(PROMPTS),
)
def flipped_labels(
    rng: np.random.Generator, *, labels: str = "swapped", words: int = 1, examples: int = 8, wording: int = 0
) -> Case:
    """The labels of some words, after examples of two kinds whose labels may be swapped or invented.

    Moves: the labels. In the control arm, a label says what a word is: "heron: bird", "birch: tree". In the shift arm,
    the same two labels are swapped ("heron: tree"), or there are two invented ones ("heron: plem").
    Matched: the words, their order and the length of every label. Each word in question is of either kind with the same
    probability, half of the examples are of each kind, and both labels are offered in random order, so that labels are
    balanced in both arms. Declared: with invented labels, other answers are possible than in the control arm; with one
    word, the label of the last example is right in half of the cases.
    Rejected: nothing.
    Lures: `usual_label`, what each word is, whatever the examples say (every shift case has it); `usual_label_at_last`,
    the right labels up to the last word, which gets its usual one; `last_example`, the label of the last example for
    each word. One that equals an earlier one is left out.
    Chance: 1/2 with one word, and half of that with each further one.
    Source: Wei et al. 2023, "Larger language models do in-context learning differently" (2303.03846).

    Args:
        labels: "usual", "swapped" or "nonce".
        words: words in question, 1 to 20.
        examples: an even number from 2 to 16.
        wording: the wording of the question, 0 to 2.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_one_of("labels", labels, LABELS)
    expect_whole("words", words, 1, 20)
    expect_whole("examples", examples, 2, 16)
    if examples % 2:
        raise ValueError(f"examples={examples!r}: must be an even number")
    kinds, nonce = shuffled(rng, choice(rng, PAIRS)), sample(rng, NONCE, 2)
    names = {"usual": kinds, "swapped": kinds[::-1], "nonce": nonce}[labels]
    label_of = dict(zip(kinds, names, strict=True))
    unused = {kind: iter(shuffled(rng, KINDS[kind])) for kind in kinds}
    kinds_shown = shuffled(rng, kinds * (examples // 2))
    shown = [[next(unused[kind]), label_of[kind]] for kind in kinds_shown]
    usual = [choice(rng, kinds) for _ in range(words)]
    asked = [next(unused[kind]) for kind in usual]
    right = [label_of[kind] for kind in usual]
    one, other = nonce if labels == "nonce" else kinds
    shortcuts = {
        "usual_label": usual,
        "usual_label_at_last": [*right[:-1], usual[-1]],
        "last_example": [label_of[kinds_shown[-1]]] * words,
    }
    frame, about_one, about_several = PROMPTS[wording]
    question = (about_one if words == 1 else about_several).format(words=", ".join(asked), one=one, other=other)
    return Case(
        frame.format(examples="\n".join(map(": ".join, shown)), question=question),
        answer=" ".join(right),
        lures=wrong_answers(" ".join(right), {name: " ".join(wrong) for name, wrong in shortcuts.items()}),
        verify=functools.partial(check_labels, answer=right, offered=(one, other)),
        kind="items",
        input=", ".join(asked),
        inputs={"examples": shown, "words": asked},
        chance=1 / 2**words,
    )


def check_labels(given: str, answer: Sequence[str], offered: Sequence[str]) -> Check:
    """Check that each word has its label. Case and the kind of white space do not count.

    The detail of a wrong answer: `first_wrong`, the first word with a wrong label, counted from 0, or both numbers of
    labels; `not_a_label` of one that has any other word.
    Scores: `labels`, the share of words with the right label.
    """
    mine = given.casefold().split()
    if not mine or not set(mine) <= set(offered):
        return Check.unparsed(not_a_label=True)
    check = sequence(mine, answer)
    right = sum(one == other for one, other in zip(mine, answer, strict=False))
    return Check(check.correct, check.detail, {"labels": right / len(answer)})
