"""What changed, in a terminal: the same as in the report, in lines that fit."""

from typing import Any

import pytest

from pytest_ood.report.html import render
from pytest_ood.report.source import Source
from pytest_ood.report.terminal.comparing import Comparison
from pytest_ood.report.terminal.lines import plain
from tests.dataset.making import HOSTILE
from tests.report.making import CONDITION, Document, cell, summary

BEFORE = [cell(4, "brittle", "w" * 20), cell(16, "robust", "c" * 20), cell(64, "undecided", "cwc")]
AFTER = [cell(4, "robust", "c" * 20), cell(16, "brittle", "w" * 20), cell(64, "undecided", "ccc")]


def compared(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Comparison:
    """Two runs with these cells."""
    return Comparison.of(Source("old", [summary(before)]), Source("new", [summary(after)]))


def text(comparison: Comparison, width: int = 80, **how: bool) -> str:
    """All that is shown of it."""
    return plain(comparison.lines(width, **how))


def test_what_is_shown_comes_first() -> None:
    """Broken before fixed, with the draws and the evidence: 2 * 2**20 / 21."""
    lines = text(compared(BEFORE, AFTER)).splitlines()
    table = [line.split() for line in lines if line.startswith(("BROKEN", "FIXED"))]
    assert table == [
        ["BROKEN", "size=16", "robust,", "gap", ">", "brittle", "0", "20", "20", "99,864", ":", "1"],
        ["FIXED", "size=4", "brittle", ">", "robust,", "gap", "20", "0", "20", "99,864", ":", "1"],
    ]
    assert lines.count("test_larger") == 1
    assert lines[-1] == "1 cell BROKEN, 1 FIXED; 1 changed without enough evidence (--all lists them)"
    assert "size=64" not in text(compared(BEFORE, AFTER))


def test_all_is_all() -> None:
    """Also what may be chance."""
    shown = text(compared(BEFORE, AFTER), shows_all=True)
    assert "size=64" in shown
    assert "--all" not in shown


@pytest.mark.parametrize(
    ("before", "after", "is_worse"),
    [(BEFORE, AFTER, True), (BEFORE[:1], AFTER[:1], False), (AFTER[:1], BEFORE[:1], True), (BEFORE, BEFORE, False)],
)
def test_worse_is_what_is_shown_to_be(
    before: list[dict[str, Any]], after: list[dict[str, Any]], is_worse: bool
) -> None:
    """Over all cells or in one of them."""
    assert compared(before, after).is_worse is is_worse


def test_the_sentences_are_those_of_the_report() -> None:
    """The code is the same."""
    comparison = compared(BEFORE[:1], AFTER[:1])
    html = render([Source("old", [summary(BEFORE[:1])]), Source("new", [summary(AFTER[:1])])])
    (sentence,) = comparison.sentences
    assert sentence.startswith("new is better than old: evidence ")
    assert sentence in Document(html).text


def test_runs_with_nothing_in_common_say_so() -> None:
    """As do those in which nothing changed."""
    other = [cell(4, "robust", task="grids.other")]
    assert "have no draws in common" in text(compared(BEFORE, other))
    assert text(compared(BEFORE, BEFORE)).splitlines()[-1] == "0 cells BROKEN, 0 FIXED"


@pytest.mark.parametrize("width", [80, 120])
def test_lines_fit_and_texts_are_only_texts(width: int) -> None:
    """Names of probes and models, parameters: anything may be in them."""
    values = {"probe": f"t.py::{HOSTILE}", "model": HOSTILE, "condition": {**CONDITION, "model": HOSTILE}}
    hostile = [
        [{**cell(4, verdict, outcome * 20, **values), "params": {"size": 4, HOSTILE: HOSTILE}}]
        for verdict, outcome in (("robust", "c"), ("brittle", "w"))
    ]
    shown = text(compared(*hostile), width)
    assert shown.replace("\n", "").isprintable()
    assert "BROKEN" in shown
    assert max(map(len, shown.splitlines())) <= width
