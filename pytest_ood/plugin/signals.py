"""SIGTERM and SIGHUP end a run as Ctrl-C does, and no second signal ends in a traceback."""

import contextlib
import os
import signal
import sys
from types import FrameType
from typing import TYPE_CHECKING, Any

import pytest

from pytest_ood.plugin.terminal import short

if TYPE_CHECKING:
    from pytest_ood.plugin.session import ProbeSession

# Windows has no SIGHUP.
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


class Signals:
    """Handles them while the tests run: the first interrupts, the second waits for nothing, the third ends at once."""

    def __init__(self, session: "ProbeSession") -> None:
        self._session = session
        self._count = 0
        self._is_finishing = False
        self._before: dict[int, Any] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> None:
        """Begin to handle signals, except where somebody else does."""
        for name in _NAMES:
            number = getattr(signal, name, None)
            # A handler of the user's own, or none on purpose: `nohup` ignores SIGHUP.
            if number is not None and signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
                with contextlib.suppress(ValueError):  # not in the main thread
                    self._before[number] = signal.signal(number, self._handle)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Remember that the tests are over: from now on pytest expects no KeyboardInterrupt."""
        self._is_finishing = True

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Leave the signals to whom they were left before."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before.clear()

    def _handle(self, number: int, frame: FrameType | None) -> None:
        del frame
        self._count += 1
        kept = f"every stored answer is kept in {short(self._session.settings.store)}"
        if self._count == 1 and self._is_finishing:
            raise pytest.exit.Exception(f"ood: interrupted at the end; {kept}", pytest.ExitCode.INTERRUPTED)
        if self._count == 1:
            raise KeyboardInterrupt
        if self._count == 2:
            if self._session.run is not None:
                self._session.run.hurry()
            return
        sys.stderr.write(f"\nood: ended at once; {kept}\n")
        sys.stderr.flush()
        os._exit(128 + number)
