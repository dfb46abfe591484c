"""How far the reading of a large file is, for a person who waits at a terminal."""

import contextlib
import sys
import time
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import TextIO

_EVERY_S = 0.2
_CELLS = 20
_BAR: ContextVar["_Bar | None"] = ContextVar("bar", default=None)


class _Bar:
    """One line that is overwritten, and cleared in the end."""

    def __init__(self, out: TextIO) -> None:
        self._out, self._next, self._width = out, time.monotonic() + _EVERY_S, 0

    def show(self, text: str) -> None:
        if (now := time.monotonic()) >= self._next:
            self._next = now + _EVERY_S
            self._write(text)

    def clear(self) -> None:
        if self._width:
            self._write("")
            self._out.write("\r")
            self._out.flush()
            self._width = 0

    def _write(self, text: str) -> None:
        self._out.write(f"\r{text.ljust(self._width)}")
        self._out.flush()
        self._width = len(text)


@contextlib.contextmanager
def shown(out: TextIO | None = None) -> Iterator[None]:
    """Show on a terminal, by default the standard error, how far each file is read; elsewhere show nothing."""
    out = sys.stderr if out is None else out
    bar = _Bar(out) if out.isatty() else None
    token = _BAR.set(bar)
    try:
        yield
    finally:
        _BAR.reset(token)
        if bar is not None:
            bar.clear()


def clear() -> None:
    """Clear the line before anything else is written."""
    if (bar := _BAR.get()) is not None:
        bar.clear()


def report(path: Path, done: int, rows: int) -> None:
    """Say that so many of the rows of a file are read."""
    if (bar := _BAR.get()) is not None:
        part = done / max(rows, 1)
        cells = "#" * round(_CELLS * part)
        bar.show(f"{path.parent.name}/{path.name[:30]} [{cells:.<{_CELLS}}] {part:4.0%} of {rows:,} rows")
