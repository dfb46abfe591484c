"""A string of letters, in which one letter is counted."""

import functools
import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import choice, integer, sample, shuffled
from pytest_ood.families.lures import wrong_answers
from pytest_ood.parameters import expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import integer as is_integer

LETTERS = "abcdefghijklmnopqrstuvwxyz"
# How many different letters a string has besides the one that is counted.
OTHERS = 3

PROMPTS = (
    """\
This is a string of letters:
{letters}

How many times does the letter {letter} occur in it? Give the number in decimal digits.""",
    """\
Count how often the letter {letter} occurs in this string, and give the number in decimal digits:
{letters}""",
    """\
{letters}

What is the number of places in this string at which the letter {letter} stands? Write it in decimal digits.""",
)


def solve(inputs: Mapping[str, Any]) -> str:
    """Return how many times a letter occurs in a string.

    Args:
        inputs["letters"]: str, the string.
        inputs["letter"]: str, the letter to count.
    """
    return str(inputs["letters"].count(inputs["letter"]))


@task(
    control={"length": 8},
    name="grids.counting",
    family="grid scaling",
    declared=("prompt", "answer"),
    size="length",
    solver=solve,
    wordings=len(PROMPTS),
)
def counting(rng: np.random.Generator, *, length: int = 32, wording: int = 0, spaced: bool = False) -> Case:
    """How many times a letter occurs in a string.

    Moves: the length of the string, 8 in the control arm.
    Matched: the words of the prompt, and what the string is made of: the letter that is counted fills between a quarter
    and three quarters of it, every share with equal chance, and three other letters fill the rest. Both arms of a pair
    have the same letters, and about the same share. Declared: the prompt grows by the letters that are added, and a
    larger number may have another digit.
    Rejected: nothing.
    Lures: `neighbours_once`, the letter counted once where it stands next to itself; `one_missed`, one fewer;
    `everything`, the length of the string.
    Chance: 1 in 5 with a string of 8, since the counts from 2 to 6 are equally likely; 1 in 17 with 32.
    Source: Yehudai et al. 2024, "When Can Transformers Count to n?" (2407.15160).

    Args:
        length: letters in the string, a multiple of 4 from 4 to 1,000.
        wording: the wording of the question, 0 to 2.
        spaced: whether a blank stands between the letters, so that each is a token of its own.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_whole("length", length, 4, 1000)
    if length % 4:
        raise ValueError(f"length={length!r}: must be a multiple of 4")
    letter, *others = sample(rng, LETTERS, 1 + OTHERS)
    fewest, most = length // 4, 3 * length // 4
    count = integer(rng, fewest, most)
    rest = [choice(rng, others) for _ in range(length - fewest)][: length - count]
    letters = "".join(shuffled(rng, [letter] * count + rest))
    groups = sum(one == letter for one, _ in itertools.groupby(letters))
    shown = " ".join(letters) if spaced else letters
    shortcuts = {"neighbours_once": groups, "one_missed": count - 1, "everything": length}
    return Case(
        PROMPTS[wording].format(letters=shown, letter=letter),
        answer=str(count),
        lures=wrong_answers(str(count), {name: str(number) for name, number in shortcuts.items()}),
        verify=functools.partial(is_integer, answer=count),
        kind="number",
        input=shown,
        inputs={"letters": letters, "letter": letter},
        chance=1 / (most - fewest + 1),
    )
