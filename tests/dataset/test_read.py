"""Traces are read back from a dataset, each checked before it is handed out."""

from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet

from pytest_ood.dataset.folder import DatasetError
from pytest_ood.dataset.read import load_failures, locate, read_traces
from tests.dataset.making import export, some, summary, trace


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A dataset of two runs: ten traces with four failures, and one failure."""
    made = tmp_path / "made"
    export(made, some(10), summary())
    export(made, [trace(30, "run-2", "wrong")], summary(probe="test_other"))
    return made


def set_outcome(path: Path, row: int, outcome: str) -> None:
    """Change one outcome in a file."""
    table = parquet.read_table(path)
    outcomes = table["outcome"].to_pylist()
    outcomes[row] = outcome
    column = table.column_names.index("outcome")
    parquet.write_table(table.set_column(column, "outcome", pyarrow.array(outcomes)), path)


def test_traces_come_back_equal(folder: Path) -> None:
    """The failures, or all; run by run, in their order."""
    everything = [*some(10), trace(30, "run-2", "wrong")]
    assert list(load_failures(folder, config="traces")) == everything
    assert list(load_failures(folder)) == [one for one in everything if one.outcome == "wrong"]
    with pytest.raises(ValueError, match=r"'cases'.*'failures', 'traces'"):
        load_failures(folder, config="cases")


def test_each_trace_comes_with_its_place(tmp_path: Path) -> None:
    """The file and the row, counted over all batches."""
    export(tmp_path, [trace(draw) for draw in range(9000)], summary())
    path = tmp_path / "data" / "traces" / "run-1.parquet"
    places = [place for place, _ in read_traces(tmp_path, "traces")]
    assert (places[0], places[-1], len(places)) == (f"{path}: row 0", f"{path}: row 8999", 9000)


@pytest.mark.parametrize(("config", "outcome"), [("failures", "correct"), ("traces", "maybe")])
def test_a_row_that_does_not_fit_is_named(folder: Path, config: str, outcome: str) -> None:
    """Where it is reached: its file, row and field; among the failures it must be one."""
    path = folder / "data" / config / "run-1.parquet"
    set_outcome(path, 2, outcome)
    with pytest.raises(DatasetError) as raised:
        list(load_failures(folder, config=config))
    error = raised.value
    assert (error.path, error.row, error.field) == (path, 2, "outcome")
    assert f"{outcome!r}" in error.what
    assert error.fix


def test_a_dataset_is_found_by_its_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Absolute, relative to the current folder or to another, or below the user's home."""
    home = folder.parent
    assert locate(folder) == locate(str(folder)) == folder
    assert locate("made", relative_to=home) == folder
    monkeypatch.chdir(home)
    assert locate("made").resolve() == folder.resolve()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    assert locate("~/made") == folder


@pytest.mark.parametrize("source", ["none", "./org/none", "~nobody-of-this-name/x", "x" * 5000, "a\0b", Path("org/x")])
def test_a_source_that_is_not_there(source: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error has what was given, as far as a line takes it, and a fix; the Hub is not asked for a path."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DatasetError) as raised:
        locate(source)
    assert str(source)[:1] in raised.value.what
    assert len(raised.value.what) < 500
    assert raised.value.fix


def test_a_folder_that_is_not_a_dataset(tmp_path: Path, folder: Path) -> None:
    """Something else, a file, or an export that was interrupted."""
    (tmp_path / "file").touch()
    (folder / ".ood-done").mkdir()
    for source, why in (
        (tmp_path, "not a pytest-ood"),
        (tmp_path / "file", "not a pytest-ood"),
        (folder, "is incomplete"),
    ):
        with pytest.raises(DatasetError, match=why) as raised:
            locate(source)
        assert raised.value.fix
