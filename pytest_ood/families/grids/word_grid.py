"""Word squares whose first row or column is stated."""

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np

from pytest_ood.case import Case
from pytest_ood.families.grids.word_square_prompts import FORMS, RULES
from pytest_ood.families.grids.word_square_solving import filled
from pytest_ood.families.grids.word_squares import (
    BLANK,
    LARGEST,
    Rows,
    check_square,
    columns_of,
    drawn_square,
    rows_only,
    words_matching,
)
from pytest_ood.families.lures import wrong_answers
from pytest_ood.parameters import expect_whole
from pytest_ood.tasks import task

# Steps of the search for a symmetric square. Where it takes longer there rarely is one.
SYMMETRIC_STEPS = 40

PROMPTS = (
    f"""\
Make a grid of {{size}} by {{size}} letters in which {RULES[0]}

The first {{line}} of the grid must be this word: {{word}}

{FORMS[0]}""",
    f"""\
The first {{line}} of a grid of {{size}} by {{size}} letters is this word: {{word}}

Complete the grid so that {RULES[1]}

{FORMS[1]}""",
    f"""\
What can a grid of {{size}} by {{size}} letters look like if its first {{line}} is the word {{word}}? {FORMS[2]}

In this grid, {RULES[2]}""",
)


def solve(inputs: Mapping[str, Any]) -> str:
    """Return a square of letters whose rows and columns are different English words, one row a line.

    Args:
        inputs["word"]: str, the word that is stated, in lower case; the square has as many rows as it has letters.
        inputs["line"]: str, which line of the square the word is: "row" for the first row, "column" for the first
            column.

    Raises:
        ValueError: no square of common words has this word there.
    """
    rows = filled(stated(inputs["word"], inputs["line"]))
    return "\n".join(rows)


@task(
    control={"size": 3},
    name="words.word_grid",
    family="grid scaling",
    version=3,
    declared=("answer",),
    size="size",
    solver=solve,
    wordings=len(PROMPTS),
)
def word_grid(rng: np.random.Generator, *, size: int = 4, wording: int = 0, spaced: bool = False) -> Case:
    """A square of letters whose rows and columns are all words, with the first row or the first column stated.

    Moves: the size of the square, 3 in the control arm.
    Matched: the words all come from the same list, both arms state a row or both a column (each in half of the cases),
    and prompts are of the same length except for the letters of one word. Declared: the answer grows with the square.
    Rejected: squares in which a word occurs twice, the symmetric ones among them, which take half the work.
    Several squares are right; the stated word keeps an answer to one draw from being right in the others. It is taken
    from a finished square of common words (SCOWL up to size 35), so that every case can be solved; any word of the
    larger list that the prompt names (up to size 70) counts in an answer. Squares of 3 and 4 are found by a random
    search, those of 5 are drawn from all that there are (2,594 and their mirror images). There are about 900 prompts of
    3 x 3, so that a long run repeats some of them.
    Lures: `rows_only`, rows that are words, with columns that are not (every case has it); `symmetric`, a square with
    the stated word whose columns repeat its rows, if one was found; `repeated_word`, the stated word in every row, or
    every column.
    Scores: "rows" and "columns", the share of each that are words.
    Chance: below 0.5 %.
    Source: word squares, a puzzle of the nineteenth century; asked of language models in Yao et al. 2023 (2305.10601)
    as crosswords of 5 x 5 letters.

    Args:
        size: rows and columns, 3 to 5.
        wording: the wording of the question, 0 to 2.
        spaced: whether a space stands between the letters of the stated word, so that each is a token of its own.

    Raises:
        ValueError: the parameter has any other value.
    """
    expect_whole("size", size, 3, LARGEST)
    line = "row" if rng.random() < 0.5 else "column"
    rows, rejected = drawn_square(rng, size)
    word = rows[0]
    pattern, word_repeated = stated(word, line), [word] * size
    if line == "column":
        rows, word_repeated = columns_of(rows), columns_of(word_repeated)
    shortcuts = {
        "rows_only": rows_only(rng, pattern),
        "symmetric": symmetric_square(rng, word),
        "repeated_word": word_repeated,
    }
    answer = "\n".join(rows)
    shown = " ".join(word) if spaced else word
    return Case(
        PROMPTS[wording].format(size=size, words=2 * size, line=line, word=shown),
        answer=answer,
        lures=wrong_answers(answer, {name: "\n".join(square) for name, square in shortcuts.items() if square}),
        verify=functools.partial(check_square, pattern=pattern),
        kind="grid",
        input=shown,
        inputs={"word": word, "line": line},
        unique=False,
        rejected=rejected,
    )


def stated(word: str, line: str) -> list[str]:
    """Return a square of blanks, except for the word as its first row or its first column."""
    pattern = [word, *[BLANK * len(word)] * (len(word) - 1)]
    return columns_of(pattern) if line == "column" else pattern


def symmetric_square(rng: np.random.Generator, word: str) -> list[str]:
    """Search for a square that begins with the word and whose rows are also its columns.

    Returns:
        Its rows; an empty list if none was found.
    """
    rows = [word]
    # For each row below the first, the words that were not tried there yet.
    untried = [words_next(rows)]
    for part in rng.random(SYMMETRIC_STEPS).tolist():
        if not untried[-1]:
            untried.pop()
            if not untried:
                return []
            rows.pop()
            continue
        rows.append(untried[-1].pop(int(len(untried[-1]) * part)))
        if len(rows) == len(word):
            return rows
        untried.append(words_next(rows))
    return []


def words_next(rows: Rows) -> list[str]:
    """Return the words that may follow these rows of a symmetric square: those that begin like the next column."""
    beginning = "".join([row[len(rows)] for row in rows])
    return list(words_matching(beginning.ljust(len(rows[0]), BLANK)))
