"""The dataset folder: it loads everywhere, grows without harm, and is never half written."""

import dataclasses
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet

from pytest_ood.dataset import schema
from pytest_ood.dataset import write as write_module
from pytest_ood.dataset.folder import CONFIGS, VERSION_KEY, DatasetError
from pytest_ood.dataset.tables import COLUMNS
from pytest_ood.dataset.write import Exported, check_target
from pytest_ood.evidence.trace import FIELDS, Trace
from pytest_ood.text.canary import CANARY
from tests.dataset.making import contents, export, rows, run_python, some, summary, trace

LOAD = """
import json, os, sys
from datasets import load_dataset
failures, traces = load_dataset(os.getcwd(), split="test"), load_dataset(os.getcwd(), "traces", split="test")
assert "pytest_ood" not in sys.modules
print(json.dumps([failures.num_rows, traces.num_rows, traces.column_names, traces.to_list()[:3]]))
"""


def test_plain_datasets_loads_both_configs(tmp_path: Path) -> None:
    """`datasets` alone loads failures by default and all traces by name, with every field as it was."""
    traces = some(10)
    assert Exported(10, 4, 0) == export(tmp_path / "out", iter(traces), summary())
    failures, count, names, first = json.loads(run_python(LOAD, tmp_path / "out"))
    assert (failures, count, names) == (4, 10, list(COLUMNS))
    assert first == [json.loads(json.dumps(dataclasses.asdict(one))) for one in traces[:3]]


def test_a_run_without_failures_loads_too(tmp_path: Path) -> None:
    """Datasets cannot build a split without rows: the traces are the default until there is a failure."""
    export(tmp_path / "out", [trace(0), trace(1)], summary())
    code = (
        "from datasets import load_dataset\nimport os\nprint(load_dataset(os.getcwd(), split='test').num_rows)\n"
        "stream = load_dataset(os.getcwd(), 'failures', split='test', streaming=True)\n"
        "print(list(stream), len(stream.features))"
    )
    assert run_python(code, tmp_path / "out") == f"2\n[] {len(FIELDS)}\n"
    assert Exported(1, 1, 0) == export(tmp_path / "out", [trace(3, "run-2", "wrong")], summary())
    assert json.loads(run_python(LOAD, tmp_path / "out"))[:2] == [1, 3]


def test_a_run_without_traces_has_its_columns(tmp_path: Path) -> None:
    """Nothing was asked: the files are there, empty and with every column."""
    assert Exported(0, 0, 0) == export(tmp_path / "out", [], summary())
    (name,) = (tmp_path / "out" / "data" / "failures").iterdir()
    assert parquet.read_table(name).column_names == list(COLUMNS)
    assert "Nothing was asked." in (tmp_path / "out" / "README.md").read_text()


def test_pandas_alone_reads_it(tmp_path: Path) -> None:
    """pandas reads the Parquet folder with neither datasets nor pytest-ood imported."""
    export(tmp_path / "out", some(), summary())
    code = (
        "import sys, pandas\nframe = pandas.read_parquet('data/failures')\n"
        "assert not {'datasets', 'pytest_ood', 'huggingface_hub'} & set(sys.modules)\n"
        "print(len(frame), list(frame.draw), frame.question[0])"
    )
    assert run_python(code, tmp_path / "out") == "4 [0, 3, 6, 9] Spell 0 backward.\n"


def test_rows_and_summaries_follow_their_schemas(tmp_path: Path) -> None:
    """Every row read back is valid against the trace schema, every file of runs/ against the summary's."""
    export(tmp_path, some(), summary())
    for config in ("failures", "traces"):
        for row in rows(tmp_path, config):
            schema.check(row, "trace")
    assert summary() == json.loads((tmp_path / "runs" / "run-1.json").read_text())
    schema.check(summary(), "summary")


def test_the_layout(tmp_path: Path) -> None:
    """The folder holds what its documentation says and nothing else, hidden or not; pages can be found by index."""
    export(tmp_path, some(), summary())
    ours = {*(f"data/{config}/run-1.parquet" for config in CONFIGS), "runs/run-1.json"}
    expected = {"README.md", "curves.svg", *ours}
    assert expected == set(contents(tmp_path))
    for config in CONFIGS:
        with parquet.ParquetFile(tmp_path / "data" / config / "run-1.parquet") as file:
            column = file.metadata.row_group(0).column(0)
            assert column.compression == "ZSTD"
            assert column.has_offset_index
            assert file.schema_arrow.metadata[VERSION_KEY] == b"2"


def test_without_a_picture_the_card_shows_none(tmp_path: Path) -> None:
    """Who draws the curves is the caller's choice."""
    write_module.export(tmp_path, some(), summary())
    assert "curves.svg" not in contents(tmp_path)
    assert "curves.svg" not in (tmp_path / "README.md").read_text()


