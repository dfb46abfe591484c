"""Does a model that can do a step do many in a row?"""

import pytest

from pytest_ood import probe
from pytest_ood.families import chains

quick = pytest.mark.ood_quick


@probe(chains.token_rewriting, control={"steps": 2})
@pytest.mark.parametrize("steps", [pytest.param(4, marks=quick), 8, 16])
def test_longer_rewriting(ood, steps):
    """A row of tokens takes more steps to its normal form; its length stays."""
    assert ood.robust


@probe(chains.state_tracking, control={"steps": 2})
@pytest.mark.parametrize("steps", [pytest.param(4, marks=quick), 16, 32])
def test_longer_histories(ood, steps):
    """More updates are made to the same boxes."""
    assert ood.robust


@probe(chains.self_check, control={"lines": 4})
@pytest.mark.parametrize("lines", [pytest.param(8, marks=quick), 32])
def test_longer_calculations_to_check(ood, lines):
    """One line may be wrong, of more lines."""
    assert ood.robust


@probe(chains.goal_drift, control={"turns": 1})
@pytest.mark.parametrize("turns", [pytest.param(4, marks=quick), 16])
def test_goals_that_drift(ood, turns):
    """More turns pass between a standing goal and the answer that shows whether it still stands."""
    assert ood.robust


@probe(chains.edit_one_cell, control={"size": 3})
@pytest.mark.parametrize("size", [pytest.param(5, marks=quick), 8, 12])
def test_edits_of_larger_grids(ood, size):
    """One cell changes, among more that should not."""
    assert ood.robust


@probe(chains.edit_one_cell, control={"edits": 1})
@pytest.mark.parametrize("edits", [4])
def test_edits_in_a_row(ood, edits):
    """One cell after the other changes in the same grid."""
    assert ood.robust


@probe(chains.wordle, control={"mode": "one_round"})
@pytest.mark.parametrize("mode", [pytest.param("play", marks=quick)])
def test_whole_games(ood, mode):
    """A guess that fits one round of feedback, and the game of six."""
    assert ood.robust
