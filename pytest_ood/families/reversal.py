"""Reversal: a relation stated in one direction is asked about in the other."""

import functools

import numpy as np

from pytest_ood.case import Case, task
from pytest_ood.families import expect_one_of, expect_whole, wrong_ones
from pytest_ood.verify import text

# "X is the composer of Y" holds for any X and Y that are names and nothing else.
RELATIONS = (
    "author", "captain", "composer", "designer", "director", "discoverer", "editor", "founder", "inventor", "keeper",
    "mayor", "owner", "painter", "patron", "publisher", "sculptor", "tailor", "translator",
)  # fmt: skip
SYLLABLES = [consonant + vowel for consonant in "bcdfghjklmnprstvwz" for vowel in "aeiou"]
WORDS_IN_NAME, SYLLABLES_IN_WORD = 2, 3
TRIES = 100

PROMPT = """\
{facts}

{question} Give the name only."""
QUESTIONS = {"forward": "What is {left} the {relation} of?", "backward": "Who is the {relation} of {right}?"}


@task(control={"direction": "forward"}, family="reversal")
def fictional_facts(rng: np.random.Generator, *, facts: int = 8, direction: str = "backward") -> Case:
    """Sentences "X is the composer of Y" about invented names, then a question about one of them.

    Moves: the direction of the question. Forward it gives X and asks for Y, in the order of the sentence; backward it
    gives Y and asks for X. Both arms show the same sentences and ask about the same one. All sentences of a case state
    the same relation, so that nothing but the name in the question tells which is meant.
    Matched: every name is two invented words of six letters, drawn alike on both sides, so that the answers of both
    arms have the same length and look. Declared: the forward prompt is one character longer ("What is X the composer
    of?", "Who is the composer of Y?").
    Lures: `another_fact`, the name that answers the same question about the fact stated last (about the first, where
    it is the last that is asked about); `question_name`, the name in the question given back. Every case has both.
    Chance: 1/facts for a model that takes any name from the right side.
    Source: Berglund et al. 2023, "The Reversal Curse" (2309.12288). There the facts are learnt in training; here they
    stand in the prompt, where the curse is known not to hold for large models. This is a behavioural analogue and
    supports no claim about training.

    facts: how many sentences, 2 to 200.
    direction: "forward" or "backward".

    Raises:
        ValueError: a parameter is not one of these.
    """
    expect_whole("facts", facts, 2, 200)
    expect_one_of("direction", direction, list(QUESTIONS))
    relation = RELATIONS[int(rng.integers(len(RELATIONS)))]
    asked = int(rng.integers(facts))
    stated, rejected = pairs(rng, facts)
    left, right = stated[asked]
    other_left, other_right = stated[-1] if asked < facts - 1 else stated[0]
    answer, another, question_name = (right, other_right, left) if direction == "forward" else (left, other_left, right)
    sentences = "\n".join(f"{subject} is the {relation} of {thing}." for subject, thing in stated)
    question = QUESTIONS[direction].format(left=left, right=right, relation=relation)
    return Case(
        PROMPT.format(facts=sentences, question=question),
        answer=answer,
        lures=wrong_ones(answer, {"another_fact": another, "question_name": question_name}),
        verify=functools.partial(text, answer=answer),
        input=sentences,
        rejected=rejected,
    )


def pairs(rng: np.random.Generator, facts: int) -> tuple[list[tuple[str, str]], int]:
    """The names on both sides of each fact, no word twice, and how many sets of names were rejected."""
    for rejected in range(TRIES):
        drawn = rng.integers(len(SYLLABLES), size=(facts * 2 * WORDS_IN_NAME, SYLLABLES_IN_WORD)).tolist()
        words = ["".join([SYLLABLES[place] for place in word]).capitalize() for word in drawn]
        if len(set(words)) == len(words):
            names = [" ".join(words[i : i + WORDS_IN_NAME]) for i in range(0, len(words), WORDS_IN_NAME)]
            return list(zip(names[::2], names[1::2], strict=True)), rejected
    raise AssertionError(f"no {facts} facts with different names in {TRIES} tries")
