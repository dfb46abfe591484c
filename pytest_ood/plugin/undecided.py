"""Undecided is not failed: items whose cell shows nothing have a category of their own.

For pytest such an item is skipped, so that it fails no session, stops no ``-x`` and no ``--pdb``, and is forgotten by
``--lf``. Its reason is that of the verdict.
"""

from collections.abc import Generator
from typing import Any

import pytest

from pytest_ood.plugin.option_values import Fate
from pytest_ood.plugin.skipping import skip
from pytest_ood.plugin.stash import OUTCOME
from pytest_ood.text.printable import printable


class UndecidedItems:
    """Decides what pytest reports for the items of undecided cells.

    Only a body that passes or raises AssertionError is replaced. Other exceptions, skips, expected failures and errors
    of the set-up stay what they are.
    """

    def __init__(self, fate: Fate) -> None:
        self._fate = fate

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
        """Replace what pytest found, after it has dealt with expected failures."""
        report = yield
        outcome = item.stash.get(OUTCOME, None)
        if outcome is None or not outcome.undecided or call.when != "call" or not _is_replaceable(report, call):
            return report
        reason = printable(f"undecided: {outcome.reason}")
        # A plain attribute is what crosses from a worker of pytest-xdist.
        report.ood_undecided = True
        if self._fate == "skip":
            skip(item, report, call, reason)
        elif report.passed:
            report.outcome, report.longrepr = "failed", f"{reason} (--ood-undecided=fail)"
        return report

    def pytest_report_teststatus(
        self, report: pytest.TestReport
    ) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
        """Count undecided items as such, with a letter and a word of their own."""
        if not hasattr(report, "ood_undecided"):
            return None
        category, color = ("failed", "red") if report.failed else ("undecided", "cyan")
        return category, "U", ("UNDECIDED", {color: True})


def _is_replaceable(report: pytest.TestReport, call: pytest.CallInfo[None]) -> bool:
    """Return whether the body passed or raised AssertionError, and was not expected to fail."""
    if hasattr(report, "wasxfail"):
        return False
    if call.excinfo is None:
        return report.passed
    return report.failed and isinstance(call.excinfo.value, AssertionError)
