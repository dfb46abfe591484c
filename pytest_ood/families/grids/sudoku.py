"""Sudokus of 4 by 4 and 9 by 9 cells, each with exactly one solution."""

import functools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pytest_ood.case import Case
from pytest_ood.families.grids.boards import lines, rows_of
from pytest_ood.families.grids.sudoku_puzzles import BLANK, BOX, DIGITS, changed_puzzle
from pytest_ood.families.grids.sudoku_search import box_of, solutions
from pytest_ood.parameters import expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import Check

# The percentage of cells that may be blank.
FEWEST, MOST = 25, 70
TRIES = 200
# Digits that the solver tries before it gives up. The hardest of 3,000 puzzles took 15,545.
MOST_TRIES = 100_000

PROMPTS = (
    """\
This is a sudoku: a grid of {size} rows and {size} columns, divided into boxes of {box} by {box} cells. Every row, \
every column and every box must hold each of the digits 1 to {size} exactly once. A full stop stands for a blank cell. \
Fill in the blank cells and leave the others as they are.

{puzzle}

Give the filled grid as {size} lines of {size} digits, with nothing between the digits.""",
    """\
Fill in the blank cells of this sudoku, each of which is shown as a full stop, and keep all other cells as they are.

{puzzle}

The grid has {size} rows and {size} columns, and is divided into boxes of {box} by {box} cells. In the filled grid, \
each of the digits 1 to {size} must stand exactly once in every row, in every column and in every box. Write down the \
filled grid, {size} lines of {size} digits each, without anything between the digits.""",
    """\
What does the filled grid of the sudoku below look like? Answer with {size} lines of {size} digits that have nothing \
between them.

A sudoku of {size} rows and {size} columns is divided into boxes of {box} by {box} cells. Once it is filled, no row, \
column or box lacks any of the digits 1 to {size}, or has one of them twice. Only blank cells are filled, and the \
others remain as they are. Blank cells are written as full stops:

{puzzle}""",
)


def solve(inputs: Mapping[str, Any]) -> str:
    """Return the filled grid of a sudoku of 4 by 4 or 9 by 9 cells, one row a line.

    Args:
        inputs["rows"]: list[str], the rows from top to bottom, digits with a full stop for each blank cell.

    Raises:
        ValueError: they have no solution, or none that is found in time.
    """
    rows = inputs["rows"]
    solution = next(solutions("".join(rows), len(rows), most_tries=MOST_TRIES), None)
    if solution is None:
        raise ValueError("the sudoku has no solution")
    return lines(solution, len(rows))


