"""What the plugin knows about pytest-xdist, which may run a session in several processes."""

from typing import Any

import pytest

from pytest_ood.plugin.settings import SettingsError


def worker_input(config: pytest.Config) -> dict[str, Any] | None:
    """Return what the process that hands out the tests has told this worker; None where this is not a worker."""
    given: dict[str, Any] | None = getattr(config, "workerinput", None)
    return given


def require_one_process(config: pytest.Config, option: str) -> None:
    """Make sure that nothing is counted twice.

    Raises:
        SettingsError: pytest-xdist is to start several processes.
    """
    processes = getattr(config.option, "numprocesses", None)
    if processes:
        raise SettingsError(option, f"runs in one process, and -n{processes} asks for several", fix="add -n0")
