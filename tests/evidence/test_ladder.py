"""Ladders of sizes: unscored answers in two ways, and the sizes from one on."""

from pytest_ood.evidence.ladder import Counts
from tests.evidence.ladders import make_ladder


def test_unscored_answers_are_wrong_or_right() -> None:
    """Both ways where there are any, and once where there are none."""
    wrong, right = make_ladder({2: (5, 1, 2), 8: (1, 3)}).both_ways()
    assert (wrong.way, wrong.right.tolist(), wrong.wrong.tolist()) == ("wrong", [5, 1], [3, 3])
    assert (right.way, right.right.tolist(), right.wrong.tolist()) == ("right", [7, 1], [1, 3])
    (only,) = make_ladder({2: (5, 1), 8: (1, 3)}).both_ways()
    assert (only.right.tolist(), only.wrong.tolist()) == ([5, 1], [1, 3])


def test_the_sizes_from_one_on_keep_their_control() -> None:
    """At its new place; one that is left out becomes the twin of each."""
    ladder = make_ladder({0: (1, 9), 1: (2, 8), 4: (5, 5)}, control=1)
    shown = ladder.from_size(1)
    assert (shown.sizes.tolist(), shown.control) == ([1, 4], 0)
    without = make_ladder({0: (1, 9), 1: (2, 8), 4: (5, 5)}).from_size(1)
    assert (without.sizes.tolist(), without.control) == ([1, 4], None)
    assert [point.twin for point in without.points] == [Counts(1, 9)] * 2


def test_the_floor_is_chance_unless_it_is_negligible_or_the_model_does_worse() -> None:
    """One case of ten is negligible."""
    assert [make_ladder({2: (1, 0)}, chance=chance).floor for chance in (0.0, 0.1, 0.3)] == [0, 0, 0.3]
