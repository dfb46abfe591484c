"""Properties, Markdown and workflow commands from the rows of a summary: what is in a name stays in its place."""

import re

from pytest_ood.report.ci import annotation, markdown, properties, red_probes, suite_properties
from tests.dataset.making import HOSTILE
from tests.report.making import FALLING, cell, summary


def test_what_is_not_known_has_no_property() -> None:
    """An arm that was not asked for, a gap without bounds, a price nobody knows."""
    found = dict(properties(cell(4, "robust", None)))
    assert not [name for name in found if name.startswith(("ood.shift", "ood.gap", "ood.cost"))]
    gap = {**FALLING[0]["gap"], "low": None, "high": None}
    assert [name for name, _ in properties(cell(4, "robust", gap=gap)) if "gap" in name] == ["ood.gap"]


def test_the_horizon_belongs_to_the_run() -> None:
    """By probe and model, with its interval."""
    found = dict(suite_properties(summary(FALLING)))
    assert re.fullmatch(r"[\d.]+ \[[\d.]*, [\d.]*\]", found["ood.horizon test_larger gpt-4o"])
    assert found["ood.calls"] == "40"


def test_the_table_has_a_row_for_each_probe_and_model_the_worst_first() -> None:
    """With the letter of each size, the largest gap and the sentence."""
    fine = [cell(4, "robust", probe="t.py::test_fine")]
    rows = [line for line in markdown(summary([*fine, *FALLING])).splitlines() if line.startswith("| test")]
    assert [row.split(" | ")[0] for row in rows] == ["| test\\_larger", "| test\\_fine"]
    assert "4\\: R 16\\: R 64\\: B | \\+.50 \\[.20, .80\\] | holds to 16, breaks by 64; horizon" in rows[0]


def test_many_rows_are_cut() -> None:
    """And counted."""
    many = [cell(4, "robust", probe=f"t.py::test_{number}") for number in range(70)]
    text = markdown(summary(many))
    assert text.count("\n| test") == 60
    assert "10 more rows in the report." in text


def test_hostile_names_stay_in_their_cells() -> None:
    """No markup, no link, no further column, no second line."""
    evil = f"{HOSTILE}|@everyone"
    text = markdown(summary([cell(4, "brittle", probe=f"p::{evil}", model=evil, lures={evil: 3})]))
    (row,) = [line for line in text.splitlines() if line.startswith("|") and "everyone" in line]
    assert len(re.findall(r"(?<!\\)\|", row)) == 6
    assert not re.search(r"(?<!\\)[<`@\[]", text.replace("[x", ""))
    assert text.replace("\n", "").isprintable()


def test_a_workflow_command_is_one_line() -> None:
    """Whatever is in it; what separates its properties is escaped in them."""
    command = annotation("a:b,c\n::error::x", "50 %\n::set-output::y", "a,b.py", 3)
    assert command.startswith("::error file=a%2Cb.py,line=3,title=a%3Ab%2Cc")
    assert "::50 %25" in command
    assert "\n" not in command
    assert "::error" not in command[1:]


def test_a_probe_that_failed_is_annotated_once_for_each_model() -> None:
    """With the verdict and the gap of each size."""
    other = cell(64, "degraded", model="gpt-5")
    rows = [("t.py", 7, FALLING[2]), ("t.py", 7, other), ("t.py", 7, cell(16, "brittle"))]
    assert list(red_probes(rows)) == [
        (
            "test_larger, gpt-4o",
            "brittle at size=64 (gap +.50 [.20, .80]); brittle at size=16 (gap +.50 [.20, .80])",
            "t.py",
            7,
        ),
        ("test_larger, gpt-5", "degraded at size=64 (gap +.50 [.20, .80])", "t.py", 7),
    ]
