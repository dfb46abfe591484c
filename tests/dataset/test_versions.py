"""Rows and summaries of older versions are brought to today's, step by step."""

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_ood.dataset import schema, summaries, versions
from pytest_ood.dataset.folder import DatasetError
from pytest_ood.evidence import trace
from pytest_ood.evidence.trace import DEFAULTS, FIELDS
from tests.dataset.making import summary


def test_every_older_version_can_be_migrated() -> None:
    """Whoever raises a version says how to come there."""
    assert sorted(versions.MIGRATIONS) == list(range(1, trace.TRACE_VERSION))
    assert sorted(summaries.UPGRADES) == list(range(1, summaries.today()))


def test_rows_go_through_every_version_between(monkeypatch: pytest.MonkeyPatch) -> None:
    """In their order; what is written today is left as it is."""
    monkeypatch.setattr(trace, "TRACE_VERSION", 4)
    for version in (2, 3):
        step = {version: lambda columns, v=version: {**columns, "family": [f"{one} {v}" for one in columns["family"]]}}
        monkeypatch.setitem(versions.MIGRATIONS, version, step[version])
    columns = {"family": ["a", "b"], "messages": [[], []]}
    assert versions.migrate(columns, 1)["family"] == ["a 2 3", "b 2 3"]
    assert versions.migrate(columns, 3)["family"] == ["a 3", "b 3"]
    assert versions.migrate(columns, 4)["family"] == ["a", "b"]
    assert [versions.is_known(version) for version in range(6)] == [False, True, True, True, True, False]


def test_columns_are_todays() -> None:
    """Further ones are left out, those that a row may lack are filled in, others stay missing; the order is ours."""
    migrated = versions.migrate({"bonus": [1, 2], "outcome": ["wrong", "wrong"], "id": ["a", "b"]}, trace.TRACE_VERSION)
    assert list(migrated) == [name for name in FIELDS if name in ("id", "outcome", *DEFAULTS)]
    assert {name: migrated[name] for name in DEFAULTS} == {name: [value] * 2 for name, value in DEFAULTS.items()}


@pytest.mark.parametrize(
    ("messages", "question"),
    [
        ([{"role": "user", "content": "What?\n\nAnswer like this."}], "What?"),
        ([{"role": "user", "content": "A\n\nB\n\nAnswer."}, {"role": "assistant", "content": "x"}], "A\n\nB"),
        ([{"role": "user", "content": "One paragraph."}], "One paragraph."),
        ([{"role": "user", "content": "First\n\nS"}, {"role": "user", "content": "Last\n\nS"}], "Last"),
        ([{"role": "system", "content": "Be brief."}], ""),
        ([], ""),
        (None, ""),
        ("hello", ""),
        ([None], ""),
        (["user"], ""),
        ([{"role": "user"}], ""),
        ([{"role": "user", "content": 3}], ""),
    ],
)
def test_the_question_of_version_1(messages: Any, question: str) -> None:
    """The last thing a user said, less its last paragraph; what is malformed is for the schema to refuse."""
    assert versions.migrate({"id": ["a"], "messages": [messages]}, 1)["question"] == [question]


def test_summaries_are_upgraded_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """From any version to that of the schema."""
    now = summaries.today()
    for version in (now - 2, now - 1):

        def step(old: summaries.Summary) -> summaries.Summary:
            return {**old, "schema_version": old["schema_version"] + 1, "seed": old["seed"] + 1}

        monkeypatch.setitem(summaries.UPGRADES, version, step)
    whole = summary()
    old = {**whole, "schema_version": now - 2, "seed": 7}
    assert summaries.upgraded(old) == {**whole, "seed": 9}
    assert old["seed"] == 7
    assert summaries.upgraded(whole) == whole


@pytest.mark.parametrize(
    ("value", "field"),
    [([], "the whole"), ("x", "the whole"), ({}, "the whole"), ({"schema_version": 99}, "schema_version")],
)
def test_what_is_not_a_summary(tmp_path: Path, value: Any, field: str) -> None:
    """Named with the file and the field; a newer one with what helps."""
    path = tmp_path / "run-1.json"
    path.write_text(json.dumps(value))
    with pytest.raises(DatasetError) as caught:
        summaries.read_summary(path)
    assert (caught.value.path, caught.value.field) == (path, field)
    assert caught.value.fix
    assert ("upgrade pytest-ood" in str(caught.value)) == (field == "schema_version")


