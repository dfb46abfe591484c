"""What the model has to be as good at as the last one."""

import pytest

from pytest_ood import Outcome, probe
from pytest_ood.families import operators


@probe(operators.arithmetic)
@pytest.mark.parametrize("operands", [3, 5, 8])
def test_swapped_operators(ood: Outcome, operands: int) -> None:
    assert not ood.brittle
