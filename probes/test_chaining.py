"""Does a model that can do a step do many in a row?"""

import pytest

from pytest_ood import probe
from pytest_ood.families import chains


@probe(chains.token_rewriting, control={"steps": 2})
@pytest.mark.parametrize("steps", [4, 8, 16])
def test_longer_rewriting(ood, steps):
    """A row of tokens takes more steps to its normal form; its length stays."""
    assert ood.robust


@probe(chains.state_tracking, control={"steps": 2})
@pytest.mark.parametrize("steps", [4, 8, 16, 32])
def test_longer_histories(ood, steps):
    """More updates are made to the same boxes."""
    assert ood.robust
