"""Exempt the wait for a model from pytest-timeout: it is not the test's own time.

The wait happens in the fixture `ood`, and `func_only` times the test without its fixtures. pytest's own
`faulthandler_timeout` has no marker and counts the wait.
"""

from collections.abc import Iterable

import pytest

# The name of its entry point, and that used with `-p`.
_PLUGINS = ("timeout", "pytest_timeout")


def exempt_wait(config: pytest.Config, items: Iterable[pytest.Item]) -> None:
    """Set `func_only` on items that do not set it themselves; their timeouts stay the same."""
    if not any(config.pluginmanager.hasplugin(name) for name in _PLUGINS):
        return
    for item in items:
        marker = item.get_closest_marker("timeout")
        args, kwargs = (marker.args, marker.kwargs) if marker is not None else ((), {})
        if "func_only" not in kwargs and (args or kwargs or marker is None):
            item.add_marker(pytest.mark.timeout.with_args(*args, **kwargs, func_only=True), append=False)
