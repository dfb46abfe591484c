"""--ood-batch: what a session wrote to files, what it may cost, and how to go on."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from pytest_ood.asking.batches.files import answers_file
from pytest_ood.models.batch import DISCOUNT
from pytest_ood.plugin.next_steps import Invocation
from pytest_ood.plugin.terminal import heading, short, width
from pytest_ood.plugin.workers import require_one_process
from pytest_ood.text.columns import wrapped
from pytest_ood.text.printable import printable
from pytest_ood.text.words import dollars

if TYPE_CHECKING:
    from pytest_ood.asking.batches.batching import BatchReport
    from pytest_ood.asking.batches.records import BatchFile
    from pytest_ood.plugin.session import ProbeSession


class NextFiles:
    """Says at the end of a session what waits for answers."""

    def __init__(self, session: "ProbeSession") -> None:
        """Check that one process writes the files.

        Raises:
            SettingsError: pytest-xdist would start several processes.
        """
        require_one_process(session.config, "--ood-batch")
        self._session = session

    @property
    def _report(self) -> "BatchReport | None":
        return None if self._session.run is None else self._session.run.batches

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail a session whose files could not be written."""
        if self._report is not None and self._report.trouble:
            session.exitstatus = pytest.ExitCode.INTERNAL_ERROR

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Name the files, and the command to go on with."""
        report, write = self._report, terminalreporter.write_line
        if report is None or not (report.files or report.notes or report.trouble):
            return
        heading(terminalreporter, "ood: batches")
        columns = width(terminalreporter)
        for note in report.notes:
            for text in wrapped(printable(note), columns):
                write(text, yellow=True)
        if report.trouble:
            write(f"the next questions could not be written: {printable(report.trouble)}", red=True)
        for text in _lines(report):
            for part in wrapped(printable(text), columns):
                write(part)
        if report.files or report.trouble:
            command = Invocation.of(self._session.config, self._session.settings.model_arg).command()
            write("the same command goes on from there:")
            write(f"    {command or '(not repeated here, as it seems to hold a key)'}")


def _lines(report: "BatchReport") -> Iterator[str]:
    for one in report.files:
        yield f"{short(report.folder / one.file)}: {_state(one)}, {_cost(one, one.model in report.half_price)}"
    elsewhere = [one for one in report.files if one.state != "sent"]
    if elsewhere:
        yield f"the answers go into {short(report.folder / answers_file(elsewhere[0].file))}" + (
            ", and so on" if len(elsewhere) > 1 else ""
        )
    if any(one.left < one.questions for one in elsewhere):
        yield "delete a file of questions to have those without an answer asked anew"


def _state(one: "BatchFile") -> str:
    of_all = "" if one.left == one.questions else f" of {one.questions:,}"
    where = "at its provider" if one.state == "sent" else "to be answered"
    return f"{one.left:,}{of_all} question{'' if one.left == one.questions == 1 else 's'} {where}"


def _cost(one: "BatchFile", is_half: bool) -> str:
    if one.most_usd is None:
        return "of unknown cost"
    if is_half:
        return f"at most {dollars(one.most_usd)} at half price"
    return f"at most {dollars(one.most_usd)}, or {dollars(one.most_usd * DISCOUNT)} at half price"
