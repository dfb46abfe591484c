"""Where the results of a run go in a continuous integration: JUnit XML, and the pages of GitHub Actions."""

import os
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_ood.report.ci import annotation, markdown, properties, red_probes, suite_properties

if TYPE_CHECKING:
    from pytest_ood.plugin.reporting import Reporting

# GitHub shows no more of one step.
_MOST_ANNOTATIONS = 10


class ItemProperties:
    """Puts the properties of a probe's cell on its report, for JUnit XML and for other reports."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
        """Add them once the cell is judged; pytest writes those of the report of the teardown."""
        report = yield
        if call.when == "call" and hasattr(report, "ood"):
            item.user_properties += properties(report.ood[1])
        return report


class JUnitSuite:
    """Adds properties of the whole run to the file of ``--junit-xml``; those of a test are on its report."""

    def __init__(self, config: pytest.Config, reporting: "Reporting") -> None:
        self._config, self._reporting = config, reporting

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Add them after the summary was made, and before pytest writes its file."""
        if self._reporting.summary is None:
            return
        for plugin in self._config.pluginmanager.get_plugins():
            add = getattr(plugin, "add_global_property", None)
            if callable(add):
                for name, value in suite_properties(self._reporting.summary):
                    add(name, value)


class GitHubActions:
    """Appends a table to the summary of the job, and annotates the probes that failed."""

    def __init__(self, reporting: "Reporting", root: Path, environment: Mapping[str, str] = os.environ) -> None:
        self._reporting, self._root = reporting, root
        self._summary = environment.get("GITHUB_STEP_SUMMARY", "")
        self._annotates = environment.get("GITHUB_ACTIONS") == "true"
        self._workspace = Path(environment.get("GITHUB_WORKSPACE") or root)
        self._failed: list[tuple[str, int, Mapping[str, Any]]] = []

    @classmethod
    def is_there(cls, environment: Mapping[str, str] = os.environ) -> bool:
        """Return whether this is a step of GitHub Actions, or something that behaves like one."""
        return bool(environment.get("GITHUB_STEP_SUMMARY")) or environment.get("GITHUB_ACTIONS") == "true"

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a probe that failed."""
        if report.when == "call" and report.failed and hasattr(report, "ood") and not hasattr(report, "ood_undecided"):
            name, line, _ = report.location
            path = os.path.relpath(self._root / name, self._workspace).replace(os.sep, "/")
            self._failed.append((path, (line or 0) + 1, report.ood[1]))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Write both."""
        summary = self._reporting.summary
        if summary is None:
            return
        if self._summary:
            try:
                with Path(self._summary).open("a", encoding="utf-8", newline="\n") as file:
                    file.write(f"{markdown(summary)}\n")
            except OSError as error:
                terminalreporter.write_line(f"$GITHUB_STEP_SUMMARY: {error}", yellow=True)
        if self._annotates:
            # A command begins its line.
            terminalreporter.ensure_newline()
            for one in list(red_probes(self._failed))[:_MOST_ANNOTATIONS]:
                terminalreporter.write_line(annotation(*one))
