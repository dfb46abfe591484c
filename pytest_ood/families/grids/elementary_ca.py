"""Elementary cellular automata: a row of cells, updated by a stated table of eight entries."""

import functools
import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import bits
from pytest_ood.families.grids.boards import LONGEST, cell_scores, number_of, wrong_cells
from pytest_ood.families.grids.elementary_ca_prompts import BOUNDARIES, PROMPTS
from pytest_ood.families.lures import wrong_answers
from pytest_ood.parameters import expect_one_of, expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import Check

# The new value of a cell, by the old values of its left neighbour, itself and its right neighbour, such as "110".
Rule = Mapping[str, str]
NEIGHBOURHOODS = ("111", "110", "101", "100", "011", "010", "001", "000")
TRIES = 200
# Up to this many cells, the chance is counted over all rows.
COUNTED = 10


def solve(inputs: Mapping[str, Any]) -> str:
    """Return a row of cells after some steps of an elementary cellular automaton.

    Args:
        inputs["rule"]: dict[str, str], the new value of a cell, "0" or "1", by the old values of its left neighbour,
            itself and its right neighbour: eight of them, from "000" to "111".
        inputs["row"]: str, the cells, each "0" or "1".
        inputs["steps"]: int, how many times the row is updated.
        inputs["boundary"]: str, "periodic" if the row is a ring, "zeros" if all cells beyond its ends are always 0.
    """
    return evolve(inputs["row"], inputs["rule"], inputs["steps"], inputs["boundary"])


def next_row(inputs: Mapping[str, Any], rows: Sequence[str]) -> str | None:
    """Return the row after the last one; None after all steps."""
    row = rows[-1] if rows else inputs["row"]
    return None if len(rows) == inputs["steps"] else update(row, inputs["rule"], inputs["boundary"])


@task(
    control={"width": 8},
    name="grids.elementary_ca",
    family="grid scaling",
    version=2,
    declared=("prompt", "answer", "lures"),
    size="width",
    solver=solve,
    step=next_row,
    wordings=len(PROMPTS),
)
def elementary_ca(
    rng: np.random.Generator,
    *,
    rule: int = 110,
    width: int = 16,
    steps: int = 1,
    boundary: str = "periodic",
    wording: int = 0,
) -> Case:
    """A row of cells after some steps of an elementary cellular automaton, whose rule table is stated.

    Moves: the width of the row, 8 in the control arm.
    Matched: the rule, the number of steps, the boundary, and how the cells are drawn: each 0 or 1 with equal chance,
    the control row being the beginning of the shifted one. Declared: prompt and answer grow by the cells that are
    added; on one step the other boundary often gives the same row, and rule 90 is its own mirror image.
    Rejected, because an answer that takes no work would be right: rows that are all 0 or all 1, rows whose result is,
    and rows that do not change.
    Lures: `copied`, the row itself (every case has it); `one_step_short`; `one_step_more`; `other_boundary`, the ends
    treated in the way that the prompt does not state; `mirrored_rule`, left and right neighbour confused. One that
    equals the answer or an earlier one is left out.
    Chance: that of the commonest result, counted over all rows of up to 10 cells: 2 % for a ring of 8 cells after 1
    step of rule 28, 90 or 110, more after several steps. For longer rows it is stated as 0, and is below 1 % after 1
    step of these rules. Copying gets 0.62 of the cells right on rules 28 and 110 and 0.50 on rule 90, so every answer
    is scored by its `cells` and, for comparison, by `cells_if_copied`.
    Source: Wolfram 1983, "Statistical mechanics of cellular automata", for the rules and their numbers.

    Args:
        rule: 0 to 255, the eight new values for the neighbourhoods 111, 110, ... 000 read as a binary number.
        width: cells in the row, 3 to 1,000.
        steps: updates, 1 to 100.
        boundary: "periodic" or "zeros".
        wording: the wording of the question, 0 to 2.

    Raises:
        ValueError: a parameter has any other value, or the rule yields nothing but rejected rows: rule 0 empties every
            row, rule 204 changes none, rule 90 empties a ring of 8 cells in 4 steps.
    """
    expect_whole("rule", rule, 0, 255)
    expect_whole("width", width, 3, 1000)
    expect_whole("steps", steps, 1, 100)
    expect_one_of("boundary", boundary, list(BOUNDARIES))
    table = rule_table(rule)
    row, answer, rejected = lively_row(rng, rule, width, steps, boundary)
    other_boundary = next(name for name in BOUNDARIES if name != boundary)
    shortcuts = {
        "copied": row,
        "one_step_short": evolve(row, table, steps - 1, boundary),
        "one_step_more": update(answer, table, boundary),
        "other_boundary": evolve(row, table, steps, other_boundary),
        "mirrored_rule": evolve(row, mirrored(table), steps, boundary),
    }
    written = "\n".join(f"{neighbourhood} -> {new}" for neighbourhood, new in table.items())
    return Case(
        PROMPTS[wording].format(
            rule=written, boundary=BOUNDARIES[boundary], row=row, steps=number_of(steps), width=width
        ),
        answer=answer,
        lures=wrong_answers(answer, shortcuts),
        verify=functools.partial(check_row, answer=answer, start=row),
        kind="grid",
        input=row,
        inputs={"rule": dict(table), "row": row, "steps": steps, "boundary": boundary},
        rejected=rejected,
        chance=share_of_the_commonest(rule, width, steps, boundary) if width <= COUNTED else 0.0,
    )


