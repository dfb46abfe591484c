"""Word squares of which some letters are given."""

import functools

import numpy as np

from pytest_ood.case import Case, task
from pytest_ood.drawing import shuffled
from pytest_ood.families.grids.word_squares import (
    BLANK,
    FORM,
    LARGEST,
    RULES,
    TRIES,
    Rows,
    changed,
    check_square,
    drawn_square,
    rows_only,
)
from pytest_ood.families.lures import wrong_ones
from pytest_ood.parameters import expect_whole

PROMPT = f"""\
Fill in the blanks of this grid of {{size}} by {{size}} letters. A blank is shown as {BLANK} and stands for one \
letter; the letters that are given must stay. In the filled grid {RULES}

The grid is:
{{grid}}

{FORM}"""


@task(control={"size": 3}, name="words.crossword_fill", family="grid scaling", declared=("answer",))
def crossword_fill(rng: np.random.Generator, *, size: int = 4, givens: int = 40) -> Case:
    """A square of letters whose rows and columns are all words, some of its letters given.

    Moves: the size of the square, 3 in the control arm.
    Matched: the words all come from the same list, the share of letters given is the same, and prompts differ only by
    the letters of the grid. Declared: the answer grows with the square.
    Rejected: squares in which a word occurs twice, the symmetric ones among them.
    The letters are given from a known square (made as for `word_grid`), so that every case can be solved. Several
    fillings may be right, and each is accepted.
    Lures: `givens_overwritten`, a square that would be right except for the letters given (every case has it);
    `rows_only`, the rows are words that keep the letters given and the columns are not words.
    Scores: "rows" and "columns", the share of each that are words.
    Chance: a square given blindly is right in 2 % of cases of 3 x 3 letters with 30 % given, elsewhere in 1 % or fewer.
    Source: the mini crosswords of Yao et al. 2023 (2305.10601), with letters given instead of clues.

    size: rows and columns, 3 to 5.
    givens: letters given, in percent of all, 30 to 80.

    Raises:
        ValueError: a parameter is not one of these.
    """
    expect_whole("size", size, 3, LARGEST)
    expect_whole("givens", givens, 30, 80)
    rows, rejected = drawn_square(rng, size)
    # Rounded to the nearest number of letters.
    count = (size * size * givens + 50) // 100
    kept = set(shuffled(rng, range(size * size))[:count])
    letters = "".join([letter if place in kept else BLANK for place, letter in enumerate("".join(rows))])
    pattern = [letters[start : start + size] for start in range(0, size * size, size)]
    shortcuts = {"givens_overwritten": overwritten(rng, pattern), "rows_only": rows_only(rng, pattern)}
    answer, shown = "\n".join(rows), "\n".join(pattern)
    return Case(
        PROMPT.format(size=size, words=2 * size, grid=shown),
        answer=answer,
        lures=wrong_ones(answer, {name: "\n".join(given) for name, given in shortcuts.items() if given}),
        verify=functools.partial(check_square, pattern=pattern),
        input=shown,
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
