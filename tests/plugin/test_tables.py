"""The lines that a person reads, from the rows of a summary."""

from typing import Any

import pytest

from pytest_ood.plugin.layout import dollars
from pytest_ood.plugin.tables import totals_lines, verdict_table


def arm(n: int = 21, correct: int = 21, **counts: int) -> dict[str, Any]:
    """An arm's row."""
    kinds = dict.fromkeys(("wrong", "unparsed", "truncated", "refused", "error"), 0) | counts
    scored = correct + kinds["wrong"]
    accuracy = correct / scored if scored else None
    bounds = {"accuracy": accuracy, "low": 0.81, "high": 1.0}
    return {"n": n, "correct": correct, **kinds, **bounds, "rejected": 0, "beats_chance": None}


def row(**values: Any) -> dict[str, Any]:
    """A cell's row."""
    return {
        **{"family": "spelling", "probe": "t.py::test_it", "task": "t.it", "params": {"size": 2}},
        **{"control_params": {"size": 1}, "model": "m", "strategy": "direct", "verdict": "robust", "reason": "so"},
        "reason_arm": None,
        **{"control": arm(), "shift": arm(), "lures": {}},
        **values,
    }


def texts(rows: list[dict[str, Any]], width: int = 100) -> list[str]:
    """The table's lines."""
    return [line.text for line in verdict_table(rows, width)]


@pytest.mark.parametrize(
    ("cost", "shown"),
    [(None, "cost unknown"), (0.0, "$0.00"), (1.25, "$1.25"), (0.00134, "$0.0013"), (1234.5, "$1234.50")],
)
def test_dollars(cost: float | None, shown: str) -> None:
    """An unknown cost is never 0."""
    assert dollars(cost) == shown


def test_a_column_for_what_differs() -> None:
    """Model and strategy only where there are several."""
    assert "model" not in texts([row(), row()])[0]
    assert "model" in texts([row(), row(model="n")])[0]
    assert "strategy" in texts([row(), row(strategy="cot")])[0]


def test_probes_are_under_their_family() -> None:
    """One heading for each probe."""
    lines = texts([row(), row(params={"size": 3}), row(family="grids", probe="g.py::test_grid")])
    assert [line for line in lines if not line.startswith(" ")] == [
        "spelling - t.py::test_it",
        "grids - g.py::test_grid",
    ]


def test_every_verdict_has_its_colour() -> None:
    """And headings none."""
    rows = [row(verdict=name) for name in ("robust", "brittle", "incapable", "undecided")]
    assert [line.color for line in verdict_table(rows, 100)] == [None, None, "green", "red", "yellow", "cyan"]


def test_the_reason_stands_where_nothing_was_decided() -> None:
    """And the commonest lure elsewhere."""
    undecided = row(verdict="undecided", reason="shift: too few draws", reason_arm="shift")
    assert texts([undecided])[-1].endswith("undecided  too few draws")
    assert texts([row(verdict="brittle", lures={"copied": 9, "other": 2})])[-1].endswith("brittle  copied x9")


def test_what_comes_from_outside_is_printable() -> None:
    """Parameters, models and lures can hold anything."""
    nasty = "a\x1b[2J\nb\u202e"
    lines = texts(
        [
            row(params={"text": nasty}, model=nasty, lures={nasty: 1}, probe=nasty, verdict="brittle"),
            row(model="other"),
        ],
        300,
    )
    for line in lines:
        assert all(sign.isprintable() or sign == "\n" for sign in line)
    assert "text=a\\x1b[2J\\nb\\u202e" in lines[2]


@pytest.mark.parametrize("width", [20, 60, 79, 100])
def test_numbers_stay_whole_at_any_width(width: int) -> None:
    """The reason goes to the next line first, then it and the parameters lose their ends."""
    long = row(params={"text": "x" * 200}, verdict="undecided", reason="y" * 200)
    *_, line, reason = texts([long], width)
    assert line.endswith("1.00 [0.81,1.00] 21  1.00 [0.81,1.00] 21  undecided")
    assert len(line) <= max(width, 79)
    assert reason.startswith("    yyyy")
    assert reason.endswith("y...")
    assert len(reason) == width


def test_a_lure_that_does_not_fit_is_shown_whole_on_the_next_line() -> None:
    """The others stay where they are, and so does the colour."""
    rows = [row(lures={"a_rather_long_lure": 3}), row(lures={"short": 3}, params={"size": 3})]
    wide, narrow = (list(verdict_table(rows, width)) for width in (90, 75))
    assert [line.text.split()[-2:] for line in wide[2:]] == [["a_rather_long_lure", "x3"], ["short", "x3"]]
    assert narrow[3] == ("    a_rather_long_lure x3", "green")
    assert narrow[4].text.endswith("robust   short x3")


def test_parameters_that_tell_cells_apart_come_first() -> None:
    """They are what is left where parameters are cut; another probe has nothing to do with it."""
    rows = [row(params={"rule": "r" * 30, "size": size}) for size in (1, 2)]
    other = row(params={"rule": 3, "size": 3}, probe="g.py::test_grid")
    _, _, one, two, _, three = texts([*rows, other], 80)
    assert one.startswith("  size=1 rule=rrr")
    assert two.startswith("  size=2 rule=rrr")
    assert three.startswith("  rule=3 size=3 ")


def summary(*cells: dict[str, Any], **totals: Any) -> dict[str, Any]:
    """A summary."""
    return {
        "bar": 0.8,
        "seed": 0,
        "cells": list(cells),
        "totals": {
            **{"cells": len(cells), "calls": 1234, "from_store": 5, "input_tokens": 10_000, "output_tokens": 1},
            **{"cost_usd": None, "wall_s": 1.25, "verdicts": {"robust": 1, "brittle": 0}},
            **totals,
        },
    }


def test_totals() -> None:
    """Two lines; a third where answers could not be scored."""
    assert list(totals_lines(summary(row()))) == [
        "1 robust of 1 cell (bar 0.8, seed 0)",
        "1,234 calls, 5 answers from the store, 10,001 tokens, cost unknown, 1.2 s",
    ]


def test_unscored_answers_of_a_shared_control_count_once() -> None:
    """Two cells with the same twin show the same six answers."""
    dead = arm(6, 0, unparsed=4, refused=2)
    lines = list(totals_lines(summary(row(control=dead), row(control=dead, params={"size": 3}))))
    assert lines[-1].endswith(": 4 unparsed, 2 refused")


def test_tokens_that_nobody_counted_are_unknown() -> None:
    """Not zero."""
    line = list(totals_lines(summary(row(), input_tokens=0, output_tokens=0)))[1]
    assert "tokens unknown" in line


def test_an_arm_at_chance_is_named() -> None:
    """After the lure or the reason: whatever else it shows, it may have guessed."""
    guessed = {**arm(20, 10), "beats_chance": False}
    for arms, note in (
        ({"shift": guessed}, "copied x3; shift not above chance"),
        ({"control": guessed, "shift": guessed}, "copied x3; both not above chance"),
    ):
        *_, line = verdict_table([row(**arms, lures={"copied": 3})], 140)
        assert line.text.endswith(note)
