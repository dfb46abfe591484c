"""Is a relation that is known in one direction known in the other?"""

import pytest

from pytest_ood import probe
from pytest_ood.families import reversal

quick = pytest.mark.ood_quick


@probe(reversal.fictional_facts, control={"direction": "forward"})
@pytest.mark.parametrize("direction", ["backward"])
@pytest.mark.parametrize("facts", [pytest.param(4, marks=quick), 16])
def test_facts_asked_backward(ood, facts, direction):
    """Facts in the prompt are asked about from their other end."""
    assert ood.robust


@probe(reversal.known_lines, control={"direction": "after"})
@pytest.mark.parametrize("direction", [pytest.param("before", marks=quick)])
def test_lines_before(ood, direction):
    """Known texts are recited backward, by one line."""
    assert ood.robust


@probe(reversal.parents, control={"ask": "parent"})
@pytest.mark.parametrize("ask", [pytest.param("child", marks=quick)])
def test_children_of_parents(ood, ask):
    """The parent is named, and the famous child asked for."""
    assert ood.robust


@probe(reversal.alphabet_order, control={"direction": "after"})
@pytest.mark.parametrize("direction", ["before"])
@pytest.mark.parametrize(
    ("list", "distance"), [pytest.param("alphabet", 3, marks=quick), ("months", 2), ("elements", 1)]
)
def test_lists_backward(ood, list, distance, direction):
    """Known lists are counted backward."""
    assert ood.robust