# A second run.


def test_what_datasets_has_cached_is_not_taken_for_a_dataset_that_has_grown(tmp_path: Path) -> None:
    """Loaded, grown, loaded again: the new rows are there; so are those of another folder of the same name."""
    folder = tmp_path / "out"
    export(folder, some(10), summary())
    assert json.loads(run_python(LOAD, folder))[:2] == [4, 10]
    export(folder, some(13, "run-2"), summary())
    assert json.loads(run_python(LOAD, folder))[:2] == [5, 13]
    folder.rename(tmp_path / "old")
    export(folder, some(10, model="other"), summary())
    assert {row["model"] for row in json.loads(run_python(LOAD, folder))[3]} == {"other"}


def test_columns_that_people_read_come_first() -> None:
    """In a viewer of tables; none is lost."""
    assert COLUMNS[:5] == ("question", "answer_expected", "answer_given", "outcome", "lure")
    assert sorted(COLUMNS) == sorted(FIELDS)


def test_a_second_run_adds_its_new_traces_and_touches_nothing_else(tmp_path: Path) -> None:
    """Traces that are there are skipped, old files keep every byte, the card tells of both runs."""
    export(tmp_path, some(10), summary())
    before = contents(tmp_path)
    assert Exported(5, 1, 10) == export(tmp_path, some(15, "run-2"), summary(probe="test_another"))
    after = contents(tmp_path)
    new = {*(f"data/{config}/run-2.parquet" for config in CONFIGS), "runs/run-2.json"}
    assert new == after.keys() - before.keys()
    assert {name for name, content in before.items() if after[name] != content} == {"README.md", "curves.svg"}
    assert list(range(15)) == [row["draw"] for row in rows(tmp_path, "traces")]
    card = (tmp_path / "README.md").read_text()
    assert ("| spelling |" in card, "| another |" in card, "| `failures` | 5 |" in card) == (True, True, True)


def test_the_same_run_again_changes_nothing(tmp_path: Path) -> None:
    """Exporting what is there, under the same name, leaves every byte as it was."""
    export(tmp_path, some(), summary())
    before = contents(tmp_path)
    assert Exported(0, 0, 10) == export(tmp_path, some(), summary())
    assert before == contents(tmp_path)


def test_a_run_of_nothing_new_leaves_its_summary(tmp_path: Path) -> None:
    """A run answered wholly from the store adds its verdicts and no rows; a line that is there is not said twice."""
    export(tmp_path, some(), summary())
    assert Exported(0, 0, 10) == export(tmp_path, some(run_id="run-2"), summary())
    assert {"run-1.json", "run-2.json"} == {path.name for path in (tmp_path / "runs").iterdir()}
    assert [path.name for path in (tmp_path / "data" / "traces").iterdir()] == ["run-1.parquet"]
    assert (tmp_path / "README.md").read_text().count(" | brittle |") == 1


def test_a_run_that_went_on_gets_a_name_of_its_own(tmp_path: Path) -> None:
    """More traces under the name of a run that is there go next to its file, not into it."""
    export(tmp_path, some(10), summary())
    assert Exported(2, 0, 10) == export(tmp_path, some(12), summary())
    assert {"run-1.parquet", "run-1-2.parquet"} == {path.name for path in (tmp_path / "data" / "traces").iterdir()}


def test_two_exports_at_once_both_arrive(tmp_path: Path) -> None:
    """Exports into one folder wait for each other."""
    jobs: list[tuple[str, list[Trace]]] = [(f"run-{n}", some(run_id=f"run-{n}", model=f"m{n}")) for n in range(4)]
    threads = [threading.Thread(target=export, args=(tmp_path, traces, summary())) for _, traces in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rows(tmp_path, "traces")) == 40
    assert len(list((tmp_path / "runs").iterdir())) == 4


# Interruptions.


def broken_after(count: int) -> Iterator[Trace]:
    """Traces, and then the end of the world."""
    yield from some(count, "run-2", model="other")
    raise KeyboardInterrupt


