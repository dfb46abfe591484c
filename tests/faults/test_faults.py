"""A few of the faults, one of each kind; ``make faults`` has them all."""

from pathlib import Path

import pytest

from pytest_ood.models import IGNORED_WARNINGS
from tests.faults.faults import FAULTS
from tests.faults.running import check

pytestmark = [pytest.mark.filterwarnings(line) for line in IGNORED_WARNINGS]
SAMPLE = ("503", "200 of HTML", "dropped in the body", "413", "400 content filter", "429 quota")


@pytest.mark.parametrize("name", SAMPLE)
def test_a_fault(name: str, tmp_path: Path) -> None:
    """Nothing is lost but what is refused for good, and nothing is asked twice."""
    check(FAULTS[name], tmp_path / "store.db")