@functools.cache
def share_of_the_commonest(rule: int, width: int, steps: int, boundary: str) -> float:
    """Return how often the commonest result comes up, over all rows that are not rejected."""
    rows = ["".join(cells) for cells in itertools.product("01", repeat=width)]
    results = [(row, evolve(row, rule_table(rule), steps, boundary)) for row in rows]
    counts = Counter(result for row, result in results if is_lively(row, result))
    return max(counts.values()) / counts.total()


def check_row(given: str, answer: str, start: str) -> Check:
    """Check that every cell is right. White space between the cells does not count.

    The detail of a wrong row: `first_wrong`, the place of the first wrong cell, counted from 0; of a row of another
    length both lengths; of anything but cells only that it is `not_cells`. Scores: those of `cell_scores`, for any
    answer.
    """
    cells = "".join(given.split()) if len(given) <= LONGEST else ""
    wrong = wrong_cells(cells, answer)
    scores = cell_scores(wrong, answer, start)
    if not wrong:
        return Check(True, {}, scores)
    if len(given) > LONGEST:
        return Check(False, {"given_characters": len(given)}, scores)
    if not set(cells) <= {"0", "1"}:
        return Check(False, {"not_cells": True}, scores, in_form=False)
    if len(cells) != len(answer):
        return Check(False, {"given_length": len(cells), "expected_length": len(answer)}, scores)
    return Check(False, {"first_wrong": wrong[0]}, scores)


def lively_row(rng: np.random.Generator, rule: int, width: int, steps: int, boundary: str) -> tuple[str, str, int]:
    """Draw a row that changes and lives on.

    Returns:
        The row, the row after all steps, and how many rows were rejected.
    """
    for rejected in range(TRIES):
        row = bits(rng, width)
        result = evolve(row, rule_table(rule), steps, boundary)
        if is_lively(row, result):
            return row, result, rejected
    raise ValueError(
        f"rule={rule}, width={width}, steps={steps}, boundary={boundary!r}: none of {TRIES} rows became anything but"
        " itself, all 0 or all 1; take a rule, width or number of steps with which a row lives on and changes"
    )


def is_lively(row: str, result: str) -> bool:
    """Return whether a row changes, and neither it nor the result is all 0 or all 1."""
    return result != row and len(set(row)) == len(set(result)) == 2


def evolve(row: str, table: Rule, steps: int, boundary: str) -> str:
    """Return the row after some updates."""
    for _ in range(steps):
        row = update(row, table, boundary)
    return row


def update(row: str, table: Rule, boundary: str) -> str:
    """Return the row after one update."""
    padded = row[-1] + row + row[0] if boundary == "periodic" else f"0{row}0"
    return "".join([table[padded[place : place + 3]] for place in range(len(row))])


@functools.cache
def rule_table(rule: int) -> Rule:
    """Return the table of the rule with this number: its eight bits are the new values, in order."""
    return dict(zip(NEIGHBOURHOODS, f"{rule:08b}", strict=True))


def mirrored(table: Rule) -> Rule:
    """Return the table with left and right exchanged."""
    return {neighbourhood: table[neighbourhood[::-1]] for neighbourhood in table}
