"""What becomes of answers that cannot be stored, most often because the disk is full. They were paid for.

Beside a store that a run writes to lies a reserve, a file that holds nothing: if the disk is full it is given up, which
makes room for the answers that are still on their way. What cannot be stored even so goes to a rescue file, one line of
JSON an answer, and what does not fit there to the standard error. The next run takes rescue files into the store.
"""

import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pytest_ood.asking.store.rows import COLUMNS, digest_of, is_intact
from pytest_ood.text.words import counted

CHECK = "`pytest-ood store check`"
RECOVER = "`pytest-ood store recover NEW` saves the answers of a damaged file"
RESERVE_BYTES = 16 * 2**20
_COLUMNS = (*COLUMNS, "digest")

Row = list[Any]


class Rescue:
    """Keeps the rows that one process cannot store.

    Attributes:
        error: why the store first failed; None while all is well.
        lines: the lines for the standard error.
    """

    def __init__(self, store: Path, worker: str) -> None:
        self.error: Exception | None = None
        self.lines: list[str] = []
        self._store, self._file = store, rescue_file(store, worker)
        self._stored = self._in_file = 0

    def keep(self, rows: Sequence[Row], store: Callable[[Sequence[Row]], None], error: sqlite3.Error) -> None:
        """Keep rows, for which `store` has just raised `error`, wherever there is room."""
        self.error = self.error or error
        give_up_reserve(self._store)
        try:
            store(rows)
        except sqlite3.Error:
            lines = [line_of(row) for row in rows]
            kept = append(self._file, lines)
            self._in_file += kept
            self.lines += lines[kept:]
        else:
            self._stored += len(rows)

    def __str__(self) -> str:
        """What has happened, what became of the answers, and what to do."""
        places = [
            (self._stored, "stored in the room that its reserve made"),
            (self._in_file, f"kept in {self._file}"),
            (len(self.lines), "written to the standard error as JSON"),
        ]
        kept = "".join(f"; {counted(count, 'answer')} {place}" for count, place in places if count)
        fix = "free some space" if _is_full(self.error) else f"{CHECK} says what is wrong with it, {RECOVER}"
        if self.lines:
            fix += f", put the lines of JSON into {rescue_file(self._store, 'lines')}"
        return f"{self._store}: {self.error}{kept}; {fix}, and run the same command again: it goes on from there"


def make_reserve(store: Path) -> None:
    """Put a reserve beside a store, if there is none.

    Raises:
        OSError: there is no room for it.
    """
    reserve = _beside(store, "-reserve")
    if reserve.exists():
        return
    part = _beside(store, f"-reserve-{os.getpid()}")
    try:
        with part.open("wb") as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, RESERVE_BYTES)
            else:
                file.write(bytes(RESERVE_BYTES))
        part.replace(reserve)
    finally:
        part.unlink(missing_ok=True)


def give_up_reserve(store: Path) -> None:
    """Make room on the disk."""
    _beside(store, "-reserve").unlink(missing_ok=True)


def rescue_file(store: Path, name: str) -> Path:
    """Return the rescue file of one process, or of a person who has put what was on the standard error there."""
    return _beside(store, f"-rescued-{name}.jsonl")


def rescue_files(store: Path) -> Iterator[tuple[str, Path]]:
    """Yield the names and the paths of the rescue files beside a store."""
    prefix, suffix = rescue_file(store, "\0").name.split("\0")
    for path in sorted(store.parent.glob("*.jsonl")):
        if path.name.startswith(prefix):
            yield path.name[len(prefix) : -len(suffix)], path


def line_of(row: Row) -> str:
    """Return a row of the table of answers as a line of a rescue file."""
    return json.dumps(dict(zip(_COLUMNS, [*row, digest_of(row)], strict=True))) + "\n"


def append(path: Path, lines: Sequence[str]) -> int:
    """Write as many lines as there is room for, and return how many are on the disk."""
    kept = 0
    try:
        with path.open("ab", buffering=0) as file:
            end = file.tell()
            try:
                for line in lines:
                    data = line.encode()
                    if file.write(data) != len(data):
                        break
                    os.fsync(file.fileno())
                    kept, end = kept + 1, end + len(data)
            finally:
                file.truncate(end)
    except OSError:
        # The caller has another place for the rest.
        pass
    return kept


def rows_of(path: Path) -> tuple[list[Row], int]:
    """Return the rows in a rescue file that are intact, and how many lines are not."""
    rows, lines = [], path.read_text("utf-8", errors="replace").splitlines()
    for line in lines:
        try:
            row = [json.loads(line).get(name) for name in _COLUMNS]
        except (ValueError, AttributeError):
            continue
        if row[-1] is not None and is_intact(row[-1], row[:-1]):
            rows.append(row[:-1])
    return rows, len(lines) - len(rows)


def _is_full(error: Exception | None) -> bool:
    """Return whether a failure is one of the disk, which SQLite does not always tell from a full one."""
    return any(words in str(error) for words in ("is full", "disk I/O error", "No space left", "quota"))


def _beside(store: Path, suffix: str) -> Path:
    return store.with_name(store.name + suffix)
