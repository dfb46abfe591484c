"""--ood-push: the run's dataset goes to the Hugging Face Hub when the session ends."""

from typing import TYPE_CHECKING

import pytest

from pytest_ood.dataset.folder import DatasetError
from pytest_ood.plugin.layout import Line
from pytest_ood.plugin.option_values import SettingsError
from pytest_ood.plugin.settings import Settings
from pytest_ood.plugin.status_line import LiveLine
from pytest_ood.plugin.terminal import short, write_lines

if TYPE_CHECKING:
    from pytest_ood.plugin.reporting import Reporting
    from pytest_ood.plugin.session import ProbeSession


def check_push(settings: Settings) -> None:
    """Check, as far as possible without a call, that the dataset can be published.

    Raises:
        SettingsError: It cannot.
    """
    if settings.push is None:
        return
    from pytest_ood.dataset.hub import HubError, check_ready

    try:
        check_ready(settings.push, settings.license)
    except HubError as error:
        raise SettingsError("--ood-push", str(error), value=settings.push) from error


class Publishing:
    """Publishes what was exported. A failure keeps the folder, fails the session and says how to continue."""

    def __init__(self, session: "ProbeSession", reporting: "Reporting", name: str) -> None:
        self._session, self._reporting, self._name = session, reporting, name
        self._lines: list[Line] = []

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Publish, once the dataset is written."""
        exported, settings = self._reporting.exported, self._session.settings
        folder = settings.dataset(self._session.run_id)
        if exported is None or folder is None:
            return
        options = [
            *(["--public"] if settings.public else []),
            *([f"--license {settings.license}"] * bool(settings.license)),
        ]
        later = " ".join(["pytest-ood publish", short(folder), self._name, *options])
        if not exported.rows + exported.skipped:
            self._lines.append(Line(f"nothing was asked, so there is nothing to publish in {self._name}"))
        elif session.exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            self._complain(f"the run was interrupted and nothing was sent; publish it with: {later}")
        else:
            from pytest_ood.dataset import hub
            from pytest_ood.report.curves import draw

            try:
                self._lines.append(Line(f"to publish: {hub.preview(folder)}"))
                with LiveLine(self._session.config) as line:
                    line.say(f"ood: publishing {self._name}")
                    published = hub.publish(
                        folder, self._name, public=settings.public, license=settings.license, draw_curves=draw
                    )
                self._lines.append(Line(f"published: {published}"))
            except (OSError, DatasetError) as error:
                self._complain(f"{error}; the dataset is kept; publish it with: {later}")
                session.exitstatus = pytest.ExitCode.INTERNAL_ERROR

    def _complain(self, problem: str) -> None:
        self._lines.append(Line(f"--ood-push {self._name}: {problem}", "red"))

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show what was published, below the line about the dataset."""
        write_lines(terminalreporter, self._lines)
