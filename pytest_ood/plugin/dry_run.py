"""--ood-dry-run: what would be asked, counted and priced."""

from typing import TYPE_CHECKING

import pytest

from pytest_ood.plugin.selecting import runs_nothing
from pytest_ood.plugin.tables import plan_table
from pytest_ood.plugin.terminal import heading, width
from pytest_ood.plugin.workers import require_one_process

if TYPE_CHECKING:
    from pytest_ood.asking.outcome import Cell
    from pytest_ood.asking.plan import Planned
    from pytest_ood.plugin.session import ProbeSession


class DryRun:
    """Plans the cells in place of running the tests."""

    def __init__(self, session: "ProbeSession") -> None:
        """Make sure that the sum is that of the whole run.

        Raises:
            SettingsError: pytest-xdist is to start several processes.
        """
        require_one_process(session.config, "--ood-dry-run")
        self._session = session
        self._planned: list[tuple[Cell, Planned]] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Plan, and run no test."""
        cells = self._session.cells(session.items)
        if cells and not runs_nothing(session):
            self._planned = self._session.plan(cells)
        return True if self._planned else None

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the calls, tokens and cost of each cell, and the sum."""
        if self._planned:
            heading(terminalreporter, "ood: dry run, nothing was asked")
            for text in plan_table(self._planned, width(terminalreporter)):
                terminalreporter.write_line(text)
