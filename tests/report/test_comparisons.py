"""The conditions of a run compared, from the rows of its cells."""

from typing import Any

import pytest

from pytest_ood.dataset import schema
from pytest_ood.report.comparisons import MOST_COMPARISONS, by_condition, comparison_rows
from pytest_ood.report.conditions import model_labels

Row = dict[str, Any]


def condition(model: str, **axes: Any) -> Row:
    """How a cell was asked."""
    return {"model": model, "args": {}, "strategy": "direct", "shots": 0, "system": None, **axes}


def cell(model: str, shift: str, size: int = 2, **axes: Any) -> Row:
    """As much of a cell's row as a comparison reads."""
    return {
        "task": "t",
        "task_version": 1,
        "params": {"size": size},
        "control_params": {"size": 1},
        "condition": condition(model, **axes),
        "control": {"outcomes": "ccc"},
        "shift": {"outcomes": shift},
    }


def sides(rows: list[Row]) -> list[tuple[str, str]]:
    """Who is compared with whom."""
    return [(row["a"]["label"], row["b"]["label"]) for row in rows]


def test_two_models():
    """On the arms of all their cells; the row is as the schema says."""
    rows = comparison_rows([cell("x", "c" * 20), cell("x", "c" * 20, 3), cell("y", "w" * 20), cell("y", "c", 3)], 0)
    (row,) = rows
    assert sides(rows) == [("x", "y")]
    assert (row["shown"], row["tasks"][0]["pairs"], row["tasks"][0]["a_only"]) == ("a", 3 + 20 + 1, 20)
    assert row["baseline"] is None
    assert set(row) == {*schema.load("summary")["$defs"]["comparison"]["required"], "usage"}


def test_nobody_is_compared_with_another_kind_of_stranger():
    """Two models with two strategies each: six pairs, of which two differ in both."""
    cells = [cell(model, "ccc", strategy=strategy) for model in ("x", "y") for strategy in ("direct", "cot")]
    assert sides(comparison_rows(cells, 0)) == [
        ("x (direct)", "x (cot)"),
        ("x (direct)", "y (direct)"),
        ("x (cot)", "y (cot)"),
        ("y (direct)", "y (cot)"),
    ]


def test_nothing_to_compare():
    """One condition, no common draws, or rows of version 1 that do not say how they were asked."""
    assert comparison_rows([cell("x", "ccc"), cell("x", "ccc", 3)], 0) == []
    unlike = {**cell("y", "ccc"), "task": "another"}
    assert comparison_rows([cell("x", "ccc"), unlike], 0) == []
    assert by_condition([{**cell("x", "ccc"), "condition": None}], 0) == []


def test_there_are_not_too_many():
    """Ten models make 45 pairs; an eleventh would add ten."""
    cells = [cell(f"m{number}", "ccc") for number in range(11)]
    rows = comparison_rows(cells, 0)
    assert len(rows) == MOST_COMPARISONS == 45
    assert sides(rows)[0] == ("m0", "m1")


def test_the_level_is_that_of_the_run():
    """Nine pairs are evidence of 25 in a mean with the tied control, which is enough at 20 %."""
    cells = [cell("x", "c" * 8), cell("y", "w" * 8)]
    assert [row["shown"] for row in comparison_rows(cells, 0)] == [None]
    assert [row["shown"] for row in comparison_rows(cells, 0, 0.2)] == ["a"]


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ([condition("x"), condition("y")], ["x", "y"]),
        ([condition("x", args={"n": 1}), condition("y", args={})], ["x", "y"]),
        ([condition("x"), condition("x", shots=4)], ["x (shots=0)", "x (shots=4)"]),
        (
            [condition("x", args={"t": 0, "n": 1}), condition("x", args={"t": 1, "n": 1}), condition("y")],
            ["x (t=0)", "x (t=1)", "y"],
        ),
        ([condition("x", args={"t": 0}), condition("x")], ["x (t=0)", "x"]),
        ([condition("x", args={"t": "low"}), condition("x", args={"t": " "})], ["x (t=low)", 'x (t=" ")']),
        ([condition("x"), condition("x", wording=1)], ["x (wording=0)", "x (wording=1)"]),
        ([condition("x", system="s" * 99), condition("x", system=None)], [f"x (system={'s' * 32})", "x (system=null)"]),
    ],
)
def test_a_label_says_what_tells_conditions_apart(conditions, expected):
    """And nothing else."""
    assert model_labels(conditions) == expected