@pytest.mark.parametrize("count", [8, 5000], ids=["in the first batch", "in the second"])
def test_an_interrupted_export_leaves_the_old_state(tmp_path: Path, count: int) -> None:
    """Ctrl-C in the middle of the traces: the folder is as before, byte for byte, and takes the next export."""
    export(tmp_path, some(), summary())
    before = contents(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        export(tmp_path, broken_after(count), summary())
    assert before == contents(tmp_path)
    assert Exported(8, 3, 0) == export(tmp_path, some(8, "run-2", model="other"), summary())


def test_a_first_export_that_was_interrupted_can_be_repeated(tmp_path: Path) -> None:
    """What a broken first export leaves is not a reason to refuse the next."""
    with pytest.raises(KeyboardInterrupt):
        export(tmp_path, broken_after(8), summary())
    (tmp_path / ".ood-part" / "data").mkdir(parents=True)
    assert Exported(10, 4, 0) == export(tmp_path, some(), summary())
    assert not (tmp_path / ".ood-part").exists()


@pytest.mark.parametrize("moved", range(4))
@pytest.mark.parametrize("old", [0, 10], ids=["new folder", "good folder"])
def test_killed_while_files_are_put_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moved: int, old: int
) -> None:
    """Whatever had been put in place when it died, the next export finishes it first, and nothing is there twice."""
    folder = tmp_path / "out"
    if old:
        export(folder, some(old), summary())
    replace, moves = os.replace, 0

    def dies(source: Path, target: Path) -> None:
        nonlocal moves
        if moves == moved:
            raise KeyboardInterrupt
        moves += 1
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", dies)
        with pytest.raises(KeyboardInterrupt):
            export(folder, some(12, "run-2"), summary())
    check_target(folder)
    assert Exported(3, 1, 12) == export(folder, some(15, "run-3"), summary())
    assert list(range(15)) == sorted(row["draw"] for row in rows(folder, "traces"))
    assert sorted(row["draw"] for row in rows(folder, "failures")) == [0, 3, 6, 9, 12]
    assert not [name for name in contents(folder) if name.startswith(".")]


KILLED = """
import os, pathlib, signal, sys
from tests.dataset.making import export, some, summary
replace, moves = os.replace, 0
def dies(source, target):
    global moves
    if moves == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    moves += 1
    replace(source, target)
os.replace = dies
export(pathlib.Path(sys.argv[1]), some(12, "run-2"), summary())
"""


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL")
@pytest.mark.parametrize("moved", [0, 2])
def test_kill_nine_while_files_are_put_in_place(tmp_path: Path, moved: int) -> None:
    """No handler and no finally runs: the lock is free all the same, and the next export finishes this one."""
    export(tmp_path, some(), summary())
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", KILLED, str(tmp_path), str(moved)]
    assert subprocess.run(command, env=environment, check=False).returncode == -signal.SIGKILL
    assert (tmp_path / ".ood-done").exists()
    assert Exported(3, 1, 12) == export(tmp_path, some(15, "run-3"), summary())
    assert list(range(15)) == sorted(row["draw"] for row in rows(tmp_path, "traces"))
    assert not [name for name in contents(tmp_path) if name.startswith(".")]


