"""A grid of letters, and a change to one cell that must leave the others alone."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pytest_ood.answers import join
from pytest_ood.case import Case
from pytest_ood.dialogue import Dialogue
from pytest_ood.families.chains.conversations import next_message, total_length
from pytest_ood.families.chains.edit_one_cell_prompts import PROMPTS, messages_of
from pytest_ood.families.chains.grid_edits import (
    LETTERS,
    Change,
    all_written,
    difference_in_shape,
    each_edited,
    picked_changes,
    replaced,
    rows_of,
    shortcuts,
    written,
)
from pytest_ood.families.lures import wrong_answers
from pytest_ood.parameters import expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import Check

MOST_EDITS = 9
# Characters that an answer may have for each cell, spaces included.
ROOM = 8
# How many wrong cells a detail lists.
MOST_LISTED = 5


def solve(inputs: Mapping[str, Any]) -> str:
    """Return the grid after each change of a single cell, with an empty line between any two grids.

    Args:
        inputs["grid"]: list[str], the rows from top to bottom, such as "A B C".
        inputs["changes"]: list[dict], the changes in order: "row" and "column", counted from 1, and the new "letter".
    """
    rows, grids = [row.split() for row in inputs["grid"]], []
    for change in inputs["changes"]:
        rows[change["row"] - 1][change["column"] - 1] = change["letter"]
        grids.append("\n".join([" ".join(row) for row in rows]))
    return join(grids)


@task(
    control={"size": 3},
    name="dialogues.edit_one_cell",
    family="chaining",
    version=2,
    declared=("prompt", "answer"),
    size="size",
    solver=solve,
    wordings=len(PROMPTS),
)
def edit_one_cell(rng: np.random.Generator, *, size: int = 5, edits: int = 1, wording: int = 0) -> Case:
    """A filled grid and a change to one cell; the answer is the whole grid after it.

    With several edits, each turn of a conversation asks for one more, to a cell that was not changed before, and for
    the grid after it. The last grid decides; those before it show where it went wrong.
    Moves: the size of the grid, 3x3 in the control arm.
    Matched: the words of the prompt; the letters, each with equal chance; the cell, each with equal chance; what it
    becomes, any other letter; the number of edits. Declared: prompt and answer grow with the grid.
    Rejected: nothing; every edit changes its cell.
    Lures: `unchanged`, the grid as it was (every case has it); `others_altered`, the letter inserted before the cell,
    so that all cells after it move on by one; `replaced_everywhere`, all cells with the same letter changed;
    `row_and_column_swapped`; `started_over`, each edit made to the first grid or, if there is only one, to a new grid
    filled from A on. One that ends in the right grid, or equals an earlier one, is left out.
    Chance: negligible.
    Source: the locality of an edit, as measured for facts in Meng et al. 2022, "Locating and Editing Factual
    Associations in GPT" (2202.05262), here for letters in plain sight.

    Args:
        size: rows and columns, 2 to 30.
        edits: changes, one per turn: 1 to 9, and at most as many as there are cells.
        wording: the wording of the messages, 0 to 2.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_whole("size", size, 2, 30)
    expect_whole(f"with size={size}, edits", edits, 1, min(MOST_EDITS, size * size))
    # The numbers that pick the changes come before the grid: there are as many of them in both arms.
    parts = rng.random((edits, 2)).tolist()
    start = "".join([LETTERS[place] for place in rng.integers(len(LETTERS), size=size * size, dtype=np.uint8)])
    changes = picked_changes(parts, start)
    grids = each_edited(replaced, start, changes)
    answers = all_written(grids, size)
    wrong = {name: others for name, others in shortcuts(start, changes, size).items() if others[-1] != grids[-1]}
    lures = wrong_answers(answers, {name: all_written(others, size) for name, others in wrong.items()})
    check = functools.partial(check_edits, start=start, changes=changes, states=grids, size=size)
    shown = written(start, size)
    messages = messages_of(changes, shown, size, wording)
    inputs = {
        "grid": shown.split("\n"),
        "changes": [
            {"row": place // size + 1, "column": place % size + 1, "letter": letter} for place, letter in changes
        ],
    }
    if edits == 1:
        return Case(
            messages[0],
            answer=answers[0],
            lures={name: lure for name, (lure,) in lures.items()},
            verify=lambda given: check([given]),
            kind="grid",
            input=shown,
            inputs=inputs,
        )
    return Dialogue(
        messages[0],
        reply=functools.partial(next_message, messages=messages),
        answers=answers,
        verify=check,
        kind="grid",
        lures=lures,
        input=shown,
        inputs=inputs,
        unique=False,
    )


def check_edits(given: Sequence[str], start: str, changes: Sequence[Change], states: Sequence[str], size: int) -> Check:
    """Check that the last grid is right. Case, empty lines and spaces do not count; rows are lines.

    The detail of a wrong grid: `changed`, whether the cell of the last edit is right; `moved`, the first few other
    cells that are wrong, each as a row and a column counted from 1, and `moved_count`, how many there are. Of a grid of
    another shape: `given_rows` and `expected_rows`, or the first `row` of another length and both lengths. After
    several edits also `first_wrong_turn`, counted from 1, and `later_turns_follow`, the share of the turns after it
    whose grid is what the edit makes of the grid before, right or wrong; None if there are none. With another number of
    turns only both numbers.
    Scores: `cells`, the share of cells that are right; `untouched`, the share of the cells without an edit that are as
    they were; both 0 for a grid of another shape.

    Args:
        given: the grids of all turns.
        start: the grid at the start.
        changes: the change of each turn.
        states: the right grid after each turn.
        size: rows and columns.
    """
    nothing = {"cells": 0.0, "untouched": 0.0}
    if total_length(given) > len(states) * ROOM * (size * size + ROOM) or not all(map(str.isascii, given)):
        return Check(False, {"not_a_grid": True}, nothing)
    if len(given) != len(states):
        return Check(False, {"given_turns": len(given), "expected_turns": len(states)}, nothing)
    rows = rows_of(given[-1])
    misshapen = difference_in_shape(rows, size)
    cells, answer = "".join(rows), states[-1]
    if not misshapen and cells == answer:
        return Check(True, scores={"cells": 1.0, "untouched": 1.0})
    where = where_it_went_wrong(given, start, changes, states, size) if len(states) > 1 else {}
    if misshapen:
        return Check(False, {**misshapen, **where}, nothing)
    wrong = [place for place, (mine, theirs) in enumerate(zip(cells, answer, strict=True)) if mine != theirs]
    last_place = changes[-1][0]
    moved = [place for place in wrong if place != last_place]
    changed_places = {place for place, _ in changes}
    others = size * size - len(changes)
    touched = sum(place not in changed_places for place in wrong)
    return Check(
        False,
        {
            "changed": last_place not in wrong,
            "moved": [[place // size + 1, place % size + 1] for place in moved[:MOST_LISTED]],
            "moved_count": len(moved),
            **where,
        },
        {"cells": 1 - len(wrong) / len(answer), "untouched": 1 - touched / others if others else 1.0},
    )


def where_it_went_wrong(
    turns: Sequence[str], start: str, changes: Sequence[Change], states: Sequence[str], size: int
) -> dict[str, int | float | None]:
    """Return the first turn whose grid is wrong, and the share of later ones that follow from the grid before them."""
    all_rows = [rows_of(turn) for turn in turns]
    grids = ["" if difference_in_shape(rows, size) else "".join(rows) for rows in all_rows]
    first = next(turn for turn, (mine, theirs) in enumerate(zip(grids, states, strict=True)) if mine != theirs)
    follows = [
        old != "" and new == replaced(old, change)
        for old, new, change in zip([start, *grids[:-1]], grids, changes, strict=True)
    ]
    later = follows[first + 1 :]
    return {"first_wrong_turn": first + 1, "later_turns_follow": sum(later) / len(later) if later else None}
