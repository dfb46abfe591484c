"""Files of an older trace version, written anew in the form of today's.

Plain `datasets` cannot load a config whose files have different columns. So whatever is added to a dataset brings the
files that are there to today's version first. Nothing is written over a file with columns that are not known here: a
newer pytest-ood wrote it.
"""

from collections.abc import Sequence
from pathlib import Path

from pytest_ood.dataset.cases import SINCE_VERSION, keys_of_traces, write_cases
from pytest_ood.dataset.folder import CASES, TRACE_CONFIGS, DatasetError, described, parquet_files
from pytest_ood.dataset.tables import copy_rows, is_current, unknown_columns


def upgrade(folders: Sequence[Path], part: Path) -> bool:
    """Write to `part` what the dataset in `folders` has in an older form, under the same names.

    Returns:
        Whether there was anything.

    Raises:
        DatasetError: a file cannot be read, or has columns that are not known here.
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
    """Make sure that no file of a dataset would lose columns by being written anew.

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
