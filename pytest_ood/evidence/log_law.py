"""How the accuracy changes with the number of solved examples shown: the error is linear in its logarithm.

The law holds for one example or more; none at all is another kind of question, and is shown apart. The line is
parametrised by the accuracies at the fewest and at the most examples, with a prior that is flat over both.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from pytest_ood.evidence import posterior
from pytest_ood.evidence.ladder import Floats, Ladder
from pytest_ood.evidence.posterior import Interval, hull, interval

# Values of each end on the grid.
_VALUES = 128


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
    first, last = _ends()
    per_doubling = (last - first) / np.log2(shown.sizes[-1] / shown.sizes[0])
    accuracies = curves(shown)
    intervals = []
    for _, right, wrong in shown.both_ways():
        weights = posterior.weights(posterior.log_likelihoods(accuracies, right, wrong))
        intervals.append([interval(values, weights) for values in (first, last, per_doubling)])
    return LogLaw(*(hull(ways) for ways in zip(*intervals, strict=True)))


def curves(ladder: Ladder) -> Floats:
    """Return the accuracies of many lines, [lines, sizes], for the test of whether any fits; all sizes are 1 or more.

    A ladder with smaller sizes needs `Ladder.from_size` first.
    """
    logs = np.log2(ladder.sizes)
    first, last = _ends()
    accuracies: Floats = first[:, None] + (last - first)[:, None] * ((logs - logs[0]) / (logs[-1] - logs[0]))
    return accuracies


def _ends() -> tuple[Floats, Floats]:
    values = (np.arange(_VALUES) + 0.5) / _VALUES
    first, last = np.meshgrid(values, values, indexing="ij")
    return first.ravel(), last.ravel()
