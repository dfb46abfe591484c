"""The line at the bottom of the terminal while a test waits for its model."""

import contextlib
import sys
import time
from typing import TYPE_CHECKING

from pytest_ood.plugin.layout import dollars

if TYPE_CHECKING:
    import pytest

    from pytest_ood.asking.callers import Progress


class LiveLine:
    """One line below pytest's own output, erased at the end; nothing if the output is not a terminal."""

    def __init__(self, config: "pytest.Config") -> None:
        reporter = config.pluginmanager.getplugin("terminalreporter")
        self._file = sys.__stdout__ or sys.stdout
        self._capture = config.pluginmanager.getplugin("capturemanager")
        self._shows = reporter is not None and reporter.isatty and config.get_verbosity() >= 0
        self._shown = False
        self._width = config.get_terminal_writer().fullwidth if self._shows else 0

    def __enter__(self) -> "LiveLine":
        return self

    def show(self, progress: "Progress") -> None:
        """Show how far the run has come."""
        if self._shows:
            self.say(progress_line(progress, self._width - 1))

    def say(self, text: str) -> None:
        """Show this text in place of the one before."""
        if self._shows:
            self._write(text[: self._width - 1])
            self._shown = True

    def __exit__(self, *_: object) -> None:
        if self._shown:
            self._write("")

    def _write(self, text: str) -> None:
        # Index (which scrolls if the cursor is at the bottom) and back up; save, down, erase, write, restore.
        with self._capture.global_and_fixture_disabled() if self._capture else contextlib.nullcontext():
            self._file.write(f"\x1bD\x1b[A\x1b7\x1b[B\r\x1b[2K{text}\x1b8")
            self._file.flush()


def progress_line(progress: "Progress", width: int) -> str:
    """Return the answers so far and their maximum, the calls per second, the cost, and the maximum time left."""
    seconds = time.monotonic() - progress.began
    rate = progress.calls / seconds if seconds > 0 else 0.0
    parts = [f"{progress.answers:,} of at most {progress.at_most:,} answers", f"{rate:.1f} calls/s"]
    parts.append(dollars(progress.cost_usd))
    if progress.answers and seconds > 1:
        left = round((progress.at_most - progress.answers) * seconds / progress.answers)
        parts.append(f"at most {left // 60}:{left % 60:02} left")
    return ("ood: " + " | ".join(parts))[:width]
