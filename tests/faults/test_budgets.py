"""No budget is passed by more than the calls in flight, whatever a provider says; ``make faults`` asks all of them."""

from pathlib import Path

import pytest

from pytest_ood.models import IGNORED_WARNINGS
from tests.faults.hostile import HOSTILE
from tests.faults.running import check_budget

pytestmark = [pytest.mark.filterwarnings(line) for line in IGNORED_WARNINGS]


@pytest.mark.parametrize("name", ["negative", "10^30", "bomb", "dropped in the body"])
def test_a_budget_holds(name: str, tmp_path: Path) -> None:
    """Each of another kind."""
    check_budget(HOSTILE[name], tmp_path / "store.db")
