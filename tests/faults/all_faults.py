"""Every fault by itself, in a run that must come to the same as an undisturbed one: ``make faults``.

Not part of ``make test``, which takes a few of them (`test_faults`, `test_budgets`).
"""

from pathlib import Path

import pytest

from pytest_ood.models import IGNORED_WARNINGS
from tests.faults.faults import FAULTS
from tests.faults.hostile import HOSTILE
from tests.faults.running import check, check_budget

pytestmark = [pytest.mark.filterwarnings(line) for line in IGNORED_WARNINGS]


def test_there_are_many() -> None:
    """As many as were asked for."""
    assert (len(FAULTS) >= 60, len(HOSTILE) >= 20) == (True, True)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault(name: str, tmp_path: Path) -> None:
    """Nothing is lost but what is refused for good, and nothing is asked twice."""
    check(FAULTS[name], tmp_path / "store.db")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_budget(name: str, tmp_path: Path) -> None:
    """It is not passed by more than the calls in flight."""
    check_budget(HOSTILE[name], tmp_path / "store.db")
