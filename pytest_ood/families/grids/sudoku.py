"""Sudokus of 4 by 4 and 9 by 9 cells, each with exactly one solution."""

import functools
import itertools
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pytest_ood.case import Case, task
from pytest_ood.drawing import choice, shuffled
from pytest_ood.families.data_files import data_lines
from pytest_ood.families.grids.boards import lines, rows_of
from pytest_ood.parameters import expect_whole
from pytest_ood.verify import Check

# The solutions and puzzles that all others are made from. `sudoku_bank` shows how these were made.
BANK = Path(__file__).parent / "data" / "sudoku.txt"
# A grid is a string, row after row, with a full stop for each blank cell.
BLANK = "."
# By the size of the grid: the size of its boxes, its digits, and how many of its cells may be given.
BOX = {4: 2, 9: 3}
DIGITS = {4: "1234", 9: "123456789"}
FEWEST = {4: 4, 9: 22}
MOST = {4: 12, 9: 72}
TRIES = 200

PROMPT = """\
This is a sudoku: a grid of {size} rows and {size} columns, divided into boxes of {box} by {box} cells. Every row, \
every column and every box must hold each of the digits 1 to {size} exactly once. A full stop stands for a blank cell. \
Fill in the blank cells and leave the others as they are.

{puzzle}

Give the filled grid as {size} lines of {size} digits, without anything between them."""


@task(
    control={"size": 4, "givens": 8},
    name="grids.sudoku",
    family="grid scaling",
    declared=("prompt", "answer"),
    size="size",
)
def sudoku(rng: np.random.Generator, *, size: int = 9, givens: int = 40) -> Case:
    """A sudoku with exactly one solution.

    Moves: the size of the grid, 4 by 4 with 8 digits given in the control arm: half of its cells, about the same share
    as in the default 9 by 9 grid with 40 digits given. The number given is a second axis of the shift arm: the fewer,
    the harder.
    Matched: the words of the prompt. Declared: prompt and answer grow by the cells that are added.
    Made from a bank, `data/sudoku.txt`, of puzzles proved to have one solution: one of them is changed in ways that
    keep it so (digits are relabelled, rows and columns are permuted within their bands and the bands among themselves,
    the grid is transposed), then blanks are filled in at random until `givens` cells are given. The 256 puzzles of 9 by
    9 cells with 22 digits given, none of which can be changed into another, give 3 * 10^14 puzzles with 22 digits and
    many more with more; the 13 of 4 by 4 cells with 4 digits given give all 25,728 that there are.
    Rejected, because they take next to no work: puzzles whose columns come out right when each row is filled with the
    digits that it lacks in ascending order.
    Lures (every case has all three): `rows_only`, each row filled with the digits that it lacks in ascending order;
    `givens_overwritten`, the solution with two digits traded, which is a valid sudoku but not with the given cells;
    `unfilled`, the puzzle as it is.
    Chance: the commonest of the 288 grids of 4 by 4 cells is right in less than 1 % of cases.
    Source: Russell & Jarvis 2006, "Mathematics of Sudoku II", for the changes that keep solutions.

    Args:
        size: rows and columns of the grid, 4 or 9.
        givens: cells that are given, 4 to 12 with size=4 and 22 to 72 with size=9.

    Raises:
        ValueError: a parameter has any other value.
    """
    if type(size) is not int or size not in BOX:
        raise ValueError(f"size={size!r}: must be 4 or 9")
    expect_whole(f"with size={size}, givens", givens, FEWEST[size], MOST[size])
    solution, puzzle, rejected = demanding_puzzle(rng, size, givens)
    shown, answer = lines(puzzle, size), lines(solution, size)
    one = puzzle.strip(BLANK)[0]
    other = str(int(one) % size + 1)
    return Case(
        PROMPT.format(size=size, box=BOX[size], puzzle=shown),
        answer=answer,
        lures={
            "rows_only": lines(rows_filled(puzzle, size), size),
            "givens_overwritten": answer.translate(str.maketrans(one + other, other + one)),
            "unfilled": shown,
        },
        verify=functools.partial(check_sudoku, answer=solution, puzzle=puzzle),
        kind="grid",
        input=shown,
        rejected=rejected,
    )


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


def box_of(place: int, size: int) -> int:
    """Return the number of the box that a cell is in; boxes are counted row by row from 0."""
    row, column = divmod(place, size)
    return row // BOX[size] * BOX[size] + column // BOX[size]


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


# ---------------------------------------------------------------------------------------------------------------------
# Puzzles, made from those of the bank.


def demanding_puzzle(rng: np.random.Generator, size: int, givens: int) -> tuple[str, str, int]:
    """Draw a puzzle that cannot be solved by looking at its rows alone.

    Returns:
        The solution, the puzzle, and how many puzzles were rejected.
    """
    for rejected in range(TRIES):
        solution, puzzle = changed_puzzle(rng, size, givens)
        if not hold(columns(rows_filled(puzzle, size), size)):
            return solution, puzzle, rejected
    raise AssertionError(f"none of {TRIES} puzzles of {size} by {size} cells needs a look at its columns")


def changed_puzzle(rng: np.random.Generator, size: int, givens: int) -> tuple[str, str]:
    """Draw a puzzle with exactly one solution: one of the bank, changed in ways that keep it so.

    Returns:
        The solution and the puzzle.
    """
    digits = DIGITS[size]
    original = choice(rng, bank(size))
    transposed = rng.random() >= 0.5
    row_order, column_order = choice(rng, line_orders(size)), choice(rng, line_orders(size))
    places = [
        size * column + row if transposed else size * row + column for row in row_order for column in column_order
    ]
    relabelled = str.maketrans(digits, "".join(shuffled(rng, digits)))
    solution, puzzle = ("".join([grid[place] for place in places]).translate(relabelled) for grid in original)
    # Every puzzle takes one number per cell, however many blanks it has; the blanks with the lowest are filled in.
    keys = rng.random(size * size).tolist()
    blanks = [place for place in range(size * size) if puzzle[place] == BLANK]
    by_key = [place for _, place in sorted(zip(keys, blanks, strict=False))]
    filled_in = by_key[: givens - FEWEST[size]]
    return solution, "".join([solution[place] if place in filled_in else digit for place, digit in enumerate(puzzle)])


@functools.cache
def line_orders(size: int) -> list[tuple[int, ...]]:
    """Return the orders of rows (or columns) that keep those of a band (or stack) together."""
    box = BOX[size]
    bands = [range(start, start + box) for start in range(0, size, box)]
    return [
        tuple(itertools.chain(*order))
        for bands_in_order in itertools.permutations(bands)
        for order in itertools.product(*map(itertools.permutations, bands_in_order))
    ]


@functools.cache
def bank(size: int) -> list[tuple[str, str]]:
    """Return the solutions and puzzles of the bank that have this size."""
    pairs = [tuple(line.split()) for line in data_lines(BANK)]
    return [(solution, puzzle) for solution, puzzle in pairs if len(puzzle) == size * size]
