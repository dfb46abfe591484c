"""Does the model do what the question asks, or what usually works?"""

import pytest

from pytest_ood import probe
from pytest_ood.families import shortcuts

quick = pytest.mark.ood_quick


@probe(shortcuts.path_star, control={"direction": "backward"})
@pytest.mark.parametrize("direction", ["forward"])
@pytest.mark.parametrize("arms", [2, 3, pytest.param(5, marks=quick), 10])
def test_paths_with_a_choice(ood, arms, direction):
    """The first step out from the centre of a star is a choice; the way back has none."""
    assert ood.robust


@probe(shortcuts.sentiment, control={"words": "plain"})
@pytest.mark.parametrize("words", [pytest.param("lured", marks=quick)])
def test_loud_words(ood, words):
    """The loudest word of a review points the other way."""
    assert ood.robust


@probe(shortcuts.irrelevant_facts, control={"facts": 0})
@pytest.mark.parametrize("facts", [1, pytest.param(2, marks=quick), 3])
def test_irrelevant_facts(ood, facts):
    """A word problem is told with facts that are true and make no difference."""
    assert ood.robust


@probe(shortcuts.domain_dress, control={"dress": "familiar"})
@pytest.mark.parametrize("dress", [pytest.param("engine", marks=quick), "billing"])
def test_unfamiliar_dress(ood, dress):
    """The same decision table in another trade."""
    assert ood.robust


@probe(shortcuts.sibling_discovery, control={"order": "parent_first"})
@pytest.mark.parametrize("order", [pytest.param("siblings_first", marks=quick)])
def test_new_siblings(ood, order):
    """New pairs of siblings from a family tree, with the parent named last."""
    assert ood.robust


@probe(shortcuts.stated_rule, control={"rule": "given"})
@pytest.mark.parametrize("rows", [2, pytest.param(4, marks=quick), 8, 16])
def test_stated_rules(ood, rows):
    """The rule behind some rows is found, stated and applied to a new row."""
    assert ood.robust


@probe(shortcuts.altered_classics, control={"told": "classic"})
@pytest.mark.parametrize("told", ["altered"])
@pytest.mark.parametrize(
    "puzzle",
    [
        *["bat_and_ball", "bridge", "jugs", "lily_pond", "machines"],
        *[pytest.param("river_crossing", marks=quick), "sheep", "snail", "three_doors"],
    ],
)
def test_altered_classics(ood, puzzle, told):
    """A puzzle that everybody knows is told without its trap."""
    assert ood.robust
