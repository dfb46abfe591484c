"""Word squares with some of their letters given."""

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import shuffled
from pytest_ood.families.grids.word_square_prompts import FORMS, RULES
from pytest_ood.families.grids.word_square_solving import filled
from pytest_ood.families.grids.word_squares import (
    BLANK,
    LARGEST,
    TRIES,
    Rows,
    changed,
    check_square,
    drawn_square,
    rows_only,
)
from pytest_ood.families.lures import wrong_answers
from pytest_ood.parameters import expect_whole
from pytest_ood.tasks import task

PROMPTS = (
    f"""\
Fill in the blanks of this grid of {{size}} by {{size}} letters. A blank is shown as {BLANK} and stands for one \
letter; the letters given must stay. In the filled grid {RULES[0]}

The grid is:
{{grid}}

{FORMS[0]}""",
    f"""\
This is a grid of {{size}} by {{size}} letters, some of which are left blank. Each blank is shown as {BLANK}:
{{grid}}

Keep the letters given, and put one letter in place of each blank so that {RULES[1]}

{FORMS[1]}""",
    f"""\
What can the grid below look like once its blanks are filled? {FORMS[2]}

In the filled grid, {RULES[2]} No given letter may be changed, and each blank, shown as {BLANK}, becomes one letter.

The grid of {{size}} by {{size}} letters to be filled:
{{grid}}""",
)
SPACED = "(The spaces only set the letters and blanks apart.)"


def solve(inputs: Mapping[str, Any]) -> str:
    """Return a filled square of letters whose rows and columns are different English words, one row a line.

    Args:
        inputs["rows"]: list[str], the rows from top to bottom, in lower case, with "_" for each blank.

    Raises:
        ValueError: no square of common words has these letters.
    """
    return "\n".join(filled(inputs["rows"]))


@task(
    control={"size": 3},
    name="words.crossword_fill",
    family="grid scaling",
    version=3,
    declared=("answer",),
    size="size",
    solver=solve,
    wordings=len(PROMPTS),
)
def crossword_fill(
    rng: np.random.Generator, *, size: int = 4, givens: int = 40, wording: int = 0, spaced: bool = False
) -> Case:
    """A square of letters whose rows and columns are all words, with some of its letters given.

    Moves: the size of the square, 3 in the control arm.
    Matched: the words all come from the same list, the share of letters given is the same, and prompts differ only by
    the letters of the grid. Declared: the answer grows with the square.
    Rejected: squares in which a word occurs twice, the symmetric ones among them.
    The letters given come from a finished square (made as for `word_grid`), so that every case can be solved. Several
    fillings may be right, and each is accepted.
    Lures: `givens_overwritten`, a square that would be right except for the letters given (every case has it);
    `rows_only`, rows that are words and keep the letters given, with columns that are not words.
    Scores: "rows" and "columns", the share of each that are words.
    Chance: a blind guess is right in 2 % of cases of 3 x 3 letters with 30 % given, otherwise in 1 % or less.
    Source: the mini crosswords of Yao et al. 2023 (2305.10601), with letters given instead of clues.

    Args:
        size: rows and columns, 3 to 5.
        givens: the percentage of letters given, 30 to 80.
        wording: the wording of the question, 0 to 2.
        spaced: whether a space stands between the letters of a row in the prompt, so that each is a token of its own.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_whole("size", size, 3, LARGEST)
    expect_whole("givens", givens, 30, 80)
    rows, rejected = drawn_square(rng, size)
    # Rounded to the nearest number of letters.
    count = (size * size * givens + 50) // 100
    given_places = set(shuffled(rng, range(size * size))[:count])
    letters = "".join([letter if place in given_places else BLANK for place, letter in enumerate("".join(rows))])
    pattern = [letters[start : start + size] for start in range(0, size * size, size)]
    shortcuts = {"givens_overwritten": overwritten(rng, pattern), "rows_only": rows_only(rng, pattern)}
    answer = "\n".join(rows)
    shown = "\n".join([" ".join(row) for row in pattern] if spaced else pattern)
    return Case(
        PROMPTS[wording].format(size=size, words=2 * size, grid=f"{shown}\n{SPACED}" if spaced else shown),
        answer=answer,
        lures=wrong_answers(answer, {name: "\n".join(square) for name, square in shortcuts.items() if square}),
        verify=functools.partial(check_square, pattern=pattern),
        kind="grid",
        input=shown,
        inputs={"rows": pattern},
        unique=False,
        rejected=rejected,
    )


def overwritten(rng: np.random.Generator, pattern: Rows) -> list[str]:
    """Draw a square without repeated words that does not keep the letters of the pattern."""
    for _ in range(TRIES):
        rows, _rejected = drawn_square(rng, len(pattern))
        if changed(rows, pattern):
            return rows
    raise AssertionError(f"every square in {TRIES} tries keeps {pattern}")
