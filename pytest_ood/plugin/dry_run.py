"""--ood-dry-run: count and price what a run would ask."""

import functools
import operator
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pytest

from pytest_ood.asking.cell import Cell
from pytest_ood.asking.plan import TYPICAL_OUTPUT_TOKENS, Planned
from pytest_ood.plugin.layout import Line, aligned, described, dollars, params_texts, under_headings, varying
from pytest_ood.plugin.selecting import runs_nothing
from pytest_ood.plugin.terminal import heading, width
from pytest_ood.plugin.workers import require_one_process
from pytest_ood.text.printable import printable

if TYPE_CHECKING:
    from pytest_ood.plugin.session import ProbeSession


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

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Plan the cells without running any tests."""
        cells = self._session.cells(session.items)
        if cells and not runs_nothing(session):
            self._planned = self._session.plan(cells)
        return True if self._planned else None

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the calls, tokens and cost of each cell, and the totals."""
        if self._planned:
            heading(terminalreporter, "ood: dry run, nothing was asked")
            for text in plan_table(self._planned, width(terminalreporter)):
                terminalreporter.write_line(text)


def plan_table(planned: Sequence[tuple[Cell, Planned]], width: int) -> Iterator[str]:
    """Show what each cell would ask, and the totals."""
    rows = [described(cell) for cell, _ in planned]
    columns = varying(rows)
    titles = ["", *columns, "min", "max", "stored", "tokens in", "tokens out", "cost"]
    table = [
        ["  " + params, *(printable(row[name]) for name in columns), *_planned(one)]
        for row, params, (_, one) in zip(rows, params_texts(rows), planned, strict=True)
    ]
    whole = functools.reduce(operator.add, (one for _, one in planned), Planned())
    table.append(["all", *("" for _ in columns), *_planned(whole)])
    header, *lines, total = aligned([titles, *table], width, numbers=len(_planned(whole)))
    yield header
    probes = [(row["family"], row["probe"]) for row in rows]
    yield from (line.text for line in under_headings(probes, map(Line, lines), width))
    yield total
    yield "min and max count calls, without stored answers. Tokens and cost are estimates for max,"
    yield f"with answers of max_tokens or, if that is not set, {TYPICAL_OUTPUT_TOKENS} tokens."


def _planned(one: Planned) -> list[str]:
    counts = [one.least, one.most, one.from_store, one.input_tokens, one.output_tokens]
    return [*(f"{count:,}" for count in counts), dollars(one.cost_usd)]
