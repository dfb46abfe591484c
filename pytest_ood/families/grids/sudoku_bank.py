"""How the puzzles of `data/sudoku.txt` were made. No task calls this; the tests regenerate some of them."""

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from pytest_ood.drawing import shuffled
from pytest_ood.families.grids.sudoku import box_of
from pytest_ood.families.grids.sudoku_puzzles import BLANK, DIGITS


def minimal_puzzle(rng: np.random.Generator, size: int) -> tuple[str, str]:
    """Draw a puzzle with exactly one solution, which would have more without any one of its given cells.

    The bank holds some of those that ``generator("sudoku bank", size, 0, draw)`` gives for draw 0, 1, 2, ...: the ones
    with the fewest given cells, and of 4 by 4 cells only those that no earlier one can be changed into.

    Returns:
        The solution and the puzzle.
    """
    orders = [shuffled(rng, DIGITS[size]) for _ in range(size * size)]
    solution = next(solutions(BLANK * size * size, size, orders))
    puzzle = solution
    for place in shuffled(rng, range(size * size)):
        without = puzzle[:place] + BLANK + puzzle[place + 1 :]
        if len(list(itertools.islice(solutions(without, size), 2))) == 1:
            puzzle = without
    return solution, puzzle


def solutions(puzzle: str, size: int, orders: Sequence[Sequence[str]] = ()) -> Iterator[str]:
    """Yield every way to fill the blanks of a puzzle.

    Args:
        puzzle: digits, with a full stop for each blank.
        size: 4 or 9.
        orders: for each cell, the digits in the order in which they are tried; ascending by default.
    """
    digits = DIGITS[size]
    # The digits that each row, column and box still lacks.
    rows, columns, boxes = ([set(digits) for _ in range(size)] for _ in range(3))
    groups = [(rows[place // size], columns[place % size], boxes[box_of(place, size)]) for place in range(size * size)]
    grid = list(puzzle)

    def possible(place: int) -> set[str]:
        row, column, box = groups[place]
        return row & column & box

    def fill(blanks: list[int]) -> Iterator[str]:
        if not blanks:
            yield "".join(grid)
            return
        place = min(blanks, key=lambda blank: len(possible(blank)))
        rest = [blank for blank in blanks if blank != place]
        lacking = possible(place)
        for digit in orders[place] if orders else digits:
            if digit in lacking:
                grid[place] = digit
                for group in groups[place]:
                    group.remove(digit)
                yield from fill(rest)
                for group in groups[place]:
                    group.add(digit)

    for place, digit in enumerate(puzzle):
        if digit != BLANK:
            if digit not in possible(place):
                return
            for group in groups[place]:
                group.remove(digit)
    yield from fill([place for place, digit in enumerate(puzzle) if digit == BLANK])
