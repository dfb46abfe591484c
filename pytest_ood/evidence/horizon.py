r"""The size at which a model is right half the time, or at the bar.

The accuracy falls over the sizes x as a logistic curve, logit p(x) = \beta (log2 h - log2 x), or, where guessing is
right with a probability c above 0.1, as c + (1 - c) times such a curve (after METR 2025, "Measuring AI ability to
complete long tasks"). The prior is flat in log2 h, from three doublings below the smallest size asked to three above
the largest, and in log \beta from log 0.25 to log 12. For a level other than 1/2, h is the size at which the accuracy
itself is at that level, and the prior is flat in the logarithm of that size.
"""

import math
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from pytest_ood.evidence import posterior
from pytest_ood.evidence.family import above_chance, logistic
from pytest_ood.evidence.ladder import Floats, Ladder, Observed
from pytest_ood.evidence.posterior import Interval, hull, interval

# The prior reaches this many doublings beyond the sizes asked.
DOUBLINGS = 3
# The smallest and the largest slope, in logits a doubling.
SLOPES = (0.25, 12.0)
# Values of log2 h and of the slope on the grid.
_CELLS = 160, 60
# A level this close to chance says nothing about the model.
LEAST_ABOVE_CHANCE = 0.05
# Where the density at the edge is above this fraction of its peak, the grid ends the interval, and not the answers.
CUT_OFF = 0.01


@dataclass(frozen=True, slots=True)
class Horizon:
    """The size at which the accuracy is at a level.

    Attributes:
        level: the accuracy.
        median: the posterior median; None if it lies beyond the sizes asked and the interval has no end there.
        low, high: the central 97.5 % interval; None for an end that lies beyond the sizes asked and cannot be told.
        beyond: "largest" if the interval has no upper end, "smallest" if it has no lower one.
    """

    level: float
    median: float | None
    low: float | None
    high: float | None
    beyond: Literal["largest", "smallest"] | None = None

    def row(self) -> dict[str, Any]:
        """Return the horizon as it appears in the summary."""
        return {name: getattr(self, name) for name in ("level", "median", "low", "high", "beyond")}


class _Fit(NamedTuple):
    """The logarithm of the horizon from one way of counting unscored answers.

    Attributes:
        low_is_cut_off, high_is_cut_off: whether the edge of the grid, and not the answers, ends the interval.
        is_flat: whether the smallest slope on the grid is the likeliest.
    """

    interval: Interval
    low_is_cut_off: bool
    high_is_cut_off: bool
    is_flat: bool


def horizon(ladder: Ladder, level: float) -> Horizon | None:
    """Return the size at which the accuracy is at a level.

    Unscored answers are counted as wrong and as right: the interval holds both, and the median is the geometric mean of
    both medians.

    Args:
        ladder: what was asked; at least two sizes, all above 0.
        level: the accuracy in question, between 0 and 1.

    Returns:
        The horizon, or None if the level is not above chance, if the interval has no end on either side, or if the
        accuracy falls so slowly, if at all, that an end of the interval would come from the prior.
    """
    if level <= ladder.chance + LEAST_ABOVE_CHANCE or len(ladder.points) < 2 or ladder.sizes[0] <= 0:
        return None
    fits = [_fit(ladder, observed, level) for observed in ladder.both_ways()]
    low, median, high = (2**end for end in hull(fit.interval for fit in fits))
    no_low, no_high = any(fit.low_is_cut_off for fit in fits), any(fit.high_is_cut_off for fit in fits)
    smallest, largest = float(ladder.sizes[0]), float(ladder.sizes[-1])
    is_outside = low >= largest or high <= smallest
    if (no_low and no_high) or (any(fit.is_flat for fit in fits) and not is_outside):
        return None
    # What lies beyond the sizes asked comes from the prior; only what they rule out is known.
    if no_high:
        return Horizon(level, median if median <= largest else None, min(low, largest), None, "largest")
    if no_low:
        return Horizon(level, median if median >= smallest else None, None, max(high, smallest), "smallest")
    return Horizon(level, median, low, high)


def _fit(ladder: Ladder, observed: Observed, level: float) -> _Fit:
    x = np.log2(ladder.sizes)
    share = (level - ladder.floor) / (1 - ladder.floor)
    places, slopes = (float(x[0]) - DOUBLINGS, float(x[-1]) + DOUBLINGS), (math.log(SLOPES[0]), math.log(SLOPES[1]))

    def log_density(place: Floats, log_slope: Floats) -> Floats:
        logits = math.log(share / (1 - share)) + np.exp(log_slope)[..., None] * (place[..., None] - x)
        return posterior.log_likelihoods(above_chance(logistic(logits), ladder), observed.right, observed.wrong)

    found = posterior.surface(log_density, places, slopes, _CELLS)
    density, step = found.weights.sum(axis=1), found.x[1] - found.x[0]
    is_likely = density > CUT_OFF * density.max()
    return _Fit(
        interval(found.x, density),
        low_is_cut_off=bool(is_likely[0] and found.x[0] - step < places[0]),
        high_is_cut_off=bool(is_likely[-1] and found.x[-1] + step > places[1]),
        is_flat=bool(found.weights.sum(axis=0).argmax() == 0 and 2 * found.y[0] - found.y[1] < slopes[0]),
    )
