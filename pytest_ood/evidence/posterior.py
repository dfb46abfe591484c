"""A posterior on a grid of parameters: its likelihoods, its weights and its quantiles."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from pytest_ood.evidence.ladder import Floats

# No curve on a grid is certain of an answer: a single slip must not rule it out for ever.
_MOST_CERTAIN = 1e-9
_SHARES = (0.025, 0.5, 0.975)


class Interval(NamedTuple):
    """The median of a posterior and its central 95 % interval."""

    low: float
    median: float
    high: float


def hull(intervals: Iterable[Interval]) -> Interval:
    """Return the smallest interval that holds all of them, with the mean of their medians."""
    lows, medians, highs = zip(*intervals, strict=True)
    return Interval(min(lows), sum(medians) / len(medians), max(highs))


def log_likelihoods(accuracies: Floats, right: Floats, wrong: Floats) -> Floats:
    """Return the log likelihood of answers under each curve of a grid.

    Args:
        accuracies: the accuracy of each curve at each size, [curves, sizes].
        right: the right answers at each size, [sizes] or [runs, sizes].
        wrong: the wrong answers, of the same shape.

    Returns:
        The log likelihoods, [curves] or [runs, curves].
    """
    accuracies = np.clip(accuracies, _MOST_CERTAIN, 1 - _MOST_CERTAIN)
    likelihoods: Floats = right @ np.log(accuracies).T + wrong @ np.log1p(-accuracies).T
    return likelihoods


def weights(log_likelihoods: Floats) -> Floats:
    """Return the posterior probability of each point of a grid on which the prior is flat."""
    likelihoods: Floats = np.exp(log_likelihoods - log_likelihoods.max())
    return likelihoods / likelihoods.sum()


def interval(values: Floats, weights: Floats) -> Interval:
    """Return the median and the central 95 % interval of weighted values, interpolated between neighbours.

    Args:
        values: the values, in any order.
        weights: their probabilities.
    """
    order = np.argsort(values, kind="stable")
    ordered, ordered_weights = values[order], weights[order]
    middles = np.cumsum(ordered_weights) - ordered_weights / 2
    return Interval(*map(float, np.interp(_SHARES, middles / ordered_weights.sum(), ordered)))
