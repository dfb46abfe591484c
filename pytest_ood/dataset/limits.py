"""What is checked before anything of a dataset is read: somebody else may have made it.

A file must be a regular one within the folder, and what would have to be unpacked at once must not be too much. The
footer of a Parquet file says how much that is, and so does the header of each of its pages; neither needs unpacking.
"""

import contextlib
import os
import stat
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_ood.dataset.pages import NotParquet, unpacked_sizes
from pytest_ood.errors import OodError

MIB = 2**20


class LimitError(OodError):
    """A file of a dataset is not one that is read: it is not a regular file, or is larger than the limits allow."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a dataset may hold.

    Attributes:
        group_bytes: the unpacked size of a row group, the unit in which a Parquet file is read.
        rows: the rows of a file.
        json_bytes: the size of a card or summary.
    """

    group_bytes: int = 256 * MIB
    rows: int = 20_000_000
    json_bytes: int = 256 * MIB

    def times(self, factor: int) -> "Limits":
        """Return limits that are so many times as large."""
        return Limits(self.group_bytes * factor, self.rows * factor, self.json_bytes * factor)


_USUAL = Limits()
_CURRENT: ContextVar[Limits] = ContextVar("limits", default=_USUAL)
_fine: set[tuple[object, ...]] = set()
_RAISE = "if you trust it, raise the limits with --limits N (in a replay: --ood-limits N)"


@contextlib.contextmanager
def raised(factor: int) -> Iterator[None]:
    """Let files be so many times as large as usual."""
    token = _CURRENT.set(_USUAL.times(factor))
    try:
        yield
    finally:
        _CURRENT.reset(token)


def check_file(path: Path, folder: Path) -> None:
    """Check that a file of a dataset is a regular one, and lies within its folder if it is a link.

    Raises:
        LimitError: it does not, or is something else, such as a pipe, a device or a link to nothing.
    """
    try:
        real = path.resolve(strict=True)
        is_regular = stat.S_ISREG(real.stat().st_mode)
    except (OSError, RuntimeError) as error:
        raise LimitError(f"cannot be read ({error})") from error
    if not is_regular:
        raise LimitError("not a regular file", fix="leave it out")
    if not real.is_relative_to(_root(folder.resolve())):
        raise LimitError("a link out of the folder", fix="replace it by the file")


def _root(folder: Path) -> Path:
    """Return the folder that links may lead to. In the cache of the Hub they lead to the blobs of the same dataset."""
    is_snapshot = folder.parent.name == "snapshots" and (folder.parent.parent / "blobs").is_dir()
    return folder.parent.parent if is_snapshot else folder


def check_json(path: Path) -> None:
    """Check the size of a card or summary.

    Raises:
        LimitError: it is too large.
    """
    size, most = path.stat().st_size, _CURRENT.get().json_bytes
    if size > most:
        raise LimitError(f"{size / MIB:,.0f} MiB, more than {most / MIB:,.0f}", fix=_RAISE)


def check_parquet(path: Path, metadata: Any) -> None:
    """Check how much there is to unpack, by what the footer of a Parquet file says and by what its pages say.

    Raises:
        LimitError: a row group is too large, there are too many rows, or the pages are not where the footer says.
    """
    found, limits = path.stat(), _CURRENT.get()
    known = (path, found.st_ino, found.st_size, found.st_mtime_ns, limits)
    # A file is opened several times, and has many pages.
    if known not in _fine:
        _check_parquet(path, metadata, limits)
        _fine.add(known)


def _check_parquet(path: Path, metadata: Any, limits: Limits) -> None:
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    rows = sum(group.num_rows for group in groups)
    if metadata.num_rows > limits.rows or rows > limits.rows:
        raise LimitError(f"{max(rows, metadata.num_rows):,} rows, more than {limits.rows:,}", fix=_RAISE)
    with path.open("rb") as file:
        end = os.fstat(file.fileno()).st_size
        for group in groups:
            chunks = [group.column(number) for number in range(group.num_columns)]
            values = max((chunk.num_values for chunk in chunks), default=0)
            size = sum(chunk.total_uncompressed_size for chunk in chunks)
            try:
                size = max(size, sum(sum(unpacked_sizes(file, chunk, end)) for chunk in chunks))
            except NotParquet as error:
                raise LimitError(f"its pages cannot be read ({error})", fix="restore it, or leave it out") from error
            # A value takes up to this many bytes even where it is packed into none.
            if max(size, 8 * values) > limits.group_bytes:
                what = f"a row group of {max(size, 8 * values) / MIB:,.0f} MiB unpacked"
                raise LimitError(f"{what}, more than {limits.group_bytes / MIB:,.0f}", fix=_RAISE)
