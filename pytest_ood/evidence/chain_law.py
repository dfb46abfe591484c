r"""How the accuracy of a chain falls with its steps: as if they were independent, faster, or more slowly.

A chain of k steps is right with a probability of q_k = exp(-c k^g), and a single step with p = exp(-c). If the steps are
independent, g is 1 and q_k is p^k; with g > 1 long chains are worse than that. The curve is parametrised by its accuracies
at the smallest and at the largest size, each with Jeffreys' prior, Beta(1/2, 1/2), restricted to curves that fall. A flat
prior at the easy end would rule out the nearly perfect steps that many models have. Where guessing is right with a
probability of more than 0.1, the curve falls to that instead of 0.
"""

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from pytest_ood.evidence import posterior
from pytest_ood.evidence.horizon import modelled_chance
from pytest_ood.evidence.ladder import Floats, Ladder
from pytest_ood.evidence.posterior import Interval, hull, interval

# Values of each end on the grid, and on the coarser one of the test of whether any curve fits.
_FINE, _COARSE = 256, 96
LEAST_SIZES = 3


@dataclass(frozen=True, slots=True)
class ChainLaw:
    """The law q_k = exp(-c k^g) of a chain's accuracy.

    Attributes:
        p: the accuracy of one step, exp(-c).
        g: the exponent.
    """

    p: Interval
    g: Interval

    @property
    def compatible(self) -> bool:
        """Whether the interval of g holds 1, so that the steps may be independent."""
        return self.g.low <= 1 <= self.g.high

    @property
    def reading(self) -> str:
        """How the law compares with independent steps."""
        if self.compatible:
            return "compatible with p^k"
        return "worse than p^k" if self.g.low > 1 else "better than p^k"

    def row(self) -> dict[str, Any]:
        """Return the law as it appears in the summary."""
        return {
            "p": self.p.median,
            "p_low": self.p.low,
            "p_high": self.p.high,
            "g": self.g.median,
            "g_low": self.g.low,
            "g_high": self.g.high,
            "compatible": self.compatible,
            "reading": self.reading,
        }


class _Grid(NamedTuple):
    """Curves: their p, their g, and their accuracies, [curves, sizes]."""

    p: Floats
    g: Floats
    accuracies: Floats


def chain_law(ladder: Ladder) -> ChainLaw | None:
    """Return the law of a chain's accuracy; the intervals hold both ways of counting unscored answers.

    Args:
        ladder: what was asked at each number of steps.

    Returns:
        The law, or None with fewer than three sizes, or with one below 1.
    """
    if not has_law(ladder):
        return None
    grid = _grid(ladder, _FINE)
    p, g = [], []
    for observed in ladder.both_ways():
        likelihoods = posterior.log_likelihoods(grid.accuracies, observed.right, observed.wrong)
        weights = posterior.weights(likelihoods)
        p.append(interval(grid.p, weights))
        g.append(interval(grid.g, weights))
    return ChainLaw(hull(p), hull(g))


def has_law(ladder: Ladder) -> bool:
    """Return whether there are enough sizes, and all of them can count steps."""
    return len(ladder.points) >= LEAST_SIZES and ladder.sizes[0] >= 1


def curves(ladder: Ladder) -> Floats:
    """Return the accuracies of many curves of this law, [curves, sizes], for the test of whether any fits."""
    return _grid(ladder, _COARSE).accuracies


def _grid(ladder: Ladder, values: int) -> _Grid:
    # Beta(1/2, 1/2) is flat in the angle whose squared sine is the accuracy.
    angles = (np.arange(values) + 0.5) * (math.pi / 2 / values)
    # log(-log q), without cancellation where q is close to 1.
    log_hazards = np.log(-np.log1p(-(np.cos(angles) ** 2)))
    last, first = np.tril_indices(values, -1)[::-1]
    log_sizes = np.log(ladder.sizes)
    g = (log_hazards[last] - log_hazards[first]) / (log_sizes[-1] - log_sizes[0])
    log_c = log_hazards[first] - g * log_sizes[0]
    q = np.exp(-np.exp(log_c[:, None] + g[:, None] * log_sizes))
    chance = modelled_chance(ladder)
    return _Grid(np.exp(-np.exp(log_c)), g, chance + (1 - chance) * q)
