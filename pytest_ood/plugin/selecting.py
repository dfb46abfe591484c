"""Which of the collected items stay: the plugin's own selections, which come before pytest's -k, -m and --lf."""

import pytest

from pytest_ood.plugin.options import QUICK_MARKER
from pytest_ood.plugin.stash import CELL


def deselect(items: list[pytest.Item], deselected: list[pytest.Item]) -> None:
    """Take items out of the list, and let pytest count them."""
    if deselected:
        gone = set(deselected)
        items[:] = [item for item in items if item not in gone]
        deselected[0].config.hook.pytest_deselected(items=deselected)


class QuickOnly:
    """With ``--ood-quick``: of the probe items only those with the marker stay. Other tests are left alone."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Deselect the probe items that are not marked."""
        deselect(items, [item for item in items if CELL in item.stash and not item.get_closest_marker(QUICK_MARKER)])


def runs_nothing(session: pytest.Session) -> bool:
    """Return whether pytest will run no test: it was told to collect or to plan only, or a file could not be read."""
    options = session.config.option
    if options.collectonly or getattr(options, "setupplan", False):
        return True
    return bool(session.testsfailed and not options.continue_on_collection_errors)
