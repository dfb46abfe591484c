"""Grids of letters: how they are written and read, and edits of one cell, right ones and wrong ones."""

import itertools
from collections.abc import Callable, Sequence

from pytest_ood.drawing import pick

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NO_SPACES = str.maketrans("", "", " \t\r\f\v")
# A grid is a string, row after row. A change is a cell, counted from 0, and what it becomes.
Change = tuple[int, str]


def written(grid: str, size: int) -> str:
    """Write the grid as prompts and answers do."""
    return "\n".join([" ".join(grid[start : start + size]) for start in range(0, size * size, size)])


def all_written(grids: Sequence[str], size: int) -> list[str]:
    """Write the grids of all turns."""
    return [written(grid, size) for grid in grids]


def rows_of(grid: str) -> list[str]:
    """Return the rows of a grid as it was given, in upper case and without spaces."""
    return [row for row in grid.translate(NO_SPACES).upper().split("\n") if row]


def difference_in_shape(rows: Sequence[str], size: int) -> dict[str, int]:
    """Return how a grid differs in shape: by the number of its rows, or by the first row of another length."""
    if len(rows) != size:
        return {"given_rows": len(rows), "expected_rows": size}
    for number, row in enumerate(rows, 1):
        if len(row) != size:
            return {"row": number, "given_length": len(row), "expected_length": size}
    return {}


def picked_changes(parts: Sequence[Sequence[float]], start: str) -> list[Change]:
    """Return changes of different cells, each to another letter.

    Args:
        parts: two numbers in [0, 1) for each change, which pick the cell and the letter.
        start: the grid.
    """
    unchanged = list(range(len(start)))
    changes = []
    for where, what in parts:
        place = pick(unchanged, where)
        unchanged.remove(place)
        changes.append((place, pick(LETTERS.replace(start[place], ""), what)))
    return changes


def replaced(grid: str, change: Change) -> str:
    """Return the grid after a change."""
    place, letter = change
    return grid[:place] + letter + grid[place + 1 :]


def inserted(grid: str, change: Change) -> str:
    """Return the grid with the letter inserted before the cell; what no longer fits falls off the end."""
    place, letter = change
    return grid[:place] + letter + grid[place:-1]


def replaced_everywhere(grid: str, change: Change) -> str:
    """Return the grid with every cell changed that holds the same letter."""
    place, letter = change
    return grid.replace(grid[place], letter)


def each_edited(edit: Callable[[str, Change], str], start: str, changes: Sequence[Change]) -> list[str]:
    """Return the grid after each change."""
    return list(itertools.accumulate(changes, edit, initial=start))[1:]


def shortcuts(start: str, changes: Sequence[Change], size: int) -> dict[str, list[str]]:
    """Return the grids after each turn, by the shortcut that gives them."""
    swapped = [(place % size * size + place // size, letter) for place, letter in changes]
    filled_from_a = "".join([LETTERS[place % len(LETTERS)] for place in range(size * size)])
    first = start if len(changes) > 1 else filled_from_a
    return {
        "unchanged": [start] * len(changes),
        "others_altered": each_edited(inserted, start, changes),
        "replaced_everywhere": each_edited(replaced_everywhere, start, changes),
        "row_and_column_swapped": each_edited(replaced, start, swapped),
        "started_over": [replaced(first, change) for change in changes],
    }
