"""Published traces come back, from a folder or from the Hub: every row checked, and brought to today's version."""

import contextlib
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_ood.dataset import schema
from pytest_ood.dataset.folder import CONFIGS, DatasetError, described, is_ours, parquet_files, scan
from pytest_ood.dataset.write import is_half_written
from pytest_ood.evidence import trace
from pytest_ood.evidence.trace import FIELDS, Trace
from pytest_ood.text.printable import clipped

Columns = Mapping[str, Sequence[Any]]
_LONGEST_NAME = 300

#: From the columns of each trace version but today's to those of the next.
MIGRATIONS: dict[int, Callable[[Columns], Columns]] = {}


def load_failures(source: str | os.PathLike[str], *, config: str = "failures") -> Iterator[Trace]:
    """The failures of a dataset, one by one: of a folder, or of `ORG/NAME` or `ORG/NAME@REVISION` of the Hub.

    What was written by an older pytest-ood is brought to today's form. Every row is checked against the trace schema
    before it is handed out, and no more than a batch of rows is held at a time.

    config: "failures", or "traces" for every answer.

    Raises:
        ValueError: there is no such config.
        DatasetError: there is no such dataset of ours, or a row is not what the schema says; the message names the
            file, the row and the field. Of rows only when they are reached.
    """
    if config not in CONFIGS:
        raise ValueError(f"config={config!r}: give {' or '.join(map(repr, CONFIGS))}")
    return (found for _, found in read_traces(locate(source), config))


def locate(source: str | os.PathLike[str], beside: Path | None = None) -> Path:
    """The folder of a dataset of ours; one of the Hub is loaded first, or taken from where it was loaded before.

    beside: the folder to which a path is relative; by default the current one.

    Raises:
        DatasetError: there is none.
    """
    named = clipped(str(source), _LONGEST_NAME)
    try:
        folder = (beside or Path()) / Path(source).expanduser()
    except RuntimeError as error:  # no such user
        raise DatasetError(f"{named}: {error}: name a folder that --ood-export has written") from error
    if not _exists(folder):
        if not isinstance(source, str) or not re.fullmatch(r"[^/\\~.][^/\\]*/[^/\\].*", source):
            raise DatasetError(f"there is no folder {named}: name one that --ood-export has written, or ORG/NAME")
        from pytest_ood.dataset.hub import fetch

        try:
            folder = fetch(source)
        except DatasetError as error:
            raise DatasetError(f"there is no folder {named}; and of the Hub, {error}") from error
    if is_half_written(folder):
        raise DatasetError(f"{named} is half written: the next --ood-export to it finishes that, then try again")
    if not folder.is_dir() or not is_ours(folder):
        raise DatasetError(f"{named} is no dataset of pytest-ood: name a folder that --ood-export has written")
    return folder


def _exists(folder: Path) -> bool:
    try:
        return folder.exists()
    except (OSError, ValueError):  # too long, or a null byte in it
        return False


def read_traces(folder: Path, config: str) -> Iterator[tuple[str, Trace]]:
    """Each trace with the file and the row that it stands in, for messages.

    Raises:
        DatasetError: a file can't be read, or a row breaks the schema.
    """
    for path in parquet_files(folder, config):
        version, names, _ = described(path)
        start = 0
        for batch in scan(path, names):
            with _row_named(path, start):
                columns = _migrated(batch, version)
                schema.check_columns(columns)
                if config == "failures":
                    _check_wrong(columns["outcome"])
            rows = zip(*(columns[name] for name in FIELDS), strict=True)
            for number, values in enumerate(rows, start):
                yield f"{path}: row {number}", Trace(*values)
            start += len(columns["id"])


def _migrated(columns: Columns, version: int) -> Columns:
    for older in range(version, trace.TRACE_VERSION):
        if older not in MIGRATIONS:
            raise schema.SchemaError(f"trace version {version} was never written", "")
        columns = MIGRATIONS[older](columns)
    return columns


def _check_wrong(outcomes: Sequence[str]) -> None:
    for row, outcome in enumerate(outcomes):
        if outcome != "wrong":
            raise schema.SchemaError(f"row {row}: outcome: {outcome!r} is no failure", "outcome", row)


@contextlib.contextmanager
def _row_named(path: Path, start: int) -> Iterator[None]:
    """What breaks the schema becomes a DatasetError with the file and the row in it, counted from 0."""
    try:
        yield
    except schema.SchemaError as error:
        said = str(error) if error.row is None else f"row {start + error.row}: {str(error).partition(': ')[2]}"
        raise DatasetError(f"{path}: {clipped(said)}; restore it, or leave the file out") from error
