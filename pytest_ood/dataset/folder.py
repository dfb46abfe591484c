"""The layout of a dataset folder, and how its rows are read.

README.md                      the card
curves.svg                     the picture in the card
data/traces/<run>.parquet      every trace
data/failures/<run>.parquet    the traces whose outcome is wrong
data/cases/<run>.parquet       only the questions, each distinct case once
runs/<run>.json                the summary of the run

Several folders may be read as one when files are about to be added to a dataset: a file in a later folder replaces the
one at the same path in an earlier folder.
"""

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pytest_ood.dataset import progress
from pytest_ood.dataset.columns import batches, stored_once
from pytest_ood.dataset.limits import LimitError, check_file, check_json, check_parquet
from pytest_ood.dataset.versions import is_known, migrate
from pytest_ood.errors import OodError
from pytest_ood.evidence.trace import DEFAULTS, FIELDS, TRACE_VERSION
from pytest_ood.text.canary import CANARY

#: The configs whose rows are traces, and those whose rows are cases.
TRACE_CONFIGS = ("failures", "traces")
CASES = "cases"
CONFIGS = (*TRACE_CONFIGS, CASES)
# In the metadata of every Parquet file.
VERSION_KEY = b"pytest_ood.trace_version"


class DatasetError(OodError):
    """A dataset cannot be read or written.

    Attributes:
        what: what is wrong.
        path: the file or folder it is about, or the name of a dataset on the Hub; None without either.
        row: the index of the row in the file; None if it is not about a single row.
        field: the field of the row.
        fix: how to fix it; empty if `what` already says so.
        option: the text before the path in the message, such as ``--ood-export``.
    """

    def __init__(
        self,
        what: str,
        *,
        path: str | os.PathLike[str] | None = None,
        row: int | None = None,
        field: str | None = None,
        fix: str = "",
        option: str = "",
    ) -> None:
        super().__init__(what)
        self.what, self.path, self.row, self.field, self.fix, self.option = what, path, row, field, fix, option

    def __str__(self) -> str:
        where = [f"{self.option}{self.path}"] if self.path is not None else []
        where += [f"row {self.row}"] if self.row is not None else []
        where += [self.field] if self.field else []
        return ": ".join([*where, self.what]) + (f"; {self.fix}" if self.fix else "")


def is_ours(folder: Path) -> bool:
    """Return whether a folder holds a dataset that pytest-ood wrote."""
    card = folder / "README.md"
    laid_out = card.is_file() and (folder / "data").is_dir() and (folder / "runs").is_dir()
    return laid_out and CANARY in read_text(card, folder)


def parquet_files(folders: Path | Sequence[Path], config: str) -> list[Path]:
    """Return the Parquet files of a config, sorted by name.

    Raises:
        DatasetError: one of them is not a regular file, or a link out of its folder.
    """
    return _overlaid(folders, f"data/{config}/*.parquet")


def summary_files(folders: Path | Sequence[Path]) -> list[Path]:
    """Return the files with the summaries of the runs, sorted by name.

    Raises:
        DatasetError: as `parquet_files`.
    """
    return _overlaid(folders, "runs/*.json")


def _overlaid(folders: Path | Sequence[Path], pattern: str) -> list[Path]:
    files = {}
    for folder in [folders] if isinstance(folders, Path) else folders:
        for path in folder.glob(pattern):
            with _limited(path):
                check_file(path, folder)
            files[path.name] = path
    return [files[name] for name in sorted(files)]


def read_text(path: Path, folder: Path) -> str:
    """Read the card or a summary of a dataset.

    Raises:
        DatasetError: it is not a regular file, a link out of the folder, or too large.
        OSError: it cannot be read.
    """
    with _limited(path):
        check_file(path, folder)
        check_json(path)
    return path.read_text(encoding="utf-8", errors="replace")


@contextlib.contextmanager
def _limited(path: Path) -> Iterator[None]:
    try:
        yield
    except LimitError as error:
        raise DatasetError(error.args[0], path=path, fix=error.fix) from error


def scan(path: Path, names: Sequence[str]) -> Iterator[dict[str, Sequence[Any]]]:
    """Yield some columns of a Parquet file of traces, batch by batch, migrated to the current version.

    Raises:
        DatasetError: the file cannot be read, has an unknown version, or lacks one of these columns.
    """
    with opened(path) as file:
        there, version = file.schema_arrow.names, _version(file)
        if missing := next((name for name in names if name not in there and name not in DEFAULTS), None):
            raise DatasetError("is missing", path=path, field=missing, fix=_RESTORE)
        done = 0
        for columns in batches(file, _needed(there, version, names)):
            migrated = migrate(columns, version)
            done += len(next(iter(columns.values())))
            progress.report(path, done, file.metadata.num_rows)
            yield {name: migrated[name] for name in names}


def _needed(there: Sequence[str], version: int, names: Sequence[str]) -> list[str]:
    """Those columns of the file from which the named ones are made; in an older version, any may be needed."""
    wanted = names if version == TRACE_VERSION else FIELDS
    # With none of them, any column gives the number of rows.
    return [name for name in wanted if name in there] or list(there[:1])


def used_seeds(folder: Path) -> set[int]:
    """Return the seeds of all rows of a dataset.

    Raises:
        DatasetError: a file cannot be read.
    """
    files = [path for config in TRACE_CONFIGS for path in parquet_files(folder, config)]
    return {seed for path in files for batch in scan(path, ["seed"]) for seed in batch["seed"] if type(seed) is int}


def described(path: Path) -> tuple[int, list[str], int]:
    """Return the trace version of a Parquet file, the names of its columns and the number of its rows."""
    with opened(path) as file:
        return _version(file), file.schema_arrow.names, file.metadata.num_rows


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Any]:
    """Open a Parquet file of a dataset.

    Raises:
        DatasetError: it cannot be read, here or within the context, or has an unknown version.
    """
    import pyarrow
    from pyarrow import parquet

    try:
        metadata = parquet.read_metadata(path)
        with _limited(path):
            check_parquet(path, metadata)
        texts = stored_once(metadata.schema)
        with parquet.ParquetFile(path, metadata=metadata, read_dictionary=texts) as file:
            version = _version(file)
            if version > TRACE_VERSION:
                raise DatasetError(
                    f"written by a newer pytest-ood (trace version {version})", path=path, fix="upgrade pytest-ood"
                )
            if not is_known(version):
                raise DatasetError(
                    f"its trace version is {version}, which pytest-ood has never written", path=path, fix=_RESTORE
                )
            yield file
    except (pyarrow.ArrowException, KeyError, ValueError, OSError) as error:
        raise DatasetError(f"not a file of a pytest-ood dataset ({error})", path=path, fix=_RESTORE) from error


_RESTORE = "restore it, or name another folder"


def _version(file: Any) -> int:
    return int((file.schema_arrow.metadata or {}).get(VERSION_KEY, 1))


def read_row(place: tuple[Path, int], names: Sequence[str]) -> dict[str, Any]:
    """Read some columns of one row of a Parquet file of traces, without reading more than its row group."""
    path, row = place
    with opened(path) as file:
        for group in range(file.num_row_groups):
            count = file.metadata.row_group(group).num_rows
            if row < count:
                version = _version(file)
                needed = _needed(file.schema_arrow.names, version, names)
                columns = file.read_row_group(group, needed).slice(row, 1).to_pydict()
                migrated = migrate(columns, version)
                return {name: migrated[name][0] for name in names}
            row -= count
    raise IndexError(row)
