"""What is wrong with a dataset is found and named: file, row and field; what is a key is not repeated."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet

from pytest_ood.dataset.validate import Fault, faults, leaks
from tests.dataset.making import HOSTILE, export, some, summary, trace

TRACES, FAILURES = "data/traces/run-1.parquet", "data/failures/run-1.parquet"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A dataset of ten traces of one run."""
    export(tmp_path / "data", some(10), summary())
    return tmp_path / "data"


@pytest.fixture(autouse=True)
def _nobodys_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "HF_TOKEN", "GITHUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def change(path: Path, **columns: Any) -> None:
    """Write a file anew with other columns: a value is set in the rows given, a list is the column, None is none."""
    table = parquet.read_table(path)
    for name, value in columns.items():
        if value is None:
            table = table.drop_columns([name])
        elif name in table.column_names:
            values = table[name].to_pylist()
            for row, other in value.items():
                values[row] = other
            table = table.set_column(table.column_names.index(name), name, pyarrow.array(values))
        else:
            table = table.append_column(name, pyarrow.array([value] * table.num_rows))
    parquet.write_table(table, path)


def test_a_good_dataset_has_no_fault(folder: Path) -> None:
    """Nor one without failures, nor one in which nothing was asked; nor a key."""
    export(folder, [], summary(probe="test_other"))
    export(folder, [trace(50, "run-2")], summary())
    assert list(faults(folder)) == list(leaks(folder)) == []


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"outcome": {3: "maybe"}}, [(3, "outcome", "'maybe' is not one of")]),
        ({"seed": {0: None, 7: None}}, [(0, "seed", "None is not of type"), (7, "seed", "None is not of type")]),
        ({"messages": {2: None}}, [(2, "messages", "None is not of type 'array'")]),
        ({"messages": {2: []}}, [(2, "messages", "[]")]),
        ({"cost_usd": {1: float("nan")}}, [(1, "cost_usd", "nan is not a plain JSON value")]),
        ({"run_id": {9: "../evil"}}, [(9, "run_id", "'../evil' does not match")]),
        ({"messages": {2: [{"role": "", "content": "?"}]}}, [(2, "messages[0].role", "'' should be non-empty")]),
        ({"lure": None, "task": None}, [(None, "task", "is missing")]),
        ({"mood": "good", "shots": None, "question": None}, []),
    ],
)
def test_a_fault_names_file_row_and_field(folder: Path, columns: Any, expected: list[Any]) -> None:
    """One for every row that has any."""
    change(folder / TRACES, **columns)
    found = list(faults(folder))
    assert [(TRACES, row, field) for row, field, _ in expected] == [(one.file, one.row, one.field) for one in found]
    for fault, (_, _, why) in zip(found, expected, strict=True):
        assert fault.what.startswith(why)


def test_other_types_are_faults(folder: Path) -> None:
    """A number as text, and all columns as text."""
    table = parquet.read_table(folder / TRACES)
    place = table.column_names.index("seed")
    parquet.write_table(table.set_column(place, "seed", table["seed"].cast(pyarrow.string())), folder / TRACES)
    assert [fault.field for fault in faults(folder)] == ["seed"] * 10


