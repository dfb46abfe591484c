"""Does a rule that is applied right on a small grid hold on a large one?"""

import pytest

from pytest_ood import probe
from pytest_ood.families import grids


@probe(grids.elementary_ca, control={"width": 8})
@pytest.mark.parametrize("rule", [28, 90, 110])
@pytest.mark.parametrize("width", [16, 32, 64])
def test_wider_rows(ood, rule, width):
    """The row of a cellular automaton grows; its rule stays."""
    assert ood.robust
