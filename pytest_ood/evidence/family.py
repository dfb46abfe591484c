"""Families of curves that are straight lines over the logarithm of the size, on a scale of their own.

The scale of a logistic curve is the logit of its accuracy, that of the law of a chain the logarithm of minus the
logarithm, that of the law of examples the accuracy itself. A curve is named by its ends: where it is on that scale at
the smallest and at the largest size.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pytest_ood.evidence import posterior
from pytest_ood.evidence.ladder import Floats, Ladder, Observed
from pytest_ood.evidence.posterior import Surface

# exp(-exp(6)) is 1e-175.
_CERTAIN_FAILURE = 6.0


@dataclass(frozen=True, slots=True)
class Family:
    """A family of curves. Their ends are given as places between 0 and 1.

    Attributes:
        scale: from a place to a value on the scale on which the curves are straight.
        accuracy: from a value on the scale to an accuracy.
        direction: -1 if the curves fall from a higher to a lower value, 1 if the values rise while the accuracies fall,
            0 if the curves may do both. Curves that fall end at chance; the others know no chance.
    """

    scale: Callable[[Floats], Floats]
    accuracy: Callable[[Floats], Floats]
    direction: int

    def belong(self, first: Floats, last: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Return which pairs of places are the ends of a curve of the family."""
        return self.direction * (last - first) >= 0

    def accuracies(self, ladder: Ladder, first: Floats, last: Floats) -> Floats:
        """Return the accuracies of curves at the sizes of a ladder.

        Args:
            ladder: the sizes, at least two, all above 0.
            first, last: the places of both ends of the curves.

        Returns:
            The accuracies, [..., sizes], for ends that are broadcast to [...].
        """
        logs = np.log2(ladder.sizes)
        start, end = self.scale(first)[..., None], self.scale(last)[..., None]
        shares = self.accuracy(start + (end - start) * ((logs - logs[0]) / (logs[-1] - logs[0])))
        return above_chance(shares, ladder) if self.direction else shares

    def likelihood(self, ladder: Ladder, observed: Observed, cells: int) -> Surface:
        """Return the likelihood of all curves, as a surface over the places of both ends.

        Args:
            ladder: the sizes.
            observed: the answers.
            cells: the number of places of each end.
        """

        def log_density(first: Floats, last: Floats) -> Floats:
            density = posterior.log_likelihoods(self.accuracies(ladder, first, last), observed.right, observed.wrong)
            return np.where(self.belong(first, last), density, -np.inf)

        return posterior.surface(log_density, (0, 1), (0, 1), (cells, cells))


def above_chance(shares: Floats, ladder: Ladder) -> Floats:
    """Return the accuracies of a model that knows these shares of the answers and guesses the others."""
    return ladder.floor + (1 - ladder.floor) * shares


def logistic(logits: Floats) -> Floats:
    """Return the shares that have these logits, without overflow."""
    return (1 + np.tanh(logits / 2)) / 2


def double_exponential(logs: Floats) -> Floats:
    """Return exp(-exp(logs)), the shares that are right if errors strike at these rates, given as logarithms."""
    return np.exp(-np.exp(np.minimum(logs, _CERTAIN_FAILURE)))


def stretched(places: Floats) -> Floats:
    """Map places between 0 and 1 to the whole axis, finely around 0: steep curves on long ladders reach far."""
    x = 2 * places - 1
    return 4 * x / (1 - x**2)


LOGISTIC = Family(stretched, logistic, direction=-1)
CHAIN = Family(stretched, double_exponential, direction=1)
LINE = Family(lambda places: places, lambda accuracies: accuracies, direction=0)
