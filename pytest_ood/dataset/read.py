"""Published traces come back, from a folder or from the Hub: every row checked, and in today's form."""

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
_NAME_ONE = "name a folder that --ood-export has written"


def load_failures(source: str | os.PathLike[str], *, config: str = "failures") -> Iterator[Trace]:
    """Load the failures of a dataset, one by one.

    Rows that an older pytest-ood wrote are brought to today's form. Every row is checked against the trace schema
    before it is handed out, and no more than a batch of rows is held at a time.

    Args:
        source: a folder, or `ORG/NAME` or `ORG/NAME@REVISION` on the Hub.
        config: "failures", or "traces" for every answer.

    Raises:
        ValueError: there is no such config.
        DatasetError: there is no such dataset of ours, or a row is not what the schema says; the error has the file,
            the row and the field. Errors in rows are raised only when the rows are reached.
    """
    if config not in TRACE_CONFIGS:
        raise ValueError(f"config={config!r}: choose from {', '.join(map(repr, TRACE_CONFIGS))}")
    return (found for _, found in read_traces(locate(source), config))


def locate(source: str | os.PathLike[str], beside: Path | None = None) -> Path:
    """Return the folder of a dataset of ours; one on the Hub is loaded first, unless it was loaded before.

    Args:
        source: a folder, or `ORG/NAME` or `ORG/NAME@REVISION` on the Hub.
        beside: the folder to which a path is relative; by default the current one.

    Raises:
        DatasetError: there is none.
    """
    named = clipped(str(source), _LONGEST_NAME)
    try:
        folder = (beside or Path()) / Path(source).expanduser()
    except RuntimeError as error:  # no such user
        raise DatasetError(f"{named}: {error}", fix=_NAME_ONE) from error
    if not _exists(folder):
        if not isinstance(source, str) or not re.fullmatch(r"[^/\\~.][^/\\]*/[^/\\].*", source):
            raise DatasetError(f"there is no folder {named}", fix=f"{_NAME_ONE}, or ORG/NAME")
        from pytest_ood.dataset.hub import fetch

        try:
            folder = fetch(source)
        except DatasetError as error:
            raise DatasetError(f"there is no folder {named}; and on the Hub, {error}") from error
    if is_half_written(folder):
        raise DatasetError(
            f"{named} is half-written: an export was interrupted", fix="export to it once more to finish it"
        )
    if not folder.is_dir() or not is_ours(folder):
        raise DatasetError(f"{named} is not a pytest-ood dataset", fix=_NAME_ONE)
    return folder


def _exists(folder: Path) -> bool:
    try:
        return folder.exists()
    except (OSError, ValueError):  # too long, or a null byte in it
        return False


def read_traces(folder: Path, config: str) -> Iterator[tuple[str, Trace]]:
    """Yield each trace with the file and the row that it stands in, for messages.

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
    """Turn what breaks the schema into a DatasetError with the file and the row in it, counted from 0."""
    try:
        yield
    except schema.SchemaError as error:
        row = None if error.row is None else start + error.row
        fix = "restore it, or leave the file out"
        raise DatasetError(clipped(error.what), path=path, row=row, field=error.where, fix=fix) from error
