r"""How the accuracy of a chain falls with its steps: as if they were independent, faster, or more slowly.

A chain of k steps is right with a probability of q_k = exp(-c k^g), and a single step with p = exp(-c). If the steps
are independent, g is 1 and q_k is p^k; with g > 1 long chains are worse than that. The prior is flat in log g from log
1/4 to log 4, and in the logarithm of the number of steps at which half the chains are right, from three doublings
below the smallest size asked to ten above the largest: models that hardly ever fail have nearly perfect steps. Where
guessing is right with a probability of more than 0.1, the curve falls to that instead of 0.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from pytest_ood.evidence import posterior
from pytest_ood.evidence.family import above_chance, double_exponential
from pytest_ood.evidence.ladder import Floats, Ladder, Observed
from pytest_ood.evidence.posterior import Interval, hull, interval

# How far the prior reaches below the smallest and above the largest size.
_DOUBLINGS = 3, 10
_LOG_G = math.log(4)
_LOG_LOG_2 = math.log(math.log(2))
# Values of the number of steps and of g on the grid.
_CELLS = 160, 80
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


def chain_law(ladder: Ladder) -> ChainLaw | None:
    """Return the law of a chain's accuracy; the intervals hold both ways of counting unscored answers.

    Args:
        ladder: what was asked at each number of steps.

    Returns:
        The law, or None with fewer than three sizes, or with one below 1.
    """
    if not has_law(ladder):
        return None
    logs = np.log2(ladder.sizes)
    halves = float(logs[0]) - _DOUBLINGS[0], float(logs[-1]) + _DOUBLINGS[1]
    p, g = [], []
    for observed in ladder.both_ways():

        def log_density(half: Floats, log_g: Floats, observed: Observed = observed) -> Floats:
            log_rates = _LOG_LOG_2 + np.exp(log_g)[..., None] * math.log(2) * (logs - half[..., None])
            accuracies = above_chance(double_exponential(log_rates), ladder)
            return posterior.log_likelihoods(accuracies, observed.right, observed.wrong)

        half, log_g, weights = posterior.surface(log_density, halves, (-_LOG_G, _LOG_G), _CELLS)
        log_c = _LOG_LOG_2 - np.exp(log_g[None, :]) * math.log(2) * half[:, None]
        p.append(interval(double_exponential(log_c), weights))
        g.append(interval(np.exp(log_g), weights.sum(axis=0)))
    return ChainLaw(hull(p), hull(g))


def has_law(ladder: Ladder) -> bool:
    """Return whether there are enough sizes, and all of them can count steps."""
    return len(ladder.points) >= LEAST_SIZES and ladder.sizes[0] >= 1
