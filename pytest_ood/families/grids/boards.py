"""Boards and rows of cells: how they are written, read and scored."""

from collections.abc import Sequence

# A row and a column, counted from 0. A board is the set of its live cells.
Cell = tuple[int, int]
Board = frozenset[Cell]

# A longer answer is not read. The largest board, with white space between its cells, is much shorter.
LONGEST = 20_000


def lines(cells: str, size: int) -> str:
    """Write the cells of a square board, one row per line."""
    return "\n".join([cells[start : start + size] for start in range(0, size * size, size)])


def rows_of(given: str, size: int) -> tuple[list[str], dict[str, int]]:
    """Read the rows of a square board. White space within the lines and empty lines do not count.

    Returns:
        The rows, and how they differ from `size` rows of `size` cells, as the detail of a `Check`; empty if they do
        not.
    """
    if len(given) > LONGEST:
        return [], {"given_characters": len(given)}
    rows = ["".join(line.split()) for line in given.splitlines() if line.strip()]
    if len(rows) != size:
        return rows, {"given_rows": len(rows), "expected_rows": size}
    for number, row in enumerate(rows):
        if len(row) != size:
            return rows, {"wrong_row": number, "given_length": len(row), "expected_length": size}
    return rows, {}


def wrong_cells(cells: str, answer: str) -> list[int]:
    """Return the places at which cells that are 0 or 1 are wrong.

    Other characters, or another number of cells, make every place wrong.
    """
    if len(cells) != len(answer) or not set(cells) <= {"0", "1"}:
        return list(range(len(answer)))
    return [place for place, (mine, right) in enumerate(zip(cells, answer, strict=True)) if mine != right]


def cell_scores(wrong: Sequence[int], answer: str, start: str) -> dict[str, float]:
    """Return the share of cells that are right (`cells`), and the share if the start were copied (`cells_if_copied`).

    Args:
        wrong: the places of the wrong cells.
        answer: the right cells.
        start: the cells of the prompt.
    """
    return {
        "cells": 1 - len(wrong) / len(answer),
        "cells_if_copied": 1 - len(wrong_cells(start, answer)) / len(answer),
    }


def number_of(steps: int) -> str:
    """Write a number of steps: ``"1 step"``, ``"2 steps"``."""
    return "1 step" if steps == 1 else f"{steps} steps"


def live_cells(rows: Sequence[str]) -> Board:
    """Return the live cells of a board that is written in rows of 0 and 1."""
    return frozenset((row, column) for row, line in enumerate(rows) for column, cell in enumerate(line) if cell == "1")


def cells_of(board: Board, size: int) -> str:
    """Write the cells of a board, row after row, as 0 and 1."""
    return "".join(["1" if (row, column) in board else "0" for row in range(size) for column in range(size)])
