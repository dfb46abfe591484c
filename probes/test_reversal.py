"""Does a model that knows a relation in one direction know it in the other?"""

import pytest

from pytest_ood import probe
from pytest_ood.families import reversal

quick = pytest.mark.ood_quick


@probe(reversal.fictional_facts, control={"direction": "forward"})
@pytest.mark.parametrize("direction", ["backward"])
@pytest.mark.parametrize("facts", [pytest.param(4, marks=quick), 16, 64, 200])
def test_facts_asked_backward(ood, facts, direction):
    """Facts in the prompt are asked about in the reverse direction."""
    assert ood.robust


@probe(reversal.known_lines, control={"direction": "after"})
@pytest.mark.parametrize("direction", [pytest.param("before", marks=quick)])
def test_lines_before(ood, direction):
    """Known texts are recited backward: which line comes before this one?"""
    assert ood.robust


@probe(reversal.parents, control={"ask": "parent"})
@pytest.mark.parametrize("ask", ["child"])
@pytest.mark.parametrize("role", [pytest.param("mother", marks=quick), "father"])
def test_children_of_parents(ood, ask, role):
    """The question names the parent, whose name does not give the famous child away, and asks for the child."""
    assert ood.robust


@probe(reversal.alphabet_order, control={"direction": "after"})
@pytest.mark.parametrize("direction", ["before"])
@pytest.mark.parametrize(
    ("list", "distance"),
    [
        *[("alphabet", 1), ("alphabet", 2), pytest.param("alphabet", 3, marks=quick), ("alphabet", 5)],
        ("elements", 1),
    ],
)
def test_lists_backward(ood, list, distance, direction):
    """Known lists are counted backward."""
    assert ood.robust
