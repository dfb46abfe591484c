"""Sudokus with exactly one solution, made from those of a bank."""

import functools
import itertools
from pathlib import Path

import numpy as np

from pytest_ood.drawing import choice, shuffled
from pytest_ood.families.data_files import data_lines

# The solutions and puzzles that all others are made from. `sudoku_bank` shows how these were made.
BANK = Path(__file__).parent / "data" / "sudoku.txt"
# A grid is a string, row after row, with a full stop for each blank cell.
BLANK = "."
# By the size of the grid: the size of its boxes, and its digits.
BOX = {4: 2, 9: 3}
DIGITS = {4: "1234", 9: "123456789"}


def changed_puzzle(rng: np.random.Generator, size: int, blanks: int) -> tuple[str, str]:
    """Draw a puzzle with one solution and so many blank cells: one of the bank, changed in ways that keep it so.

    Digits are relabelled, rows and columns are permuted within their bands and the bands among themselves, the grid is
    transposed; then blank cells are filled in at random.

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
    blank_places = [place for place in range(size * size) if puzzle[place] == BLANK]
    by_key = [place for _, place in sorted(zip(keys, blank_places, strict=False))]
    filled_in = by_key[: len(blank_places) - blanks]
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
