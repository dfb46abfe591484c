"""The totals at the end of a run, and the line while it lasts."""

from typing import Any

import pytest

from pytest_ood.plugin.tables import totals_lines
from pytest_ood.text.columns import wrapped
from pytest_ood.text.words import dollars
from tests.plugin.rows import arm, brittle, row


@pytest.mark.parametrize(
    ("cost", "shown"),
    [(None, "cost unknown"), (0.0, "$0.00"), (1.25, "$1.25"), (0.00134, "$0.0013"), (1234.5, "$1234.50")],
)
def test_dollars(cost: float | None, shown: str) -> None:
    """An unknown cost is never 0."""
    assert dollars(cost) == shown


def test_wrapped_text_keeps_together_what_belongs_together() -> None:
    """A number and its unit, an interval; a word longer than a line is broken all the same."""
    assert list(wrapped("in 71 % [24, 40]", 14)) == ["in 71 %", "[24, 40]"]
    assert list(wrapped("level 71 % of", 14, "  ")) == ["  level 71 %", "  of"]
    assert list(wrapped("aa " + "x" * 30, 20)) == ["aa " + "x" * 17, "x" * 13]
    assert list(wrapped("a\x1b\nb", 20)) == ["a\\x1b\\nb"]


def summary(*cells: dict[str, Any], **totals: Any) -> dict[str, Any]:
    """A summary."""
    verdicts = dict.fromkeys(("robust", "brittle", "degraded", "incapable", "undecided"), 0)
    for cell in cells:
        verdicts[cell["verdict"]] += 1
    return {
        **{"bar": 0.8, "alpha": 0.05, "gap_alpha": 0.01, "seed": 0, "cells": list(cells)},
        "totals": {
            **{"cells": len(cells), "calls": 1234, "from_store": 5, "input_tokens": 10_000, "output_tokens": 1},
            **{"cost_usd": None, "wall_s": 1.25, "verdicts": verdicts},
            **totals,
        },
    }


def lines(*cells: dict[str, Any], width: int = 200, **totals: Any) -> list[str]:
    """The lines of the totals."""
    return [line.text for line in totals_lines(summary(*cells, **totals), width)]


def test_totals() -> None:
    """Verdicts, claims, calls."""
    assert lines(row()) == [
        "1 robust of 1 cell (bar 0.8, seed 0)",
        "each claim is wrong in at most 5 % of runs (gaps: 1 %); 5 claims looked at",
        "1,234 calls, 5 answers from the store, 10,001 tokens, cost unknown, 1.2 s",
    ]


def test_what_is_open_has_a_line_of_its_own() -> None:
    """In its colour; the words are those of the table."""
    cells = [row(size, verdict=name) for size, name in enumerate(("incapable", "degraded", "undecided"), 2)]
    first, second, *_ = totals_lines(summary(*cells), 80)
    assert first.text == "1 degraded, 1 below the bar of 3 cells (bar 0.8, seed 0)"
    assert second == ("1 of 3 cells is undecided", "cyan", ())
    assert lines(cells[2], cells[2])[0] == "2 of 2 cells are undecided"
    assert lines()[0] == "no verdicts of 0 cells (bar 0.8, seed 0)"


def test_nothing_was_claimed_of_no_cells() -> None:
    """As in a replay."""
    assert not any("claim" in line for line in lines())


def test_the_probes_of_a_family_are_summed_up() -> None:
    """How many cells and probes show a gap, and how likely one of them is false; for each model, if there are more."""
    cells = [brittle(2), row(3), brittle(2, probe="t.py::test_other"), row(2, probe="t.py::test_third", shift=None)]
    family = "spelling: gaps in 2 of 3 cells, 2 of 3 probes (any false: at most 3 %); 2 brittle"
    assert lines(*cells)[1] == family
    # That of a single probe says so in its block.
    assert not any("gaps in" in line for line in lines(*cells[:2]))
    other = [row(2, model="n"), row(2, model="n", probe="t.py::test_other")]
    assert lines(*cells, *other)[1:3] == [
        family.replace("spelling", "spelling, m"),
        "spelling, n: gaps in 0 of 2 cells",
    ]


def test_totals_fit_the_terminal() -> None:
    """They are wrapped."""
    cells = [brittle(2), brittle(2, probe="t.py::test_other")]
    assert max(map(len, lines(*cells, width=60))) <= 60
    assert " ".join(lines(*cells, width=60)) == " ".join(lines(*cells))


def test_unscored_answers_of_a_shared_control_count_once() -> None:
    """Two cells with the same twin show the same six answers, one of them not as far."""
    dead, shorter = arm(0, 6, unparsed=4, refused=2), arm(0, 3, unparsed=2, refused=1)
    cells = [row(control=shorter), row(3, control=dead), row(4, control=shorter)]
    assert lines(*cells)[-1].endswith(": 4 unparsed, 2 refused")


def test_tokens_that_nobody_counted_are_unknown() -> None:
    """Not zero."""
    assert "tokens unknown" in lines(row(), input_tokens=0, output_tokens=0)[2]