def test_rows_are_counted_over_the_whole_file(folder: Path) -> None:
    """Not within what is read at once."""
    many = [trace(draw, "run-2", model="other") for draw in range(10_000)]
    export(folder, many, summary(probe="test_many"))
    path = folder / "data" / "traces" / "run-2.parquet"
    change(path, outcome={3: "maybe", 9999: "maybe"})
    assert [fault.row for fault in faults(folder)] == [3, 9999]
    change(path, outcome={3: "correct", 9999: "correct"}, id={9998: many[7].id})
    assert [(fault.row, fault.field) for fault in faults(folder) if fault.field] == [(9998, "id")]
    change(path, id={9998: many[9998].id})
    change(folder / "data" / "cases" / "run-2.parquet", info={9989: "{}"})
    assert [fault.row for fault in faults(folder) if fault.field == "info"] == [9989]


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda folder: (folder / "runs/run-1.json").write_text("[]"), "runs/run-1.json: the whole: [] is not of type"),
        (lambda folder: (folder / "runs/run-1.json").write_text("{"), "runs/run-1.json: cannot be read as JSON ("),
        (
            lambda folder: (folder / "runs/run-1.json").write_text("[" * 10**5),
            "runs/run-1.json: cannot be read as JSON",
        ),
        (lambda folder: (folder / TRACES).write_text("x"), f"{TRACES}: not a file of a pytest-ood dataset"),
        (lambda folder: (folder / FAILURES).unlink(), f"{TRACES}: incomplete: {FAILURES}, which belongs"),
        (lambda folder: (folder / TRACES).unlink(), f"{FAILURES}: incomplete: {TRACES}, which belongs"),
        (
            lambda folder: change(folder / TRACES, outcome={0: "correct"}),
            f"{FAILURES}: has 4 rows, which are not the 3 wrong",
        ),
        (
            lambda folder: change(folder / TRACES, id={1: trace(0).id}),
            f"{TRACES} row 1: id: this id is in the dataset twice",
        ),
        (
            lambda folder: (folder / ".ood-done").mkdir(),
            "incomplete: an export was interrupted; finish it with another export",
        ),
        (
            lambda folder: (folder / "README.md").write_text("x"),
            "not a pytest-ood dataset: that has a README.md with the canary",
        ),
        (
            lambda folder: (folder / TRACES).rename(folder / "data/traces/-x.parquet"),
            "data/traces/-x.parquet: not a valid name",
        ),
    ],
)
def test_a_fault_is_reported_in_one_line(folder: Path, spoil: Any, expected: str) -> None:
    """As the command shows it."""
    spoil(folder)
    message = [str(fault) for fault in faults(folder)]
    assert any(line.startswith(expected) for line in message), message
    assert not any("\n" in line for line in message)


def test_a_failure_that_is_listed_twice(folder: Path) -> None:
    """Every wrong answer is there, and one of them too often."""
    table = parquet.read_table(folder / FAILURES)
    parquet.write_table(pyarrow.concat_tables([table, table.slice(0, 1)]), folder / FAILURES)
    assert [fault.file for fault in faults(folder)] == [FAILURES]


CASES = "data/cases/run-1.parquet"


def test_every_case_that_does_not_say_what_it_is_is_named(folder: Path) -> None:
    """One broken row does not hide the next, and the others are still compared with the traces."""
    change(folder / CASES, info={2: "{}", 5: '{"task":"toys"}'})
    rows = [(one.file, one.row, one.field) for one in faults(folder) if one.field == "info"]
    assert rows == [(CASES, 2, "info"), (CASES, 5, "info")]
    assert [one.row for one in faults(folder) if one.field is None and one.row is not None] == []


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda path: path.unlink(), ("data/cases", None, "lacks 10 of the 10 distinct cases")),
        (lambda path: path.write_text("x"), (CASES, None, "not a file of a pytest-ood dataset")),
        (lambda path: change(path, answer={3: "30"}), (CASES, 3, "no trace asks this case")),
        (lambda path: change(path, info={3: "{}"}), (CASES, 3, "does not identify its case ('task' is missing)")),
        (lambda path: change(path, info={3: "[]"}), (CASES, 3, "'[]' does not match")),
        (lambda path: change(path, unique={3: None}), (CASES, 3, "None is not of type 'boolean'")),
        (lambda path: change(path, question=None), (CASES, None, "is missing")),
        (lambda path: shutil.copy(path, path.with_name("run-2.parquet")), ("data/cases/run-2.parquet", 0, "this case")),
    ],
    ids=["none", "broken", "other answer", "no origin", "no object", "null", "column", "twice"],
)
def test_the_cases_are_those_of_the_traces(
    folder: Path, spoil: Callable[[Path], object], expected: tuple[str, int | None, str]
) -> None:
    """Each once, and no other."""
    spoil(folder / CASES)
    first = next(faults(folder))
    assert (first.file, first.row) == expected[:2]
    assert first.what.startswith(expected[2])


@pytest.mark.parametrize(
    ("version", "why"), [(0, "which pytest-ood has never written"), (9, "newer pytest-ood"), ("x", "not a file")]
)
def test_another_version_is_a_fault(folder: Path, version: object, why: str) -> None:
    """Never written, newer, or none at all; what to do is said."""
    table = parquet.read_table(folder / TRACES)
    parquet.write_table(table.replace_schema_metadata({"pytest_ood.trace_version": str(version)}), folder / TRACES)
    (fault,) = faults(folder)
    assert why in fault.what


def test_hostile_text_in_a_fault_is_tamed() -> None:
    """A column's name may be anything."""
    message = str(Fault("data/traces/x.parquet", HOSTILE, 3, "\x1b[2J"))
    assert message.startswith("data/traces/x.parquet row 3: \\x1b[2J: ")
    assert message.isprintable()


