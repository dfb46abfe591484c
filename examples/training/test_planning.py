"""Is the first step more than a guess? `pytest --ood-model=python:asked:path_star_reversed test_planning.py`."""

import pytest

from pytest_ood import probe
from pytest_ood.families.shortcuts import path_star


@probe(path_star, control={"length": 2}, size="length")
@pytest.mark.parametrize("direction", ["forward"])
@pytest.mark.parametrize("arms", [2])
@pytest.mark.parametrize("length", [3, 5])
def test_the_first_step(ood, arms, direction, length):
    """From the centre outwards; the longer the arms, the further away is what the first step depends on."""
    assert ood.robust
