"""Is a relation that is stated in one direction known in the other?"""

import pytest

from pytest_ood import probe
from pytest_ood.families import reversal


@probe(reversal.fictional_facts, control={"direction": "forward"})
@pytest.mark.parametrize("direction", ["backward"])
@pytest.mark.parametrize("facts", [4, 8, 16])
def test_facts_asked_backward(ood, facts, direction):
    """The facts are asked about from their other end."""
    assert ood.robust
