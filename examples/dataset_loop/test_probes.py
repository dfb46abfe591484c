"""Three tasks that a model may get wrong."""

import pytest

from pytest_ood import Outcome, probe
from pytest_ood.families import grids, operators, reversal


@probe(grids.copy_string)
@pytest.mark.parametrize("length", [16])
def test_longer_copies(ood: Outcome, length: int) -> None:
    """The next model has learned this."""
    assert ood.robust


@probe(reversal.known_lines)
@pytest.mark.parametrize("direction", ["before"])
def test_backward(ood: Outcome, direction: str) -> None:
    """It has memorised the published cases of this."""
    assert ood.robust


@probe(operators.linear_formula)
@pytest.mark.parametrize("formula", ["7/5x+31"])
def test_other_formulas(ood: Outcome, formula: str) -> None:
    """It still gets this wrong."""
    assert ood.robust
