"""Comparisons in words."""

from typing import Any

import pytest

from pytest_ood.plugin.comparisons_table import comparison_lines

Row = dict[str, Any]


def task(name: str, evidence_b: float = 1.0) -> Row:
    """One task of a comparison."""
    numbers = {"evidence_a": 1.0, "evidence_b": evidence_b, "estimate": -0.3, "low": -0.5, "high": -0.1}
    return {"task": name, "task_version": 1, "pairs": 9, "a_only": 0, "b_only": 5, **numbers}


def row(**changed: Any) -> Row:
    """A comparison in which the first model is better."""
    return {
        "a": {"model": "gpt-4o", "label": "gpt-4o"},
        "b": {"model": "gpt-4o-mini", "label": "gpt-4o-mini"},
        "tasks": [task(f"t{number}") for number in range(14)],
        "evidence_a": 1200.4,
        "evidence_b": 0.01,
        "estimate": 0.21,
        "low": 0.1,
        "high": 0.33,
        "alpha": 0.05,
        "shown": "a",
        "baseline": None,
        **changed,
    }


def text(*rows: Row, width: int = 200) -> str:
    """The lines before the note."""
    lines = [line.text for line in comparison_lines(rows, width)]
    assert lines[-1] == (
        "models are compared on the draws that both were asked; equal ones are told apart in at most 5 % of runs"
    )
    return "\n".join(lines[:-1])


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "gpt-4o is better than gpt-4o-mini: evidence 1,200 to 1 over 14 tasks; +.21 [.10, .33]"),
        (
            {"shown": "b", "evidence_b": 1e9, "estimate": -0.21, "low": -0.33, "high": -0.1},
            "gpt-4o-mini is better than gpt-4o: evidence more than 1,000,000 to 1 over 14 tasks; +.21 [.10, .33]",
        ),
        (
            {"low": -0.02},
            "gpt-4o is better than gpt-4o-mini in some tasks: evidence 1,200 to 1 over 14 tasks; +.21 [-.02, .33]",
        ),
        (
            {"shown": None, "evidence_a": 3.26, "low": -0.04, "tasks": [task("t")]},
            "gpt-4o, gpt-4o-mini: no difference is shown (3.3 to 1 over 1 task); +.21 [-.04, .33]",
        ),
        (
            {"shown": "both", "evidence_b": 50, "estimate": 0, "low": -0.4, "high": 0.4},
            "gpt-4o, gpt-4o-mini: each is better in some tasks (1,200 to 1 and 50 to 1 over 14 tasks); .00 [-.40, .40]",
        ),
    ],
)
def test_two_models(changed, expected):
    """Which is better, how sure that is, and by how much."""
    assert text(row(**changed)) == expected


def test_a_baseline():
    """Not shown worse, worse, and worse in single tasks, which are named."""
    old = {"model": "old", "label": "the baseline (old)"}
    fine = {"source": "x", "is_worse": False, "worse_tasks": []}
    worse = {"evidence_b": 5000.0, "estimate": -0.3, "low": -0.5, "high": -0.1, "shown": "b", "b": old}
    assert text(row(b=old, baseline=fine, shown=None, low=-0.04)) == (
        "gpt-4o is not shown worse than the baseline (old) (less than 1 to 1 over 14 tasks); +.21 [-.04, .33]"
    )
    assert text(row(b=old, baseline=fine)) == (
        "gpt-4o is better than the baseline (old): evidence 1,200 to 1 over 14 tasks; +.21 [.10, .33]"
    )
    assert text(row(**worse, baseline={**fine, "is_worse": True})) == (
        "gpt-4o is worse than the baseline (old): evidence 5,000 to 1 over 14 tasks; -.30 [-.50, -.10]"
    )
    tasks = [task("slightly", 600.0), task("badly", 9000.0), task("no")]
    single = row(**{**worse, "tasks": tasks}, baseline={**fine, "worse_tasks": ["slightly", "badly"]})
    assert text(single).splitlines()[1:] == [
        "  worse in badly: evidence 9,000 to 1; -.30 [-.50, -.10]",
        "  worse in slightly: evidence 600 to 1; -.30 [-.50, -.10]",
    ]
    many = [task(f"t{number}", 9000.0) for number in range(7)]
    names = [one["task"] for one in many]
    crowded = row(**{**worse, "tasks": many}, baseline={**fine, "is_worse": True, "worse_tasks": names})
    assert text(crowded).splitlines()[-1] == "  and in 2 more tasks"


def test_colours():
    """Worse is red, better green, and what is not shown has none."""
    old = {"source": "x", "is_worse": True, "worse_tasks": []}
    rows = [row(), row(shown=None), row(baseline=old)]
    assert [line.color for line in comparison_lines(rows, 200)] == ["green", None, "red", None]


def test_hostile_names_and_narrow_terminals():
    """A label comes from whoever wrote the baseline."""
    hostile = {"model": "x", "label": "the baseline (x\x1b[31m\n\u202e)"}
    lines = [line.text for line in comparison_lines([row(b=hostile)], 40)]
    assert max(map(len, lines)) <= 40
    assert not any(sign in "".join(lines) for sign in ("\x1b", "\n", "\u202e"))


def test_nothing_to_say():
    """Without comparisons there is no note about them."""
    assert list(comparison_lines([], 80)) == []
