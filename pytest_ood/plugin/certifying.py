"""--ood-certify: every selected probe item tests its task, and no model is asked."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from pytest_ood.asking.cell import Cell
from pytest_ood.certify import Certificate, Fault, Subject, certify_all
from pytest_ood.plugin.layout import Line, described, params_texts, under_headings
from pytest_ood.plugin.option_values import SettingsError
from pytest_ood.plugin.selecting import deselect, runs_nothing
from pytest_ood.plugin.settings import Settings
from pytest_ood.plugin.stash import CELL
from pytest_ood.plugin.status_line import LiveLine
from pytest_ood.plugin.terminal import heading, width, write_lines
from pytest_ood.plugin.workers import require_one_process
from pytest_ood.text.columns import aligned
from pytest_ood.text.printable import clipped, printable
from pytest_ood.text.words import counted

NOTHING = "no probe to certify; name files that have probes, such as probes/"
CATEGORY = "certified"
# A million repetitions of a character need not be shown in full.
LONGEST_ANSWER = 400


class Certifying:
    """Certifies the cells instead of running the tests, and reports each as a test."""

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        """Check that the other options are compatible with certification.

        Raises:
            SettingsError: One of them is not.
        """
        if settings.replay is not None:
            raise SettingsError(
                "--ood-certify", "asks no model, but --ood-replay does", fix="leave out one of the two options"
            )
        require_one_process(config, "--ood-certify")
        self._config, self._seed = config, settings.seed
        self._certified: list[tuple[Cell, Certificate]] | None = None

    def pytest_report_header(self) -> str:
        """Say that no model is asked, whatever other options name."""
        return f"ood: certification, no model is asked | seed {self._seed}"

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Deselect tests that are not probes."""
        deselect(items, [item for item in items if CELL not in item.stash])

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Certify the cells, and let pytest count the results."""
        if runs_nothing(session):
            return None
        cells = [item.stash[CELL] for item in session.items]
        subjects = [Subject(cell.task, dict(cell.params), dict(cell.control.params)) for cell in cells]
        with LiveLine(self._config) as line:
            certificates = certify_all(
                subjects, self._seed, lambda done: line.say(f"ood: certified {done} of {len(cells)} cells")
            )
        self._certified = list(zip(cells, certificates, strict=True))
        for item, (cell, certificate) in zip(session.items, self._certified, strict=True):
            self._report(item, [fault_text(fault, cell.task.name) for fault in certificate.faults])
        return True

    def _report(self, item: pytest.Item, faults: list[str]) -> None:
        hook = item.config.hook
        hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        report = pytest.TestReport(
            nodeid=item.nodeid,
            location=item.location,
            keywords=dict.fromkeys(item.keywords, 1),
            outcome="failed" if faults else "passed",
            longrepr="\n\n".join(faults) or None,
            when="call",
        )
        hook.pytest_runtest_logreport(report=report)
        hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, Any] | None:
        """Count what passes as certified, so that pytest's last line says so."""
        return (CATEGORY, ".", (CATEGORY.upper(), {"green": True})) if report.passed and report.when == "call" else None

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the checks that each cell fails, and the totals."""
        if self._certified is None:
            return
        heading(terminalreporter, "ood: certification")
        if self._certified:
            write_lines(terminalreporter, certify_table(self._certified, width(terminalreporter)))
        else:
            terminalreporter.write_line(NOTHING)


def certify_table(certified: Sequence[tuple[Cell, Certificate]], width: int) -> Iterator[Line]:
    """Show the cells with the checks that they fail, then the totals."""
    rows = [described(cell) for cell, _ in certified]
    table = [["  " + params, _checks(found)] for params, (_, found) in zip(params_texts(rows), certified, strict=True)]
    colors = ["red" if certificate.faults else "green" for _, certificate in certified]
    probes = [(row["family"], row["probe"]) for row in rows]
    yield from under_headings(probes, map(Line, aligned(table, width), colors), width)
    yield Line("")
    unchecked = [certificate.unchecked for _, certificate in certified if certificate.unchecked]
    if unchecked:
        cells = counted(len(unchecked), "cell")
        yield Line(f"{cells} not checked in another process: {printable(unchecked[0])}", "yellow")
    failed, cells = colors.count("red"), counted(len(certified), "cell")
    yield Line(f"{failed} of {cells} failed certification", "red") if failed else Line(f"{cells} certified", "green")


def _checks(certificate: Certificate) -> str:
    """Return the checks that fail, and the share of cases that lost a lure."""
    checks = ", ".join(dict.fromkeys(fault.check for fault in certificate.faults)) or "ok"
    dropped = certificate.dropped_lures
    return checks + (f" ({dropped:.0%} of shifted cases lost a lure that was the answer)" if dropped else "")


def fault_text(fault: Fault, task: str) -> str:
    """Return the check, what is wrong, and a case that shows it."""
    lines = [f"{fault.check}: {clipped(fault.what)}"]
    if fault.drawn is not None:
        case = fault.drawn.case
        lines += [f"--- {fault.drawn.arm} draw {fault.drawn.draw} of {printable(task)}", clipped(case.prompt)]
        if fault.given is not None and fault.given != case.answer:
            lines += ["--- answer", clipped(fault.given, LONGEST_ANSWER) or "(empty)"]
        lines += ["--- expected" + ("" if case.unique else ", one of several"), clipped(case.answer, LONGEST_ANSWER)]
    return "\n".join(lines)
