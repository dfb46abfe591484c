"""Say at the end how many probes were skipped because the model was not trained to read them."""

import pytest

from pytest_ood.plugin.collecting import CANNOT_READ
from pytest_ood.plugin.terminal import heading
from pytest_ood.text.words import counted


class Unread:
    """Counts the probes that a model cannot read."""

    def __init__(self) -> None:
        self._skipped = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a report of such a probe."""
        self._skipped += report.skipped and f" {CANNOT_READ}: " in str(report.longrepr)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say how many there were, and how to see why."""
        if self._skipped:
            heading(terminalreporter, "ood: skipped")
            probes = counted(self._skipped, "probe")
            terminalreporter.write_line(f"{probes} skipped: the model cannot read them (-rs says what it can read)")
