"""The search for the solutions of a sudoku."""

import itertools
from collections.abc import Iterator, Sequence

from pytest_ood.families.grids.sudoku_puzzles import BLANK, BOX, DIGITS


def solutions(
    puzzle: str, size: int, orders: Sequence[Sequence[str]] = (), most_tries: int | None = None
) -> Iterator[str]:
    """Yield every way to fill the blanks of a puzzle.

    Args:
        puzzle: digits, with a full stop for each blank.
        size: 4 or 9.
        orders: for each cell, the digits in the order in which they are tried; ascending by default.
        most_tries: how many digits are tried at most; by default, all that are possible.

    Raises:
        ValueError: there may be more solutions, but so many digits were tried.
    """
    digits = DIGITS[size]
    # The digits that each row, column and box still lacks.
    rows, columns, boxes = ([set(digits) for _ in range(size)] for _ in range(3))
    groups = [(rows[place // size], columns[place % size], boxes[box_of(place, size)]) for place in range(size * size)]
    grid = list(puzzle)
    tries = itertools.count()

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
                if next(tries) == most_tries:
                    raise ValueError(f"no solution was found in {most_tries} tries")
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


def box_of(place: int, size: int) -> int:
    """Return the number of the box that a cell is in; boxes are counted row by row from 0."""
    row, column = divmod(place, size)
    return row // BOX[size] * BOX[size] + column // BOX[size]
