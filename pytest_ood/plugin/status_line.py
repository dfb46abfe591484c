"""The line at the bottom of the terminal while a test waits for its model, and its like in the logs of a CI server."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_ood.plugin.model_states import rate_limit, rows

if TYPE_CHECKING:
    import pytest

    from pytest_ood.asking.progress import Progress
from pytest_ood.text.words import dollars

# How often a log gets a line, in seconds.
LOG_EVERY_S = 30.0


class LiveLine:
    """One line below pytest's own output, erased at the end.

    Where the output is not a terminal there is none. If the environment variable CI is set, there is a plain line
    every `LOG_EVERY_S` seconds instead, so that a log shows that the run goes on.
    """

    def __init__(self, config: "pytest.Config") -> None:
        self._reporter = config.pluginmanager.getplugin("terminalreporter")
        self._file = sys.__stdout__ or sys.stdout
        self._capture = config.pluginmanager.getplugin("capturemanager")
        is_wanted = self._reporter is not None and config.get_verbosity() >= 0
        self._shows = is_wanted and self._reporter.isatty
        self._logs = is_wanted and not self._reporter.isatty and bool(os.environ.get("CI"))
        self._logged_at = time.monotonic()
        self._shown = False
        self._width = config.get_terminal_writer().fullwidth if is_wanted else 0

    def __enter__(self) -> "LiveLine":
        return self

    def show(self, progress: "Progress") -> None:
        """Show how far the run has come."""
        if self._shows:
            self.say(progress_line(progress, self._width - 1))
        elif self._logs and time.monotonic() - self._logged_at >= LOG_EVERY_S:
            self._logged_at = time.monotonic()
            with self._uncaptured():
                self._reporter.write_line(progress_line(progress, self._width))

    def say(self, text: str) -> None:
        """Show this text in place of the one before."""
        if self._shows:
            self._write(text[: self._width - 1])
            self._shown = True

    def __exit__(self, *_: object) -> None:
        if self._shown:
            self._write("")
            self._shown = False

    def _uncaptured(self) -> contextlib.AbstractContextManager[None]:
        return self._capture.global_and_fixture_disabled() if self._capture else contextlib.nullcontext()

    def _write(self, text: str) -> None:
        # Index (which scrolls if the cursor is at the bottom) and back up; save, down, erase, write, restore.
        with self._uncaptured():
            self._file.write(f"\x1bD\x1b[A\x1b7\x1b[B\r\x1b[2K{text}\x1b8")
            self._file.flush()


def progress_line(progress: "Progress", width: int) -> str:
    """Return the answers and their expected number, the calls in flight, the cost and what is expected, the time left.

    Until a cell is done, nothing can be expected: then the line says how many answers there may be.
    """
    expected, cost, whole_cost = progress.expected, progress.cost_usd, progress.expected_cost_usd
    most = f"at most {progress.at_most:,}" if expected is None else f"about {expected:,}"
    parts = [f"{progress.answers:,} of {most} answers", f"{progress.in_flight:,} in flight"]
    parts.append(dollars(cost) + (f" of about {dollars(whole_cost)}" if whole_cost else ""))
    left = progress.seconds_left(time.monotonic())
    if left is not None:
        minutes, seconds = divmod(round(left), 60)
        parts.append(f"about {minutes}:{seconds:02} left")
    return ("ood: " + " | ".join([*parts, *_troubles(progress)]))[:width]


def _troubles(progress: "Progress") -> Iterator[str]:
    """Yield why it takes long: what a provider refuses, or that it does not answer."""
    for row in rows(progress.models):
        limit = "" if row["dead"] else rate_limit(row)
        if limit:
            yield f"{row['model']} {limit}" if len(progress.models) > 1 else limit
    for name, state in progress.models.items():
        if state.trouble and not state.dead and not state.pace:
            yield f"no answer: {state.trouble}" if name in state.trouble else f"{name}: no answer: {state.trouble}"
