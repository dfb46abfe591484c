"""Rows from files, iterables and the Hub come as they are; what is not a row is named with its place and the fix."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from pytest_ood.rows.faults import RowsError
from pytest_ood.rows.reading import read_rows
from tests.client import Client
from tests.hub import File

Row = Mapping[str, Any]
# Whatever UTF-8 can hold; csv reads no NUL.
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=8)
SAME_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(source: Any, folder: Path = Path()) -> list[tuple[str, Row]]:
    """Every row with its place."""
    return list(read_rows(source, folder))


def refused(source: Any, folder: Path = Path()) -> RowsError:
    """The error of a source that is not one."""
    with pytest.raises(RowsError) as caught:
        read(source, folder)
    return caught.value


def tables(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Rows that all have the same columns."""
    return st.lists(NAMES, min_size=1, max_size=4, unique=True).flatmap(
        lambda names: st.lists(st.fixed_dictionaries(dict.fromkeys(names, values)), max_size=5)
    )


# Round trips.


@SAME_FOLDER
@given(tables(TEXTS | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans() | st.none()))
def test_jsonl_comes_back(tmp_path: Path, rows: list[Row]) -> None:
    """Text, numbers, true, false and null; each row with its line."""
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    assert read(path) == [(f"line {number}", row) for number, row in enumerate(rows, 1)]


@SAME_FOLDER
@given(tables(TEXTS))
def test_csv_comes_back(tmp_path: Path, rows: list[Row]) -> None:
    """Every cell as text: also with commas, quotes and line breaks in it."""
    path = tmp_path / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys() if rows else ["only"], quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)
    assert [row for _, row in read(path)] == rows


@SAME_FOLDER
@given(tables(TEXTS | st.none()))
def test_parquet_comes_back(tmp_path: Path, rows: list[Row]) -> None:
    """Rows are counted from 0."""
    path = tmp_path / "rows.parquet"
    columns = {name: [row[name] for row in rows] for name in (rows[0] if rows else ["only"])}
    parquet.write_table(
        pyarrow.table({name: pyarrow.array(column, "string") for name, column in columns.items()}), path
    )
    assert read(path) == [(f"row {number}", row) for number, row in enumerate(rows)]


def test_parquet_numbers_stay_numbers(tmp_path: Path) -> None:
    """And lists lists."""
    rows = [{"n": 1, "x": 0.5, "l": ["a"]}, {"n": 2, "x": 1.5, "l": []}]
    parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "rows.parquet")
    assert [row for _, row in read(tmp_path / "rows.parquet")] == rows


def test_rows_in_memory_come_as_they_are() -> None:
    """Of any iterable, also one that can be read only once."""
    rows = [{"a": 1}, {"a": 2}]
    assert read(iter(rows)) == [("row 0", rows[0]), ("row 1", rows[1])]


def test_rows_of_datasets_come_as_they_are() -> None:
    """A `datasets.Dataset` is an iterable of rows, and a dict of them is not."""
    code = (
        "import datasets; from pathlib import Path; from pytest_ood.rows.reading import read_rows\n"
        "rows = datasets.Dataset.from_list([{'q': 'a', 'n': 1}, {'q': 'b', 'n': 2}])\n"
        "print(list(read_rows(rows, Path())))\n"
        "list(read_rows(datasets.DatasetDict(test=rows), Path()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"HF_HUB_OFFLINE": "1"}, capture_output=True, text=True
    )
    assert done.stdout == "[('row 0', {'q': 'a', 'n': 1}), ('row 1', {'q': 'b', 'n': 2})]\n"
    assert "RowsError: rows: a mapping (test)" in done.stderr


# Where a file is looked for.


