"""The end of a run: the table of verdicts, its summary as JSON, and its dataset."""

import dataclasses
import datetime
import json
import sqlite3
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from pytest_ood import __version__
from pytest_ood.asking.store import Store, StoreError, Totals
from pytest_ood.dataset.folder import DatasetError
from pytest_ood.dataset.write import Exported, check_target, export
from pytest_ood.evidence.verdict import Verdict
from pytest_ood.plugin.comparisons_table import comparison_lines
from pytest_ood.plugin.layout import Line
from pytest_ood.plugin.model_states import ModelStates
from pytest_ood.plugin.option_values import SettingsError
from pytest_ood.plugin.scale_table import scale_lines
from pytest_ood.plugin.settings import Settings
from pytest_ood.plugin.sparks import BLOCKS, PLAIN
from pytest_ood.plugin.tables import replay_table, totals_lines
from pytest_ood.plugin.terminal import can_show, heading, short, width, write_lines
from pytest_ood.plugin.verdict_table import verdict_table
from pytest_ood.report.claims import claims
from pytest_ood.report.comparisons import comparison_rows
from pytest_ood.report.curves import draw
from pytest_ood.report.example_curves import example_rows
from pytest_ood.report.scale_curves import scale_rows
from pytest_ood.report.size_curves import curve_rows
from pytest_ood.report.wordings import with_wordings
from pytest_ood.text.columns import wrapped
from pytest_ood.text.printable import printable
from pytest_ood.text.words import counted

if TYPE_CHECKING:
    from pytest_ood.plugin.session import ProbeSession

SUMMARY_VERSION = 3


def check_files(settings: Settings) -> None:
    """Check, before anything is asked, that the files written at the end can be written.

    Raises:
        SettingsError, DatasetError: One of them cannot.
    """
    if settings.export is not None:
        check_target(settings.export, license=settings.license)
    for option, path in (("--ood-json", settings.json), ("--ood-report", settings.report)):
        if path is None:
            continue
        try:
            _check_writable(path)
        except OSError as error:
            raise SettingsError(
                option, f"cannot be written ({error})", value=str(path), fix="name another file"
            ) from error


