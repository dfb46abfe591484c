"""How far a gap depends on the wording: the cells that differ in nothing else."""

from typing import Any

import pytest

from pytest_ood.plugin.verdict_table import verdict_table
from pytest_ood.report.html import Source, render
from pytest_ood.report.wordings import with_wordings
from tests.dataset.making import summary
from tests.report.making import CONDITION, cell


def worded(wording: int, gap: float, size: int = 4, **axes: Any) -> dict[str, Any]:
    """A cell in one wording; the first is the default, of which nothing is said."""
    said = {"wording": wording} if wording else {}
    row = cell(size, "brittle", "w" * 20)
    return {
        **row,
        "id": f"t[{wording}-{size}-{axes}]",
        "params": {"size": size, **said},
        "control_params": {"size": 2, **said},
        "condition": {**CONDITION, **said, **axes},
        "gap": {**row["gap"], "estimate": gap},
    }


THREE = [worded(0, 0.35), worded(1, 0.31), worded(2, 0.38)]


def test_the_spread_stands_with_each_cell() -> None:
    """Of each size and condition apart; a cell in one wording has none."""
    others = [worded(0, 0.1, 8), worded(1, 0.9, 8), worded(0, 0.5, shots=2), {**worded(1, 0.5, 16), "gap": None}]
    rows = with_wordings([*THREE, *others])
    spreads = [row.get("gap_over_wordings") for row in rows]
    of_three = {"wordings": [0, 1, 2], "smallest": 0.31, "largest": 0.38}
    of_two = {"wordings": [0, 1], "smallest": 0.1, "largest": 0.9}
    assert spreads == [of_three, of_three, of_three, of_two, of_two, None, None]
    assert [{**row, "gap_over_wordings": None} for row in rows] == [
        {**row, "gap_over_wordings": None} for row in [*THREE, *others]
    ]


def test_a_parameter_of_the_same_name_is_no_wording() -> None:
    """Where the probe itself gives it."""
    cells = [{**worded(wording, 0.5), "condition": dict(CONDITION)} for wording in (0, 1)]
    assert all("gap_over_wordings" not in row for row in with_wordings(cells))


@pytest.mark.parametrize("cells", [THREE, [THREE[2], THREE[0], THREE[1]]])
def test_it_is_said_once(cells: list[dict[str, Any]]) -> None:
    """In the terminal and in the report, where the first wording is."""
    words = "gap over 3 wordings .31 to .38"
    rows = with_wordings(cells)
    text = "\n".join(line.text for line in verdict_table(rows, 100))
    assert text.count(words) == 1
    assert words in text.partition("wording=0")[2].partition("wording=")[0]
    page = render([Source("run", [{**summary(), "cells": rows, "curves": []}])])
    assert page.count(f"<li><bdi>{words}</bdi></li>") == 1