@task(
    control={"size": 4},
    name="grids.sudoku",
    family="grid scaling",
    version=2,
    declared=("prompt", "answer"),
    size="size",
    solver=solve,
    wordings=len(PROMPTS),
)
def sudoku(rng: np.random.Generator, *, size: int = 9, blanks: int = 50, wording: int = 0) -> Case:
    """A sudoku with exactly one solution.

    Moves: the size of the grid, 4 by 4 in the control arm. The share of blank cells is a second axis: the more, the
    harder.
    Matched: the share of blank cells, to the nearest cell (with 50 %, 8 of 16 or 41 of 81), and the words of the
    prompt. Declared: prompt and answer grow by the cells that are added.
    Made from a bank, `data/sudoku.txt`, of puzzles proved to have one solution: one of them is changed in ways that
    keep it so, then blank cells are filled in at random. The 256 puzzles of 9 by 9 cells with 59 blanks, none of which
    can be changed into another, give 3 * 10^14 puzzles with 59 blanks and many more with fewer; the 13 of 4 by 4 cells
    with 12 blanks give all 25,728 that there are.
    Rejected, because they take next to no work: puzzles whose columns come out right when each row is filled with the
    digits that it lacks in ascending order.
    Lures (every case has all three): `rows_only`, each row filled with the digits that it lacks in ascending order;
    `givens_overwritten`, the solution with two digits traded, which is a valid sudoku but not with the given cells;
    `unfilled`, the puzzle as it is.
    Chance: the commonest of the 288 grids of 4 by 4 cells is right in less than 1 % of cases.
    Source: Russell & Jarvis 2006, "Mathematics of Sudoku II", for the changes that keep solutions.

    Args:
        size: rows and columns of the grid, 4 or 9.
        blanks: the percentage of cells that are blank, 25 to 70.
        wording: the wording of the question, 0 to 2.

    Raises:
        ValueError: a parameter has any other value.
    """
    if type(size) is not int or size not in BOX:
        raise ValueError(f"size={size!r}: must be 4 or 9")
    expect_whole("blanks", blanks, FEWEST, MOST)
    # Rounded to the nearest number of cells.
    solution, puzzle, rejected = demanding_puzzle(rng, size, (size * size * blanks + 50) // 100)
    shown, answer = lines(puzzle, size), lines(solution, size)
    one = puzzle.strip(BLANK)[0]
    other = str(int(one) % size + 1)
    return Case(
        PROMPTS[wording].format(size=size, box=BOX[size], puzzle=shown),
        answer=answer,
        lures={
            "rows_only": lines(rows_filled(puzzle, size), size),
            "givens_overwritten": answer.translate(str.maketrans(one + other, other + one)),
            "unfilled": shown,
        },
        verify=functools.partial(check_sudoku, answer=solution, puzzle=puzzle),
        kind="grid",
        input=shown,
        inputs={"rows": shown.split("\n")},
        rejected=rejected,
    )


def demanding_puzzle(rng: np.random.Generator, size: int, blanks: int) -> tuple[str, str, int]:
    """Draw a puzzle that cannot be solved by looking at its rows alone.

    Returns:
        The solution, the puzzle, and how many puzzles were rejected.
    """
    for rejected in range(TRIES):
        solution, puzzle = changed_puzzle(rng, size, blanks)
        if not hold(columns(rows_filled(puzzle, size), size)):
            return solution, puzzle, rejected
    raise AssertionError(f"none of {TRIES} puzzles of {size} by {size} cells needs a look at its columns")


def check_sudoku(given: str, answer: str, puzzle: str) -> Check:
    """Check that the grid is the solution, one row per line. White space within lines and empty lines do not count.

    The detail of a wrong grid: `first_wrong_row` and `first_wrong_column`, counted from 0; `givens_overwritten`, the
    [row, column] of each given cell that was changed; `rows_hold`, `columns_hold` and `boxes_hold`, whether all of them
    hold every digit; of a grid of another shape how it differs. Scores: `cells`, the share of blank cells that are
    right.
    """
    size = math.isqrt(len(answer))
    rows, misshapen = rows_of(given, size)
    if misshapen:
        return Check(False, misshapen, {"cells": 0.0})
    grid = "".join(rows)
    if grid == answer:
        return Check(True, {}, {"cells": 1.0})
    wrong = [place for place, (mine, theirs) in enumerate(zip(grid, answer, strict=True)) if mine != theirs]
    overwritten = [place for place in wrong if puzzle[place] != BLANK]
    first_row, first_column = divmod(wrong[0], size)
    detail = {
        "first_wrong_row": first_row,
        "first_wrong_column": first_column,
        "givens_overwritten": [list(divmod(place, size)) for place in overwritten],
        "rows_hold": hold(rows),
        "columns_hold": hold(columns(grid, size)),
        "boxes_hold": hold(boxes(grid, size)),
    }
    return Check(False, detail, {"cells": 1 - (len(wrong) - len(overwritten)) / puzzle.count(BLANK)})


def hold(groups: Sequence[str]) -> bool:
    """Return whether each of the rows, columns or boxes holds every digit."""
    return all(set(DIGITS[len(groups)]) <= set(group) for group in groups)


def columns(grid: str, size: int) -> list[str]:
    """Return the columns of a grid."""
    return [grid[column::size] for column in range(size)]


def boxes(grid: str, size: int) -> list[str]:
    """Return the boxes of a grid, the cells of each row by row."""
    cells = [""] * size
    for place, digit in enumerate(grid):
        cells[box_of(place, size)] += digit
    return cells


def rows_filled(puzzle: str, size: int) -> str:
    """Return the puzzle with each row filled with the digits that it lacks, in ascending order."""
    filled = []
    for start in range(0, size * size, size):
        row = puzzle[start : start + size]
        for digit in DIGITS[size]:
            if digit not in row:
                row = row.replace(BLANK, digit, 1)
        filled.append(row)
    return "".join(filled)
