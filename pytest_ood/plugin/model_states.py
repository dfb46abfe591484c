"""How the models fared: which were rate limited, which could not be asked at all, and what they do not take."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from pytest_ood.asking.progress import ModelState
from pytest_ood.text.words import counted

#: The exit status of a session in which nothing failed, but a model could not be asked.
MODEL_FAILED = 6


def rows(states: Mapping[str, ModelState]) -> list[dict[str, Any]]:
    """Return the models of which there is something to say, as in the summary: JSON types only."""
    return [
        {
            **{"model": name, "refusals": state.refusals, "pace": state.pace},
            **{"dead": state.dead or None, "no_tools": state.no_tools or None, "dropped": sorted(state.dropped)},
        }
        for name, state in states.items()
        if state.refusals or state.dead or state.no_tools or state.dropped
    ]


def rate_limit(row: Mapping[str, Any]) -> str:
    """Return ``rate limited: 31 refusals, pace 4.9/s``; empty if nothing was refused."""
    if not row["refusals"]:
        return ""
    pace = "" if row["pace"] is None else f", pace {row['pace']:.3g}/s"
    return f"rate limited: {counted(row['refusals'], 'refusal')}{pace}"


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


class ModelStates:
    """Collects how the models fared in every process; decides the exit status if one could not be asked."""

    def __init__(self) -> None:
        # By process and model.
        self._rows: dict[tuple[str, str], dict[str, Any]] = {}
        self._failed = False

    @property
    def rows(self) -> list[dict[str, Any]]:
        """One row for each model of which there is something to say, over all processes."""
        merged: dict[str, dict[str, Any]] = {}
        for (_, name), row in self._rows.items():
            unsaid = {"model": name, "refusals": 0, "pace": None, "dead": None, "no_tools": None, "dropped": []}
            known = merged.setdefault(name, unsaid)
            known["refusals"] += row["refusals"]
            if row["pace"] is not None:
                # Each process learns its own share of what the provider allows.
                known["pace"] = (known["pace"] or 0.0) + row["pace"]
            for why in ("dead", "no_tools"):
                known[why] = known[why] or row[why]
            known["dropped"] = sorted({*known["dropped"], *row["dropped"]})
        return list(merged.values())

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what the process of a test says of its models, and whether anything failed besides them."""
        process, models = getattr(report, "ood_models", ("", []))
        for row in models:
            self._rows[process, row["model"]] = row
        self._failed |= report.failed and not hasattr(report, "ood_undecided")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Tell a session that asked in vain from one that found nothing."""
        usual = session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        if usual and not self._failed and any(row["dead"] or row["no_tools"] for row in self.rows):
            session.exitstatus = MODEL_FAILED

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield what a reader has to know, each with its colour."""
        for row in self.rows:
            if row["refusals"]:
                yield f"{row['model']}: {rate_limit(row)}", "yellow"
            if row["dropped"]:
                yield f"{row['model']} does not take {_listed(row['dropped'])}: not sent", "yellow"
            if row["dead"]:
                yield f"could not be asked: {row['dead']}", "red"
            if row["no_tools"]:
                yield f"could not be offered tools: {row['no_tools']}", "red"