def test_a_path_is_relative_to_the_folder_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then to the current directory."""
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        folder.mkdir()
        (folder / "rows.jsonl").write_text(json.dumps({"in": folder.name}))
    monkeypatch.chdir(here)
    assert read("rows.jsonl", there) == [("line 1", {"in": "there"})]
    (there / "rows.jsonl").unlink()
    assert read("rows.jsonl", there) == [("line 1", {"in": "here"})]
    (here / "rows.jsonl").unlink()
    message = str(refused("rows.jsonl", there))
    assert str(here) in message
    assert str(there) in message


def test_a_name_of_the_hub_is_recognised() -> None:
    """Somebody forgot its prefix."""
    assert "hub:org/name" in str(refused("org/name"))


# What is refused.

FILES: dict[str, tuple[str, bytes, str, str]] = {
    "json": ("a.jsonl", b'{"a": 1}\n{"a": }\n', "line 2", "not JSON (Expecting value)"),
    "list": ("a.jsonl", b"\n[1]\n", "line 2", "JSON of type list"),
    "nan": ("a.jsonl", b'{"a": NaN}\n', "line 1", "NaN is not valid JSON"),
    "infinity": ("a.jsonl", b'{"a": -Infinity}\n', "line 1", "-Infinity is not valid JSON"),
    "key twice": ("a.jsonl", b'{"a": 1, "b": 2, "a": 3}\n', "line 1", "the key 'a' appears twice"),
    "deep": ("a.jsonl", b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}\n", "line 1", "not JSON"),
    "huge number": ("a.jsonl", b'{"a":' + b"9" * 10_000 + b"}\n", "line 1", "not JSON"),
    "latin": ("a.jsonl", b'{"a": "\xe9"}\n', "", "not UTF-8"),
    "latin csv": ("a.csv", b"a\n\xe9\n", "", "not UTF-8"),
    "no header": ("a.csv", b"", "", "the first line is empty"),
    "column twice": ("a.csv", b"a,b,a\n1,2,3\n", "", "the column 'a' appears twice"),
    "too many cells": ("a.csv", b'a,b\n"1\n",2\n1,2,3\n', "line 4", "3 cells under 2 columns"),
    "too few cells": ("a.csv", b"a,b\n1\n", "line 2", "1 cells under 2 columns"),
    "open quote": ("a.csv", b'a,b\n"1,2\n', "line 2", "not CSV"),
    "stray quote": ("a.csv", b'a,b\n"1"x,2\n', "line 2", "not CSV"),
    "long cell": ("a.csv", b"a,b\n" + b"x" * 200_000 + b",2\n", "line 2", "not CSV"),
    "parquet": ("a.parquet", b"no Parquet", "", "not Parquet"),
    "empty parquet": ("a.parquet", b"", "", "not Parquet"),
    "suffix": ("a.json", b"[]", "", "'.json'"),
}


@pytest.mark.parametrize("fault", FILES)
def test_a_bad_file_is_named_with_its_line(tmp_path: Path, fault: str) -> None:
    """And what is wrong with it, in a line of a bearable length."""
    name, content, row, what = FILES[fault]
    (tmp_path / name).write_bytes(content)
    error = refused(tmp_path / name)
    assert (error.source, [fault.row for fault in error.faults]) == (str(tmp_path / name), [row])
    assert what in error.faults[0].what
    assert error.faults[0].fix
    assert len(str(error)) < 1000


def test_a_parquet_file_with_a_column_twice_is_refused(tmp_path: Path) -> None:
    """As one of the two would get lost."""
    table = pyarrow.Table.from_arrays([pyarrow.array([1]), pyarrow.array([2])], names=["a", "a"])
    parquet.write_table(table, tmp_path / "a.parquet")
    assert "the column 'a' appears twice" in str(refused(tmp_path / "a.parquet"))


def test_a_byte_order_mark_and_empty_lines_are_not_rows(tmp_path: Path) -> None:
    """Excel writes the one, editors the other."""
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbfa,b\r\n1,2\r\n\r\n3,4\r\n")
    (tmp_path / "a.jsonl").write_bytes(b'\xef\xbb\xbf{"a": 1}\r\n\r\n{"a": 2}')
    assert read(tmp_path / "a.csv") == [("line 2", {"a": "1", "b": "2"}), ("line 4", {"a": "3", "b": "4"})]
    assert read(tmp_path / "a.jsonl") == [("line 1", {"a": 1}), ("line 3", {"a": 2})]


@pytest.mark.parametrize(
    ("rows", "row", "fix"),
    [
        ({"train": [], "test": []}, "", "pass one split of a DatasetDict"),
        (["question"], "row 0", "df.to_dict('records')"),
        ([{"a": 1}, None], "row 1", "pass dicts"),
        (17, "", "pass a list of dicts"),
        (None, "", "pass a list of dicts"),
    ],
    ids=str,
)
def test_what_is_not_rows_is_refused(rows: Any, row: str, fix: str) -> None:
    """Also a dict of splits, and a DataFrame, whose iteration gives names."""
    (fault,) = refused(rows).faults
    assert fault.row == row
    assert fix in fault.fix


@SAME_FOLDER
@given(st.binary(max_size=60), st.sampled_from(["a.jsonl", "a.csv", "a.parquet"]))
def test_any_bytes_are_rows_or_refused(tmp_path: Path, content: bytes, name: str) -> None:
    """Never anything else."""
    (tmp_path / name).write_bytes(content)
    try:
        rows = read(tmp_path / name)
    except RowsError:
        return
    assert all(isinstance(row, Mapping) for _, row in rows)


# The Hub.

ROWS = [{"q": "plain?", "s": "moved?", "a": 1}, {"q": "plain!", "s": "moved!", "a": 2}]
READ = """
import json, sys
from pathlib import Path
from pytest_ood.rows.faults import RowsError
from pytest_ood.rows.reading import read_rows
try:
    print(json.dumps([row for _, row in read_rows(sys.argv[1], Path())]))
except RowsError as error:
    print(json.dumps(str(error)))
"""


@pytest.fixture
def loaded(client: Client) -> Callable[[str], Any]:
    """What another process makes of a Hub dataset: its rows, or the error in words."""
    repo = client.hub.create("org/pairs")
    lines = "".join(json.dumps(row) + "\n" for row in ROWS).encode()
    first = repo.add({"test.jsonl": File(lines, False)})
    repo.tags["v1"] = first.oid
    repo.add({"train.jsonl": File(lines, False)})
    return lambda source: json.loads(client.python(READ, source).stdout.splitlines()[-1])


def test_a_dataset_of_the_hub_is_loaded(loaded: Callable[[str], Any]) -> None:
    """At a revision its only split; else the split that is named."""
    assert loaded("hub:org/pairs@v1") == ROWS
    assert loaded("hub:org/pairs/test") == ROWS
    assert "has the splits" in loaded("hub:org/pairs")
    assert "add one of them, as in hub:org/pairs/" in loaded("hub:org/pairs")


def test_what_the_hub_does_not_have_is_reported(loaded: Callable[[str], Any]) -> None:
    """With its name; so is a name that is none."""
    assert "hub:org/none: cannot be loaded" in loaded("hub:org/none")
    assert "hub:org/pairs/dev: cannot be loaded" in loaded("hub:org/pairs/dev")
    assert "write hub:ORG/NAME[@REVISION][:CONFIG][/SPLIT]" in loaded("hub:squad")


def test_datasets_is_loaded_for_the_hub_only() -> None:
    """It takes seconds."""
    code = (
        "import sys; from pytest_ood import pairs_task\n"
        "pairs_task([{'q': 'a', 's': 'b', 'a': 1}], control='q', shift='s', answer='a', name='x')\n"
        "print({'datasets', 'pyarrow', 'pandas'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"
