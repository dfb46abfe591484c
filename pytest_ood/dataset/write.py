"""Write traces to a dataset folder: Parquet files, one summary per run, and a card. `folder` describes the layout.

An export adds a run. It changes no existing file except the card, its picture, and files of an older trace version,
which are rewritten in the current one. It is prepared in a hidden folder, completed by one rename, and put in place
from there: an export interrupted before the rename leaves nothing; one interrupted after it is finished by the next.
"""

import contextlib
import itertools
import json
import operator
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_ood.dataset import card, schema, tables
from pytest_ood.dataset.cases import CaseWriter, keys_of_traces
from pytest_ood.dataset.folder import CASES, CONFIGS, TRACE_CONFIGS, DatasetError, is_ours, parquet_files, scan
from pytest_ood.dataset.licenses import check_license, joined, license_of
from pytest_ood.dataset.summaries import summaries
from pytest_ood.dataset.upgrade import refuse_unknown_columns, upgrade
from pytest_ood.evidence.trace import FIELDS, Trace
from pytest_ood.text.canonical import canonical, digest

OPTION = "--ood-export "
_LOCK, _PART, _DONE = ".ood-lock", ".ood-part", ".ood-done"
_BATCH_ROWS = 4096
# The number of characters at which a batch is full, however few its rows: one answer may have ten million.
_BATCH_TEXT = 16_000_000


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote.

    Attributes:
        rows: the traces written.
        failures: how many of them are failures.
        skipped: the traces that were already there.
    """

    rows: int
    failures: int
    skipped: int


def check_target(folder: Path, option: str = OPTION, license: str | None = None) -> None:
    """Check, before anything is asked, that `export` can write to `folder`.

    Args:
        folder: a new folder, an empty one, or a pytest-ood dataset.
        option: the option that names the folder, for the message.
        license: the licence that the export will have, if one is chosen.

    Raises:
        DatasetError: it is a file, cannot be written, holds something other than a pytest-ood dataset, or has another
            licence.
    """
    with errors_named(folder, option):
        if license is not None:
            check_license(license)
        there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        if not there.is_dir():
            raise DatasetError(f"{there} is a file", path=folder, fix="name a folder", option=option)
        with tempfile.TemporaryFile(dir=there):
            pass
        if there is folder:
            names = {path.name for path in folder.iterdir()} - {_LOCK, _PART}
            if names and _DONE not in names and not is_ours(folder):
                raise DatasetError(
                    f"it holds {sorted(names)[0]} and is not a pytest-ood dataset",
                    path=folder,
                    fix="name a new or empty folder, or one written by pytest-ood",
                    option=option,
                )
            summaries(folder)
            refuse_unknown_columns(folder)
            joined(license_of(folder), (), license, folder)


def export(
    folder: Path,
    traces: Iterable[Trace],
    summary: Mapping[str, Any],
    *,
    license: str | None = None,
    draw_curves: card.DrawCurves | None = None,
) -> Exported:
    """Add a run to the dataset in `folder`, which is created if there is none.

    Traces whose id is in the dataset are skipped. Every row is checked against its schema. Memory use does not grow
    with the number of traces, except for the ids of those already in the dataset and the keys of the cases.

    Args:
        folder: where the dataset is or will be.
        traces: the traces of one run.
        summary: the summary of the same run.
        license: an id that the Hub recognises. By default the dataset keeps its licence, and a new one is under CC0.
        draw_curves: draws the picture of the card, an SVG, from the summaries of all runs; without it there is none.

    Raises:
        DatasetError: nothing was added.
    """
    check_target(folder, license=license)
    with errors_named(folder):
        schema.check(summary, "summary")
        with adding(folder) as part:
            exported = _prepare(folder, part, iter(traces), summary)
            chosen = joined(license_of(folder), (), license, folder)
            card.write(part, [folder, part], license=chosen, draw_curves=draw_curves)
            return exported


@contextlib.contextmanager
def adding(folder: Path) -> Iterator[Path]:
    """Provide a hidden folder with the layout of the dataset; what is written there is added to it, all or nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        _put_in_place(folder)
        part = folder / _PART
        shutil.rmtree(part, ignore_errors=True)
        try:
            part.mkdir()
            yield part
            part.rename(folder / _DONE)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        _put_in_place(folder)


def is_half_written(folder: Path) -> bool:
    """Return whether an export was interrupted while putting its files in place; the next one finishes it."""
    return (folder / _DONE).exists()


def _prepare(folder: Path, part: Path, traces: Iterator[Trace], summary: Mapping[str, Any]) -> Exported:
    """Write what the export adds to `part`, in the layout of `folder`, except for the card."""
    upgrade([folder], part)
    first = next(traces, None)
    run_id = first.run_id if first else digest(canonical(summary))[:32]
    run = free_name([folder], run_id)
    for name in ("runs", *(f"data/{config}" for config in CONFIGS)):
        (part / name).mkdir(parents=True, exist_ok=True)
    _write_json(part / "runs" / f"{run}.json", summary)
    exported = _write_parquet(folder, part, run, itertools.chain([first] if first else [], traces))
    if not exported.rows and parquet_files(folder, "traces"):
        # Nothing new was asked; if this very run is already there, its summary is not new either.
        for config in TRACE_CONFIGS:
            (part / "data" / config / f"{run}.parquet").unlink()
        if run != run_id:
            shutil.rmtree(part / "runs")
    return exported


