r"""Evidence on the gap between two arms, from matched pairs, that holds however often one looks.

Draw t feeds both arms. X_t says whether the control was right, Y_t whether the shift was, and D_t = X_t - Y_t is 1, 0
or -1. `a`, `c` and `b` count the pairs with D = 1, 0 and -1. To test the hypothesis "the gap E[D] is at most m", bet on
every pair that it is larger: the capital is multiplied by 1 + l (D - m), whose mean is at most 1 under the hypothesis.
A uniform mixture over all bets l that cannot go bankrupt is

    E_m = (1+m) \int_0^{1/(1+m)} (1 + l(1-m))^a (1 - lm)^c (1 - l(1+m))^b dl,

a supermartingale that starts at 1, so that by Ville's inequality it ever reaches 1/alpha with a probability of at most
alpha (Waudby-Smith and Ramdas 2024, "Estimating means of bounded random variables by betting"). Nothing is assumed
about how the two answers of a pair depend on each other. E_m falls as m grows, so the margins that are ruled out are an
interval, and its end is the bound on the gap.
"""

import functools
from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_ood.evidence import stats
from pytest_ood.evidence.outcomes import AnswerOutcome

# The counts a, c and b at one look.
Look = tuple[int, int, int]
# Gauss-Legendre nodes: exact for up to 127 pairs, and far more precise than any table prints for thousands.
_NODES = 64
# The exponential of more would overflow.
_LARGEST_LOG = 690.0
# So many pairs are looked at one by one; of those beyond, some are left out, which is valid and bounds time and memory.
_EVERY_LOOK = 4096


@functools.lru_cache(maxsize=1 << 16)
def favours(a: int, b: int) -> float:
    """Return the evidence that the gap is positive: that a discordant pair favours the control more often than not.

    Under the hypothesis of no gap the sign of a discordant pair is a coin that favours the control with a probability
    of at most 1/2. This is `E_m` at m = 0, in closed form.

    Args:
        a: pairs in which only the control is right.
        b: pairs in which only the shift is right.
    """
    return stats.misses(b, a, 0.5)


class Gap(float):
    """The gap between two arms: the estimate, as a number, and what the pairs show.

    Attributes:
        low, high: one-sided anytime-valid bounds, each at level `alpha`. An unscored answer counts against each bound.
        pairs: how many pairs they rest on.
        evidence: the largest evidence for a positive gap at any look.
        alpha: the level of the bounds.
        shown: whether a gap is shown: the evidence has reached 1/alpha, and `low` lies above 0.
    """

    low: float
    high: float
    pairs: int
    evidence: float
    alpha: float

    def __new__(cls, estimate: float, *, low: float, high: float, pairs: int, evidence: float, alpha: float) -> "Gap":
        """Make a gap from its estimate and what the pairs show."""
        gap = super().__new__(cls, estimate)
        gap.low, gap.high, gap.pairs, gap.evidence, gap.alpha = low, high, pairs, evidence, alpha
        return gap

    def __getnewargs_ex__(self) -> tuple[tuple[float], dict[str, Any]]:
        return (float(self),), vars(self)

    @property
    def shown(self) -> bool:
        """Whether a gap is shown."""
        return self.evidence >= 1 / self.alpha

    def row(self) -> dict[str, Any]:
        """Return the gap as it appears in the summary: JSON types only."""
        return {"estimate": float(self), **vars(self), "shown": self.shown}


class Pairs:
    """The pairs of two sequences of answers, in the order of the draws, and what they show about the gap.

    The answers of an arm and of its twin, or those of two models to the same questions. An unscored answer counts
    against the claim in question: for the lower bound as wrong in the control and as right in the shift, for the upper
    bound the other way round.

    Attributes:
        evidence: the largest evidence for a positive gap at any look; 1 without pairs.
        last: the counts (a, c, b) of all pairs, as the lower bound sees them.
    """

    def __init__(self) -> None:
        self.evidence = 1.0
        self.last: Look = (0, 0, 0)
        # The difference D of every pair, as the lower and as the upper bound sees it.
        self._for_low, self._for_high = array("b"), array("b")

    def __len__(self) -> int:
        return len(self._for_low)

    def add(self, control: AnswerOutcome, shift: AnswerOutcome) -> None:
        """Count the next pair."""
        difference = (control == "correct") - (shift != "wrong")
        self._for_low.append(difference)
        self._for_high.append((control != "wrong") - (shift == "correct"))
        a, c, b = self.last
        self.last = a + (difference > 0), c + (difference == 0), b + (difference < 0)
        if difference > 0:
            self.evidence = max(self.evidence, favours(self.last[0], b))

    def show_a_gap(self, alpha: float) -> bool:
        """Return whether the evidence for a positive gap has reached 1/alpha at any look."""
        return self.evidence >= 1 / alpha

    def bounds(self, alpha: float) -> tuple[float, float]:
        """Return the lower and the upper bound on the gap, each at level `alpha`: the tightest of all looks.

        In a fraction 2 alpha of runs at most, one of them is wrong; then they may cross. The bound that crosses the
        other gives way, so that the lower one is positive exactly when a gap is shown.
        """
        low = greatest_margin(_looks(self._for_low), alpha)
        high = -greatest_margin(_looks(self._for_high)[:, ::-1], alpha)
        return (low, max(low, high)) if low > 0 else (min(low, high), high)


def _looks(differences: Sequence[int]) -> NDArray[np.float64]:
    """Return the counts (a, c, b) after every pair, a row each."""
    column = np.asarray(differences, dtype=np.int8)[:, np.newaxis]
    return np.cumsum(column == np.array([1, 0, -1]), axis=0).astype(float)


def greatest_margin(looks: NDArray[np.float64], alpha: float) -> float:
    """Return the greatest m for which "the gap is at most m" is ruled out at any of the looks; -1 if none is.

    Args:
        looks: the counts (a, c, b) at each look, in shape (looks, 3).
        alpha: the level of the bound.
    """
    # A tie, or a pair in favour of the control, is needed to rule anything out.
    if not len(looks) or not looks[-1, :2].any():
        return -1.0
    # The sign comes from the closed form, so that the bound is positive exactly when a gap is shown.
    is_positive = any(favours(int(a), int(b)) >= 1 / alpha for a, _, b in looks)
    # Every pair of the first few thousand is a look; of more pairs, so many in all that the table stays small.
    thinned = np.concatenate([looks[:_EVERY_LOOK], looks[_EVERY_LOOK :: 1 + len(looks) // _EVERY_LOOK], looks[-1:]])
    low, high = (0.0, 1.0) if is_positive else (-1.0, 0.0)
    return stats.greatest(lambda margin: bool(_evidence(thinned, margin).max() >= 1 / alpha), low, high)


def evidence_against(margin: float, a: int, c: int, b: int) -> float:
    """Return `E_m`, the evidence against "the gap is at most `margin`", for -1 < margin < 1."""
    return float(_evidence(np.array([[a, c, b]], dtype=float), margin)[0])


def _evidence(looks: NDArray[np.float64], margin: float) -> NDArray[np.float64]:
    bets, weights = quadrature()
    # With u = l(1+m), the factors of a pair with D = 1, 0 and -1.
    factors = np.log([1 - bets + 2 * bets / (1 + margin), 1 - bets + bets / (1 + margin), 1 - bets])
    capital: NDArray[np.float64] = np.exp(np.minimum(looks @ factors, _LARGEST_LOG)) @ weights
    return capital


@functools.cache
def quadrature() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the nodes on [0, 1] and their weights."""
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return (nodes + 1) / 2, weights / 2
