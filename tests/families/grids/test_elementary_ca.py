"""Cellular automata, worked out again with NumPy from the table in the prompt."""

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood.families.grids.elementary_ca import check_row, elementary_ca
from tests.families.drawing import pairs

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (
        elementary_ca,
        {"rule": 28, "width": 16},
        "9f73d7cbca269df71d3881561d6679d77f9b6015daa4b975e4c44f345659ae50",
    ),
    (
        elementary_ca,
        {"rule": 90, "width": 32},
        "786b14da6beb87e2f95a409140605e70be5a4874affeb780edb993a363e449a7",
    ),
    (
        elementary_ca,
        {"rule": 110, "width": 96},
        "056187c48b55f48008cf0cd91f1e0f4e751ef2a1ebd031ca66d697def14f8efd",
    ),
    (
        elementary_ca,
        {"rule": 30, "width": 21, "steps": 3, "boundary": "zeros"},
        "656bb4c9b63f0f813a48f44939cfd4bdbed785dff8b996159dede34b9f5f5a00",
    ),
]


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
        case = elementary_ca.draw(params, 2, draw)
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
        for name, lure in case.lures.items():
            assert shortcuts[name] == lure


@pytest.mark.parametrize(
    ("rule", "width", "boundary", "expected"),
    [(28, 8, "periodic", 0.024), (90, 8, "periodic", 0.016), (110, 8, "periodic", 0.016), (110, 8, "zeros", 0.029)],
)
def test_chance_of_the_commonest_row(rule, width, boundary, expected):
    """A short row can be guessed, and the case says how often: no answer comes up more often."""
    params = {"rule": rule, "width": width, "boundary": boundary}
    cases = [elementary_ca.draw(params, 1, draw) for draw in range(3000)]
    assert {round(case.chance, 3) for case in cases} == {expected}
    commonest = Counter(case.answer for case in cases).most_common(1)[0][1] / 3000
    assert commonest == pytest.approx(expected, abs=0.012)
    assert elementary_ca.draw({**params, "width": 16}, 1, 0).chance == 0


@pytest.mark.parametrize("rule", range(256))
def test_every_rule_works_or_says_that_it_cannot(rule):
    """Any rule gives cases, but for those that make all rows alike or leave all as they are, which are named."""
    params = {"rule": rule, "width": 12}
    if rule in (0, 204, 255):
        with pytest.raises(ValueError, match=f"rule={rule}, width=12"):
            elementary_ca.draw(params, 0, 0)
    else:
        case = elementary_ca.draw(params, 0, 0)
        assert len(set(case.answer)) == 2
        assert case.answer != case.input


def test_detail_of_a_wrong_row():
    """The first wrong cell, or why it is no row."""
    check = check_row("0110 1001", answer="01101010", start="01101011")
    assert dict(check.detail) == {"first_wrong": 6}
    assert dict(check_row("011", "0110", "0000").detail) == {"given_length": 3, "expected_length": 4}
    assert dict(check_row("", "0110", "0000").detail) == {"given_length": 0, "expected_length": 4}
    assert dict(check_row("01a0", "0110", "0000").detail) == {"not_cells": True}
    assert dict(check_row("0" * 50_000, "0110", "0000").detail) == {"given_characters": 50_000}


def test_every_row_is_scored():
    """The share of right cells beside that of the copied row, for right answers too; what is no row has none right."""
    copied = {"cells_if_copied": 0.875}
    for given_row, share in (
        ("01101010", 1.0),
        ("0110 1001", 0.75),
        ("10010101", 0.0),
        ("0110101", 0.0),
        ("", 0.0),
        ("0110101x", 0.0),
        ("0110101\u00b9", 0.0),
        ("0110101\ud800", 0.0),
        ("0" * 50_000, 0.0),
    ):
        check = check_row(given_row, answer="01101010", start="01101011")
        assert check.scores == {"cells": share, **copied}
        assert check.correct == (share == 1)


@given(st.text("01", min_size=1, max_size=90).flatmap(lambda row: st.tuples(st.just(row), st.permutations(row))))
def test_cells_are_compared_alike(rows):
    """The first wrong cell and the share of right ones are those that a look at each cell gives."""
    answer, mine = rows[0], "".join(rows[1])
    check = check_row(mine, answer, start=answer[::-1])
    right = [one == two for one, two in zip(mine, answer, strict=True)]
    assert check.detail.get("first_wrong", -1) == (-1 if all(right) else right.index(False))
    assert check.scores["cells"] == pytest.approx(np.mean(right))
    assert check.scores["cells_if_copied"] == pytest.approx(np.mean(np.array(list(answer)) == list(answer[::-1])))


def test_white_space_between_cells_does_not_count():
    """Some models put a space between digits; the cells are the same."""
    assert check_row("0 1 1\n0", "0110", "0000").correct


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
        elementary_ca.draw(params, 0, 0)


def test_automaton_pairs_match():
    """Prompt and answer differ by the cells that were added (and the digits of the width), which is declared."""
    for control, shift in pairs(elementary_ca, {"rule": 110, "width": 32}):
        assert shift.input.startswith(control.input) or control.rejected or shift.rejected
        assert len(shift.prompt) - len(control.prompt) == 24 + len("32") - len("8")
        assert len(shift.answer) - len(control.answer) == 24