def _write_parquet(folder: Path, part: Path, run: str, traces: Iterable[Trace]) -> Exported:
    from pyarrow import compute

    known = set(ids_of([folder]))
    rows, failures, skipped = 0, 0, 0

    def fresh() -> Iterator[Trace]:
        nonlocal skipped
        for trace in traces:
            if trace.id in known:
                skipped += 1
            else:
                yield trace

    with contextlib.ExitStack() as stack:
        of_failures, of_traces = (
            stack.enter_context(tables.writer(part / "data" / config / f"{run}.parquet")) for config in TRACE_CONFIGS
        )
        cases_file = part / "data" / CASES / f"{run}.parquet"
        cases = stack.enter_context(
            CaseWriter(cases_file, known_cases([folder]), even_empty=not parquet_files([folder, part], CASES))
        )
        for batch in _batches(fresh()):
            columns = dict(zip(FIELDS, zip(*map(_values, batch), strict=True), strict=True))
            table = tables.table(columns)
            wrong = table.filter(compute.equal(table["outcome"], "wrong"))
            of_traces.write_table(table)
            if wrong.num_rows:
                of_failures.write_table(wrong)
            cases.add(columns)
            rows, failures = rows + table.num_rows, failures + wrong.num_rows
    return Exported(rows, failures, skipped)


def finish(folder: Path) -> None:
    """Put in place what an interrupted export left behind, as the next export would."""
    if is_half_written(folder):
        with _locked(folder):
            _put_in_place(folder)


def ids_of(folders: Sequence[Path]) -> Iterator[str]:
    """Yield the ids of all traces in some datasets."""
    return (name for path in parquet_files(folders, "traces") for batch in scan(path, ["id"]) for name in batch["id"])


def known_cases(folders: Sequence[Path]) -> set[bytes]:
    """Return the keys of all cases in some datasets."""
    return {case for path in parquet_files(folders, "traces") for case in keys_of_traces(path)}


def _batches(traces: Iterable[Trace]) -> Iterator[list[Trace]]:
    batch: list[Trace] = []
    text = 0
    for trace in traces:
        batch.append(trace)
        text += len(trace.response) + len(trace.reasoning or "") + len(trace.detail)
        text += sum(len(turn["content"]) for turn in trace.messages)
        if len(batch) >= _BATCH_ROWS or text >= _BATCH_TEXT:
            yield batch
            batch, text = [], 0
    if batch:
        yield batch


_values = operator.attrgetter(*FIELDS)


# The folder.


@contextlib.contextmanager
def errors_named(folder: Path, option: str = OPTION) -> Iterator[None]:
    """Turn errors of the disk, of Arrow or of a schema into a DatasetError that names the folder."""
    bug = "this is a bug in pytest-ood"
    try:
        yield
    except schema.SchemaError as error:
        what = f"a row breaks its schema: {error}"
        raise DatasetError(what, path=folder, row=None, fix=bug, option=option) from error
    except OSError as error:
        raise DatasetError(
            f"cannot be written ({error})", path=folder, fix="name a writable folder", option=option
        ) from error
    except UnicodeEncodeError as error:
        raise DatasetError(f"a text is not Unicode ({error.reason})", path=folder, fix=bug, option=option) from error


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    from filelock import FileLock

    with FileLock(folder / _LOCK):
        try:
            yield
        finally:
            # Unlinked while it is held: another process that waits for it notices, and creates a new one.
            with contextlib.suppress(OSError):
                (folder / _LOCK).unlink()


def _put_in_place(folder: Path) -> None:
    """Move a prepared export into the dataset, the card last. Repeating this after an interruption finishes it."""
    done = folder / _DONE
    files = [path for path in done.rglob("*") if path.is_file() and not path.is_symlink()]
    for path in sorted(files, key=lambda path: (path == done / "README.md", path)):
        target = folder / path.relative_to(done)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, target)  # noqa: PTH105 - the rename that replaces, named as such
    shutil.rmtree(done, ignore_errors=True)


def free_name(folders: Sequence[Path], run: str) -> str:
    """Return a name for which the datasets have no files yet: that of the run, or the same with a number."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", run):
        raise schema.SchemaError(f"{run!r} cannot be the name of a file", "run_id")
    for name in itertools.chain([run], (f"{run}-{number}" for number in itertools.count(2))):
        if not any(path.exists() for folder in folders for path in run_files(folder, name)):
            return name
    raise AssertionError("unreachable")


def run_files(folder: Path, run: str) -> tuple[Path, Path, Path, Path]:
    """Return the paths of the failures, traces, cases and summary of a run in a dataset."""
    failures, traces, cases = (folder / "data" / config / f"{run}.parquet" for config in CONFIGS)
    return failures, traces, cases, folder / "runs" / f"{run}.json"


def _write_json(path: Path, value: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
