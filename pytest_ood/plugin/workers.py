"""Support for pytest-xdist, which may run a session in several processes."""

from typing import Any

import pytest

from pytest_ood.plugin.option_values import SettingsError


def worker_input(config: pytest.Config) -> dict[str, Any] | None:
    """Return the input that the controlling process passed to this worker; None if this is not a worker."""
    values: dict[str, Any] | None = getattr(config, "workerinput", None)
    return values


def require_one_process(config: pytest.Config, option: str) -> None:
    """Check that the session runs in one process, so that nothing is counted twice.

    Raises:
        SettingsError: pytest-xdist would start several processes.
    """
    processes = getattr(config.option, "numprocesses", None)
    if processes:
        raise SettingsError(option, f"runs in one process, but -n{processes} starts several", fix="add -n0")
