"""Every fault by itself, in a run that must come to the same as an undisturbed one: ``make faults``.

Not part of ``make test``, which takes a few of them (`test_faults`).
"""

from pathlib import Path

import pytest

from pytest_ood.models import IGNORED_WARNINGS
from tests.faults.faults import FAULTS
from tests.faults.running import check

pytestmark = [pytest.mark.filterwarnings(line) for line in IGNORED_WARNINGS]


def test_there_are_many() -> None:
    """As many as were asked for."""
    assert len(FAULTS) >= 60


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault(name: str, tmp_path: Path) -> None:
    """Nothing is lost but what is refused for good, and nothing is asked twice."""
    check(FAULTS[name], tmp_path / "store.db")