# Keys.

KEY = "abcDEF0123456789abcDEF0123456789"


@pytest.mark.parametrize(
    "text",
    [
        f"sk-{KEY}",
        f"use sk-proj-{KEY}.",
        f"(hf_{KEY})",
        "AKIAIOSFODNN7EXAMPLE",
        f"Authorization: Bearer {KEY}",
        f"authorization: bearer {KEY}",
        "api_key=abcdefgh",
        "export OPENAI_API_KEY='abcdefgh'",
        "https://host/?api-key=abcdefgh",
        '{"apiKey": "abcdefgh"}',
    ],
)
@pytest.mark.parametrize("field", ["response", "messages", "detail", "answer_given", "params"])
def test_anything_like_a_key_is_found(folder: Path, field: str, text: str) -> None:
    """In any field; what it is is not repeated."""
    value: Any = [{"role": "user", "content": text}] if field == "messages" else text
    if field in ("detail", "params"):
        value = json.dumps({"message": text})
    export(folder, [trace(50, "run-2"), trace(51, "run-2", "wrong", **{field: value})], summary())
    found = list(leaks(folder))
    expected = [("data/failures/run-2.parquet", 0, field), ("data/traces/run-2.parquet", 1, field)]
    if field == "params":
        # The questions alone say what they were drawn with, too.
        expected.append(("data/cases/run-2.parquet", 1, "info"))
    assert expected == [(fault.file, fault.row, fault.field) for fault in found]
    assert not any(KEY in str(fault) or "abcdefgh" in str(fault) for fault in found)


@pytest.mark.parametrize(
    "text",
    ["risk-assessment-of-everything", "sk-short", "the bearer responsibilities", "Bearer REDACTED", "api_key=REDACTED",
     "half_an_hour_later", "an api key: yours", "AKIA", "bearer of 12 bad news"],
)  # fmt: skip
def test_words_are_not_keys(folder: Path, text: str) -> None:
    """What only begins like one."""
    export(folder, [trace(50, "run-2", response=text)], summary())
    assert list(leaks(folder)) == []


@pytest.mark.parametrize("value", ["horse battery staple", 'quo"ted\\secret', "schlüssel-der-tür"])
def test_the_values_of_secret_variables_are_found(folder: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """By the name of the variable, as text and within JSON; one of another name is not a secret, nor is a short one."""
    monkeypatch.setenv("MY_SERVICE_PASSWORD", value)
    monkeypatch.setenv("HOMEPAGE", "Spell 50 backward.")
    monkeypatch.setenv("SHORT_KEY", "Spell")
    export(folder, [trace(50, "run-2", response=f"it is {value}!", detail=json.dumps({"x": value}))], summary())
    found = [(fault.field, fault.what) for fault in leaks(folder)]
    assert found == [
        (name, "contains the value of the environment variable MY_SERVICE_PASSWORD") for name in ("response", "detail")
    ]


@pytest.mark.parametrize("field", ["model_args", "condition"])
def test_an_argument_that_is_named_like_a_secret(folder: Path, field: str) -> None:
    """However deep, and whatever its value is, unless that has been redacted."""
    args = {"extra_body": {"my_secret": "x"}}
    value = json.dumps(args if field == "model_args" else {"args": args})
    redacted = json.dumps({"extra_body": {"my_secret": "REDACTED"}})
    rows = [trace(50, "run-2", **{field: value}), trace(51, "run-2", model_args=redacted)]
    export(folder, rows, summary(condition={"model": "m", "args": args}))
    found = [(fault.file.partition("/")[0], fault.row, fault.field) for fault in leaks(folder)]
    assert found == [("data", 0, field), ("runs", None, "cells[0].condition.args")]
    assert all("my_secret" in fault.what for fault in leaks(folder))


def test_other_tokens_and_summaries(folder: Path) -> None:
    """The token of the login, and what a test's name or a parameter may hold; also a parameter's name."""
    cell = {"id": "test_x[tok-of-login]", "params": {f"hf_{KEY}": 1}}
    export(folder, [], summary(**cell))
    assert [(fault.file.partition("/")[0], fault.field) for fault in leaks(folder, ["tok-of-login"])] == [
        ("runs", "cells[0].id"),
        ("runs", "cells[0].params (a name)"),
    ]
