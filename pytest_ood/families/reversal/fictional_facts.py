"""Invented facts, stated in the prompt and looked up from either end."""

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np

from pytest_ood.case import Case
from pytest_ood.families.lures import wrong_answers
from pytest_ood.parameters import expect_one_of, expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import text

# "X is the composer of Y" works for any two names X and Y.
RELATIONS = (
    "author", "captain", "composer", "designer", "director", "discoverer", "editor", "founder", "inventor", "keeper",
    "mayor", "owner", "painter", "patron", "publisher", "sculptor", "tailor", "translator",
)  # fmt: skip
SYLLABLES = [consonant + vowel for consonant in "bcdfghjklmnprstvwz" for vowel in "aeiou"]
WORDS_IN_NAME, SYLLABLES_IN_WORD = 2, 3
TRIES = 100

PROMPTS = (
    """\
{facts}

{question} Give the name only.""",
    """\
{question} The answer is a name, to be written alone, and follows from these statements:

{facts}""",
    """\
Here are some facts:

{facts}

{question} Answer with nothing but the name.""",
)
# For each direction, the question in each wording.
QUESTIONS = {
    "forward": (
        "What is {left} the {relation} of?",
        "Of what is {left} the {relation}?",
        "Name what {left} is the {relation} of.",
    ),
    "backward": (
        "Who is the {relation} of {right}?",
        "Which person is the {relation} of {right}?",
        "Name the {relation} of {right}.",
    ),
}


def solve(inputs: Mapping[str, Any]) -> str:
    """Return the other name of the only fact that has a name.

    Args:
        inputs: the question in two parts:
            inputs["facts"]: pairs of names in the order of the sentences: [X, Y] for "X is the composer of Y".
            inputs["name"]: the name in the question, X or Y of one of the facts.
    """
    other_name: dict[str, str] = {}
    for one, other in inputs["facts"]:
        other_name |= {one: other, other: one}
    return other_name[inputs["name"]]


@task(
    control={"direction": "forward"},
    name="reversal.fictional_facts",
    family="reversal",
    size="facts",
    solver=solve,
    wordings=len(PROMPTS),
)
def fictional_facts(rng: np.random.Generator, *, facts: int = 8, direction: str = "backward", wording: int = 0) -> Case:
    """Sentences "X is the composer of Y" about invented names, then a question about one of them: look-up in a context.

    Moves: the direction of the question: forward it gives X and asks for Y, in the order of the sentence; backward it
    gives Y and asks for X. Both arms show the same sentences and ask about the same one. All sentences of a case state
    the same relation, so that only the name in the question tells which one is meant.
    Matched: every name is two invented words of six letters, drawn the same way on both sides, so that the answers of
    both arms look alike and are equally long. The forward prompt is one character longer ("What is X the composer of?",
    "Who is the composer of Y?").
    Lures: `another_fact`, the name that answers the same question about the fact stated last (the one stated first, if
    the question is about the last); `question_name`, the name in the question, repeated. Every case has both.
    Chance: 1/facts for a model that picks any name from the correct side of the sentences.
    What it measures: whether a model finds a fact in its prompt from either end. Nothing has to be remembered, so a
    robust model may still suffer from the reversal curse in what it has learned; `known_lines` and `parents` ask about
    that.
    Source: Berglund et al. 2023, "The Reversal Curse" (2309.12288). There the facts are learned in training; here they
    stand in the prompt, where the curse is known not to hold for large models. This is a behavioural analogue and
    supports no claim about training.

    Args:
        facts: how many sentences, 2 to 200.
        direction: "forward" or "backward".
        wording: the wording of the question, 0 to 2.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_whole("facts", facts, 2, 200)
    expect_one_of("direction", direction, list(QUESTIONS))
    relation = RELATIONS[rng.integers(len(RELATIONS))]
    fact = int(rng.integers(facts))
    pairs, rejected = pairs_of_names(rng, facts)
    left, right = pairs[fact]
    other_left, other_right = pairs[0] if fact == facts - 1 else pairs[-1]
    if direction == "forward":
        answer, another_fact, question_name = right, other_right, left
    else:
        answer, another_fact, question_name = left, other_left, right
    sentences = "\n".join(f"{subject} is the {relation} of {thing}." for subject, thing in pairs)
    question = QUESTIONS[direction][wording].format(left=left, right=right, relation=relation)
    return Case(
        PROMPTS[wording].format(facts=sentences, question=question),
        answer=answer,
        lures=wrong_answers(answer, {"another_fact": another_fact, "question_name": question_name}),
        verify=functools.partial(text, answer=answer),
        input=sentences,
        inputs={"facts": [list(pair) for pair in pairs], "name": question_name},
        rejected=rejected,
        chance=1 / facts,
    )


def pairs_of_names(rng: np.random.Generator, facts: int) -> tuple[list[tuple[str, str]], int]:
    """Draw the two names of each fact, all of different words.

    Returns:
        The pairs, and how many sets of names were rejected because a word came twice.
    """
    for rejected in range(TRIES):
        drawn = rng.integers(len(SYLLABLES), size=(facts * 2 * WORDS_IN_NAME, SYLLABLES_IN_WORD))
        words = ["".join([SYLLABLES[place] for place in word]).capitalize() for word in drawn.tolist()]
        if len(set(words)) == len(words):
            names = [" ".join(words[start : start + WORDS_IN_NAME]) for start in range(0, len(words), WORDS_IN_NAME)]
            return list(zip(names[::2], names[1::2], strict=True)), rejected
    raise AssertionError(f"no {facts} facts with different names in {TRIES} tries")
