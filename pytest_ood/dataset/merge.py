"""Merge datasets: the folders of several runs or machines, or a folder and what is already published."""

import hashlib
import itertools
import json
import shutil
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pytest_ood.dataset import card
from pytest_ood.dataset.cases import keys_of_cases, keys_of_traces, write_cases
from pytest_ood.dataset.folder import CASES, DatasetError, described, is_ours, parquet_files, scan
from pytest_ood.dataset.licenses import joined, license_of
from pytest_ood.dataset.summaries import summaries, upgraded
from pytest_ood.dataset.tables import copy_rows, is_current
from pytest_ood.dataset.upgrade import upgrade
from pytest_ood.dataset.validate import faults, runs_of
from pytest_ood.dataset.write import (
    adding,
    check_target,
    errors_named,
    finish,
    free_name,
    ids_of,
    known_cases,
    run_files,
)
from pytest_ood.text.canonical import canonical

# Traces with the same id are of the same question; these fields are equal if the answer is the same. Time, cost and run
# differ whenever a question is asked again, and so may the probe's file, the family's name and the version of
# pytest-ood. The fields that version 2 added only tell more about a trace and cannot contradict it.
_SUBSTANCE = (
    *("task", "task_version", "params", "arm", "strategy", "model", "model_args", "seed", "draw", "messages"),
    *("response", "reasoning", "finish_reason", "answer_given", "answer_expected", "answer_unique", "outcome", "lure"),
    *("lures", "detail", "input_tokens", "output_tokens", "prompt_sha256"),
)
_MOST_NAMED = 5
_BYTES = 8

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge added.

    Attributes:
        rows: the traces added.
        failures: how many of them are failures.
        known: the traces that were already there.
        runs: the names of the runs added.
    """

    rows: int
    failures: int
    known: int
    runs: tuple[str, ...]


def merge(
    folders: Sequence[Path],
    out: Path,
    *,
    license: str | None = None,
    draw_curves: card.DrawCurves | None = None,
) -> Merged:
    """Add what is in all `folders` to `out`, a new folder or a dataset. The folders are not changed.

    Traces with the same id are merged into one. Files of an older version in `out` are migrated.

    Args:
        folders: pytest-ood datasets.
        out: a new folder, or a pytest-ood dataset; it may be one of the `folders`.
        license: the licence of the result; by default that of `out`, or that of the `folders` if they agree.
        draw_curves: as in `write.export`.

    Raises:
        DatasetError: a folder has faults, two traces with the same id differ in more than time, cost and run, or the
            licences are not compatible. `out` is then unchanged.
    """
    check_target(out, "", license)
    finish(out)
    sources = [folder for folder in folders if folder.resolve() != out.resolve()]
    for folder in sources:
        if out.resolve().is_relative_to(folder.resolve()):
            raise DatasetError(
                f"it is inside {folder}, which must not change", path=out, fix="name a folder outside it"
            )
        check_whole(folder)
    if is_ours(out):
        check_whole(out)
    chosen = joined(license_of(out), map(license_of, sources), license, out)
    _refuse_conflicts([folder for folder in (out, *sources) if is_ours(folder)])
    with errors_named(out, ""), adding(out) as part:
        upgrade([out], part)
        merged = add([out], sources, part)
        card.write(part, [out, part], license=chosen, draw_curves=draw_curves)
    return merged


def check_whole(folder: Path) -> None:
    """Check that a dataset has no faults.

    Raises:
        DatasetError: the first fault.
    """
    if not folder.is_dir():
        raise DatasetError("no such folder", path=folder, fix="name one written by --ood-export")
    fault = next(faults(folder), None)
    if fault is not None:
        raise DatasetError(str(fault), path=folder)


def add(there: Sequence[Path], sources: Sequence[Path], part: Path) -> Merged:
    """Write what the `sources` have and the datasets `there` lack to `part`, laid out as a dataset without a card.

    A file of the current version in which every row is new is copied unchanged. Rows whose id is known are left out.
    """
    joining = _Joining(there, part)
    for source in sources:
        for run in runs_of(source):
            joining.take(source, run)
    return Merged(joining.rows, joining.failures, joining.known_rows, tuple(joining.runs))


class _Joining:
    """What is already there, and what has been added to it."""

    def __init__(self, there: Sequence[Path], part: Path) -> None:
        self.part = part
        self.places = [*there, part]
        # As bytes: the text of an id takes twice as much memory, and there may be millions.
        self.ids = set(map(bytes.fromhex, ids_of(there)))
        self.cases = known_cases(there)
        self.summaries = {canonical(summary) for summary in summaries(there)}
        self.rows = self.failures = self.known_rows = 0
        self.runs: list[str] = []

    def take(self, source: Path, run: str) -> None:
        """Add what is new in the files of a run, under its name if that is free."""
        failures, traces, cases, summary = run_files(source, run)
        name = free_name(self.places, run)
        to_failures, to_traces, to_cases, to_summary = run_files(self.part, name)
        added = traces.exists() and self._take_rows({failures: to_failures, traces: to_traces}, traces)
        if added:
            self._take_cases(to_traces, cases, to_cases)
        if summary.exists() and self._take_summary(summary, to_summary):
            added = True
        if added:
            self.runs.append(name)

    def _take_cases(self, traces: Path, source: Path, target: Path) -> None:
        """Write the cases of a file of traces that was added; copy `source` if it has exactly these."""
        keys = set(keys_of_traces(traces))
        if keys and source.exists() and keys.isdisjoint(self.cases) and _are_exactly(keys, keys_of_cases(source)):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            self.cases = _united(self.cases, keys)
        else:
            # If nothing was ever asked, an empty file defines the columns.
            write_cases(traces, target, self.cases, even_empty=not parquet_files(self.places, CASES))

    def _take_summary(self, summary: Path, target: Path) -> bool:
        value = json.loads(summary.read_text(encoding="utf-8"))
        text = canonical(upgraded(value))
        if text in self.summaries:
            return False
        self.summaries.add(text)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(summary, target)
        return True

    def _take_rows(self, targets: Mapping[Path, Path], traces: Path) -> bool:
        ids = (bytes.fromhex(name) for batch in scan(traces, ["id"]) for name in batch["id"])
        fresh = {one for one in ids if one not in self.ids}
        count = described(traces)[2]
        self.rows += len(fresh)
        self.known_rows += count - len(fresh)
        # If nothing was ever asked, an empty file defines the columns.
        if not fresh and (count or any(parquet_files(place, "traces") for place in self.places)):
            return False
        for source, target in targets.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            if len(fresh) == count and is_current(source):
                shutil.copyfile(source, target)
            else:
                copy_rows(source, target, lambda name: bytes.fromhex(name) in fresh)
        to_failures, _ = targets.values()
        self.failures += described(to_failures)[2]
        self.ids = _united(self.ids, fresh)
        return True


def _united(one: set[_T], other: set[_T]) -> set[_T]:
    """Return all members of two sets, neither of which may be used any more: of a million, no third set is made."""
    large, small = (one, other) if len(one) >= len(other) else (other, one)
    large |= small
    return large


def _are_exactly(keys: set[bytes], others: Iterable[bytes]) -> bool:
    """Return whether some distinct keys are the same as others, without keeping those."""
    count = 0
    for count, key in enumerate(others, 1):  # noqa: B007 - it is needed afterwards
        if key not in keys:
            return False
    return count == len(keys)


# Conflicts.


def _refuse_conflicts(folders: Sequence[Path]) -> None:
    """Raise a DatasetError if two traces with the same id differ in substance; it names them and the fields."""
    if len(folders) < 2:  # no id is in a dataset twice
        return
    files = [path for folder in folders for path in parquet_files(folder, "traces")]
    seen, several = set[str](), set[str]()
    for path in files:
        for batch in scan(path, ["id"]):
            several.update(name for name in batch["id"] if name in seen)
            seen.update(batch["id"])
    conflicts = list(itertools.islice(_conflicts(files, several), _MOST_NAMED + 1)) if several else []
    if conflicts:
        lines = "\n".join(f"  {conflict}" for conflict in conflicts[:_MOST_NAMED])
        more = "\n  and more" if len(conflicts) > _MOST_NAMED else ""
        raise DatasetError(
            f"the same question has two answers; leave out one of the folders. Nothing was merged:\n{lines}{more}"
        )


def _conflicts(files: Sequence[Path], several: Container[str]) -> Iterator[str]:
    first: dict[str, tuple[Path, bytes]] = {}
    for path in files:
        for batch in scan(path, ["id", *_SUBSTANCE]):
            for row, name in enumerate(batch["id"]):
                if name not in several:
                    continue
                mark = b"".join(_short(batch[field][row]) for field in _SUBSTANCE)
                other, other_mark = first.setdefault(name, (path, mark))
                if other_mark != mark:
                    unlike = [
                        field
                        for field, at in zip(_SUBSTANCE, itertools.count(0, _BYTES), strict=False)
                        if other_mark[at : at + _BYTES] != mark[at : at + _BYTES]
                    ]
                    yield f"{name} in {other} and in {path}: {', '.join(unlike)}"


def _short(value: object) -> bytes:
    return hashlib.blake2b(canonical(value).encode(), digest_size=_BYTES).digest()
