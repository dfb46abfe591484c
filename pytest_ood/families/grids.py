"""Grid scaling: the rule of the grid stays, the grid grows."""

import functools

import numpy as np

from pytest_ood.case import Case, task
from pytest_ood.families import expect_one_of, expect_whole, wrong_ones
from pytest_ood.verify import Check

BOUNDARIES = {
    "periodic": "The row is a ring: the first cell and the last cell are neighbours.",
    "zeros": "Beyond both ends of the row every cell is always 0.",
}
TRIES = 200

PROMPT = """\
A row of cells, each 0 or 1, is updated all at once. The new value of a cell depends on the old values of its left \
neighbour, itself and its right neighbour:
{rule}
{boundary}

The row is:
{row}

Give the row after {steps} as {width} digits 0 or 1, without anything between them."""


@task(control={"width": 8}, family="grid scaling")
def elementary_ca(
    rng: np.random.Generator, *, rule: int = 110, width: int = 16, steps: int = 1, boundary: str = "periodic"
) -> Case:
    """A row of cells after some steps of an elementary cellular automaton, whose rule table is stated.

    Moves: the width of the row, 8 in the control arm.
    Matched: the rule, the number of steps, the boundary, and how the cells are drawn: each 0 or 1 with equal chance,
    the cells of the control row being the first of the shifted row. Declared: prompt and answer grow by the cells that
    are added.
    Rejected, for being right by doing nothing or next to nothing: rows that are all 0 or all 1, rows whose result is,
    and rows that are their own result.
    Lures: `copied`, the row itself (every case has it); `one_step_short`; `one_step_more`; `other_boundary`, the ends
    treated in the way that the prompt does not state; `mirrored_rule`, left and right neighbour confused. One that
    equals the answer or an earlier one is left out.
    Chance: 2^-width for the whole row. A cell copied is right in 0.62 of cells on rules 28 and 110 and 0.50 on rule 90,
    so that the detail of a wrong answer gives `copy_accuracy` beside `cell_accuracy`.
    Source: Wolfram 1983, "Statistical mechanics of cellular automata", for the rules and their numbers.

    rule: 0 to 255, the eight new values for the neighbourhoods 111, 110, ... 000 read as a binary number.
    width: cells in the row, 3 to 1,000.
    steps: updates, 1 to 100.
    boundary: "periodic" or "zeros".

    Raises:
        ValueError: a parameter is not one of these, or the rule yields nothing but rejected rows: rule 0 empties every
            row, rule 204 changes none, rule 90 empties a ring of 8 cells in 4 steps.
    """
    expect_whole("rule", rule, 0, 255)
    expect_whole("width", width, 3, 1000)
    expect_whole("steps", steps, 1, 100)
    expect_one_of("boundary", boundary, list(BOUNDARIES))
    start, result, rejected = lively(rng, rule, width, steps, boundary)
    other = next(name for name in BOUNDARIES if name != boundary)
    shortcuts = {
        "copied": start,
        "one_step_short": evolve(start, rule, width, steps - 1, boundary),
        "one_step_more": update(result, rule, width, boundary),
        "other_boundary": evolve(start, rule, width, steps, other),
        "mirrored_rule": evolve(start, mirrored(rule), width, steps, boundary),
    }
    row, answer = digits(start, width), digits(result, width)
    return Case(
        PROMPT.format(
            rule=table(rule),
            boundary=BOUNDARIES[boundary],
            row=row,
            steps="1 step" if steps == 1 else f"{steps} steps",
            width=width,
        ),
        answer=answer,
        lures=wrong_ones(answer, {name: digits(given, width) for name, given in shortcuts.items()}),
        verify=functools.partial(check_row, answer=answer, start=row),
        input=row,
        rejected=rejected,
    )


def check_row(given: str, answer: str, start: str) -> Check:
    """Whether every cell is right. White space between the cells does not count.

    The detail of a wrong row: `first_wrong`, the place of the first wrong cell counted from 0; `cell_accuracy`, the
    share of right cells; `copy_accuracy`, the same had the start been copied. Of a row of another length it gives both
    lengths, and of anything but cells only that.
    """
    cells = "".join(given.split())
    if cells == answer:
        return Check(True)
    if cells.strip("01"):
        return Check(False, {"not_cells": True})
    if len(cells) != len(answer):
        return Check(False, {"given_length": len(cells), "expected_length": len(answer)})
    # A bit for each cell that differs, the first cell's the highest.
    wrong, copied_wrong = int(cells, 2) ^ int(answer, 2), int(start, 2) ^ int(answer, 2)
    return Check(
        False,
        {
            "first_wrong": len(answer) - wrong.bit_length(),
            "cell_accuracy": (len(answer) - wrong.bit_count()) / len(answer),
            "copy_accuracy": (len(answer) - copied_wrong.bit_count()) / len(answer),
        },
    )


def lively(rng: np.random.Generator, rule: int, width: int, steps: int, boundary: str) -> tuple[int, int, int]:
    """A row, what becomes of it, and how many rows were rejected because doing nothing would nearly be right."""
    full = (1 << width) - 1
    for rejected in range(TRIES):
        # The leftmost cell is the highest bit, drawn first: a narrow row begins like the wide one of the same draw.
        start = 0
        for word in rng.bit_generator.random_raw((width + 63) // 64).tolist():
            start = start << 64 | word
        start >>= -width % 64
        result = evolve(start, rule, width, steps, boundary)
        if start not in (0, full, result) and result not in (0, full):
            return start, result, rejected
    raise ValueError(
        f"rule={rule}, width={width}, steps={steps}, boundary={boundary!r}: none of {TRIES} rows became anything but"
        " itself, all 0 or all 1; take a rule, width or number of steps with which a row lives on and changes"
    )


def evolve(row: int, rule: int, width: int, steps: int, boundary: str) -> int:
    """The row after `steps` updates."""
    for _ in range(steps):
        row = update(row, rule, width, boundary)
    return row


def update(row: int, rule: int, width: int, boundary: str) -> int:
    """The row after one update, all cells at once: bit k of `left` and `right` is the neighbour of bit k of `row`."""
    full = (1 << width) - 1
    left, right = row >> 1, row << 1 & full
    if boundary == "periodic":
        left |= (row & 1) << width - 1
        right |= row >> width - 1
    lefts, selves, rights = (full ^ left, left), (full ^ row, row), (full ^ right, right)
    new = 0
    for to_left, itself, to_right in alive(rule):
        new |= lefts[to_left] & selves[itself] & rights[to_right]
    return new


@functools.lru_cache(maxsize=256)
def alive(rule: int) -> list[tuple[int, int, int]]:
    """The neighbourhoods (left, self, right) after which a cell is 1."""
    return [(n >> 2, n >> 1 & 1, n & 1) for n in range(8) if rule >> n & 1]


@functools.lru_cache(maxsize=256)
def mirrored(rule: int) -> int:
    """The rule with left and right exchanged."""
    return sum(1 << (right << 2 | itself << 1 | left) for left, itself, right in alive(rule))


def digits(row: int, width: int) -> str:
    """The row as a reader sees it."""
    return format(row, f"0{width}b")


@functools.lru_cache(maxsize=256)
def table(rule: int) -> str:
    """The rule as a reader sees it, one neighbourhood a line."""
    return "\n".join(f"{n:03b} -> {rule >> n & 1}" for n in reversed(range(8)))
