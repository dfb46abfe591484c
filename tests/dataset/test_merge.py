"""Datasets join without loss, without doubles and without harm to what they come from."""

import dataclasses
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_ood.dataset.folder import DatasetError
from pytest_ood.dataset.merge import Merged
from pytest_ood.dataset.validate import faults
from pytest_ood.dataset.write import Exported
from pytest_ood.evidence.trace import Trace
from tests.dataset.making import contents, export, merge, rows, some, summary, trace


def by_id(folder: Path, config: str = "traces") -> dict[str, dict[str, Any]]:
    """The rows of a config by their ids; no id is there twice."""
    found = {row["id"]: row for row in rows(folder, config)}
    assert len(found) == len(rows(folder, config))
    return found


def moved(traces: list[Trace], run_id: str, **fields: Any) -> list[Trace]:
    """The same traces, asked by another run at another time."""
    return [
        dataclasses.replace(one, run_id=run_id, created_at=9e8, latency_s=9.0, cost_usd=0.5, **fields) for one in traces
    ]


def test_the_union_of_shards_is_the_whole(tmp_path: Path) -> None:
    """Trace for trace and failure for failure, also where they share a part; the sources keep every byte."""
    traces = some(30)
    export(tmp_path / "whole", traces, summary())
    shards = [tmp_path / f"shard-{number}" for number in range(3)]
    for number, shard in enumerate(shards):
        export(shard, traces[number * 8 : number * 8 + 14], summary(probe=f"test_{number}"))
    before = [contents(shard) for shard in shards]
    assert Merged(30, 10, 12, ("run-1", "run-1-2", "run-1-3")) == merge(shards, tmp_path / "out")
    for config in ("traces", "failures"):
        assert by_id(tmp_path / "whole", config) == by_id(tmp_path / "out", config)
    assert before == [contents(shard) for shard in shards]
    assert list(faults(tmp_path / "out")) == []
    card = (tmp_path / "out" / "README.md").read_text()
    assert [f"| {number} |" in card for number in range(3)] == [True] * 3
    assert "| `failures` | 10 |" in card


def test_the_order_of_the_folders_does_not_matter(tmp_path: Path) -> None:
    """The same rows, whichever comes first."""
    export(tmp_path / "a", some(10), summary())
    export(tmp_path / "b", some(15, "run-2", model="other"), summary(probe="test_b"))
    merge([tmp_path / "a", tmp_path / "b"], tmp_path / "ab")
    merge([tmp_path / "b", tmp_path / "a"], tmp_path / "ba")
    assert by_id(tmp_path / "ab") == by_id(tmp_path / "ba")


def test_a_whole_run_is_copied_byte_for_byte(tmp_path: Path) -> None:
    """What was published from it is known again."""
    export(tmp_path / "a", some(10), summary())
    merge([tmp_path / "a"], tmp_path / "out")
    assert contents(tmp_path / "a") == contents(tmp_path / "out")


def test_merging_again_adds_nothing(tmp_path: Path) -> None:
    """Into a dataset that has it all: not one byte changes."""
    export(tmp_path / "a", some(10), summary())
    export(tmp_path / "b", some(15, "run-2"), summary(probe="test_b"))
    merge([tmp_path / "a", tmp_path / "b"], tmp_path / "out")
    before = contents(tmp_path / "out")
    assert Merged(0, 0, 25, ()) == merge([tmp_path / "b", tmp_path / "a"], tmp_path / "out")
    assert before == contents(tmp_path / "out")


def test_a_merge_adds_to_a_dataset_of_ours(tmp_path: Path) -> None:
    """Its files stay; naming it among the sources too does no harm."""
    export(tmp_path / "a", some(10), summary())
    export(tmp_path / "out", some(15, "run-2", model="other"), summary())
    before = contents(tmp_path / "out")
    assert Merged(10, 4, 0, ("run-1",)) == merge([tmp_path / "out", tmp_path / "a"], tmp_path / "out")
    after = contents(tmp_path / "out")
    assert {name for name, content in before.items() if after[name] != content} <= {"README.md", "curves.svg"}


