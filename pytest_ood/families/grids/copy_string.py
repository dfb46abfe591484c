"""A string of letters, to be copied."""

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import choice
from pytest_ood.families.lures import wrong_answers
from pytest_ood.parameters import expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import Check

LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Common English words of one length, at least one for each first letter except x.
WORDS = (
    "able", "also", "away", "back", "been", "book", "call", "come", "city", "does", "down", "dear", "each", "even",
    "else", "find", "from", "four", "give", "good", "girl", "have", "here", "hold", "idea", "into", "item", "join",
    "just", "jump", "keep", "kind", "know", "last", "life", "long", "make", "more", "must", "name", "need", "next",
    "only", "over", "open", "part", "play", "plus", "quit", "quiz", "rain", "read", "road", "said", "some", "such",
    "take", "that", "time", "unit", "upon", "used", "very", "view", "vote", "want", "what", "word", "year",
    "your", "yard", "zero", "zone", "zoom",
)  # fmt: skip
WORD_LENGTH = 4

PROMPTS = (
    """\
This is a string of letters:
{letters}

Copy it exactly. Give the string only, in lower case and without spaces.""",
    """\
Repeat this string of letters exactly as it is, in lower case, without spaces, and with nothing else around it:
{letters}""",
    """\
{letters}

What does an exact copy of this string of letters look like? Write the copy alone, in lower case and without spaces.""",
)
SPACED = "(The spaces between the letters are not part of the string.)"


def solve(inputs: Mapping[str, Any]) -> str:
    """Return an exact copy of a string.

    Args:
        inputs["letters"]: str, the string.
    """
    return str(inputs["letters"])


@task(
    control={"length": 4},
    name="digits.copy_string",
    family="grid scaling",
    declared=("prompt", "answer"),
    size="length",
    solver=solve,
    wordings=len(PROMPTS),
)
def copy_string(rng: np.random.Generator, *, length: int = 16, wording: int = 0, spaced: bool = False) -> Case:
    """A string of letters, to be copied: the easiest thing there is, so that what fails here fails by length alone.

    Moves: the length of the string, 4 in the control arm.
    Matched: the words of the prompt, and how the letters are drawn: each of the 26 with equal chance, the string of the
    control arm being the beginning of the shifted one. Declared: prompt and answer grow by the letters that are added.
    Rejected: nothing; whatever the string is, the answer is in plain sight.
    Lures: `one_dropped`, a letter left out: the first that repeats the one before it, where the eye slips, otherwise
    the middle one; `one_doubled`, the same letter written once more; `common_word`, the first four letters read as the
    common word that is nearest to them. Every case of two or more letters has the first two, and every case of four or
    more all three (unless its first four letters are a word).
    Chance: 26^-length.
    Source: copying as a test of length generalisation, as in Zhou et al. 2023, "What Algorithms can Transformers
    Learn?" (2310.16028).

    Args:
        length: letters in the string, 1 to 1,000.
        wording: the wording of the question, 0 to 2.
        spaced: whether a space stands between the letters in the prompt, so that each is a token of its own.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_whole("length", length, 1, 1000)
    answer = "".join([choice(rng, LETTERS) for _ in range(length)])
    place = likely_slip(answer)
    shortcuts = {}
    if length > 1:
        shortcuts["one_dropped"] = answer[:place] + answer[place + 1 :]
    shortcuts["one_doubled"] = answer[:place] + answer[place] + answer[place:]
    if length >= WORD_LENGTH:
        shortcuts["common_word"] = nearest_word(answer) + answer[WORD_LENGTH:]
    return Case(
        PROMPTS[wording].format(letters=f"{' '.join(answer)}\n{SPACED}" if spaced else answer),
        answer=answer,
        lures=wrong_answers(answer, shortcuts),
        verify=functools.partial(check_copy, answer=answer),
        inputs={"letters": answer},
        chance=26.0**-length,
    )


def check_copy(given: str, answer: str) -> Check:
    """Check that the string is copied to the letter; upper case and spaces are mistakes.

    The detail of a wrong copy: `first_wrong`, the first place that differs, counted from 0, and both lengths; `slip`,
    if a single slip explains it: one letter "dropped", "added" or "changed", or two neighbours "swapped".
    Scores: `letters`, the share of letters that are right in their place.
    """
    if given == answer:
        return Check(True, scores={"letters": 1.0})
    same = [mine == theirs for mine, theirs in zip(given, answer, strict=False)]
    first = same.index(False) if False in same else len(same)
    detail: dict[str, int | str] = {"first_wrong": first, "given_length": len(given), "expected_length": len(answer)}
    if abs(len(given) - len(answer)) <= 1:
        kind = single_slip(given[first:], answer[first:])
        if kind:
            detail["slip"] = kind
    return Check(False, detail, {"letters": sum(same) / len(answer)})


def single_slip(given: str, answer: str) -> str:
    """Return the single slip that turns `answer` into `given`, whose first letters differ; "" if none does."""
    if given == answer[1:]:
        return "dropped"
    if given[1:] == answer:
        return "added"
    if given[1:] == answer[1:]:
        return "changed"
    if given[:2] == answer[1::-1] and given[2:] == answer[2:]:
        return "swapped"
    return ""


def likely_slip(letters: str) -> int:
    """Return the place where a copy most likely slips: the first letter that repeats the one before, or the middle."""
    for place in range(1, len(letters)):
        if letters[place] == letters[place - 1]:
            return place
    return len(letters) // 2


def nearest_word(letters: str) -> str:
    """Return the common word with the most letters of the beginning in their places, the first one too if possible."""
    candidates = [word for word in WORDS if word[0] == letters[0]] or WORDS
    return max(candidates, key=lambda word: sum(mine == theirs for mine, theirs in zip(word, letters, strict=False)))
