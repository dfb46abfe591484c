"""The law of examples against a Monte Carlo integration, and on answers without noise."""

import math
from typing import Any

import numpy as np
import pytest

from pytest_ood.evidence.family import LINE
from pytest_ood.evidence.log_law import log_law
from pytest_ood.evidence.misfit import misfit
from pytest_ood.evidence.sampling import Sampling
from tests.evidence.ladders import make_ladder

FEW: dict[float, Any] = {1: (5, 15), 4: (9, 11), 16: (16, 4)}


def sampled(counts: dict[float, Any]) -> list[tuple[float, ...]]:
    """Quantiles of both ends and of the slope: ends drawn uniformly, weighted by the likelihood."""
    first, last = np.random.default_rng(4).random((2, 400_000))
    doublings = math.log2(max(counts) / min(counts))
    weights = np.ones(len(first))
    for size, (right, wrong) in counts.items():
        accuracy = first + (last - first) * math.log2(size / min(counts)) / doublings
        weights = weights * accuracy**right * (1 - accuracy) ** wrong
    quantiles = []
    for values in (first, last, (last - first) / doublings):
        order = np.argsort(values)
        shares = np.cumsum(weights[order]) / weights.sum()
        quantiles.append(tuple(values[order][np.searchsorted(shares, share)] for share in (0.0125, 0.5, 0.9875)))
    return quantiles


def test_the_posterior_is_that_of_importance_sampling() -> None:
    """All three intervals."""
    law = log_law(make_ladder(FEW))
    assert law is not None
    for found, expected in zip((law.first, law.last, law.per_doubling), sampled(FEW), strict=True):
        assert tuple(found) == pytest.approx(expected, abs=0.006)


def test_a_line_is_found_again() -> None:
    """An error of 0.7, 0.6, 0.5, 0.4 with 1, 2, 4 and 8 examples."""
    law = log_law(
        make_ladder({n: (10 * right, 1000 - 10 * right) for n, right in ((1, 30), (2, 40), (4, 50), (8, 60))})
    )
    assert law is not None
    assert (law.first.median, law.last.median, law.per_doubling.median) == pytest.approx((0.3, 0.6, 0.1), abs=0.01)
    assert law.row()["per_doubling"] == law.per_doubling._asdict()


def test_no_examples_are_left_out() -> None:
    """The law is about one or more, whichever the control is; and needs two of them."""
    with_none: dict[float, Any] = {0: (0, 50), **FEW}
    assert log_law(make_ladder(with_none)) == log_law(make_ladder(FEW))
    assert log_law(make_ladder(with_none, control=1)) == log_law(make_ladder(FEW))
    assert log_law(make_ladder({0: (0, 50), 4: (9, 11)})) is None


def test_unscored_answers_count_both_ways() -> None:
    """The interval reaches from one way of counting to the other."""
    both, wrong, right = (log_law(make_ladder({1: (5, 15), 8: last})) for last in ((8, 8, 4), (8, 12), (12, 8)))
    assert both is not None
    assert wrong is not None
    assert right is not None
    assert (both.last.low, both.last.high) == (wrong.last.low, right.last.high)


def test_whether_a_line_fits() -> None:
    """A line in the logarithm does; a jump that is taken back does not."""
    fixed = Sampling(samples=50)
    line = make_ladder({1: (15, 35), 2: (20, 30), 4: (25, 25), 8: (30, 20)}, control=None, sampling=fixed)
    jump = make_ladder({1: (15, 35), 2: (45, 5), 4: (10, 40), 8: (30, 20)}, control=None, sampling=fixed)
    assert misfit(line, LINE).p_value > 0.5
    assert misfit(jump, LINE).p_value == 1 / 200
