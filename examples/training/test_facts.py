"""Was a fact that was told one way learned the other way, too? `pytest --ood-model=toy test_facts.py`."""

import pytest
from facts import known_facts

from pytest_ood import probe


@probe(known_facts, control={"direction": "forward"})
@pytest.mark.parametrize("direction", ["backward"])
@pytest.mark.parametrize("known", ["both ways", "one way"])
def test_the_other_way(ood, known, direction):
    """Half of the facts were told both ways, so that the toy has seen that they can be turned round."""
    assert ood.robust