def test_a_full_disk_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An OSError while writing names the option and the folder; what was there stays."""
    export(tmp_path, some(), summary())
    before = contents(tmp_path)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(DatasetError, match=rf"--ood-export {re.escape(str(tmp_path))}: .*No space left") as caught:
        export(tmp_path, some(3, "run-2"), summary())
    assert isinstance(caught.value.__cause__, OSError)
    assert before == contents(tmp_path)


# Folders that are not ours.


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda folder: folder.write_text("x"), "is a file; name a folder"),
        (
            lambda folder: (folder.mkdir(), (folder / "thesis.txt").write_text("x")),
            "holds thesis.txt and is not a pytest-ood dataset",
        ),
        (
            lambda folder: (folder.mkdir(), (folder / "README.md").write_text(f"We quote the canary {CANARY}.")),
            "holds README.md and is not a pytest-ood dataset",
        ),
        (lambda folder: (folder / ".git").mkdir(parents=True), "holds .git and is not a pytest-ood dataset"),
    ],
    ids=["file", "other files", "only a readme", "repository"],
)
def test_what_is_not_ours_is_refused_before_anything_is_asked(
    tmp_path: Path, make: Callable[[Path], object], why: str
) -> None:
    """The message names the option, the value, the reason and the fix; nothing is written."""
    folder = tmp_path / "out"
    make(folder)
    before = contents(tmp_path)
    for refuse in (check_target, lambda path: export(path, some(), summary())):
        with pytest.raises(DatasetError, match=re.escape(why)) as caught:
            refuse(folder)
        assert str(caught.value).startswith(f"--ood-export {folder}: ")
        assert "; name " in str(caught.value)
    assert before == contents(tmp_path)


def test_a_path_below_a_file_and_one_that_cannot_be_written_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that cannot be made is found out before anything is asked."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(DatasetError, match="file is a file; name a folder"):
        check_target(tmp_path / "file" / "deep" / "out")

    def denied(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", denied)
    with pytest.raises(DatasetError, match=r"cannot be written .*Permission denied.*; name a writable folder"):
        check_target(tmp_path / "out")


@pytest.mark.parametrize("name", ["new", "new/deeper/still", "empty", "ours"])
def test_good_targets_pass_and_are_left_alone(tmp_path: Path, name: str) -> None:
    """A new folder, an empty one and one of ours are fine, and looking at them makes nothing."""
    (tmp_path / "empty").mkdir()
    export(tmp_path / "ours", some(), summary())
    before = contents(tmp_path)
    check_target(tmp_path / name)
    assert before == contents(tmp_path)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("file", "content", "why"),
    [
        ("runs/run-1.json", "{", "cannot be read as JSON"),
        ("runs/run-1.json", '{"cells": []}', "is a required property"),
        ("data/traces/run-1.parquet", "x", "not a file of a pytest-ood dataset"),
        ("data/failures/run-1.parquet", "x", "not a file of a pytest-ood dataset"),
    ],
)
def test_a_damaged_dataset_is_named_and_left_alone(tmp_path: Path, file: str, content: str, why: str) -> None:
    """A file of ours that cannot be read is named before anything is asked; nothing is added or rewritten."""
    export(tmp_path, some(), summary())
    (tmp_path / file).write_text(content)
    before = contents(tmp_path)
    for refuse in (check_target, lambda path: export(path, some(3, "run-2", model="other"), summary())):
        with pytest.raises(DatasetError, match=why) as caught:
            refuse(tmp_path)
        assert (caught.value.path, bool(caught.value.fix)) == (tmp_path / file, True)
    assert before == contents(tmp_path)


def rewritten(path: Path, version: int | None = None, **columns: Any) -> None:
    """Write a file anew with another trace version, or with a further column."""
    table = parquet.read_table(path)
    for name, value in columns.items():
        table = table.append_column(name, pyarrow.array([value] * table.num_rows))
    if version is not None:
        table = table.replace_schema_metadata({VERSION_KEY: str(version)})
    parquet.write_table(table, path)


@pytest.mark.parametrize(
    ("version", "column", "why"),
    [(3, {}, "newer pytest-ood"), (0, {}, "pytest-ood has never written"), (None, {"mood": "good"}, "mood")],
    ids=["newer", "never", "column"],
)
def test_a_dataset_that_is_not_fully_known_is_not_added_to(
    tmp_path: Path, version: int | None, column: dict[str, str], why: str
) -> None:
    """A version to come is not mixed with ours, and a column that is not known here is not lost."""
    export(tmp_path, some(), summary())
    rewritten(tmp_path / "data" / "traces" / "run-1.parquet", version, **column)
    before = contents(tmp_path)
    with pytest.raises(DatasetError, match=why):
        check_target(tmp_path)
    with pytest.raises(DatasetError, match=why):
        export(tmp_path, some(run_id="run-2"), summary())
    assert before == contents(tmp_path)


# Rows that are not right.


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"outcome": "maybe"}, "row 1: outcome: 'maybe' is not one of"),
        ({"params": "length=6"}, "row 1: params: 'length=6' does not match"),
        ({"run_id": "../../evil"}, "run_id"),
        ({"cost_usd": float("nan")}, "row 1: cost_usd"),
        ({"seed": 2**63}, "row 1: seed"),
        ({"response": "\udc80"}, "a text is not Unicode"),
    ],
)
@pytest.mark.parametrize("first", [True, False], ids=["", "after a good one"])
def test_every_row_is_checked(tmp_path: Path, fields: dict[str, Any], why: str, first: bool) -> None:
    """A row that breaks the schema is named with its field, and nothing is written."""
    good, bad = trace(0), dataclasses.replace(trace(1), **fields)
    with pytest.raises(DatasetError, match=why.replace("row 1", "row 0") if first else why):
        export(tmp_path, [bad] if first else [good, bad], summary())
    assert contents(tmp_path) == {}


def test_a_summary_that_breaks_its_schema_is_refused(tmp_path: Path) -> None:
    """The contract of the summary is checked before it is written."""
    with pytest.raises(DatasetError, match=r"cells\[0\].verdict: 'fine' is not one of"):
        export(tmp_path, some(), summary(verdict="fine"))
    assert contents(tmp_path) == {}


READERS = """
import duckdb, pandas, polars

(counted,) = duckdb.sql("SELECT count(DISTINCT id), min(outcome) FROM 'data/failures/*.parquet'").fetchall()
assert counted == (4, "wrong"), counted
assert polars.read_parquet("data/failures/*.parquet")["lure"].to_list() == ["copied"] * 4
assert pandas.read_parquet("data/failures")["messages"].str.len().tolist() == [2] * 4
print("read")
"""


def test_other_programs_read_the_files(tmp_path: Path) -> None:
    """DuckDB, polars and pandas, each straight from the Parquet."""
    export(tmp_path, some(), summary())
    assert run_python(READERS, tmp_path) == "read\n"
