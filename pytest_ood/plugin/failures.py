"""What a person sees of failing probes: one pair for each probe and model, in place of a traceback for each item."""

import ast
import functools
import linecache
import math
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from pytest_ood.asking.failing_pair import FailingPair
from pytest_ood.evidence.verdict import Verdict
from pytest_ood.plugin.pair_lines import pair_lines
from pytest_ood.plugin.stash import OUTCOME
from pytest_ood.plugin.terminal import heading, width
from pytest_ood.text.canonical import canonical
from pytest_ood.text.words import counted, one_line

if TYPE_CHECKING:
    from pytest_ood.asking.outcome import Outcome

# All pairs together get about this many lines; one pair gets at least and at most so many. Pairs for which no lines are
# left are only counted.
ALL_LINES, FEWEST_LINES, MOST_LINES = 216, 8, 60
# What pytest's option -r has if it is not given.
_USUAL_REPORTS = "fE"
_VERDICTS = {verdict.value for verdict in Verdict}


class Failures:
    """Explains failing probes: completely on each report, and by one pair per probe and model on the terminal.

    The pair is that of the smallest size that fails. ``-vv`` shows every item instead, as pytest shows any test.
    """

    def __init__(self) -> None:
        self._all: list[Any] | None = None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
        """Put the explanation of a failing probe on its report, which also comes from workers."""
        report = yield
        outcome = item.stash.get(OUTCOME, None)
        if outcome is not None and call.when == "call" and report.failed:
            report.sections.append(("ood", outcome.explain()))
            if hasattr(report, "ood_undecided") if call.excinfo is None else asserts_verdict(call.excinfo):
                _name_outcome(report, outcome)
                pair = FailingPair.of(outcome)
                if pair is not None:
                    report.ood_pair = pair.row()
        return report

    def pytest_report_teststatus(
        self, report: pytest.TestReport
    ) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
        """Show the letter and the word of its verdict for a failed probe."""
        verdict = getattr(report, "ood", [None, {}])[1].get("verdict")
        # A robust cell can fail a test that asks for more, and an undecided one by another error; pytest reports that.
        if verdict in (None, "robust", "undecided") or not report.failed:
            return None
        return "failed", verdict[0].upper(), (verdict.upper(), {"red": True})

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> Generator[None, None, None]:
        """Show the pairs, and keep the items that they stand for out of pytest's own sections."""
        options, failed = terminalreporter.config.option, terminalreporter.stats.get("failed", [])
        with_pair = [report for report in failed if hasattr(report, "ood_pair")]
        if not with_pair or options.verbose >= 2 or options.tbstyle == "no":
            return (yield)
        _show_pairs(terminalreporter, with_pair)
        self._all = failed
        terminalreporter.stats["failed"] = [report for report in failed if not hasattr(report, "ood_pair")]
        try:
            return (yield)
        finally:
            # For the count in pytest's last line.
            terminalreporter.stats["failed"] = failed

    def restore(self, reporter: pytest.TerminalReporter) -> None:
        """Give pytest its list of failures back."""
        if self._all is not None:
            reporter.stats["failed"] = self._all


class ShortSummary:
    """Lets pytest's short summary name every failing probe if ``-r`` asks for one; our own table says it already."""

    def __init__(self, failures: Failures) -> None:
        self._failures = failures

    @pytest.hookimpl(tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Restore the list of failures; pytest has shown its section FAILURES by now."""
        if terminalreporter.config.option.reportchars != _USUAL_REPORTS:
            self._failures.restore(terminalreporter)


def asserts_verdict(error: pytest.ExceptionInfo[BaseException]) -> bool:
    """Return whether an error is a plain assertion about the verdict, such as ``assert ood.robust``.

    The outcome then explains it better than a traceback would. An assertion with a message, or about anything else,
    has more to say.
    """
    if not isinstance(error.value, AssertionError):
        return False
    traceback = error.tb
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    line, file = traceback.tb_lineno, traceback.tb_frame.f_code.co_filename
    linecache.checkcache(file)
    asserts = _assertions("".join(linecache.getlines(file)))
    return any(
        one.lineno <= line <= (one.end_lineno or one.lineno) and one.msg is None and _is_about_verdict(one.test)
        for one in asserts
    )


@functools.lru_cache(maxsize=16)
def _assertions(source: str) -> Sequence[ast.Assert]:
    try:
        return [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Assert)]
    except (SyntaxError, ValueError):
        return []


def _is_about_verdict(test: ast.expr) -> bool:
    match test:
        case ast.BoolOp(values=parts):
            return all(map(_is_about_verdict, parts))
        case ast.UnaryOp(op=ast.Not(), operand=part):
            return _is_about_verdict(part)
        case ast.Compare(left=ast.Attribute(value=ast.Name(), attr="verdict"), comparators=[ast.Constant()]):
            return True
        case ast.Attribute(value=ast.Name(), attr=name):
            return name in _VERDICTS
    return False


def _name_outcome(report: pytest.TestReport, outcome: "Outcome") -> None:
    """Have the short summary show the outcome, instead of only "assert False"."""
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        crash.message = repr(outcome)


def choose_pairs(reports: Iterable[pytest.TestReport]) -> list[pytest.TestReport]:
    """Return the report to show for each probe and condition: of a collapse if there is one, of the smallest size."""
    groups: dict[tuple[str, str], list[pytest.TestReport]] = {}
    for report in reports:
        row = _row(report)
        groups.setdefault((row["probe"], canonical(row["condition"])), []).append(report)
    chosen = [min(group, key=_rank) for group in groups.values()]
    # Under pytest-xdist reports come in any order.
    return sorted(chosen, key=_place)


def _rank(report: pytest.TestReport) -> tuple[bool, float, int]:
    row = _row(report)
    size = row["params"].get(row["size"]) if row["size"] is not None else None
    number = float(size) if isinstance(size, int | float) else math.inf
    return row["verdict"] not in ("brittle", "degraded"), number, _place(report)


def _row(report: pytest.TestReport) -> Mapping[str, Any]:
    row: Mapping[str, Any] = report.ood[1]
    return row


def _place(report: pytest.TestReport) -> int:
    place: int = report.ood[0]
    return place


def _show_pairs(reporter: pytest.TerminalReporter, reports: Sequence[pytest.TestReport]) -> None:
    chosen, columns = choose_pairs(reports), width(reporter)
    room = max(FEWEST_LINES, min(MOST_LINES, ALL_LINES // len(chosen)))
    pairs = "the first failing pair" if len(chosen) == 1 else f"{len(chosen)} failing pairs"
    heading(reporter, f"{pairs} of {counted(len(reports), 'failing item')} (-vv shows all)")
    shown = chosen[: ALL_LINES // FEWEST_LINES]
    for report in shown:
        reporter.write_sep("_", one_line(report.nodeid), red=True, bold=True)
        pair = FailingPair.from_row(report.ood_pair)
        for line in pair_lines(pair, _row(report)["verdict"], columns, room - 1):
            reporter.write_line(line)
        for name, content in _captured(report, reporter.config.option.showcapture):
            reporter.write_sep("-", name)
            reporter.write_line(content.rstrip("\n"))
    if len(chosen) > len(shown):
        reporter.write_line(f"and {counted(len(chosen) - len(shown), 'more failing pair')}")


def _captured(report: pytest.TestReport, wanted: str) -> Iterator[tuple[str, str]]:
    """Yield what the test itself wrote, as pytest would show it."""
    for name, content in report.sections:
        if name != "ood" and (wanted == "all" or wanted in name):
            yield name, content
