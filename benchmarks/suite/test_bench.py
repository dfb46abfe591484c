"""The questions of the benchmarks: cells that share nothing, so that N draws per arm are 20 N questions."""

import pytest
from questions import RULES

from pytest_ood import probe
from pytest_ood.families import grids


@probe(grids.elementary_ca, control={"width": 8})
@pytest.mark.parametrize("rule", RULES)
def test_bench(ood, rule):  # noqa: ARG001 -- the task takes it
    """Rows of 16 cells against rows of 8."""
    assert ood.robust
