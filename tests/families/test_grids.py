"""Cellular automata, worked out again by table look-up with numpy from the words of the prompt."""

import re

import numpy as np
import pytest

from pytest_ood.families import grids


def stepped(row, table, ring):
    """The row after one update, cell by cell."""
    padded = np.concatenate([row[-1:], row, row[:1]]) if ring else np.pad(row, 1)
    return table[4 * padded[:-2] + 2 * padded[1:-1] + padded[2:]]


def worked_out(row, table, ring, steps):
    """The row after some updates, as digits."""
    for _ in range(steps):
        row = stepped(row, table, ring)
    return "".join(map(str, row))


def understood(prompt):
    """The row, the table, whether it is a ring, and the number of steps, from a prompt."""
    table = np.zeros(8, dtype=int)
    for neighbours, new in re.findall(r"^([01]{3}) -> ([01])$", prompt, re.MULTILINE):
        table[int(neighbours, 2)] = int(new)
    (row,) = re.findall(r"^[01]+$", prompt, re.MULTILINE)
    steps, width = map(int, re.findall(r"after (\d+) steps? as (\d+) digits", prompt)[0])
    assert width == len(row)
    return np.array(list(map(int, row))), table, "ring" in prompt, steps


@pytest.mark.parametrize("boundary", ["periodic", "zeros"])
@pytest.mark.parametrize(("width", "steps"), [(8, 1), (13, 2), (16, 1), (96, 5)])
@pytest.mark.parametrize("rule", [28, 30, 54, 90, 110, 184])
def test_answer_and_lures(rule, width, steps, boundary):
    """The result and each lure, by another way; the mirrored rule by mirroring the row instead."""
    for draw in range(10):
        params = {"rule": rule, "width": width, "steps": steps, "boundary": boundary}
        case = grids.elementary_ca.draw(params, 2, draw)
        row, table, ring, stated = understood(case.prompt)
        assert (ring, stated) == (boundary == "periodic", steps)
        assert sum(int(new) << place for place, new in enumerate(table)) == rule
        assert worked_out(row, table, ring, steps) == case.answer
        shortcuts = {
            "copied": worked_out(row, table, ring, 0),
            "one_step_short": worked_out(row, table, ring, steps - 1),
            "one_step_more": worked_out(row, table, ring, steps + 1),
            "other_boundary": worked_out(row, table, not ring, steps),
            "mirrored_rule": worked_out(row[::-1], table, ring, steps)[::-1],
        }
        assert "copied" in case.lures
        assert set(shortcuts.values()) - {case.answer} == set(case.lures.values())
        for name, given in case.lures.items():
            assert shortcuts[name] == given


@pytest.mark.parametrize("rule", range(256))
def test_every_rule_works_or_says_that_it_cannot(rule):
    """Any rule gives cases, but for those that make all rows alike or leave all as they are, which are named."""
    params = {"rule": rule, "width": 12}
    if rule in (0, 204, 255):
        with pytest.raises(ValueError, match=f"rule={rule}, width=12"):
            grids.elementary_ca.draw(params, 0, 0)
    else:
        case = grids.elementary_ca.draw(params, 0, 0)
        assert len(set(case.answer)) == 2
        assert case.answer != case.input


def test_detail_of_a_wrong_row():
    """The first wrong cell, the share of right ones, and the same for the copied row."""
    check = grids.check_row("0110 1001", answer="01101010", start="01101011")
    assert dict(check.detail) == {"first_wrong": 6, "cell_accuracy": 0.75, "copy_accuracy": 0.875}
    assert dict(grids.check_row("011", "0110", "0000").detail) == {"given_length": 3, "expected_length": 4}
    assert dict(grids.check_row("", "0110", "0000").detail) == {"given_length": 0, "expected_length": 4}
    assert dict(grids.check_row("01a0", "0110", "0000").detail) == {"not_cells": True}


def test_white_space_between_cells_does_not_count():
    """Some models put a space between digits; the cells are the same."""
    assert grids.check_row("0 1 1\n0", "0110", "0000").correct


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"rule": 256}, "rule=256: must be a whole number from 0 to 255"),
        ({"rule": "110"}, "rule='110': must be a whole number from 0 to 255"),
        ({"width": 2}, "width=2: must be a whole number from 3 to 1000"),
        ({"steps": 0}, "steps=0: must be a whole number from 1 to 100"),
        ({"boundary": "torus"}, "boundary='torus': must be one of 'periodic', 'zeros'"),
        ({"rule": 204}, "rule=204, width=16, steps=1, boundary='periodic': none of 200 rows"),
        ({"rule": 90, "width": 8, "steps": 4}, "rule=90, width=8, steps=4"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        grids.elementary_ca.draw(params, 0, 0)
