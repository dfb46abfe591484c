"""How the accuracy changes with the number of solved examples shown: the error is linear in its logarithm.

The law holds for one example or more; none at all is another kind of question, and is shown apart. The line is
parametrised by the accuracies at the fewest and at the most examples, with a prior that is flat over both.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from pytest_ood.evidence import posterior
from pytest_ood.evidence.ladder import Floats, Ladder, Observed
from pytest_ood.evidence.posterior import Interval, hull, interval

# Values of each end on the grid.
_CELLS = 128


@dataclass(frozen=True, slots=True)
class LogLaw:
    """A line of the error over the logarithm of the number of examples.

    Attributes:
        first, last: the accuracy with the fewest and with the most examples.
        per_doubling: how much the accuracy rises each time the number of examples doubles.
    """

    first: Interval
    last: Interval
    per_doubling: Interval

    def row(self) -> dict[str, Any]:
        """Return the law as it appears in the summary."""
        return {name: getattr(self, name)._asdict() for name in ("first", "last", "per_doubling")}


def log_law(ladder: Ladder) -> LogLaw | None:
    """Return the law; the intervals hold both ways of counting unscored answers.

    Args:
        ladder: what was asked at each number of examples; the sizes below 1 are left out.

    Returns:
        The law, or None with fewer than two sizes from 1 on.
    """
    shown = ladder.from_size(1)
    if len(shown.points) < 2:
        return None
    doublings = np.log2(shown.sizes / shown.sizes[0])
    intervals = []
    for observed in shown.both_ways():

        def log_density(first: Floats, last: Floats, observed: Observed = observed) -> Floats:
            accuracies = first[..., None] + (last - first)[..., None] * (doublings / doublings[-1])
            return posterior.log_likelihoods(accuracies, observed.right, observed.wrong)

        first, last, weights = posterior.surface(log_density, (0, 1), (0, 1), (_CELLS, _CELLS))
        per_doubling = (last[None, :] - first[:, None]) / doublings[-1]
        ends = interval(first, weights.sum(axis=1)), interval(last, weights.sum(axis=0))
        intervals.append([*ends, interval(per_doubling, weights)])
    return LogLaw(*(hull(ways) for ways in zip(*intervals, strict=True)))
