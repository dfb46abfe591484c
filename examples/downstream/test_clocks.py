"""Can a model tell the time when the day has another length?"""

import clocks
import pytest

from pytest_ood import Outcome, probe


@probe(clocks.later)
@pytest.mark.parametrize("hours", [20, 17, 13])
def test_other_days(ood: Outcome, hours: int) -> None:
    """The day gets shorter; everything else stays the same."""
    assert ood.robust
