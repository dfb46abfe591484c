"""What is wrong with a dataset folder: rows against the schema, files against the layout, and keys in what is said."""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_ood.dataset import schema
from pytest_ood.dataset.folder import CONFIGS, DatasetError, described, is_ours, parquet_files, scan, upgraded
from pytest_ood.dataset.write import is_half_written, run_files
from pytest_ood.evidence.trace import FIELDS, TRACE_VERSION
from pytest_ood.text.printable import clipped
from pytest_ood.text.redaction import is_secret

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
# What is shorter is no key, and comes up in any text.
_SHORTEST_KEY = 8
# No text of a dataset can be told from two by it: JSON escapes it, and no key has it.
_BETWEEN = "\0"
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where: `row` counts from 0 in the file, `field` is of the row or of the summary."""

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
    """The names of the runs whose files are in a dataset."""
    files = [path for config in CONFIGS for path in parquet_files(folder, config)]
    return sorted({path.stem for path in [*files, *(folder / "runs").glob("*.json")]})


def faults(folder: Path) -> Iterator[Fault]:
    """Everything that is wrong with a dataset; of a row the first thing only. Memory grows with the ids only."""
    if is_half_written(folder):
        finish = f"the next export into it finishes it, and so does `pytest-ood merge {folder} {folder}`"
        yield Fault("", f"half-written: an export was interrupted; {finish}")
        return
    if not is_ours(folder):
        yield Fault("", "not a dataset of pytest-ood: README.md with its canary, data/ and runs/ belong to one")
        return
    known: set[str] = set()
    for run in runs_of(folder):
        failures, traces, summary = run_files(folder, run)
        if not _NAME.fullmatch(run):
            there = next(path for path in (traces, failures, summary) if path.exists())
            yield Fault(_within(folder, there), "a file that no run can have")
            continue
        if summary.exists():
            yield from _of_summary(folder, summary)
        if failures.exists() != traces.exists():
            there, missing = (failures, traces) if failures.exists() else (traces, failures)
            yield Fault(_within(folder, there), f"half-written: there is no {_within(folder, missing)} beside it")
        elif traces.exists():
            yield from _of_run(folder, failures, traces, known)


def _of_summary(folder: Path, path: Path) -> Iterator[Fault]:
    try:
        schema.check(upgraded(json.loads(path.read_text(encoding="utf-8"))), "summary")
    except schema.SchemaError as error:
        yield Fault(_within(folder, path), str(error).removeprefix(f"{error.field}: "), None, error.field)
    except (OSError, ValueError, RecursionError) as error:
        yield Fault(_within(folder, path), f"no JSON that can be read ({error})")


def _of_run(folder: Path, failures: Path, traces: Path, known: set[str]) -> Iterator[Fault]:
    found = [*_of_rows(folder, traces), *_of_rows(folder, failures)]
    yield from found
    if found:
        return
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
    if set(listed) != wrong:
        yield Fault(
            _within(folder, failures),
            f"holds {len(listed)} rows, and not the {len(wrong)} wrong answers of {_within(folder, traces)}",
        )


def _of_rows(folder: Path, path: Path) -> list[Fault]:
    """One fault for every row that has any."""
    file = _within(folder, path)
    try:
        version, names, _ = described(path)
        if version != TRACE_VERSION:
            why = f"its traces are of version {version}; this pytest-ood writes version {TRACE_VERSION}"
            return [Fault(file, f"{why}: use the pytest-ood that wrote it")]
        odd = [Fault(file, "is missing", None, name) for name in FIELDS if name not in names]
        odd += [Fault(file, "is no field of a trace", None, name) for name in names if name not in FIELDS]
        if odd:
            return odd
        start, found = 0, list[Fault]()
        for batch in scan(path, FIELDS):
            found += _of_batch(file, batch, start)
            start += len(batch["id"])
        return found
    except DatasetError as error:
        return [Fault(file, str(error).removeprefix(f"{path}: "))]


def _of_batch(file: str, batch: Mapping[str, Sequence[Any]], start: int) -> Iterator[Fault]:
    try:
        schema.check_columns(batch)
    except schema.SchemaError:
        for row in range(len(batch["id"])):
            try:
                schema.check_columns({name: [values[row]] for name, values in batch.items()})
            except schema.SchemaError as error:
                what = str(error).removeprefix("row 0: ").removeprefix(f"{error.field}: ")
                yield Fault(file, what, start + row, error.field)


def leaks(folder: Path, tokens: Iterable[str] = ()) -> Iterator[Fault]:
    """Every row and summary that holds anything like a key; what it is is not repeated.

    tokens: other secrets that must not go out, beside those of the environment.
    """
    keys = _Keys(tokens)
    for config in CONFIGS:
        for path in parquet_files(folder, config):
            start = 0
            for batch in scan(path, _textual()):
                for row, field, what in _leaks_of(batch, keys):
                    yield Fault(_within(folder, path), f"holds {what}", start + row, field)
                start += len(batch["id"])
    for path in sorted((folder / "runs").glob("*.json")):
        for where, text in _texts(json.loads(path.read_text(encoding="utf-8")), ""):
            if what := keys.find(text):
                yield Fault(_within(folder, path), f"holds {what}", None, where)


def _leaks_of(batch: Mapping[str, Sequence[Any]], keys: "_Keys") -> Iterator[tuple[int, str, str]]:
    for field, values in batch.items():
        # Nearly always there is nothing: one look at all that is said, each thing once, is much quicker than one a row.
        if keys.find(_BETWEEN.join(_said(values))):
            yield from (
                (row, field, what)
                for row, value in enumerate(values)
                if (what := keys.find(_BETWEEN.join(_said([value]))))
            )


def _textual() -> list[str]:
    """The fields of a trace in which there are texts."""
    fields = schema.load("trace")["properties"]
    return [name for name in FIELDS if any(kind in fields[name]["type"] for kind in ("string", "array"))]


def _said(values: Sequence[Any]) -> set[str]:
    """The texts in a column, each once: the values, or what is in the turns of conversations."""
    if any(isinstance(value, list) for value in values):
        return {text for turns in values for turn in turns or () for text in turn.values()}
    return set(values) - {None}


def _texts(value: Any, where: str) -> Iterator[tuple[str, str]]:
    """Every string in a JSON value, names too, and where it is."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            # The name itself may be what must not be shown.
            yield f"{where or 'the whole'} (a name)", name
            yield from _texts(inner, f"{where}.{name}".lstrip("."))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, f"{where}[{number}]")


