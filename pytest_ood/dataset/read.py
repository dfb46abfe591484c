"""Load published traces from a folder or from the Hub, checked and migrated row by row."""

import contextlib
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from pytest_ood.dataset import schema
from pytest_ood.dataset.folder import TRACE_CONFIGS, DatasetError, is_ours, parquet_files, scan
from pytest_ood.dataset.write import is_half_written
from pytest_ood.evidence.trace import FIELDS, Trace
from pytest_ood.text.printable import clipped

_LONGEST_NAME = 300
_NAME_ONE = "name a folder written by --ood-export"


def load_failures(source: str | os.PathLike[str], *, config: str = "failures") -> Iterator[Trace]:
    """Load the failures of a dataset, one by one.

    Rows that an older pytest-ood wrote are migrated. Every row is checked against the trace schema before it is
    returned, and no more than a batch of rows is in memory at a time.

    Args:
        source: a folder, or `ORG/NAME` or `ORG/NAME@REVISION` on the Hub.
        config: "failures", or "traces" for every answer.

    Raises:
        ValueError: there is no such config.
        DatasetError: there is no such pytest-ood dataset, or a row breaks the schema; the error has the file, the row
            and the field. Errors in rows are raised only when the rows are reached.
    """
    if config not in TRACE_CONFIGS:
        raise ValueError(f"config={config!r}: choose from {', '.join(map(repr, TRACE_CONFIGS))}")
    return (trace for _, trace in read_traces(locate(source), config))


def locate(source: str | os.PathLike[str], relative_to: Path | None = None) -> Path:
    """Return the folder of a dataset; one on the Hub is downloaded first, unless it is already cached.

    Args:
        source: a folder, or `ORG/NAME` or `ORG/NAME@REVISION` on the Hub.
        relative_to: the folder to which a path is relative; by default the current one.

    Raises:
        DatasetError: there is no such pytest-ood dataset.
    """
    name = clipped(str(source), _LONGEST_NAME)
    try:
        folder = (relative_to or Path()) / Path(source).expanduser()
    except RuntimeError as error:  # no such user
        raise DatasetError(f"{name}: {error}", fix=_NAME_ONE) from error
    if not _exists(folder):
        if not isinstance(source, str) or not re.fullmatch(r"[^/\\~.][^/\\]*/[^/\\].*", source):
            raise DatasetError(f"no folder {name}", fix=f"{_NAME_ONE}, or ORG/NAME")
        from pytest_ood.dataset.hub import fetch

        try:
            folder = fetch(source)
        except DatasetError as error:
            raise DatasetError(f"no folder {name}; and on the Hub, {error}") from error
    if is_half_written(folder):
        raise DatasetError(
            f"{name} is incomplete: an export was interrupted", fix="export to it once more to finish it"
        )
    if not folder.is_dir() or not is_ours(folder):
        raise DatasetError(f"{name} is not a pytest-ood dataset", fix=_NAME_ONE)
    return folder


def _exists(folder: Path) -> bool:
    try:
        return folder.exists()
    except (OSError, ValueError):  # the name is too long, or has a null byte
        return False


def read_traces(folder: Path, config: str) -> Iterator[tuple[str, Trace]]:
    """Yield each trace with its file and row, for messages.

    Raises:
        DatasetError: a file cannot be read, or a row breaks the schema.
    """
    for path in parquet_files(folder, config):
        start = 0
        for columns in scan(path, FIELDS):
            with _row_named(path, start):
                schema.check_columns(columns)
                if config == "failures":
                    _check_wrong(columns["outcome"])
            rows = zip(*(columns[name] for name in FIELDS), strict=True)
            for number, values in enumerate(rows, start):
                yield f"{path}: row {number}", Trace(*values)
            start += len(columns["id"])


def _check_wrong(outcomes: Sequence[str]) -> None:
    for row, outcome in enumerate(outcomes):
        if outcome != "wrong":
            raise schema.SchemaError(f"{outcome!r} is not a failure", "outcome", row=row)


@contextlib.contextmanager
def _row_named(path: Path, start: int) -> Iterator[None]:
    """Turn a SchemaError into a DatasetError that names the file and the row, counted from 0."""
    try:
        yield
    except schema.SchemaError as error:
        row = None if error.row is None else start + error.row
        fix = "restore it, or leave the file out"
        raise DatasetError(clipped(error.what), path=path, row=row, field=error.where, fix=fix) from error
