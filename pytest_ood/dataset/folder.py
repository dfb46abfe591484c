"""A dataset folder as it lies on the disk, and how it is read.

README.md                      the card
curves.svg                     what it shows
data/traces/<run>.parquet      every trace
data/failures/<run>.parquet    those whose outcome is wrong
runs/<run>.json                the summary of the run
"""

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_ood.dataset import schema
from pytest_ood.errors import OodError
from pytest_ood.evidence.trace import TRACE_VERSION

CANARY = "pytest-ood:canary:7c0f2a4e-5b1d-4c36-9e8a-2f6d1b93a5e0"
CONFIGS = ("failures", "traces")
# In the metadata of every Parquet file.
VERSION_KEY = b"pytest_ood.trace_version"
_SCAN_ROWS = 8192


class DatasetError(OodError):
    """The traces can't be written there; the message names the folder and the fix."""


def is_ours(folder: Path) -> bool:
    """Return whether a folder holds a dataset that pytest-ood wrote."""
    card = folder / "README.md"
    laid_out = card.is_file() and (folder / "data").is_dir() and (folder / "runs").is_dir()
    return laid_out and CANARY in card.read_text(encoding="utf-8", errors="replace")


def parquet_files(folder: Path, config: str) -> list[Path]:
    """Return the Parquet files of a config, sorted by name."""
    return sorted((folder / "data" / config).glob("*.parquet"))


def summaries(folder: Path) -> list[Mapping[str, Any]]:
    """The summaries of the runs in a dataset, each checked."""
    found = []
    for path in sorted((folder / "runs").glob("*.json")):
        try:
            summary = upgraded(json.loads(path.read_text(encoding="utf-8")))
            schema.check(summary, "summary")
        except ValueError as error:
            raise DatasetError(
                f"{path}: not the summary of a run ({error}); restore it, or name another folder"
            ) from error
        found.append(summary)
    return found


def upgraded(summary: Any) -> Any:
    """Return the summary of a run in its newest version; what an older one does not say is null."""
    if not isinstance(summary, dict) or summary.get("schema_version") != 1:
        return summary
    cells = [
        {
            **cell,
            "reason_code": None,
            "reason_arm": None,
            "condition": None,
            "control": {**cell["control"], "outcomes": None},
            "shift": {**cell["shift"], "outcomes": None},
        }
        for cell in summary["cells"]
    ]
    replayed = [
        {**group, "siblings": group["siblings"] and {**group["siblings"], "outcomes": None}}
        for group in summary.get("replay", ())
    ]
    whole = {**summary, "schema_version": 2, "cells": cells}
    return {**whole, "replay": replayed} if "replay" in summary else whole


def scan(path: Path, names: Sequence[str]) -> Iterator[dict[str, list[Any]]]:
    """The named columns of a Parquet file of ours, batch by batch."""
    with _opened(path) as file:
        # A batch is of one row group: a group of huge answers has few rows.
        for group in range(file.num_row_groups):
            for batch in file.iter_batches(_SCAN_ROWS, row_groups=[group], columns=list(names)):
                yield {name: batch[name].to_pylist() for name in names}


def used_seeds(folder: Path) -> set[int]:
    """The seeds of all rows of a dataset.

    Raises:
        DatasetError: a file can't be read.
    """
    files = [path for config in CONFIGS for path in parquet_files(folder, config)]
    return {seed for path in files for batch in scan(path, ["seed"]) for seed in batch["seed"] if type(seed) is int}


def described(path: Path) -> tuple[int, list[str], int]:
    """The trace version of a Parquet file of ours, the names of its columns and how many rows it has."""
    with _opened(path) as file:
        return _version(file), file.schema_arrow.names, file.metadata.num_rows


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Any]:
    import pyarrow
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            if _version(file) > TRACE_VERSION:
                raise DatasetError(
                    f"{path}: written by a newer pytest-ood (trace version {_version(file)}); upgrade pytest-ood"
                )
            yield file
    except (pyarrow.ArrowException, KeyError, ValueError, OSError) as error:
        raise DatasetError(f"{path}: not traces of pytest-ood ({error}); restore it, or name another folder") from error


def _version(file: Any) -> int:
    return int((file.schema_arrow.metadata or {}).get(VERSION_KEY, 1))


def read_row(place: tuple[Path, int]) -> dict[str, Any]:
    """One row of a Parquet file, read with no more of the file than its row group."""
    from pyarrow import parquet

    path, row = place
    with parquet.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            count = file.metadata.row_group(group).num_rows
            if row < count:
                columns = ["model", "messages", "answer_expected", "answer_given"]
                found: dict[str, Any] = file.read_row_group(group, columns).slice(row, 1).to_pylist()[0]
                return found
            row -= count
    raise IndexError(row)