def test_an_old_summary_that_is_malformed_is_an_error_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not whatever the upgrade stumbles over."""
    now = summaries.today()
    monkeypatch.setitem(summaries.UPGRADES, now - 1, lambda old: {**old, "cells": [*old["cells"]]})
    with pytest.raises(schema.SchemaError, match="KeyError"):
        summaries.upgraded({"schema_version": now - 1})


def test_a_summary_of_version_1() -> None:
    """It had no codes and no outcomes draw by draw: they are null, and the rest stays as it is."""
    whole = summary()
    (cell,) = whole["cells"]

    def old_arm(row: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in row.items() if name != "outcomes"}

    unknown = ("reason_code", "reason_arm", "condition")
    old_cell = {name: value for name, value in cell.items() if name not in unknown}
    old_cell |= {"control": old_arm(cell["control"]), "shift": old_arm(cell["shift"])}
    group = {
        **dict.fromkeys(("task", "model", "reading", "note"), "x"),
        "siblings": old_arm(cell["shift"]),
    }
    old = {**whole, "schema_version": 1, "cells": [old_cell], "replay": [group, {**group, "siblings": None}]}
    expected_cell = {
        **cell,
        **dict.fromkeys(unknown),
        "control": {**cell["control"], "outcomes": None},
        "shift": {**cell["shift"], "outcomes": None},
    }
    assert summaries.UPGRADES[1](old) == {
        **whole,
        "schema_version": 2,
        "cells": [expected_cell],
        "replay": [{**group, "siblings": expected_cell["shift"]}, {**group, "siblings": None}],
    }
    assert "replay" not in summaries.UPGRADES[1]({**whole, "schema_version": 1, "cells": [old_cell]})


def test_a_summary_of_version_2() -> None:
    """Its gaps were not judged on pairs, and it had no curves: that is null or empty, and the rest stays as it is."""
    whole = summary(gap_understood=None)
    (cell,) = whole["cells"]

    def old_arm(row: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in row.items() if name not in ("judged", "estimate")}

    def new_arm(row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "judged": None, "estimate": None}

    old_cell = {name: value for name, value in cell.items() if name not in ("sampling", "size")}
    old_cell |= {"control": old_arm(cell["control"]), "shift": old_arm(cell["shift"])}
    gaps = {"gap": 0.5, "gap_low": -0.1, "gap_high": 0.9, "gap_understood": 0.25}
    alone = {**dict.fromkeys(gaps), "gap_low": -1.0, "gap_high": 1.0, "shift": None}
    group = {**dict.fromkeys(("task", "model", "reading", "note"), "x"), "siblings": old_arm(cell["shift"])}
    missing = ("run_id", "started_at", "gap_alpha", "curves", "comparisons")
    old = {name: value for name, value in whole.items() if name not in missing}
    old |= {
        "schema_version": 2,
        "cells": [old_cell | gaps, old_cell | alone],
        "totals": {
            **{name: value for name, value in whole["totals"].items() if name != "claims"},
            "verdicts": {"robust": 0, "brittle": 1, "incapable": 0, "undecided": 1},
        },
        "replay": [group, {**group, "siblings": None}],
    }
    unknown = dict.fromkeys(("low", "high", "pairs", "evidence", "alpha", "shown"))
    control, shift = new_arm(cell["control"]), new_arm(cell["shift"])
    expected = {**cell, "sampling": None, "size": None, "control": control, "shift": shift}
    read = {"reason": None, "p_value": None}
    found = summaries.UPGRADES[2](old)
    assert found == {
        **whole,
        **dict.fromkeys(("run_id", "started_at", "gap_alpha")),
        "totals": {**whole["totals"], "verdicts": old["totals"]["verdicts"] | {"degraded": 0}, "claims": None},
        "cells": [
            {
                **expected,
                "gap": {**unknown, "estimate": 0.5, "low": -0.1, "high": 0.9},
                "gap_understood": {**unknown, "estimate": 0.25},
            },
            {**expected, "gap": None, "gap_understood": None, "shift": None},
        ],
        "replay": [{**group, **read, "siblings": shift}, {**group, **read, "siblings": None}],
    }
    del old["replay"]
    schema.check(summaries.upgraded(old), "summary")


def test_the_checked_in_summaries_of_version_2_are_read() -> None:
    """All cells and groups of them; what was judged stays as it was."""
    folder = Path(__file__).parent / "summary_version_2" / "dataset"
    runs = [json.loads(path.read_text()) for path in sorted((folder / "runs").iterdir())]
    assert {run["schema_version"] for run in runs} == {2}
    read = summaries.summaries(folder)
    assert {run["schema_version"] for run in read} == {3}
    for old, new in zip(runs, read, strict=True):
        assert [cell["verdict"] for cell in old["cells"]] == [cell["verdict"] for cell in new["cells"]]
        gaps = [cell["gap"] and cell["gap"]["estimate"] for cell in new["cells"]]
        assert gaps == [cell["gap"] for cell in old["cells"]]
        outcomes = [[run_cell["control"]["outcomes"] for run_cell in run["cells"]] for run in (old, new)]
        assert outcomes[0] == outcomes[1]
        readings = [[group["reading"] for group in run.get("replay", ())] for run in (old, new)]
        assert readings[0] == readings[1]
    assert [len(run["cells"]) for run in read] == [8, 0]
    assert len(read[1]["replay"]) == 4


def test_the_summaries_of_a_dataset_are_read_run_by_run(tmp_path: Path) -> None:
    """In the order of their names; one that is not JSON is named, with a fix."""
    whole = summary()
    (tmp_path / "runs").mkdir()
    for name, seed in (("b", 2), ("a", 1)):
        (tmp_path / "runs" / f"{name}.json").write_text(json.dumps({**whole, "seed": seed}))
    assert [read["seed"] for read in summaries.summaries(tmp_path)] == [1, 2]
    broken = tmp_path / "runs" / "a.json"
    broken.write_text("{")
    with pytest.raises(DatasetError, match="cannot be read as JSON") as caught:
        summaries.summaries(tmp_path)
    assert caught.value.path == broken
    assert caught.value.fix
