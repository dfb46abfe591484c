"""--ood-dry-run: count and price what a run would ask."""

import functools
import itertools
import operator
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import pytest

from pytest_ood.asking.cell import Cell
from pytest_ood.asking.plan import TYPICAL_OUTPUT_TOKENS, Amount, Planned
from pytest_ood.evidence.prospects import PROSPECTS
from pytest_ood.models.batch import DISCOUNT
from pytest_ood.plugin.layout import described
from pytest_ood.plugin.selecting import runs_nothing
from pytest_ood.plugin.terminal import heading, width
from pytest_ood.plugin.workers import require_one_process
from pytest_ood.report.blocks import condition_labels
from pytest_ood.text.columns import aligned, wrapped
from pytest_ood.text.words import dollars, one_line, percent

if TYPE_CHECKING:
    from pytest_ood.plugin.session import ProbeSession


_COURSES = ("min", *(prospect.name for prospect in PROSPECTS), "max", "stored")
_ACCURACIES = ", ".join(f"{percent(one.control)} and {percent(one.shift)}" for one in PROSPECTS)
_LEGEND = (
    "hopeless, middling and strong: the calls to expect of a model that is right in"
    f" {_ACCURACIES} of control and shift. Stored answers are not calls. Tokens and cost are estimates,"
    f" with answers of max_tokens or, if that is not set, {TYPICAL_OUTPUT_TOKENS} tokens."
)
# Estimates have no more digits than this.
_EXACT = 10_000


class DryRun:
    """Plans the cells instead of running the tests."""

    def __init__(self, session: "ProbeSession") -> None:
        """Check that one process plans the whole run.

        Raises:
            SettingsError: pytest-xdist would start several processes.
        """
        require_one_process(session.config, "--ood-dry-run")
        self._session = session
        self._planned: list[tuple[Cell, Planned]] = []
        self._live: list[tuple[Cell, Planned]] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Plan the cells without running any tests."""
        cells = self._session.cells(session.items)
        if cells and not runs_nothing(session):
            self._planned = self._session.plan(cells)
            if self._session.settings.batch is not None:
                self._live = self._session.plan(cells, live=True)
        return True if self._planned else None

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the calls of each probe, and the totals with tokens and cost."""
        if self._planned:
            heading(terminalreporter, "ood: dry run, nothing was asked")
            for text in plan_table(self._planned, width(terminalreporter), self._live):
                terminalreporter.write_line(text)


def plan_table(
    planned: Sequence[tuple[Cell, Planned]], width: int, live: Sequence[tuple[Cell, Planned]] = ()
) -> Iterator[str]:
    """Show the calls of each probe, then the calls, tokens and cost of each model and of all.

    Args:
        planned: what is planned.
        width: columns.
        live: the same cells asked live, if they are planned in batches.
    """
    models: dict[str, dict[tuple[str, str], list[Planned]]] = {}
    for (cell, one), condition in zip(planned, condition_labels([described(cell) for cell, _ in planned]), strict=True):
        file, _, name = cell.probe.rpartition("::")
        heading = ", ".join(filter(None, [" - ".join(filter(None, [cell.task.family, file])), condition]))
        models.setdefault(condition, {}).setdefault((heading, name), []).append(one)
    rows = [
        (heading, [f"  {one_line(name)}", *_calls(_sum(members))])
        for probes in models.values()
        for (heading, name), members in probes.items()
    ]
    if len(models) > 1:
        for condition, probes in models.items():
            members = itertools.chain.from_iterable(probes.values())
            rows += [(f"all, {condition}", row) for row in _totals(_sum(members))]
    rows += [("all", row) for row in _totals(_sum(one for _, one in planned))]
    if live:
        whole = _sum(one for _, one in planned)
        rows.append(("all", _costs("  cost at half price", whole, DISCOUNT)))
        calls, *_, cost = _totals(_sum(one for _, one in live))
        rows += [("all, if it were asked live", row) for row in (calls, cost)]
    titles = ["calls", *_COURSES]
    if not any(one.from_store for _, one in planned):
        titles, rows = titles[:-1], [(heading, row[:-1]) for heading, row in rows]
    header, *lines = aligned([titles, *(row for _, row in rows)], width, numbers=len(titles) - 1)
    yield header
    heading = ""
    for (new, _), text in zip(rows, lines, strict=True):
        if new != heading:
            heading = new
            yield one_line(heading)[:width]
        yield text
    yield from wrapped(_LEGEND, width)


def _sum(members: Iterable[Planned]) -> Planned:
    return functools.reduce(operator.add, members, Planned())


def _amounts(planned: Planned) -> list[Amount]:
    """Return the amounts of the courses, in their order."""
    return [planned.least, *planned.expected, planned.most]


def _calls(planned: Planned) -> list[str]:
    return [*(f"{round(amount.calls):,}" for amount in _amounts(planned)), f"{planned.from_store:,}"]


def _totals(planned: Planned) -> Iterator[list[str]]:
    """Yield the rows of a sum."""
    amounts = _amounts(planned)
    yield ["  calls", *_calls(planned)]
    yield ["  tokens in", *(_tokens(amount.input_tokens) for amount in amounts), ""]
    yield ["  tokens out", *(_tokens(amount.output_tokens) for amount in amounts), ""]
    yield _costs("  cost", planned)


def _costs(title: str, planned: Planned, share: float = 1.0) -> list[str]:
    costs = [(amount * share).cost_usd for amount in _amounts(planned)]
    return [title, *("unknown" if cost is None else dollars(cost) for cost in costs), ""]


def _tokens(count: float) -> str:
    """Return ``9,999``, ``152k`` or ``3.6M``."""
    if round(count) < _EXACT:
        return f"{round(count):,}"
    return f"{count / 1e3:,.0f}k" if count < 1e6 else f"{count / 1e6:,.1f}M"