def test_an_export_goes_on_in_a_merged_folder(tmp_path: Path) -> None:
    """It is a dataset like any other."""
    export(tmp_path / "a", some(10), summary())
    merge([tmp_path / "a"], tmp_path / "out")
    assert Exported(2, 0, 10) == export(tmp_path / "out", some(12, "run-2"), summary())


def test_runs_without_a_question_or_without_an_answer_of_their_own(tmp_path: Path) -> None:
    """Their summaries are kept; of the empty files one says what the columns are."""
    for name in ("a", "b"):
        export(tmp_path / name, [], summary(probe=f"test_{name}"))
    assert merge([tmp_path / "a", tmp_path / "b"], tmp_path / "out").rows == 0
    assert len(list((tmp_path / "out" / "runs").iterdir())) == 2
    assert len(list((tmp_path / "out" / "data" / "traces").iterdir())) == 1
    assert list(faults(tmp_path / "out")) == []


# Conflicts.


def test_the_same_answer_at_another_time_is_not_a_conflict(tmp_path: Path) -> None:
    """Time, cost and run differ wherever a question is asked again; the first is kept."""
    export(tmp_path / "a", some(10), summary())
    export(tmp_path / "b", moved(some(10), "run-2"), summary(probe="test_b"))
    assert merge([tmp_path / "a", tmp_path / "b"], tmp_path / "out") == Merged(10, 4, 10, ("run-1", "run-2"))
    assert {row["run_id"] for row in rows(tmp_path / "out", "traces")} == {"run-1"}


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"response": "<answer>x</answer>"}, "response"),
        ({"outcome": "correct", "lure": None}, "outcome, lure"),
        ({"messages": [{"role": "user", "content": "Other"}]}, "messages"),
        ({"answer_given": None}, "answer_given"),
    ],
)
def test_another_answer_is_a_conflict(tmp_path: Path, fields: dict[str, Any], named: str) -> None:
    """The message names the trace, both files and in what they differ; nothing is written."""
    traces = some(4)
    export(tmp_path / "a", traces, summary())
    other = dataclasses.replace(traces[3], run_id="run-2", **fields)
    export(tmp_path / "b", [*moved(traces[:3], "run-2"), other], summary())
    files = [tmp_path / "a" / "data/traces/run-1.parquet", tmp_path / "b" / "data/traces/run-2.parquet"]
    with pytest.raises(DatasetError, match="the same question has two answers") as caught:
        merge([tmp_path / "a", tmp_path / "b"], tmp_path / "out")
    assert f"{traces[3].id} in {files[0]} and in {files[1]}: {named}" in str(caught.value)
    assert str(caught.value).count(" in ") == 2
    assert not (tmp_path / "out").exists()


def test_many_conflicts_are_not_all_named(tmp_path: Path) -> None:
    """Five, and that there are more; OUT may be one side, and is left alone."""
    export(tmp_path / "a", some(10), summary())
    export(tmp_path / "out", moved(some(10), "run-2", response="x"), summary())
    before = contents(tmp_path / "out")
    with pytest.raises(DatasetError) as caught:
        merge([tmp_path / "a"], tmp_path / "out")
    assert str(caught.value).count(": response") == 5
    assert str(caught.value).endswith("and more")
    assert before == contents(tmp_path / "out")


# What cannot be merged.