def _check_writable(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.open("ab").close()
    else:
        path.touch()
        path.unlink()


class Timing(NamedTuple):
    """When a session started, and how long it took, in seconds."""

    started_at: datetime.datetime
    wall_s: float


class Reporting:
    """Collects the rows of the tests, also from workers, and reports on them when the session ends.

    Attributes:
        exported: what was written to the dataset, if there is one.
    """

    def __init__(self, session: "ProbeSession", states: ModelStates) -> None:
        self._session, self._states = session, states
        self._began = time.monotonic()
        self._started_at = datetime.datetime.now(datetime.timezone.utc)
        # By node id: the position of the cell among the tests, and its row.
        self._rows: dict[str, tuple[int, dict[str, Any]]] = {}
        self._summary: dict[str, Any] | None = None
        self._trouble = ""
        self.exported: Exported | None = None

    @property
    def summary(self) -> Mapping[str, Any] | None:
        """The summary of the run, once it is made."""
        return self._summary

    @property
    def comparisons(self) -> Sequence[Mapping[str, Any]]:
        """The comparisons in the summary, once there is one."""
        return () if self._summary is None else self._summary["comparisons"]

    @property
    def rows(self) -> Sequence[Mapping[str, Any]]:
        """The rows of the cells in the summary, once there is one."""
        return () if self._summary is None else self._summary["cells"]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Collect the row of a test."""
        if hasattr(report, "ood"):
            place, row = report.ood
            self._rows[row["id"]] = (place, row)

    # Before pytest writes the file of --junit-xml.
    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the summary and the dataset; a failure fails the session."""
        run, settings = self._session, self._session.settings
        replayed = None if run.replaying is None else run.replaying.summary()
        rows = [row for _, row in sorted(self._rows.values(), key=lambda placed: placed[0])]
        try:
            if not (run.run or rows or replayed or _has_asked(settings, run.run_id)):
                return
            timing = Timing(self._started_at, time.monotonic() - self._began)
            compared = comparison_rows(rows, settings.seed, settings.alpha)
            if run.baseline is not None:
                compared += run.baseline.rows(rows, settings.seed, settings.alpha)
            self._summary, self.exported = conclude(
                settings, run.run_id, rows, timing, compared, replayed, self._states.rows, _batches(run)
            )
        except (OSError, DatasetError, StoreError, sqlite3.Error) as error:
            self._trouble = f"{error}; every answer is kept in {settings.store}"
            session.exitstatus = pytest.ExitCode.INTERNAL_ERROR

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the table, the totals, and the files that were written."""
        write, settings = terminalreporter.write_line, self._session.settings
        if self._trouble:
            heading(terminalreporter, "ood")
            write(self._trouble, red=True)
        if self._summary is None:
            return
        heading(terminalreporter, "ood")
        columns = width(terminalreporter)
        for lines in _tables(self._summary, columns):
            write_lines(terminalreporter, lines)
            write("")
        write_lines(terminalreporter, totals_lines(self._summary, columns))
        for text, color in self._states.lines():
            write_lines(terminalreporter, (Line(line, color) for line in wrapped(printable(text), columns)))
        if settings.compare and not self._summary["comparisons"] and not any(row["dead"] for row in self._states.rows):
            write("--ood-compare: nothing to compare; name several models, or several strategies", yellow=True)
        for warning in self._session.warnings:
            write(warning, yellow=True)
        if settings.json is not None:
            write(f"verdicts: {short(settings.json)}")
        folder = settings.dataset(self._session.run_id)
        if self.exported is not None and folder is not None:
            failures, traces = counted(self.exported.failures, "failure"), counted(self.exported.rows, "trace")
            write(f"dataset: {short(folder)} ({failures}, {traces})")


def _batches(session: "ProbeSession") -> list[dict[str, Any]] | None:
    report = None if session.run is None else session.run.batches
    return None if report is None else report.rows()


def _has_asked(settings: Settings, run_id: str) -> bool:
    """Return whether workers have asked anything, though no test of theirs has ended."""
    with Store(settings.store) as store:
        return store.totals(run_id).calls > 0


def _tables(summary: Mapping[str, Any], columns: int) -> Iterator[Iterable[Line]]:
    """Yield the tables for which the summary has rows."""
    if summary["cells"]:
        signs = BLOCKS if can_show(BLOCKS) else PLAIN
        yield verdict_table(summary["cells"], columns, summary.get("curves", ()), signs)
    if summary.get("replay"):
        yield replay_table(summary["replay"], columns)
    if summary.get("examples"):
        yield [Line(text) for curve in summary["examples"] for text in wrapped(curve["sentence"], columns)]
    if summary.get("scale"):
        yield scale_lines(summary["scale"], columns, BLOCKS if can_show(BLOCKS) else PLAIN)
    if summary["comparisons"]:
        yield comparison_lines(summary["comparisons"], columns)


def conclude(
    settings: Settings,
    run_id: str,
    rows: Sequence[Mapping[str, Any]],
    timing: Timing,
    compared: Sequence[Mapping[str, Any]] = (),
    replayed: Sequence[Mapping[str, Any]] | None = None,
    models: Sequence[Mapping[str, Any]] = (),
    batches: Sequence[Mapping[str, Any]] | None = None,
) -> tuple[dict[str, Any], Exported | None]:
    """Write the summary and the dataset of a run, over all its processes, if the settings ask for them.

    Args:
        settings: the settings of the session.
        run_id: the run's name in the store.
        rows: the rows of the cells, in the order of the tests.
        timing: when the session started, and how long it took.
        compared: the comparisons of conditions with each other and with a baseline.
        replayed: the rows of the groups in a replay, otherwise None.
        models: the rows of the models that were rate limited or could not be asked.
        batches: the rows of the files that wait for answers, otherwise None.

    Returns:
        The summary, and what was exported.

    Raises:
        OSError, DatasetError: A file cannot be written; the store still holds everything.
    """
    store = Store(settings.store)
    try:
        verdicts = _summary(settings, run_id, store.totals(run_id), rows, timing)
        verdicts["comparisons"] = list(compared)
        verdicts["model_states"] = list(models)
        verdicts["errors"] = [{"error": error, "count": count} for error, count in store.errors(run_id)]
        verdicts["damaged"] = [{"key": key, "run_id": run} for key, run in store.damaged(run_id)]
        if batches is not None:
            verdicts["batches"] = list(batches)
        if replayed is not None:
            verdicts["replay"] = list(replayed)
        if settings.json is not None:
            settings.json.write_text(json.dumps(verdicts, indent=2) + "\n", encoding="utf-8")
        exported = None
        folder = settings.dataset(run_id)
        if folder is not None:
            exported = export(folder, store.traces(run_id), verdicts, license=settings.license, draw_curves=draw)
    finally:
        store.close()
    return verdicts, exported


def _summary(
    settings: Settings, run_id: str, totals: Totals, rows: Sequence[Mapping[str, Any]], timing: Timing
) -> dict[str, Any]:
    """Return the summary of the run as in ``schemas/summary.schema.json``."""
    verdicts, curves = Counter(row["verdict"] for row in rows), curve_rows(rows)
    sizes = settings.model_sizes
    sized = {"model_sizes": dict(sizes), "scale": scale_rows(rows, curves, sizes)} if sizes else {}
    return {
        "schema_version": SUMMARY_VERSION,
        "pytest_ood_version": __version__,
        "run_id": run_id,
        "started_at": timing.started_at.isoformat(timespec="seconds"),
        "seed": settings.seed,
        "bar": settings.bar,
        "alpha": settings.alpha,
        "gap_alpha": settings.gap_alpha,
        "models": list(settings.model),
        **sized,
        "totals": {
            "cells": len(rows),
            **dataclasses.asdict(totals),
            "wall_s": timing.wall_s,
            "verdicts": {verdict.value: verdicts[verdict.value] for verdict in Verdict},
            "claims": claims(rows),
        },
        "cells": with_wordings(rows),
        "curves": curves,
        "examples": example_rows(rows),
        "comparisons": [],
    }
