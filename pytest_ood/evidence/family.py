"""Families of curves that are straight lines over the logarithm of the size, on a scale of their own.

The scale of a logistic curve is the logit of its accuracy, that of the law of a chain the logarithm of minus the
logarithm, that of the law of examples the accuracy itself. A curve is named by its accuracies at the smallest and at
the largest size. Each is the squared sine of an angle, so that accuracies close to 0 and to 1 keep their precision.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pytest_ood.evidence import posterior
from pytest_ood.evidence.ladder import Floats, Ladder, Observed
from pytest_ood.evidence.posterior import Surface

# Guessing that is right less often than this is left out of a curve.
NEGLIGIBLE_CHANCE = 0.1


@dataclass(frozen=True, slots=True)
class Family:
    """A family of curves.

    The ends of a curve are places between 0 and 1: the accuracy at an end rises from 0 to 1 with its place.

    Attributes:
        scale: from the angle of an accuracy to the scale on which the curves are straight.
        accuracy: back from the scale to an accuracy.
        falls: whether the curves fall, and down to chance; otherwise they also rise, and know no chance.
    """

    scale: Callable[[Floats], Floats]
    accuracy: Callable[[Floats], Floats]
    falls: bool = True

    def accuracies(self, ladder: Ladder, first: Floats, last: Floats) -> Floats:
        """Return the accuracies of curves at the sizes of a ladder.

        Args:
            ladder: the sizes, at least two, all above 0.
            first, last: the places of both ends of the curves.

        Returns:
            The accuracies, [..., sizes], for ends that are broadcast to [...].
        """
        logs = np.log2(ladder.sizes)
        start, end = self.scale(angles(first))[..., None], self.scale(angles(last))[..., None]
        straight = start + (end - start) * ((logs - logs[0]) / (logs[-1] - logs[0]))
        return above_chance(self.accuracy(straight), ladder) if self.falls else self.accuracy(straight)

    def likelihood(self, ladder: Ladder, observed: Observed, cells: int, jeffreys: bool = False) -> Surface:
        """Return the likelihood of all curves, as a surface over the places of both ends.

        Args:
            ladder: the sizes.
            observed: the answers.
            cells: the number of places of each end.
            jeffreys: whether to multiply by Jeffreys' prior of both accuracies.
        """

        def log_density(first: Floats, last: Floats) -> Floats:
            density = posterior.log_likelihoods(self.accuracies(ladder, first, last), observed.right, observed.wrong)
            if jeffreys:
                # Jeffreys' prior is flat in the angle, which changes more slowly with the place towards both ends.
                density = density + np.log(first * (1 - first)) + np.log(last * (1 - last))
            return np.where(first > last, density, -np.inf) if self.falls else density

        return posterior.surface(log_density, (0, 1), (0, 1), (cells, cells))


def angles(places: Floats) -> Floats:
    """Return the angles, from 0 to a right one, at places from 0 to 1: denser towards both ends."""
    dense: Floats = math.pi / 2 * places**2 * (3 - 2 * places)
    return dense


def modelled_chance(ladder: Ladder) -> float:
    """Return the accuracy that falling curves end at: that of guessing, or 0 if that is negligible."""
    return ladder.chance if ladder.chance > NEGLIGIBLE_CHANCE else 0.0


def above_chance(shares: Floats, ladder: Ladder) -> Floats:
    """Return the accuracies of a model that knows these shares of the answers and guesses the others."""
    chance = modelled_chance(ladder)
    return chance + (1 - chance) * shares


def logistic(logits: Floats) -> Floats:
    """Return the shares that have these logits, without overflow."""
    return (1 + np.tanh(logits / 2)) / 2


LOGISTIC = Family(lambda angle: 2 * np.log(np.tan(angle)), logistic)
# log(-log q), without cancellation where q is close to 1.
CHAIN = Family(lambda angle: np.log(-np.log1p(-(np.cos(angle) ** 2))), lambda logs: np.exp(-np.exp(logs)))
LINE = Family(lambda angle: np.sin(angle) ** 2, lambda accuracy: accuracy, falls=False)
