"""Validate a dataset folder: rows against the schema, files against the layout, and no secrets in the text."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_ood.dataset import schema
from pytest_ood.dataset.cases import SINCE_VERSION, key_of_case, keys_of_traces, scan_cases
from pytest_ood.dataset.folder import (
    CASES,
    CONFIGS,
    DatasetError,
    described,
    is_ours,
    parquet_files,
    scan,
    summary_files,
)
from pytest_ood.dataset.summaries import read_summary
from pytest_ood.dataset.write import is_half_written, run_files
from pytest_ood.evidence.trace import FIELDS
from pytest_ood.text.printable import clipped
from pytest_ood.text.redaction import Secrets, secret_names

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
# Separates the texts of a dataset: JSON escapes it, and no key contains it.
_BETWEEN = "\0"
_LONGEST = 300
# The columns of JSON objects that hold the arguments of a model.
_ARGUMENTS = ("model_args", "condition")
_NAMED = "an argument that is named like a secret"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a dataset: `row` counts from 0 in the file, `field` is one of the row or of the summary."""

    file: str
    what: str
    row: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        row = "" if self.row is None else f" row {self.row}"
        field = "" if self.field is None else f" {self.field}:"
        where = f"{self.file}{row}:{field}" if self.file else ""
        return clipped(f"{where} {self.what}".strip().replace("\n", "\\n"), _LONGEST)


def runs_of(folder: Path) -> list[str]:
    """Return the names of the runs that have files in a dataset."""
    files = [path for config in CONFIGS for path in parquet_files(folder, config)]
    return sorted({path.stem for path in [*files, *summary_files(folder)]})


def faults(folder: Path) -> Iterator[Fault]:
    """Yield everything that is wrong with a dataset; for each row, only the first fault.

    Memory use grows only with the ids of the traces and the keys of the cases.
    """
    try:
        runs = runs_of(folder) if is_ours(folder) else []
    except DatasetError as error:
        yield _fault(folder, Path(error.path or folder), error)
        return
    if is_half_written(folder):
        finish = f"finish it with another export to it, or with `pytest-ood merge {folder} {folder}`"
        yield Fault("", f"incomplete: an export was interrupted; {finish}")
        return
    if not is_ours(folder):
        yield Fault("", "not a pytest-ood dataset: that has a README.md with the canary, data/ and runs/")
        return
    known: set[str] = set()
    broken = False
    for run in runs:
        for fault in _of_run(folder, run, known):
            broken = True
            yield fault
    # If a file of traces cannot be read, its cases are unknown.
    known.clear()
    if not broken:
        yield from _of_cases(folder)


def _of_run(folder: Path, run: str, known: set[str]) -> Iterator[Fault]:
    failures, traces, cases, summary = run_files(folder, run)
    if not _NAME.fullmatch(run):
        there = next(path for path in (traces, failures, cases, summary) if path.exists())
        yield Fault(_within(folder, there), "not a valid name for the file of a run")
        return
    if summary.exists():
        try:
            read_summary(summary)
        except DatasetError as error:
            yield _fault(folder, summary, error)
    if failures.exists() != traces.exists():
        there, missing = (failures, traces) if failures.exists() else (traces, failures)
        yield Fault(_within(folder, there), f"incomplete: {_within(folder, missing)}, which belongs to it, is missing")
    elif traces.exists():
        row_faults = [*_of_traces(folder, traces), *_of_traces(folder, failures)]
        yield from row_faults or _of_pair(folder, failures, traces, known)


def _of_pair(folder: Path, failures: Path, traces: Path, known: set[str]) -> Iterator[Fault]:
    """The failures of a run must be its wrong traces, and no id may occur twice in the dataset."""
    wrong, twice = set(), None
    row = 0
    for batch in scan(traces, ["id", "outcome"]):
        for name, outcome in zip(batch["id"], batch["outcome"], strict=True):
            twice = row if name in known and twice is None else twice
            known.add(name)
            row += 1
            if outcome == "wrong":
                wrong.add(name)
    if twice is not None:
        yield Fault(_within(folder, traces), "this id is in the dataset twice", twice, "id")
    listed = [name for batch in scan(failures, ["id"]) for name in batch["id"]]
    if len(listed) != len(wrong) or set(listed) != wrong:
        yield Fault(
            _within(folder, failures),
            f"has {len(listed)} rows, which are not the {len(wrong)} wrong answers of {_within(folder, traces)}",
        )


def _of_traces(folder: Path, path: Path) -> list[Fault]:
    """One fault for every invalid row. Unknown columns are not a fault."""
    try:
        start, row_faults = 0, list[Fault]()
        for batch in scan(path, FIELDS):
            row_faults += _of_batch(_within(folder, path), batch, start, "trace")
            start += len(batch["id"])
        return row_faults
    except DatasetError as error:
        return [_fault(folder, path, error)]


def _of_cases(folder: Path) -> Iterator[Fault]:
    """The config `cases` must have each distinct case of the traces once; version 1 had no such config."""
    files = parquet_files(folder, CASES)
    traces = parquet_files(folder, "traces")
    if not files and all(described(path)[0] < SINCE_VERSION for path in traces):
        return
    # Whether each case was found.
    expected = {case: False for path in traces for case in keys_of_traces(path)}
    for path in files:
        try:
            yield from _of_case_file(folder, path, expected)
        except DatasetError as error:
            yield _fault(folder, path, error)
            return
    if missing := sum(not found for found in expected.values()):
        yield Fault(f"data/{CASES}", f"lacks {missing} of the {len(expected)} distinct cases of data/traces")


