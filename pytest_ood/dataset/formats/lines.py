"""Files with a JSON object on each line."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pytest_ood.dataset.folder import DatasetError


def write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write rows, and return how many there are.

    Only ASCII is written: some readers take a line separator of Unicode for the end of a line.
    """
    count = 0
    with path.open("w", encoding="ascii", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(row, allow_nan=False) + "\n")
            count += 1
    return count


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield rows.

    Raises:
        DatasetError: a line is not a JSON object.
    """
    with path.open(encoding="utf-8", newline="\n") as file:
        for number, line in enumerate(file):
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise DatasetError(f"not JSON ({error})", path=path, row=number) from error
            if not isinstance(row, dict):
                raise DatasetError("not a JSON object", path=path, row=number)
            yield row
