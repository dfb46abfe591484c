r"""How the accuracy of a chain falls with its steps: as if they were independent, faster, or more slowly.

A chain of k steps is right with a probability of q_k = exp(-c k^g), and a single step with p = exp(-c). If the steps
are independent, g is 1 and q_k is p^k; with g > 1 long chains are worse than that. The curve is parametrised by its
accuracies at the smallest and at the largest size, each with Jeffreys' prior, Beta(1/2, 1/2), restricted to curves
that fall. A flat prior at the easy end would rule out the nearly perfect steps that many models have. Where guessing
is right with a probability of more than 0.1, the curve falls to that instead of 0.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from pytest_ood.evidence.family import CHAIN, angles
from pytest_ood.evidence.ladder import Ladder
from pytest_ood.evidence.posterior import Interval, hull, interval

# Values of each end on the grid.
_CELLS = 200
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
    p, g = [], []
    for observed in ladder.both_ways():
        found = CHAIN.likelihood(ladder, observed, _CELLS, jeffreys=True)
        start, end = CHAIN.scale(angles(found.x[:, None])), CHAIN.scale(angles(found.y[None, :]))
        first, last = np.log(ladder.sizes[[0, -1]])
        exponents = (end - start) / (last - first)
        log_c = start - exponents * first
        p.append(interval(np.exp(-np.exp(log_c)), found.weights))
        g.append(interval(exponents, found.weights))
    return ChainLaw(hull(p), hull(g))


def has_law(ladder: Ladder) -> bool:
    """Return whether there are enough sizes, and all of them can count steps."""
    return len(ladder.points) >= LEAST_SIZES and ladder.sizes[0] >= 1
