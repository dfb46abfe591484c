"""A dataset folder as it lies on the disk."""

from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet

from pytest_ood.dataset.folder import (
    VERSION_KEY,
    DatasetError,
    described,
    is_ours,
    parquet_files,
    read_row,
    scan,
    summary_files,
    used_seeds,
)
from pytest_ood.dataset.tables import COLUMNS, copy_rows, is_current, unknown_columns
from pytest_ood.evidence.trace import TRACE_VERSION
from pytest_ood.text.canary import CANARY
from tests.dataset.making import export, rows, some, summary


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """A dataset of one run of ten traces."""
    export(tmp_path / "made", some(), summary())
    return tmp_path / "made"


def traces_of(folder: Path) -> Path:
    """Its file of traces."""
    (path,) = parquet_files(folder, "traces")
    return path


def rewrite(path: Path, change: Any) -> None:
    """Write a file anew, as another program would."""
    parquet.write_table(change(parquet.read_table(path)), path)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "is wrong"),
        ({"path": "folder"}, "folder: is wrong"),
        ({"path": Path("folder"), "row": 0, "field": "id"}, "folder: row 0: id: is wrong"),
        ({"row": 3, "fix": "mend it"}, "row 3: is wrong; mend it"),
        ({"path": "folder", "option": "--ood-export "}, "--ood-export folder: is wrong"),
    ],
)
def test_an_error_says_where(fields: dict[str, Any], text: str) -> None:
    """As far as it knows."""
    error = DatasetError("is wrong", **fields)
    assert str(error) == text
    assert error.args == ("is wrong",)


def test_a_dataset_is_ours_by_its_layout_and_its_card(exported: Path) -> None:
    """Each part is needed; the card may be in any encoding."""
    card = exported / "README.md"
    assert is_ours(exported)
    for part in ("README.md", "data", "runs"):
        (exported / part).rename(exported / "away")
        assert not is_ours(exported), part
        (exported / "away").rename(exported / part)
    card.write_bytes(b"\xff\xfe" + CANARY.encode())
    assert is_ours(exported)
    card.write_text("A card of somebody else.", encoding="utf-8")
    assert not is_ours(exported)


def test_a_later_folder_stands_in_for_an_earlier_one(tmp_path: Path) -> None:
    """File by file, sorted by name; of the config and kind that was asked for."""
    for name in (
        *("one/data/traces/b.parquet", "one/data/traces/a.parquet", "one/data/traces/note.txt"),
        *("one/data/failures/f.parquet", "two/data/traces/b.parquet", "one/runs/b.json", "two/runs/a.json"),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    one, two = tmp_path / "one", tmp_path / "two"
    here = one / "data" / "traces"
    assert parquet_files(one, "traces") == [here / "a.parquet", here / "b.parquet"]
    assert parquet_files([one, two], "traces") == [here / "a.parquet", two / "data" / "traces" / "b.parquet"]
    assert summary_files([one, two]) == [two / "runs" / "a.json", one / "runs" / "b.json"]


def test_columns_are_read_batch_by_batch(exported: Path) -> None:
    """Those that are named; one that a row may lack has its default, one that it may not is missed."""
    path = traces_of(exported)
    rewrite(path, lambda table: table.drop_columns(["shots", "lure"]))
    (batch,) = scan(path, ["draw", "shots"])
    assert batch == {"draw": list(range(10)), "shots": [0] * 10}
    with pytest.raises(DatasetError) as raised:
        list(scan(path, ["draw", "lure"]))
    assert (raised.value.path, raised.value.field) == (path, "lure")


def test_a_file_without_any_of_the_named_columns_has_their_defaults(exported: Path) -> None:
    """For as many rows as it has."""
    path = traces_of(exported)
    rewrite(path, lambda table: table.drop_columns(["shots"]))
    assert list(scan(path, ["shots"])) == [{"shots": [0] * 10}]


def test_used_seeds_are_those_of_all_rows(tmp_path: Path) -> None:
    """Of every run, failures or not."""
    export(tmp_path, some(4, seed=3), summary())
    export(tmp_path, some(1, "run-2", seed=5, model="other"), summary())
    assert used_seeds(tmp_path) == {3, 5}


def test_a_file_is_described_by_its_version_columns_and_rows(exported: Path) -> None:
    """A file that says nothing is of version 1."""
    path = traces_of(exported)
    assert described(path) == (TRACE_VERSION, list(COLUMNS), 10)
    rewrite(path, lambda table: table.replace_schema_metadata(None).slice(0, 4))
    assert described(path) == (1, list(COLUMNS), 4)


@pytest.mark.parametrize("version", [0, -1, TRACE_VERSION + 1])
def test_a_version_that_is_not_known_is_refused(exported: Path, version: int) -> None:
    """The error names the file and a fix."""
    path = traces_of(exported)
    rewrite(path, lambda table: table.replace_schema_metadata({VERSION_KEY: str(version)}))
    with pytest.raises(DatasetError, match=f"version.*{version}") as raised:
        described(path)
    assert raised.value.path == path
    assert raised.value.fix


def test_what_is_not_parquet_is_refused(exported: Path) -> None:
    """Whatever it is, or where it is not there at all."""
    path = traces_of(exported)
    path.write_text("text", encoding="utf-8")
    for broken in (path, path.with_name("none.parquet")):
        with pytest.raises(DatasetError) as raised:
            described(broken)
        assert raised.value.path == broken
        assert raised.value.fix


def test_one_row_is_read_from_its_group(exported: Path) -> None:
    """Counted over all groups; beyond the last there is none."""
    path = traces_of(exported)
    parquet.write_table(parquet.read_table(path).drop_columns(["shots"]), path, row_group_size=4)
    for row in (0, 3, 4, 7, 8, 9):
        assert read_row((path, row), ["draw", "shots"]) == {"draw": row, "shots": 0}
    with pytest.raises(IndexError):
        read_row((path, 10), ["draw"])


def test_a_file_is_current_with_just_the_columns_of_today(exported: Path) -> None:
    """No fewer, no other, and of today's version."""
    path = traces_of(exported)
    assert is_current(path)
    assert unknown_columns(path) == []
    table = parquet.read_table(path)
    for other in (table.replace_schema_metadata(None), table.drop_columns(["shots"])):
        parquet.write_table(other, path)
        assert not is_current(path)
    parquet.write_table(table.append_column("bonus", pyarrow.array([1] * 10)), path)
    assert not is_current(path)
    assert unknown_columns(path) == ["bonus"]


def test_rows_are_copied_by_id_or_all(exported: Path) -> None:
    """Into a folder that need not be there, in the form of today; without a row there is still a file."""
    path, copies = traces_of(exported), exported.parent / "copies"
    there = rows(exported, "traces")
    for name, ids, expected in (
        ("all", None, there),
        ("some", {there[1]["id"], there[7]["id"]}, [there[1], there[7]]),
        ("none", set[str](), []),
    ):
        target = copies / name / "data" / "traces" / "run.parquet"
        for _ in range(2):
            copy_rows(path, target, None if ids is None else ids.__contains__)
        assert rows(copies / name, "traces") == expected
        assert is_current(target)
