"""Does the rule hold on boards of other sizes? `pytest --ood-model=python:asked:life test_life.py`, after training."""

import pytest

from pytest_ood import probe
from pytest_ood.families.grids import life


@probe(life, control={"size": 4})
@pytest.mark.parametrize("size", [5, 6, 8])
def test_boards_of_other_sizes(ood, size):
    """Trained on 4 x 4 and 6 x 6."""
    assert ood.robust
