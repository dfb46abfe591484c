"""A posterior on a grid of two parameters: its likelihoods, its weights and its quantiles."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from pytest_ood.evidence.ladder import Floats

# No curve on a grid is certain of an answer: a single slip must not rule it out for ever.
_MOST_CERTAIN = 1e-9
# A central 97.5 %: over its prior a posterior holds the truth as often as it says, but single truths less often. With
# this width each truth that was simulated lies in at least 93 % of the intervals.
_SHARES = (0.0125, 0.5, 0.9875)
# What is less likely than the peak by this factor, in logarithms, is left out when a grid closes in on a posterior.
_NEGLIGIBLE = 14
# How often it closes in at most; each time at least halves the area.
_ROUNDS = 12
# Both ends of the range of a parameter.
Range = tuple[float, float]


class Interval(NamedTuple):
    """The median of a posterior and its central 97.5 % interval."""

    low: float
    median: float
    high: float


def hull(intervals: Iterable[Interval]) -> Interval:
    """Return the smallest interval that holds all of them, with the mean of their medians."""
    lows, medians, highs = zip(*intervals, strict=True)
    return Interval(min(lows), sum(medians) / len(medians), max(highs))


def interval(values: Floats, weights: Floats) -> Interval:
    """Return the median and the central 97.5 % interval of weighted values, interpolated between neighbours.

    Args:
        values: the values, in any order and shape.
        weights: their probabilities, in the same shape.
    """
    order = np.argsort(values, axis=None, kind="stable")
    ordered, ordered_weights = values.ravel()[order], weights.ravel()[order]
    middles = np.cumsum(ordered_weights) - ordered_weights / 2
    return Interval(*map(float, np.interp(_SHARES, middles / ordered_weights.sum(), ordered)))


def log_likelihoods(accuracies: Floats, right: Floats, wrong: Floats) -> Floats:
    """Return the log likelihood of answers under each of many curves.

    Args:
        accuracies: the accuracy of each curve at each size, [..., sizes].
        right: the right answers at each size, [sizes] or [runs, sizes].
        wrong: the wrong answers, of the same shape.

    Returns:
        The log likelihoods, [...] or [runs, ...].
    """
    accuracies = np.clip(accuracies, _MOST_CERTAIN, 1 - _MOST_CERTAIN)
    likelihoods: Floats = np.tensordot(right, np.log(accuracies), (-1, -1))
    likelihoods += np.tensordot(wrong, np.log1p(-accuracies), (-1, -1))
    return likelihoods


class Surface(NamedTuple):
    """A posterior over two parameters.

    Attributes:
        x, y: the values of the parameters, at the middles of the cells of a grid.
        weights: the probability of each cell, [x, y].
    """

    x: Floats
    y: Floats
    weights: Floats


def surface(
    log_density: Callable[[Floats, Floats], Floats], x_range: Range, y_range: Range, cells: tuple[int, int]
) -> Surface:
    """Return a posterior on a grid that closes in on it: the more answers, the finer the grid.

    Args:
        log_density: from values of x, [x, 1], and of y, [1, y], to the logarithm of the density, [x, y].
        x_range, y_range: where the prior lies.
        cells: how many cells the grid has along x and along y.
    """
    for _ in range(_ROUNDS):
        x, y = _middles(x_range, cells[0]), _middles(y_range, cells[1])
        densities = log_density(x[:, None], y[None, :])
        likely = densities > densities.max() - _NEGLIGIBLE
        closer = _around(likely.any(axis=1), x_range), _around(likely.any(axis=0), y_range)
        if 2 * _length(closer[0]) * _length(closer[1]) > _length(x_range) * _length(y_range):
            break
        x_range, y_range = closer
    weights: Floats = np.exp(densities - densities.max())
    return Surface(x, y, weights / weights.sum())


def _middles(ends: Range, cells: int) -> Floats:
    middles: Floats = ends[0] + _length(ends) / cells * (np.arange(cells, dtype=np.float64) + 0.5)
    return middles


def _length(ends: Range) -> float:
    return ends[1] - ends[0]


def _around(likely: np.ndarray[tuple[int], np.dtype[np.bool_]], ends: Range) -> Range:
    """The range of the likely cells and of two more on either side."""
    (places,) = np.nonzero(likely)
    width = _length(ends) / len(likely)
    first, last = max(0, int(places[0]) - 2), min(len(likely), int(places[-1]) + 3)
    return ends[0] + width * first, ends[0] + width * last