def _half_written(folder: Path) -> None:
    (folder / ".ood-done").mkdir()


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (_half_written, "incomplete: an export was interrupted"),
        (lambda folder: (folder / "README.md").unlink(), "not a pytest-ood dataset"),
        (lambda folder: (folder / "README.md").write_text("---\na: [\n---\n"), "README.md with the canary"),
        (
            lambda folder: (folder / "data/failures/run-1.parquet").unlink(),
            "incomplete: data/failures/run-1.parquet",
        ),
        (lambda folder: (folder / "data/traces/run-1.parquet").write_text("x"), "not a file of a pytest-ood dataset"),
        (lambda folder: (folder / "runs/run-1.json").write_text("{"), "run-1.json: cannot be read as JSON"),
        (
            lambda folder: (folder / "runs/run-1.json").rename(folder / "runs/0 x.json"),
            "runs/0 x.json: not a valid name for the file of a run",
        ),
    ],
)
@pytest.mark.parametrize("first", [True, False], ids=["", "after a good one"])
def test_a_folder_with_faults_is_refused(
    tmp_path: Path, spoil: Callable[[Path], object], why: str, first: bool
) -> None:
    """Named with what is wrong; the other folder does not go in alone."""
    export(tmp_path / "bad", some(10), summary())
    export(tmp_path / "good", some(10, model="other"), summary())
    spoil(tmp_path / "bad")
    before = contents(tmp_path)
    folders = [tmp_path / "bad", tmp_path / "good"]
    with pytest.raises(DatasetError, match=rf"{re.escape(str(folders[0]))}: .*{re.escape(why)}"):
        merge(folders if first else folders[::-1], tmp_path / "out")
    assert before == contents(tmp_path)


@pytest.mark.parametrize(
    ("out", "why"),
    [
        ("a/out", "is inside .*a, which must not change; name a folder outside"),
        ("thesis", "holds thesis.txt and is not a pytest-ood dataset; name a new or empty folder"),
        ("file", "is a file; name a folder"),
    ],
)
def test_a_target_that_is_not_usable(tmp_path: Path, out: str, why: str) -> None:
    """Named with the fix; nothing is overwritten."""
    export(tmp_path / "a", some(10), summary())
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "thesis.txt").write_text("x")
    (tmp_path / "file").write_text("x")
    before = contents(tmp_path)
    with pytest.raises(DatasetError, match=why):
        merge([tmp_path / "a"], tmp_path / out)
    assert before == contents(tmp_path)


def test_a_source_that_is_not_there(tmp_path: Path) -> None:
    """Named."""
    with pytest.raises(DatasetError, match="none: no such folder; name one written by --ood-export"):
        merge([tmp_path / "none"], tmp_path / "out")


# Interruptions.


def test_an_interrupted_merge_leaves_the_old_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while rows are written: what is there is as before, and the same merge does it all."""
    export(tmp_path / "a", some(10), summary())
    export(tmp_path / "out", some(5, "run-2"), summary(probe="test_out"))
    before = contents(tmp_path / "out")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("pytest_ood.dataset.merge.copy_rows", interrupted)
        with pytest.raises(KeyboardInterrupt):
            merge([tmp_path / "a"], tmp_path / "out")
    assert before == contents(tmp_path / "out")
    assert Merged(5, 2, 5, ("run-1",)) == merge([tmp_path / "a"], tmp_path / "out")


@pytest.mark.parametrize("count", range(4))
def test_killed_while_files_are_put_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """It is half-written then, and says so; the same merge, or one of the folder into itself, finishes it."""
    export(tmp_path / "a", some(10), summary())
    replace, left = os.replace, count

    def dies(source: Path, target: Path) -> None:
        nonlocal left
        if not left:
            raise KeyboardInterrupt
        left -= 1
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", dies)
        with pytest.raises(KeyboardInterrupt):
            merge([tmp_path / "a"], tmp_path / "out")
    assert "incomplete" in str(next(faults(tmp_path / "out")))
    again = tmp_path / ("a" if count % 2 else "out")
    assert merge([again], tmp_path / "out").rows == 0
    assert contents(tmp_path / "a") == contents(tmp_path / "out")


def test_many_rows_stay_in_their_batches(tmp_path: Path) -> None:
    """A file of which a part is known is written anew, every row as it was."""
    traces = [trace(draw, response="x" * (draw % 7)) for draw in range(9000)]
    export(tmp_path / "whole", traces, summary())
    export(tmp_path / "out", traces[4000:4500], summary(probe="test_out"))
    assert merge([tmp_path / "whole"], tmp_path / "out").rows == 8500
    assert by_id(tmp_path / "whole") == by_id(tmp_path / "out")
    assert json.loads((tmp_path / "out" / "runs" / "run-1-2.json").read_text()) == summary()
