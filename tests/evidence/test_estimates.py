"""Estimates without the bias of having stopped early."""

import functools
from fractions import Fraction

import numpy as np
import pytest

from pytest_ood.evidence import stats
from pytest_ood.evidence.estimates import Estimates, estimates
from pytest_ood.evidence.sampling import Sampling
from tests.evidence.arms import draws, judge_cell, make_arm, play_cell

LONE = Sampling(max_samples=40)


@functools.cache
def orders(right: int, n: int, limit: int) -> int:
    """How many orders of answers bring an arm to these counts without ending it earlier, by counting paths."""
    if right < 0 or right > n:
        return 0
    if n == 0:
        return 1
    return sum(
        orders(right - more, n - 1, limit)
        for more in (0, 1)
        if 0 <= right - more <= n - 1 and not ended(right - more, n - 1, limit)
    )


def ended(right: int, n: int, limit: int) -> bool:
    """Whether an arm ends at these counts."""
    wrong = n - right
    return n >= limit or max(stats.clears(right, wrong, 0.8), stats.misses(right, wrong, 0.8)) >= 20


@functools.cache
def orders_that_begin_right(right: int, n: int, limit: int) -> int:
    """Those of them whose first answer is right."""
    if n <= 1:
        return int(n == 1 and right == 1)
    return sum(
        orders_that_begin_right(right - more, n - 1, limit)
        for more in (0, 1)
        if 0 <= right - more <= n - 1 and not ended(right - more, n - 1, limit)
    )


def exact(right: int, n: int, limit: int = 40) -> float:
    """The estimate of Girshick, Mosteller and Savage for an arm that ended at these counts."""
    return float(Fraction(orders_that_begin_right(right, n, limit), orders(right, n, limit)))


@pytest.mark.parametrize("seed", range(12))
def test_a_lone_arm_against_counting_paths(seed):
    """The share of shuffled orders that end here and begin right, against the exact number of such orders."""
    rng = np.random.default_rng(seed)
    letters = "".join(rng.choice(["c", "w"], p=[0.8, 0.2], size=40))
    arm = play_cell(draws(letters), None, LONE).control
    found = estimates(arm, None).control
    judged = letters[: arm.judged]
    assert found == pytest.approx(exact(judged.count("c"), len(judged)), abs=0.06)


def test_the_exact_estimate_is_unbiased():
    """The method behind it: over all ends of an arm, weighted by their probability, it gives the accuracy."""
    for accuracy in (0.3, 0.85):
        mean = sum(
            exact(right, n) * orders(right, n, 40) * accuracy**right * (1 - accuracy) ** (n - right)
            for n in range(1, 41)
            for right in range(n + 1)
            if ended(right, n, 40) and orders(right, n, 40)
        )
        assert mean == pytest.approx(accuracy, rel=1e-9)


def test_cells_are_less_biased_than_raw_shares():
    """Averaged over cells of one model: the estimates are near the truth, where right of those asked is not."""
    rng = np.random.default_rng(3)
    truth, raw, found = np.array([0.95, 0.6]), [], []
    for _ in range(300):
        letters = ["".join("c" if right else "w" for right in rng.random(100) < p) for p in truth]
        cell = play_cell(draws(letters[0]), draws(letters[1]), Sampling())
        assert cell.shift is not None
        n = cell.control.judged
        raw.append([letters[0][:n].count("c") / n, letters[1][:n].count("c") / n])
        found.append(estimates(cell.control, cell.shift))
    raw_bias = np.mean(raw, axis=0) - truth
    bias = np.mean(np.array(found, dtype=float), axis=0) - truth
    assert np.abs(bias).max() < 0.02
    assert np.abs(raw_bias).max() > 1.5 * np.abs(bias).max()


def test_the_same_answers_give_the_same_estimate():
    """Nothing is left to chance."""
    cell = judge_cell("c" * 10 + "w", "cw" * 5 + "w", Sampling())
    assert estimates(cell.control, cell.shift) == estimates(cell.control, cell.shift)


def test_where_nothing_stops_early_the_share_is_the_estimate():
    """A fixed number of draws has no bias to correct; unscored answers are left out."""
    cell = judge_cell("cccw", "cuuw", Sampling(samples=4))
    assert estimates(cell.control, cell.shift) == Estimates(0.75, 0.5)
    assert estimates(cell.control, cell.shift).gap == 0.25


def test_without_scored_answers_there_is_no_estimate():
    """Neither of an arm that was not asked, nor of one whose answers could not be read."""
    hopeless = judge_cell("www", "", Sampling())
    assert estimates(hopeless.control, hopeless.shift) == Estimates(0.0, None)
    assert estimates(make_arm(), None) == Estimates(None, None)
    silent = play_cell(draws("u" * 9), draws("c" * 9), Sampling())
    assert estimates(silent.control, silent.shift).gap is None
