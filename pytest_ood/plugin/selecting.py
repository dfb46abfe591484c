"""Select among the collected items, before pytest's own -k, -m and --lf."""

import pytest

from pytest_ood.plugin.options import QUICK_MARKER
from pytest_ood.plugin.stash import CELL


def deselect(items: list[pytest.Item], deselected: list[pytest.Item]) -> None:
    """Remove items from the list, and report them to pytest as deselected."""
    if deselected:
        gone = set(deselected)
        items[:] = [item for item in items if item not in gone]
        deselected[0].config.hook.pytest_deselected(items=deselected)


class QuickOnly:
    """Implements ``--ood-quick``: keeps only those probe items that have the marker, and all other tests."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Deselect the probe items that are not marked."""
        deselect(items, [item for item in items if CELL in item.stash and not item.get_closest_marker(QUICK_MARKER)])


def runs_nothing(session: pytest.Session) -> bool:
    """Return whether pytest will run no tests, because it only collects or plans, or because a file failed to load."""
    options = session.config.option
    if options.collectonly or getattr(options, "setupplan", False):
        return True
    return bool(session.testsfailed and not options.continue_on_collection_errors)