def _of_case_file(folder: Path, path: Path, expected: dict[bytes, bool]) -> Iterator[Fault]:
    file = _within(folder, path)
    start = 0
    for batch in scan_cases(path):
        row_faults = list(_of_batch(file, batch, start, "case"))
        yield from row_faults
        if not row_faults:
            for row, (answer, info) in enumerate(zip(batch["answer"], batch["info"], strict=True), start):
                try:
                    case = key_of_case(answer, info)
                except (ValueError, RecursionError) as error:
                    yield Fault(file, f"does not identify its case ({error})", row, "info")
                    continue
                if expected.get(case, True):
                    what = "this case is in the dataset twice" if case in expected else "no trace asks this case"
                    yield Fault(file, what, row)
                else:
                    expected[case] = True
        start += len(next(iter(batch.values()), ()))


def _of_batch(file: str, batch: Mapping[str, Sequence[Any]], start: int, name: schema.Name) -> Iterator[Fault]:
    try:
        schema.check_columns(batch, name)
    except schema.SchemaError as first:
        if first.row is None:
            yield Fault(file, first.what, None, first.where)
            return
        for row in range(len(next(iter(batch.values())))):
            try:
                schema.check_columns({field: [values[row]] for field, values in batch.items()}, name)
            except schema.SchemaError as error:
                yield Fault(file, error.what, start + row, error.where)


def _fault(folder: Path, path: Path, error: DatasetError) -> Fault:
    """The error of a reader as a fault of the file, without its path."""
    fix = f"; {error.fix}" if error.fix else ""
    return Fault(_within(folder, path), f"{error.what}{fix}", error.row, error.field)


def leaks(folder: Path, tokens: Iterable[str] = ()) -> Iterator[Fault]:
    """Yield a fault for every row and summary that contains a secret, without repeating the secret.

    Args:
        folder: a pytest-ood dataset.
        tokens: secrets that must not be published, besides those in the environment.
    """
    secrets = Secrets(tokens)
    for config in CONFIGS:
        for path in parquet_files(folder, config):
            start = 0
            for batch in scan_cases(path) if config == CASES else scan(path, _textual()):
                for row, field, what in (*_leaks_of(batch, secrets), *_named_like_secrets(batch)):
                    yield Fault(_within(folder, path), f"contains {what}", start + row, field)
                start += len(next(iter(batch.values()), ()))
    for path in summary_files(folder):
        whole = json.loads(path.read_text(encoding="utf-8"))
        for where, text in _texts(whole, ""):
            if what := secrets.find(text):
                yield Fault(_within(folder, path), f"contains {what}", None, where)
        for where, args in _args(whole, ""):
            for name in secret_names(args):
                yield Fault(_within(folder, path), f"contains {_NAMED} ({name})", None, where)


def _leaks_of(batch: Mapping[str, Sequence[Any]], secrets: Secrets) -> Iterator[tuple[int, str, str]]:
    for field, values in batch.items():
        # There is nearly never anything: one check of all distinct texts is much faster than one for each row.
        if secrets.find(_BETWEEN.join(_texts_in(values))):
            yield from (
                (row, field, what)
                for row, value in enumerate(values)
                if (what := secrets.find(_BETWEEN.join(_texts_in([value]))))
            )


def _named_like_secrets(batch: Mapping[str, Sequence[Any]]) -> Iterator[tuple[int, str, str]]:
    """The arguments of models that are named like secrets, however deep: their values are secrets of any form."""
    for field in _ARGUMENTS:
        found: dict[str | None, str] = {None: ""}
        for row, text in enumerate(batch.get(field, ())):
            if text not in found:
                found[text] = _named_secret(text)
            if found[text]:
                yield row, field, f"{_NAMED} ({found[text]})"


def _named_secret(text: str) -> str:
    try:
        return next(secret_names(json.loads(text)), "")
    except (ValueError, RecursionError):
        return ""


def _textual() -> list[str]:
    """The fields of a trace that contain text."""
    fields = schema.load("trace")["properties"]
    return [name for name in FIELDS if any(kind in fields[name]["type"] for kind in ("string", "array"))]


def _texts_in(values: Sequence[Any]) -> set[str]:
    """The texts in a column, each once: the values, or the texts in the turns of conversations."""
    if any(isinstance(value, list) for value in values):
        return {text for turns in values for turn in turns or () for text in turn.values()}
    return {value for value in values if isinstance(value, str)}


def _texts(value: Any, where: str) -> Iterator[tuple[str, str]]:
    """Every string in a JSON value, including names, and its place."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            # The name itself may be a secret.
            yield f"{where or 'the whole'} (a name)", name
            yield from _texts(inner, f"{where}.{name}".lstrip("."))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, f"{where}[{number}]")


def _args(value: Any, where: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every object named args in a JSON value, and its place."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            place = f"{where}.{name}".lstrip(".")
            if name == "args" and isinstance(inner, Mapping):
                yield place, inner
            yield from _args(inner, place)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _args(inner, f"{where}[{number}]")


def _within(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()
