"""--ood-baseline: a run is compared with an earlier one, and fails only on what is shown to have become worse."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_ood.asking.cell import Condition
from pytest_ood.dataset.folder import DatasetError, summary_files
from pytest_ood.dataset.summaries import read_summary
from pytest_ood.evidence.comparing import ArmKey, compare
from pytest_ood.plugin.option_values import SettingsError
from pytest_ood.plugin.settings import Settings
from pytest_ood.plugin.skipping import skip
from pytest_ood.plugin.stash import OUTCOME
from pytest_ood.report.comparisons import Asked, by_condition, comparison_row
from pytest_ood.report.conditions import model_labels
from pytest_ood.report.prices import usage_row
from pytest_ood.text.canonical import canonical
from pytest_ood.text.printable import printable

if TYPE_CHECKING:
    from pytest_ood.asking.cell import ArmSpec, Cell
    from pytest_ood.plugin.reporting import Reporting

OPTION = "--ood-baseline"
REASON = "compared with the baseline at the end of the run"
_NAME_ONE = "name a file that --ood-json wrote, or a folder that --ood-export wrote"


@dataclass(frozen=True)
class Baseline:
    """An earlier run, with what each of its conditions was asked.

    Attributes:
        source: the file or folder.
        asked: the conditions and the outcomes of their draws.
    """

    source: Path
    asked: Sequence[Asked] = field(repr=False)

    def of(self, condition: Mapping[str, Any]) -> Asked | None:
        """Return the condition of the earlier run with which a new one is compared; None if it is not clear which.

        The same condition, or the only one that differs in the model alone.
        """
        same = [one for one in self.asked if canonical(one.condition) == canonical(condition)]
        alike = [one for one in self.asked if _without_model(one.condition) == _without_model(condition)]
        candidates = same or alike
        return candidates[0] if len(candidates) == 1 else None

    def draws(self, spec: "ArmSpec") -> int:
        """Return how many draws of an arm the earlier run has."""
        match = self.of(spec.condition.axes())
        return 0 if match is None or spec.draws.places is not None else len(match.letters.get(_key(spec), ""))

    def check(self, cells: "Iterable[Cell]") -> None:
        """Check, before anything is asked, that there is something to compare.

        Raises:
            SettingsError: No cell has draws in common with the earlier run.
        """
        arms = [spec for cell in cells for spec in cell.arms if spec.draws.places is None]
        if not arms:
            return
        matches = [(spec, self.of(spec.condition.axes())) for spec in arms]
        if all(match is None for _, match in matches):
            asked = ", ".join(dict.fromkeys(printable(one.model) for one in self.asked))
            raise self._error(
                f"it is not clear which of its conditions to compare with (models: {asked})",
                "ask one of these models as it was asked there, or name a run of one model",
            )
        if any(match is not None and match.letters.get(_key(spec)) for spec, match in matches):
            return
        raise self._error("it has no draws in common with this run", "name a run of these probes")

    def rows(self, cells: Sequence[Mapping[str, Any]], seed: int, alpha: float) -> list[dict[str, Any]]:
        """Compare each condition of the new run with the baseline, and return the rows of the summary.

        If nothing has become worse, a run is told that something has with a probability of at most alpha: half of it is
        for all tasks together, and half is shared out among the tasks, in all comparisons.
        """
        new = by_condition(cells, seed)
        labels = model_labels([one.condition for one in new])
        compared = [
            (one, label, old, comparison)
            for one, label in zip(new, labels, strict=True)
            if (old := self.of(one.condition)) is not None
            and (comparison := compare(one.letters, old.letters, alpha)) is not None
        ]
        decisive = 2 / alpha * len(compared)
        rows = []
        for one, label, old, comparison in compared:
            usage = usage_row(one.arms, old.arms, comparison)
            row = comparison_row((one.model, label), (old.model, _label(one, old)), comparison, usage)
            tasks = row["tasks"]
            worse = [task["task"] for task in tasks if task["evidence_b"] >= decisive * len(tasks)]
            is_worse = row["evidence_b"] >= decisive
            row["baseline"] = {"source": str(self.source), "is_worse": is_worse, "worse_tasks": worse}
            rows.append(row)
        return rows

    def _error(self, problem: str, fix: str) -> SettingsError:
        return SettingsError(OPTION, problem, value=str(self.source), fix=fix)


def _key(spec: "ArmSpec") -> ArmKey:
    return ArmKey(spec.task.name, spec.task.version, spec.params.text, spec.name, spec.draws.seed)


def _label(new: Asked, old: Asked) -> str:
    return "the baseline" if new.model == old.model else f"the baseline ({old.model})"


def _without_model(condition: Mapping[str, Any]) -> str:
    # A model may have default arguments of its own.
    return canonical({axis: value for axis, value in condition.items() if axis not in ("model", "args")})


def read_baseline(settings: Settings) -> Baseline | None:
    """Read the earlier run that ``--ood-baseline`` names; None without the option.

    Raises:
        SettingsError: It cannot be read, has another seed, or does not say what came of each draw.
    """
    source = settings.baseline
    if source is None:
        return None
    if settings.replay is not None:
        fix = "leave one of both out"
        raise SettingsError(OPTION, "a replay has no draws in common with a run", value=str(source), fix=fix)
    if not source.exists():
        raise SettingsError(OPTION, "no such file or folder", value=str(source), fix=_NAME_ONE)
    try:
        files = summary_files(source) if source.is_dir() else [source]
        summaries = [read_summary(path) for path in files]
    except DatasetError as error:
        problem = f"not a summary of a run ({error.field + ': ' if error.field else ''}{error.what})"
        raise SettingsError(OPTION, problem, value=str(source), fix=_NAME_ONE) from error
    if not summaries:
        raise SettingsError(OPTION, "the folder has no summaries of runs", value=str(source), fix=_NAME_ONE)
    return Baseline(source, _asked(settings, source, summaries))


def _asked(settings: Settings, source: Path, summaries: Sequence[Mapping[str, Any]]) -> list[Asked]:
    """Return what the conditions of some runs were asked; what several runs asked counts as in the last one.

    Raises:
        SettingsError: The runs have another seed, or do not say what came of each draw.
    """
    same_seed = [summary for summary in summaries if summary["seed"] == settings.seed]
    if not same_seed:
        seeds = sorted({summary["seed"] for summary in summaries})
        raise SettingsError(
            OPTION,
            f"its seed is {', '.join(map(str, seeds))}, that of this run {settings.seed}: they have no draws in common",
            value=str(source),
            fix=f"use --ood-seed {seeds[0]}",
        )
    merged: dict[str, Asked] = {}
    for summary in same_seed:
        for one in by_condition(summary["cells"], summary["seed"]):
            name = canonical(one.condition)
            earlier = merged[name].arms if name in merged else {}
            merged[name] = Asked(one.condition, {**earlier, **one.arms})
    # A run of an earlier edition may not name an axis that exists now; it was asked with the default.
    asked = [Asked({**Condition(one.model).axes(), **one.condition}, one.arms) for one in merged.values() if one.arms]
    if not asked:
        problem = "it does not say what came of each draw: nothing was asked, or its version is 1"
        raise SettingsError(OPTION, problem, value=str(source), fix="write it again with this pytest-ood")
    return asked


class ComparedItems:
    """Keeps an assertion that fails in a probe from failing the run: the comparison with the baseline decides.

    Other exceptions, skips, expected failures and errors of the set-up stay what they are.
    """

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
        """Report an item as skipped whose assertion failed, after pytest has dealt with expected failures."""
        report = yield
        if OUTCOME not in item.stash or call.when != "call" or not report.failed or not _is_replaceable(report, call):
            return report
        # A plain attribute is what crosses from a worker of pytest-xdist.
        report.ood_compared = True
        skip(item, report, call, REASON)
        return report

    def pytest_report_teststatus(
        self, report: pytest.TestReport
    ) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
        """Count these items as such, with a letter and a word of their own."""
        if not hasattr(report, "ood_compared"):
            return None
        return "compared", "c", ("COMPARED", {"yellow": True})


def _is_replaceable(report: pytest.TestReport, call: pytest.CallInfo[None]) -> bool:
    """Return whether an assertion failed, or an undecided item was made to fail (``--ood-undecided=fail``)."""
    if call.excinfo is None:
        return hasattr(report, "ood_undecided")
    return isinstance(call.excinfo.value, AssertionError)


class BaselineCheck:
    """Fails a session that is shown worse than its baseline. The table of comparisons says where it is.

    A session in which nothing could be compared ends with a usage error: it would pass whatever the model did.
    """

    def __init__(self, baseline: Baseline, reporting: "Reporting") -> None:
        self._baseline, self._reporting = baseline, reporting
        self._trouble = ""

    # After the summary was made.
    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Set the exit status of a session that would pass."""
        if session.exitstatus != pytest.ExitCode.OK:
            return
        baselines = [row["baseline"] for row in self._reporting.comparisons if row["baseline"] is not None]
        if any(one["is_worse"] or one["worse_tasks"] for one in baselines):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        elif not baselines and self._reporting.rows:
            self._trouble = (
                f"{OPTION} {self._baseline.source}: no draws in common with this run, so nothing was compared"
            )
            session.exitstatus = pytest.ExitCode.USAGE_ERROR

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say that nothing was compared."""
        if self._trouble:
            terminalreporter.write_line(self._trouble, red=True)