# What it is, a word without which it can't be there, in lower case, and what it looks like.
_LOOKS = (
    ("what looks like a key (sk-...)", "sk-", re.compile(r"(?<![A-Za-z0-9])sk-[A-Za-z0-9_-]{16,}")),
    ("what looks like a token of the Hub (hf_...)", "hf_", re.compile(r"(?<![A-Za-z0-9])hf_[A-Za-z0-9]{16,}")),
    ("what looks like a key of AWS (AKIA...)", "akia", re.compile(r"(?<![A-Za-z0-9])AKIA[0-9A-Z]{12,}")),
    # With a digit: "bearer responsibilities" are none.
    ("what looks like a bearer token", "bearer", re.compile(r"(?i)\bbearer\s+(?=[\w.~+/-]*\d)[\w.~+/-]{8,}")),
    (
        "what looks like a key (api_key=...)",
        "api",
        # The quotes of JSON within JSON are escaped.
        re.compile(r"""(?i)api[_-]?key[\\"']*\s*[=:]\s*[\\"']*(?!REDACTED)[\w.~+/-]{8,}"""),
    ),
)


class _Keys:
    """Tells whether a text holds anything like a key, and what, without repeating it."""

    def __init__(self, tokens: Iterable[str]) -> None:
        self._known = {
            word: f"the value of the environment variable {name}"
            for name, value in os.environ.items()
            if is_secret(name)
            # "Bearer KEY" is as secret without its first word.
            for word in (value, *value.split())
        }
        self._known |= {token: "the token you are logged in with" for token in tokens if token not in self._known}
        # As JSON strings within a row say them.
        self._known |= {json.dumps(word)[1:-1]: what for word, what in self._known.items()}
        self._known = {word: what for word, what in self._known.items() if len(word) >= _SHORTEST_KEY}

    def find(self, text: str) -> str:
        """What the text holds; nothing if all is well."""
        known = next((what for word, what in self._known.items() if word in text), "")
        lower = text.lower()
        return known or next((what for what, word, look in _LOOKS if word in lower and look.search(text)), "")


def _within(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()
