"""Conway's Game of Life, on boards of any size."""

import functools
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import bits
from pytest_ood.families.grids.boards import (
    Board,
    Cell,
    cell_scores,
    cells_of,
    lines,
    live_cells,
    number_of,
    rows_of,
    wrong_cells,
)
from pytest_ood.families.grids.life_prompts import BORDERS, PROMPTS
from pytest_ood.families.lures import wrong_answers
from pytest_ood.parameters import expect_one_of, expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import Check

# The least share of live cells that a result may have.
LIVE = 0.15
TRIES = 200


def solve(inputs: Mapping[str, Any]) -> str:
    """Return a board after some steps of Conway's Game of Life.

    Args:
        inputs["board"]: list[str], the rows of a square board, each cell "0" (dead) or "1" (alive).
        inputs["steps"]: int, how many times the board is updated.
        inputs["boundary"]: str, "torus" if opposite edges are neighbours, "dead" if all cells beyond them are dead.
    """
    start, size = live_cells(inputs["board"]), len(inputs["board"])
    return lines(cells_of(evolve(start, size, inputs["steps"], inputs["boundary"])[-1], size), size)


def step(inputs: Mapping[str, Any], boards: Sequence[str]) -> str | None:
    """Return the board after the last one; None after all steps."""
    rows = boards[-1].split() if boards else inputs["board"]
    return None if len(boards) == inputs["steps"] else solve({**inputs, "board": rows, "steps": 1})


