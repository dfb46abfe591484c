"""--ood-report: a report for a browser, written when the session ends."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_ood.asking.store import Store
from pytest_ood.plugin.layout import Line
from pytest_ood.plugin.next_steps import NOT_FOR_A_LOOK, Invocation
from pytest_ood.plugin.terminal import short, write_lines
from pytest_ood.text.words import counted

if TYPE_CHECKING:
    from pytest_ood.plugin.reporting import Reporting
    from pytest_ood.plugin.session import ProbeSession


class HtmlReport:
    """Writes the report of the run, over all its processes. A failure fails the session and says how to continue."""

    def __init__(self, session: "ProbeSession", reporting: "Reporting", path: Path) -> None:
        self._session, self._reporting, self._path = session, reporting, path
        self._line: Line | None = None

    # After the summary was made.
    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the file."""
        summary, settings = self._reporting.summary, self._session.settings
        if summary is None:
            return
        from pytest_ood.report.html import Source, write

        invocation = Invocation.of(self._session.config, settings.model_arg)
        store = Store(settings.store)
        try:
            source = Source(
                name=", ".join(settings.model),
                summaries=[summary],
                traces=lambda: store.traces(self._session.run_id),
                command=lambda node_id: invocation.command(without=NOT_FOR_A_LOOK, items=[node_id]),
            )
            write(self._path, [source])
            self._line = Line(f"report: {short(self._path)} ({counted(len(summary['cells']), 'cell')})")
        except OSError as error:
            self._line = Line(f"--ood-report {self._path}: {error}; every answer is kept in {settings.store}", "red")
            session.exitstatus = pytest.ExitCode.INTERNAL_ERROR
        finally:
            store.close()

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say where it is, below the lines about other files."""
        if self._line is not None:
            write_lines(terminalreporter, [self._line])
