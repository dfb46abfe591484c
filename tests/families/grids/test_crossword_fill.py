"""Word squares with given letters."""

import re

import pytest

from pytest_ood.families.grids.crossword_fill import crossword_fill
from tests.families.grids.looked_up import grid_asked_for

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (crossword_fill, {"size": 4}, "45b68cb95d467ae63b3fd6e7e9c80c7025acd84f7b870429923f6f509d6055fd"),
    (
        crossword_fill,
        {"size": 4, "givens": 80},
        "b8b8f0c725258132fee7bc0ee5341ba11732c645fdce901374661ac2217405a3",
    ),
    (
        crossword_fill,
        {"size": 5, "givens": 30},
        "e56a29932938ea8bc2df8ef759bf1f113b43918819823dfb5fbeddce85539732",
    ),
]


def test_the_share_of_given_letters():
    """The letters given are the share that was asked for, rounded, and spread at random."""
    for size, share, expected in [(3, 30, 3), (3, 80, 7), (4, 40, 6), (5, 30, 8), (5, 80, 20)]:
        cases = [crossword_fill.draw({"size": size, "givens": share}, 0, draw) for draw in range(200)]
        assert {expected} == {len(grid_asked_for(case.prompt)[1]) for case in cases}
        assert len({place for case in cases for place in grid_asked_for(case.prompt)[1]}) == size * size


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"size": 6}, "size=6: must be a whole number from 3 to 5"),
        ({"givens": 29}, "givens=29: must be a whole number from 30 to 80"),
        ({"givens": 0.5}, "givens=0.5: must be a whole number from 30 to 80"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        crossword_fill.draw(params, 0, 0)
