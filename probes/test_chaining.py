"""Can a model that manages one step manage many in a row?"""

import pytest

from pytest_ood import probe
from pytest_ood.families import chains

quick = pytest.mark.ood_quick


@probe(chains.token_rewriting, control={"steps": 2})
@pytest.mark.parametrize("tokens", [40])
@pytest.mark.parametrize("steps", [pytest.param(4, marks=quick), 8, 16, 32, 64])
def test_longer_rewriting(ood, steps, tokens):
    """A row of tokens needs more steps to reach its normal form; its length stays the same."""
    assert ood.robust


@probe(chains.state_tracking, control={"steps": 2})
@pytest.mark.parametrize("steps", [pytest.param(4, marks=quick), 8, 16, 32, 64])
def test_longer_histories(ood, steps):
    """More updates are made to the same boxes."""
    assert ood.robust


@probe(chains.self_check, control={"lines": 4})
@pytest.mark.parametrize("lines", [pytest.param(8, marks=quick), 16, 32, 64])
def test_longer_calculations_to_check(ood, lines):
    """The calculation, in which one line may be wrong, has more lines."""
    assert ood.robust


@probe(chains.goal_drift, control={"turns": 1})
@pytest.mark.parametrize("turns", [2, pytest.param(4, marks=quick), 8, 16])
def test_goals_that_drift(ood, turns):
    """More turns pass between a standing goal and the answer that shows whether it is still followed."""
    assert ood.robust


@probe(chains.edit_one_cell, control={"size": 3})
@pytest.mark.parametrize("size", [pytest.param(5, marks=quick), 8, 12, 16])
def test_edits_of_larger_grids(ood, size):
    """One cell changes, in a grid with more cells that must not."""
    assert ood.robust


@probe(chains.edit_one_cell, control={"edits": 1})
@pytest.mark.parametrize("edits", [2, 4, 6, 9])
def test_edits_in_a_row(ood, edits):
    """Several cells change in the same grid, one after another."""
    assert ood.robust


@probe(chains.wordle, control={"mode": "one_round"})
@pytest.mark.parametrize("mode", [pytest.param("play", marks=quick)])
def test_whole_games(ood, mode):
    """From one guess that fits the feedback to a whole game of six."""
    assert ood.robust


@probe(chains.known_hops, control={"hops": 1})
@pytest.mark.parametrize("hops", [pytest.param(2, marks=quick), 3, 4, 8])
def test_hops_between_elements(ood, hops):
    """More facts about chemical elements are combined, none of which is stated."""
    assert ood.robust
