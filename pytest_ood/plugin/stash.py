"""The keys under which the plugin stores things on pytest's own objects."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_ood.asking.cell import Cell
    from pytest_ood.asking.outcome import Outcome
    from pytest_ood.plugin.session import ProbeSession

#: On the config, once there is a probe or an option.
SESSION: "pytest.StashKey[ProbeSession]" = pytest.StashKey()
#: On an item that asks a model: what it asks.
CELL: "pytest.StashKey[Cell]" = pytest.StashKey()
#: On a probe's item, once its fixture `ood` is set up.
OUTCOME: "pytest.StashKey[Outcome]" = pytest.StashKey()
