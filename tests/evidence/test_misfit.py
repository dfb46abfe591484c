"""Does a family of curves fit? Against exact enumeration, and through the stopping rule."""

import itertools
import math
from typing import Any

import numpy as np
import pytest

from pytest_ood.evidence.arm import UNSCORED_START
from pytest_ood.evidence.family import CHAIN, LOGISTIC, Family
from pytest_ood.evidence.ladder import Counts, Ladder, SizePoint
from pytest_ood.evidence.misfit import RESAMPLES, deviance, misfit, resample
from pytest_ood.evidence.sampling import Sampling, draws_to_clear
from tests.evidence.ladders import make_ladder

FIXED = Sampling(samples=10)
# Whatever its ends are, a coin.
COIN = Family(lambda angle: angle, lambda scale: np.full(scale.shape, 0.5), direction=0)


def test_the_deviance_is_that_of_the_best_curve() -> None:
    """Twice the sum of observed times log(observed / expected), over right and wrong."""
    curves = np.array([[0.5, 0.5], [0.9, 0.2]])
    by_hand = 2 * sum(
        observed * math.log(observed / expected) for observed, expected in ((8, 9), (2, 1), (3, 2), (7, 8))
    )
    assert deviance(curves, np.array([8.0, 3.0]), np.array([2.0, 7.0])) == pytest.approx(by_hand)
    assert deviance(curves, np.array([10.0, 0.0]), np.array([0.0, 10.0])) == pytest.approx(
        2 * (10 * math.log(1 / 0.9) + 10 * math.log(1 / 0.8))
    )


@pytest.mark.parametrize("right", [(5, 5), (3, 6), (2, 8), (1, 4)])
def test_the_p_value_is_that_of_all_possible_answers(right: tuple[int, int]) -> None:
    """A coin tossed ten times at two sizes, whose answers can be enumerated."""
    ladder = make_ladder({2: (right[0], 10 - right[0]), 8: (right[1], 10 - right[1])}, control=None, sampling=FIXED)

    def badness(first: int, second: int) -> float:
        counts = np.array([float(first), float(second)])
        return float(deviance(np.array([[0.5, 0.5]]), counts, 10 - counts))

    exact = sum(
        math.comb(10, first) * math.comb(10, second) / 2**20
        for first, second in itertools.product(range(11), repeat=2)
        if badness(first, second) >= badness(*right) - 1e-9
    )
    # Three standard errors of 199 resamples.
    assert misfit(ladder, COIN).p_value == pytest.approx(exact, abs=3 * math.sqrt(0.25 / 199))


FALLS: dict[float, Any] = {2: (30, 0), 8: (24, 6), 32: (8, 22), 64: (2, 28)}
TURNS: dict[float, Any] = {2: (30, 0), 8: (4, 26), 32: (26, 4), 64: (2, 28)}


@pytest.mark.parametrize("family", [LOGISTIC, CHAIN])
def test_a_curve_that_falls_fits_and_one_that_turns_does_not(family: Family) -> None:
    """The smallest p-value that 199 resamples can show is 1/200."""
    fits, turns = (misfit(make_ladder(counts, sampling=Sampling(samples=30)), family) for counts in (FALLS, TURNS))
    assert fits.row() == {"p_value": fits.p_value, "fits": True}
    assert turns.row() == {"p_value": 1 / (1 + RESAMPLES), "fits": False}


def test_perfect_answers_fit() -> None:
    """None of the resamples can fit better."""
    assert misfit(make_ladder({2: (17, 0), 8: (17, 0), 32: (17, 0)}), LOGISTIC).p_value == 1


def test_a_resample_goes_through_the_stopping_rule() -> None:
    """A perfect shift stops when it clears the bar, a hopeless control before its shift is asked much."""
    ladder = make_ladder({2: (17, 0), 8: (17, 0), 32: (17, 0)})
    enough = draws_to_clear(0.8)
    right, wrong = resample(ladder, np.array([1.0, 1.0, 1.0]), "wrong")
    assert (right == enough).all()
    assert not wrong.any()
    right, wrong = resample(ladder, np.array([0.0, 0.0, 0.0]), "wrong")
    assert not right.any()
    assert (wrong[:, 0] == 3).all()
    assert not wrong[:, 1:].any()


