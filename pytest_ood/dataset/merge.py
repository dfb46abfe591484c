"""Datasets become one: the folders of several runs or machines, or a folder and what is published already."""

import hashlib
import itertools
import json
import shutil
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_ood.dataset import card
from pytest_ood.dataset.folder import DatasetError, described, is_ours, parquet_files, scan, summaries
from pytest_ood.dataset.validate import faults, runs_of
from pytest_ood.dataset.write import (
    adding,
    check_target,
    copy_rows,
    errors_named,
    finish,
    free_name,
    known_ids,
    run_files,
)
from pytest_ood.evidence.trace import FIELDS
from pytest_ood.text.canonical import canonical

# The same question asked twice differs in these, and is the same.
_INCIDENTAL = ("run_id", "created_at", "latency_s", "cost_usd")
_SUBSTANCE = tuple(name for name in FIELDS if name not in _INCIDENTAL)
_MOST_NAMED = 5
_BYTES = 8


@dataclass(frozen=True, slots=True)
class Merged:
    """What was added: traces, how many of them are failures, and how many were there already; names of the runs."""

    rows: int
    failures: int
    known: int
    runs: tuple[str, ...]


def merge(folders: Sequence[Path], out: Path) -> Merged:
    """Make `out`, a new folder or a dataset of ours, hold what is in all `folders`. They are left as they are.

    Traces of one id fall together.

    Raises:
        DatasetError: a folder has faults, or two traces of one id differ in more than time, cost and run. `out` is then
            as it was.
    """
    check_target(out, "")
    finish(out)
    sources = [folder for folder in folders if folder.resolve() != out.resolve()]
    for folder in sources:
        if out.resolve().is_relative_to(folder.resolve()):
            raise DatasetError(f"{out}: lies in {folder}, which is to be left as it is; name a folder beside it")
        check_whole(folder)
    if is_ours(out):
        check_whole(out)
    _refuse_conflicts([folder for folder in (out, *sources) if is_ours(folder)])
    with errors_named(out, ""), adding(out) as part:
        merged = add([out], sources, part)
        card.write(part, [out, part])
    return merged


def check_whole(folder: Path) -> None:
    """Raises DatasetError with the first fault of a dataset."""
    if not folder.is_dir():
        raise DatasetError(f"{folder}: there is no such folder; name one that --ood-export has written")
    fault = next(faults(folder), None)
    if fault is not None:
        raise DatasetError(f"{folder}: {fault}")


def add(there: Sequence[Path], sources: Sequence[Path], part: Path) -> Merged:
    """Write to `part`, laid out as a dataset but for the card, what the `sources` have and the datasets `there` lack.

    A file of which every row is new is copied as it is; rows whose id is known are left out.
    """
    joining = _Joining(there, part)
    for source in sources:
        for run in runs_of(source):
            joining.take(source, run)
    return Merged(joining.rows, joining.failures, joining.known_rows, tuple(joining.runs))


class _Joining:
    """What is there already, and what has been added to it."""

    def __init__(self, there: Sequence[Path], part: Path) -> None:
        self.part = part
        self.places = [*there, part]
        self.ids = {name for folder in there for name in known_ids(folder)}
        self.told = {canonical(summary) for folder in there for summary in summaries(folder)}
        self.rows = self.failures = self.known_rows = 0
        self.runs: list[str] = []

    def take(self, source: Path, run: str) -> None:
        """Add what is new in the files of a run, under its name if that is free."""
        failures, traces, summary = run_files(source, run)
        name = free_name(self.places, run)
        to_failures, to_traces, to_summary = run_files(self.part, name)
        added = traces.exists() and self._take_rows({failures: to_failures, traces: to_traces}, traces)
        told = canonical(json.loads(summary.read_text(encoding="utf-8"))) if summary.exists() else ""
        if told and told not in self.told:
            self.told.add(told)
            to_summary.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(summary, to_summary)
            added = True
        if added:
            self.runs.append(name)

    def _take_rows(self, targets: Mapping[Path, Path], traces: Path) -> bool:
        ids = [name for batch in scan(traces, ["id"]) for name in batch["id"]]
        fresh = set(ids) - self.ids
        self.ids |= fresh
        self.rows += len(fresh)
        self.known_rows += len(ids) - len(fresh)
        # Where nothing was ever asked an empty file says what the columns are.
        if not fresh and (ids or any(parquet_files(place, "traces") for place in self.places)):
            return False
        for source, target in targets.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            if len(fresh) == len(ids):
                shutil.copyfile(source, target)
            else:
                copy_rows(source, target, fresh)
        to_failures, _ = targets.values()
        self.failures += described(to_failures)[2]
        return True


# Conflicts.


def _refuse_conflicts(folders: Sequence[Path]) -> None:
    """Raises DatasetError where two traces of one id differ in substance; names them, and in what."""
    files = [path for folder in folders for path in parquet_files(folder, "traces")]
    counts = Counter(name for path in files for batch in scan(path, ["id"]) for name in batch["id"])
    several = {name for name, count in counts.items() if count > 1}
    found = list(itertools.islice(_conflicts(files, several), _MOST_NAMED + 1)) if several else []
    if found:
        named = "\n".join(f"  {conflict}" for conflict in found[:_MOST_NAMED])
        more = "\n  and more" if len(found) > _MOST_NAMED else ""
        raise DatasetError(
            f"the same question has two answers; leave out one of the folders, nothing was merged:\n{named}{more}"
        )


def _conflicts(files: Sequence[Path], several: Container[str]) -> Iterator[str]:
    first: dict[str, tuple[Path, bytes]] = {}
    for path in files:
        for batch in scan(path, ["id", *_SUBSTANCE]):
            for row, name in enumerate(batch["id"]):
                if name not in several:
                    continue
                mark = b"".join(_short(batch[field][row]) for field in _SUBSTANCE)
                other, known = first.setdefault(name, (path, mark))
                if known != mark:
                    unlike = [
                        field
                        for field, at in zip(_SUBSTANCE, itertools.count(0, _BYTES), strict=False)
                        if known[at : at + _BYTES] != mark[at : at + _BYTES]
                    ]
                    yield f"{name} in {other} and in {path}: {', '.join(unlike)}"


def _short(value: object) -> bytes:
    return hashlib.blake2b(canonical(value).encode(), digest_size=_BYTES).digest()
