"""Traces become a dataset folder: Parquet, one summary a run, and a card for strangers; its layout is in `dataset`.

An export adds a run and leaves every file that is there alone, but for the card. It is prepared in a hidden folder,
completed by one rename, and put in place from there: an export interrupted before the rename leaves nothing, one
interrupted after it is finished by the next.
"""

import contextlib
import itertools
import json
import operator
import os
import re
import shutil
import tempfile
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_ood.dataset import card, schema
from pytest_ood.dataset.folder import (
    CONFIGS,
    VERSION_KEY,
    DatasetError,
    is_ours,
    parquet_files,
    scan,
    summaries,
)
from pytest_ood.evidence.trace import FIELDS, TRACE_VERSION, Trace
from pytest_ood.text.canonical import canonical, digest

OPTION = "--ood-export="
_LOCK, _PART, _DONE = ".ood-lock", ".ood-part", ".ood-done"
_BATCH_ROWS = 4096
# Characters of text after which a batch is full however few its rows: one answer may have ten million.
_BATCH_TEXT = 16_000_000


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote: rows, how many of them are failures, and how many were there already and were skipped."""

    rows: int
    failures: int
    skipped: int


def check_target(folder: Path, option: str = OPTION) -> None:
    """Make sure, before anything is asked, that `export` can write to `folder`.

    option: what the folder was given as, for the message.

    Raises:
        DatasetError: it is a file, can't be written, or holds something else than a dataset of ours.
    """
    with errors_named(folder, option):
        there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        if not there.is_dir():
            raise _error(folder, option, f"{there} is a file", "name a folder")
        with tempfile.TemporaryFile(dir=there):
            pass
        if there is folder:
            names = {path.name for path in folder.iterdir()} - {_LOCK, _PART}
            if names and _DONE not in names and not is_ours(folder):
                raise _error(
                    folder,
                    option,
                    f"it holds {sorted(names)[0]} and is no dataset of pytest-ood",
                    "name an empty or a new folder, or one that pytest-ood has written",
                )
            summaries(folder)


def export(folder: Path, traces: Iterable[Trace], summary: Mapping[str, Any]) -> Exported:
    """Add a run to the dataset in `folder`, made if there is none.

    Traces whose id is in the dataset are skipped. Every row is checked against the trace schema. Memory does not grow
    with the number of traces, but for the ids of those already in the dataset.

    Raises:
        DatasetError: nothing was added.
    """
    check_target(folder)
    with errors_named(folder):
        schema.check(summary, "summary")
        with adding(folder) as part:
            return _prepare(folder, part, iter(traces), summary)


@contextlib.contextmanager
def adding(folder: Path) -> Iterator[Path]:
    """A hidden folder, laid out as the dataset is: what is written there is added to it, all of it or nothing."""
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
    """Whether an export was interrupted while it put its files in place; the next one finishes it."""
    return (folder / _DONE).exists()


def _prepare(folder: Path, part: Path, traces: Iterator[Trace], summary: Mapping[str, Any]) -> Exported:
    """Write what the export adds under `part`, laid out as it will lie in `folder`."""
    first = next(traces, None)
    run_id = first.run_id if first else digest(canonical(summary))[:32]
    run = free_name([folder], run_id)
    for name in ("runs", *(f"data/{config}" for config in CONFIGS)):
        (part / name).mkdir(parents=True)
    _write_json(part / "runs" / f"{run}.json", summary)
    exported = _write_parquet(folder, part, run, itertools.chain([first] if first else [], traces))
    if not exported.rows and parquet_files(folder, "traces"):
        # Nothing new was asked, and if this very run is there already, neither is its summary new.
        shutil.rmtree(part / "data")
        if run != run_id:
            shutil.rmtree(part / "runs")
    card.write(part, [folder, part])
    return exported


def _write_parquet(folder: Path, part: Path, run: str, traces: Iterable[Trace]) -> Exported:
    from pyarrow import compute

    known = known_ids(folder)
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
            stack.enter_context(parquet_writer(part / "data" / config / f"{run}.parquet")) for config in CONFIGS
        )
        for batch in _batches(fresh()):
            table = _table(batch)
            wrong = table.filter(compute.equal(table["outcome"], "wrong"))
            of_traces.write_table(table)
            if wrong.num_rows:
                of_failures.write_table(wrong)
            rows, failures = rows + table.num_rows, failures + wrong.num_rows
    return Exported(rows, failures, skipped)


def finish(folder: Path) -> None:
    """Put in place what an interrupted export has left, as the next export would."""
    if is_half_written(folder):
        with _locked(folder):
            _put_in_place(folder)


def known_ids(folder: Path) -> set[str]:
    """The ids of all traces in a dataset."""
    return {name for path in parquet_files(folder, "traces") for batch in scan(path, ["id"]) for name in batch["id"]}


def parquet_writer(path: Path) -> Any:
    """A Parquet file of the dataset, to be written."""
    from pyarrow import parquet

    return parquet.ParquetWriter(
        path,
        arrow_schema(),
        compression="zstd",
        # Publishing a dataset that has grown then sends only what is new.
        use_content_defined_chunking=True,
        write_page_index=True,
    )


def copy_rows(source: Path, target: Path, ids: Container[str]) -> None:
    """Write the rows with one of these ids to another file of the dataset."""
    import pyarrow

    with parquet_writer(target) as writer:
        for batch in scan(source, FIELDS):
            kept = [row for row, name in enumerate(batch["id"]) if name in ids]
            if kept:
                columns = {name: [values[row] for row in kept] for name, values in batch.items()}
                writer.write_table(pyarrow.table(columns, schema=arrow_schema()))


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


def _table(batch: Sequence[Trace]) -> Any:
    """An Arrow table of checked rows, made column by column."""
    import pyarrow

    columns = dict(zip(FIELDS, zip(*map(_values, batch), strict=True), strict=True))
    schema.check_columns(columns)
    arrow = arrow_schema()
    return pyarrow.table([_array(arrow.field(name).type, columns[name]) for name in FIELDS], schema=arrow)


def _array(kind: Any, values: Sequence[Any]) -> Any:
    import pyarrow

    if not pyarrow.types.is_list(kind):
        return pyarrow.array(values, kind)
    # Taking the turns apart by hand is some ten times as fast as letting Arrow look into every dict.
    ends = pyarrow.array(itertools.accumulate(map(len, values), initial=0), pyarrow.int32())
    turns = list(itertools.chain.from_iterable(values))
    names = [inner.name for inner in kind.value_type]
    parts = [_array(kind.value_type.field(name).type, [turn[name] for turn in turns]) for name in names]
    return pyarrow.ListArray.from_arrays(ends, pyarrow.StructArray.from_arrays(parts, names=names), type=kind)


def arrow_schema() -> Any:
    """The columns of the Parquet files: the fields of the trace schema."""
    import pyarrow

    def kind(spec: Mapping[str, Any]) -> Any:
        (name,) = {spec["type"]} if isinstance(spec["type"], str) else set(spec["type"]) - {"null"}
        if name == "array":
            return pyarrow.list_(kind(spec["items"]))
        if name == "object":
            return pyarrow.struct([(inner, kind(value)) for inner, value in spec["properties"].items()])
        plain = {
            "string": pyarrow.string,
            "integer": pyarrow.int64,
            "number": pyarrow.float64,
            "boolean": pyarrow.bool_,
        }
        return plain[name]()

    fields = schema.load("trace")["properties"]
    return pyarrow.schema([(name, kind(fields[name])) for name in FIELDS], {VERSION_KEY: str(TRACE_VERSION)})


# The folder.


def _error(folder: Path, option: str, why: str, fix: str) -> DatasetError:
    return DatasetError(f"{option}{folder}: {why}; {fix}")


@contextlib.contextmanager
def errors_named(folder: Path, option: str = OPTION) -> Iterator[None]:
    """Whatever the disk, Arrow or a schema refuses becomes a DatasetError that names the folder."""
    try:
        yield
    except schema.SchemaError as error:
        raise _error(
            folder, option, f"what is to be written breaks its schema: {error}", "this is a bug of pytest-ood"
        ) from error
    except OSError as error:
        raise _error(folder, option, f"can't be written ({error})", "name a folder that can") from error
    except UnicodeEncodeError as error:
        raise _error(folder, option, f"a text is no Unicode ({error.reason})", "this is a bug of pytest-ood") from error


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    from filelock import FileLock

    with FileLock(folder / _LOCK):
        try:
            yield
        finally:
            # Unlinked while it is held: who waits for it sees that, and makes a new one.
            with contextlib.suppress(OSError):
                (folder / _LOCK).unlink()


def _put_in_place(folder: Path) -> None:
    """Move a prepared export into the dataset, its card last. Doing it again after an interruption finishes it."""
    done = folder / _DONE
    files = [path for path in done.rglob("*") if path.is_file() and not path.is_symlink()]
    for path in sorted(files, key=lambda path: (path == done / "README.md", path)):
        target = folder / path.relative_to(done)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, target)  # noqa: PTH105 - the rename that replaces, named as such
    shutil.rmtree(done, ignore_errors=True)


def free_name(folders: Sequence[Path], run: str) -> str:
    """A name under which the datasets have no file yet: that of the run, or with a number after it."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", run):
        raise schema.SchemaError(f"run_id: {run!r} can't name a file", "run_id")
    for name in itertools.chain([run], (f"{run}-{number}" for number in itertools.count(2))):
        if not any(path.exists() for folder in folders for path in run_files(folder, name)):
            return name
    raise AssertionError("unreachable")


def run_files(folder: Path, run: str) -> tuple[Path, Path, Path]:
    """Where the failures, the traces and the summary of a run lie in a dataset."""
    failures, traces = (folder / "data" / config / f"{run}.parquet" for config in CONFIGS)
    return failures, traces, folder / "runs" / f"{run}.json"


def _write_json(path: Path, value: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