@task(
    control={"size": 4},
    name="grids.life",
    family="grid scaling",
    version=2,
    declared=("prompt", "answer"),
    size="size",
    solver=solve,
    step=step,
    wordings=len(PROMPTS),
)
def life(rng: np.random.Generator, *, size: int = 8, steps: int = 1, boundary: str = "torus", wording: int = 0) -> Case:
    """A board after some steps of Conway's Game of Life, whose rule is stated.

    Moves: the size of the board, 4 by 4 in the control arm.
    Matched: the rule, the number of steps, the boundary, and how the cells are drawn: each alive with a chance of 3/8,
    which makes the next board as dense as it can be on average; the control board is the upper left corner of the
    shifted one. Declared: prompt and answer grow by the cells that are added.
    Rejected: boards that do not change, and those with less than 15 % of live cells in the result, for which an empty
    board would be nearly right: one in six on a torus of 4 by 4 cells after 1 step, one in 500 of 8 by 8.
    Lures: `unchanged`, the board itself, and `all_dead`, the empty one (every case has both); `one_step_short`;
    `one_step_more`; `other_boundary`, the edges treated in the way that the prompt does not state. One that equals the
    answer or an earlier one is left out.
    Chance: below 1 % for the whole board after 1 step. Few boards of 4 by 4 cells live on for long: the commonest one
    is right in 3 % of cases after 3 steps and in 6 % after 16, in far fewer on larger boards. An empty board gets 0.6
    of the cells right after 1 step and 0.7 after 3, a copied one 0.6 of them, so every answer is scored by its `cells`
    and, for comparison, by `cells_if_copied` and `cells_if_dead`.
    Source: Gardner 1970, "The fantastic combinations of John Conway's new solitaire game 'life'".

    Args:
        size: rows and columns of the board, 4 to 32.
        steps: updates, 1 to 16.
        boundary: "torus" or "dead".
        wording: the wording of the question, 0 to 2.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_whole("size", size, 4, 32)
    expect_whole("steps", steps, 1, 16)
    expect_one_of("boundary", boundary, list(BORDERS))
    boards, rejected = lively_boards(rng, size, steps, boundary)
    start, result = boards[0], boards[-1]
    other_boundary = next(name for name in BORDERS if name != boundary)
    shortcuts = {
        "unchanged": start,
        "all_dead": frozenset[Cell](),
        "one_step_short": boards[-2],
        "one_step_more": next_board(result, size, boundary),
        "other_boundary": evolve(start, size, steps, other_boundary)[-1],
    }
    board, answer = lines(cells_of(start, size), size), lines(cells_of(result, size), size)
    return Case(
        PROMPTS[wording].format(size=size, border=BORDERS[boundary], board=board, steps=number_of(steps)),
        answer=answer,
        lures=wrong_answers(answer, {name: lines(cells_of(given, size), size) for name, given in shortcuts.items()}),
        verify=functools.partial(check_board, answer=cells_of(result, size), start=cells_of(start, size)),
        kind="grid",
        input=board,
        inputs={"board": board.split(), "steps": steps, "boundary": boundary},
        rejected=rejected,
    )


def check_board(given: str, answer: str, start: str) -> Check:
    """Check that every cell is right, one row per line. White space within the lines and empty lines do not count.

    The detail of a wrong board: `first_wrong_row` and `first_wrong_column`, counted from 0; of a board of another shape
    how it differs; of anything but cells only that it is `not_cells`. Scores, for any answer: those of `cell_scores`,
    and `cells_if_dead`, the share of cells that an empty board gets right.
    """
    size = math.isqrt(len(answer))
    rows, misshapen = rows_of(given, size)
    cells = "" if misshapen else "".join(rows)
    wrong = wrong_cells(cells, answer)
    scores = {**cell_scores(wrong, answer, start), "cells_if_dead": answer.count("0") / len(answer)}
    if not wrong:
        return Check(True, {}, scores)
    if misshapen:
        return Check(False, misshapen, scores)
    if not set(cells) <= {"0", "1"}:
        return Check(False, {"not_cells": True}, scores, in_form=False)
    row, column = divmod(wrong[0], size)
    return Check(False, {"first_wrong_row": row, "first_wrong_column": column}, scores)


def lively_boards(rng: np.random.Generator, size: int, steps: int, boundary: str) -> tuple[list[Board], int]:
    """Draw a board that changes and lives on; return it with those it becomes, and how many were rejected."""
    for rejected in range(TRIES):
        boards = evolve(drawn_board(rng, size), size, steps, boundary)
        if boards[-1] != boards[0] and len(boards[-1]) >= LIVE * size * size:
            return boards, rejected
    raise AssertionError(f"none of {TRIES} boards of {size} by {size} cells lived on for {steps} steps")


def drawn_board(rng: np.random.Generator, size: int) -> Board:
    """Draw a board whose cells are alive with a chance of 3/8: if one bit is set, and at least one of two others."""
    alive = set[Cell]()
    for row in range(size):
        ones, twos, threes = bits(rng, size), bits(rng, size), bits(rng, size)
        columns = [place for place in range(size) if ones[place] == "1" and "1" in (twos[place], threes[place])]
        alive |= {(row, column) for column in columns}
    return frozenset(alive)


def evolve(board: Board, size: int, steps: int, boundary: str) -> list[Board]:
    """Return the board and what it becomes after each of some updates."""
    boards = [board]
    for _ in range(steps):
        boards.append(next_board(boards[-1], size, boundary))
    return boards


def next_board(board: Board, size: int, boundary: str) -> Board:
    """Return the board after one update."""
    neighbours = neighbours_of(size, boundary)
    live_neighbours = Counter(neighbour for cell in board for neighbour in neighbours[cell])
    return frozenset(cell for cell, count in live_neighbours.items() if count == 3 or (count == 2 and cell in board))


@functools.cache
def neighbours_of(size: int, boundary: str) -> Mapping[Cell, Sequence[Cell]]:
    """Return the neighbours of every cell of a board."""
    places = [(row, column) for row in range(size) for column in range(size)]
    around = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1) if (down, right) != (0, 0)]
    if boundary == "torus":
        return {
            (row, column): [((row + down) % size, (column + right) % size) for down, right in around]
            for row, column in places
        }
    inside = frozenset(places)
    return {
        (row, column): [
            (row + down, column + right) for down, right in around if (row + down, column + right) in inside
        ]
        for row, column in places
    }