def test_the_shared_control_is_as_long_as_its_longest_cell_needs() -> None:
    """Its size is a cell of its own or not: the other sizes decide."""
    accuracies = np.array([1.0, 0.8, 1.0])
    ladder = make_ladder({2: (17, 0), 8: (80, 20), 32: (17, 0)})
    right, wrong = resample(ladder, accuracies, "wrong")
    n = right + wrong
    assert (n[:, 0] == np.maximum(n[:, 1], n[:, 2])).all()
    assert n[:, 1].max() == 100
    assert (n[:, 1] > n[:, 2]).any()


def test_a_control_that_is_not_on_the_curve_is_played_with_its_shift() -> None:
    """A hopeless one keeps its shift from being asked."""
    shift, hopeless, perfect = Counts(1, 20), Counts(0, 21), Counts(21, 0)
    for twin, most in ((hopeless, 8), (perfect, 100)):
        ladder = Ladder([SizePoint(size, shift, twin) for size in (4.0, 8.0)], None, Sampling())
        right, wrong = resample(ladder, np.array([0.85, 0.85]), "wrong")
        n = right + wrong
        assert np.median(n, axis=0).max() <= most
        assert (np.median(n, axis=0).min() > 20) == (twin is perfect)


def test_cells_of_one_arm_are_played_alone() -> None:
    """They stop as soon as they are decided."""
    ladder = Ladder([SizePoint(size, Counts(17, 0)) for size in (4.0, 8.0)], None, Sampling())
    right, _ = resample(ladder, np.array([1.0, 1.0]), "wrong")
    assert (right == draws_to_clear(0.8)).all()


@pytest.mark.parametrize("way", ["wrong", "right"])
def test_unscored_answers_are_resampled_as_often_as_they_occurred(way: Any) -> None:
    """Among the wrong or among the right, which keep their accuracy; they keep cells open."""
    ladder = make_ladder({2: (90, 2, 8), 8: (40, 40, 20)}, control=None, sampling=Sampling(samples=100))
    accuracies = np.array([0.9, 0.4]) if way == "wrong" else np.array([0.98, 0.6])
    right, wrong = resample(ladder, accuracies, way)
    assert (right / (right + wrong)).mean(axis=0) == pytest.approx(accuracies, abs=0.015)
    # With unscored answers among the right ones, nothing is shown as soon as without them.
    stopping = Ladder(ladder.points, None, Sampling())
    as_scored = Ladder([SizePoint(2, Counts(90, 10)), SizePoint(8, Counts(40, 60))], None, Sampling())
    n, scored_n = (
        sum(resample(each, np.array([0.98, 0.6]), "right")).sum(axis=1).mean()  # type: ignore[call-overload]
        for each in (stopping, as_scored)
    )
    assert n > scored_n


def test_an_arm_without_a_scored_answer_is_given_up() -> None:
    """If everything that was not right was unscored, the wrong answers of a resample are."""
    ladder = make_ladder({2: (50, 0, 50), 8: (50, 0, 50)}, control=None)
    right, wrong = resample(ladder, np.array([0.0, 0.0]), "wrong")
    assert not right.any()
    assert (wrong == UNSCORED_START).all()


def test_a_misfit_that_only_one_way_of_counting_shows_is_not_shown() -> None:
    """The larger of both p-values counts."""
    fixed = Sampling(samples=30)
    both, wrong, right = (
        misfit(make_ladder({2: (30, 0), 8: eight, 32: (29, 1), 64: (2, 28)}, sampling=fixed), LOGISTIC).p_value
        for eight in ((6, 0, 24), (6, 24), (30, 0))
    )
    assert wrong == 1 / (1 + RESAMPLES)
    assert both == pytest.approx(right, abs=0.1)
    assert both > 0.05
