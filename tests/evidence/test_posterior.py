"""A grid that closes in on a posterior, and quantiles of weighted values."""

import numpy as np
import pytest

from pytest_ood.evidence.ladder import Floats
from pytest_ood.evidence.posterior import Interval, hull, interval, log_likelihoods, surface


@pytest.mark.parametrize("width", [0.3, 1e-2, 1e-4])
def test_a_grid_closes_in_on_a_posterior(width: float) -> None:
    """However narrow: a correlated normal distribution keeps its quantiles."""

    def log_density(x: Floats, y: Floats) -> Floats:
        u, v = (x - 0.3) / width, (y + 0.2) / width
        density: Floats = -(u**2 - 1.6 * u * v + v**2) / (2 * (1 - 0.8**2))
        return density

    found = surface(log_density, (-4, 4), (-4, 4), (90, 90))
    for values, weights, middle in (
        (found.x, found.weights.sum(axis=1), 0.3),
        (found.y, found.weights.sum(axis=0), -0.2),
    ):
        low, median, high = interval(values, weights)
        assert median == pytest.approx(middle, abs=0.02 * width)
        assert (middle - low, high - middle) == pytest.approx((2.2414 * width, 2.2414 * width), rel=0.02)


def test_a_posterior_without_information_stays_where_the_prior_is() -> None:
    """Up to its edges."""
    found = surface(lambda x, y: 0 * x * y, (0, 2), (10, 20), (20, 10))
    assert (found.x[0], found.x[-1]) == pytest.approx((0.05, 1.95))
    assert (found.y[0], found.y[-1]) == pytest.approx((10.5, 19.5))
    assert found.weights == pytest.approx(np.full((20, 10), 1 / 200))


def test_quantiles_of_weighted_values() -> None:
    """In any order: those of repeated values."""
    rng = np.random.default_rng(5)
    values, counts = rng.random(500), rng.integers(1, 9, 500)
    expected = np.quantile(np.repeat(values, counts), [0.0125, 0.5, 0.9875])
    assert tuple(interval(values, counts / counts.sum())) == pytest.approx(expected, abs=0.01)


def test_the_hull_holds_all_intervals() -> None:
    """With the mean of the medians."""
    assert hull([Interval(1, 2, 5), Interval(0, 4, 4.5)]) == Interval(0, 3, 5)


def test_the_likelihood_is_that_of_binomials() -> None:
    """One term after another; a curve that is certain can still slip."""
    accuracies = np.array([[0.9, 0.5], [0.3, 0.2]])
    found = log_likelihoods(accuracies, np.array([3.0, 1.0]), np.array([1.0, 2.0]))
    assert np.exp(found) == pytest.approx([0.9**3 * 0.1 * 0.5**3, 0.3**3 * 0.7 * 0.2 * 0.8**2])
    several = log_likelihoods(accuracies, np.array([[3.0, 1.0], [0.0, 0.0]]), np.array([[1.0, 2.0], [0.0, 0.0]]))
    assert several.tolist() == [found.tolist(), [0, 0]]
    assert np.isfinite(log_likelihoods(np.array([[1.0, 0.0]]), np.array([0.0, 1.0]), np.array([1.0, 0.0]))).all()
