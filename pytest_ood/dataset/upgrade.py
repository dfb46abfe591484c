"""Rewrite files of an older trace version in the form of the current one.

Plain `datasets` cannot load a config whose files have different columns, so adding anything to a dataset first migrates
the files that are already there. A file with unknown columns is never overwritten: a newer pytest-ood wrote it.
"""

from collections.abc import Sequence
from pathlib import Path

from pytest_ood.dataset.cases import SINCE_VERSION, keys_of_traces, write_cases
from pytest_ood.dataset.folder import CASES, TRACE_CONFIGS, DatasetError, described, parquet_files
from pytest_ood.dataset.tables import copy_rows, is_current, unknown_columns


def upgrade(folders: Sequence[Path], part: Path) -> bool:
    """Rewrite the files of an older version in `folders` to `part`, under the same names.

    Returns:
        Whether there were any.

    Raises:
        DatasetError: a file cannot be read, or has unknown columns.
    """
    for folder in folders:
        refuse_unknown_columns(folder)
    old = [
        (config, path)
        for config in TRACE_CONFIGS
        for path in parquet_files(folders, config)
        if not is_current(path)
    ]  # fmt: skip
    for config, path in old:
        copy_rows(path, part / "data" / config / path.name)
    without_cases = [path for config, path in old if config == "traces" and described(path)[0] < SINCE_VERSION]
    if without_cases:
        others = set(parquet_files(folders, "traces")) - set(without_cases)
        known = {case for path in others for case in keys_of_traces(path)}
        for path in without_cases:
            write_cases(path, part / "data" / CASES / path.name, known)
    return bool(old)


def refuse_unknown_columns(folder: Path) -> None:
    """Check that no file of a dataset would lose columns when rewritten.

    Raises:
        DatasetError: one would, or cannot be read.
    """
    for config in TRACE_CONFIGS:
        for path in parquet_files(folder, config):
            for name in unknown_columns(path):
                raise DatasetError(
                    "this pytest-ood does not know this column and would lose it",
                    path=path,
                    field=name,
                    fix="upgrade pytest-ood, or write to another dataset",
                )
