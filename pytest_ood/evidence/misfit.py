"""Does a family of curves fit what was asked? The deviance, against resamples that went through the stopping rule.

The best curve of the family is played 199 times: its answers are drawn at random and judged by the same rule that
ended the arms, so that the number of draws depends on the answers as it did in the run. The p-value is the share of
runs, the real one among them, whose best curve fits no better.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_ood.evidence import posterior
from pytest_ood.evidence.family import Family
from pytest_ood.evidence.ladder import Counts, Floats, Ladder, Observed, Way
from pytest_ood.evidence.simulation import RIGHT, UNSCORED, WRONG, Answers, play

RESAMPLES = 199
LEVEL = 0.05
_SEED = 9
# Deviances closer than this are equal: the same counts give the same deviance but for rounding.
_EQUAL = 1e-6
# Values of each end of a curve on both grids.
_COARSE, _FINE = 80, 48


@dataclass(frozen=True, slots=True)
class Misfit:
    """Whether any curve of a family fits.

    Attributes:
        p_value: how often a curve of the family fits its own answers no better than the best one fits these.
    """

    p_value: float

    @property
    def fits(self) -> bool:
        """Whether a curve of the family may have given these answers."""
        return self.p_value > LEVEL

    def row(self) -> dict[str, Any]:
        """Return the test as it appears in the summary."""
        return {"p_value": self.p_value, "fits": self.fits}


def misfit(ladder: Ladder, family: Family) -> Misfit:
    """Test whether any curve of a family fits.

    Unscored answers are counted as wrong and as right, and the larger p-value counts: a misfit that only one way of
    counting shows is not shown.

    Args:
        ladder: what was asked, and the stopping rule.
        family: the curves.
    """
    return Misfit(max(_p_value(ladder, family, observed) for observed in ladder.both_ways()))


def _p_value(ladder: Ladder, family: Family, observed: Observed) -> float:
    curves = _curves(ladder, family, observed)
    best = curves[posterior.log_likelihoods(curves, observed.right, observed.wrong).argmax()]
    right, wrong = resample(ladder, best, observed.way)
    deviances = deviance(curves, right, wrong)
    as_bad = deviances >= deviance(curves, observed.right, observed.wrong) - _EQUAL
    return float((1 + as_bad.sum()) / (1 + len(deviances)))


def _curves(ladder: Ladder, family: Family, observed: Observed) -> Floats:
    """Return the accuracies of the curves among which the best is looked for, [curves, sizes].

    They lie on a grid over the whole family, and on a finer one where the likely curves are.
    """
    everywhere = (np.arange(_COARSE) + 0.5) / _COARSE
    close = family.likelihood(ladder, observed, _FINE)
    curves = []
    for first, last in ((everywhere, everywhere), (close.x, close.y)):
        starts, ends = (axis.ravel() for axis in np.meshgrid(first, last, indexing="ij"))
        belong = family.belong(starts, ends)
        curves.append(family.accuracies(ladder, starts[belong], ends[belong]))
    return np.concatenate(curves)


def deviance(accuracies: Floats, right: Floats, wrong: Floats) -> Floats:
    """Return twice the log likelihood that the best curve lacks, compared with an accuracy for each size.

    Args:
        accuracies: the curves, [curves, sizes].
        right, wrong: the counts, [sizes] or [runs, sizes].
    """
    n = np.maximum(right + wrong, 1)
    # 0 log 0 is 0.
    saturated = right * np.log(np.maximum(right, 1) / n) + wrong * np.log(np.maximum(wrong, 1) / n)
    best = posterior.log_likelihoods(accuracies, right, wrong).max(axis=-1)
    missing: Floats = 2 * (saturated.sum(axis=-1) - best)
    return missing


def resample(ladder: Ladder, accuracies: Floats, way: Way) -> tuple[Floats, Floats]:
    """Return the right and wrong answers, [resamples, sizes], of simulated runs of the same cells.

    Args:
        ladder: what was asked, and the stopping rule.
        accuracies: the accuracy at each size.
        way: what unscored answers count as. They are as frequent, among the wrong or among the right, as in the run.
    """
    rng = np.random.default_rng(_SEED)
    draws = ladder.sampling.limit

    def answer(accuracy: float, counts: Counts) -> Answers:
        return _answers(rng, (RESAMPLES, draws), accuracy, counts, way)

    answers = [answer(accuracy, point.counts) for accuracy, point in zip(accuracies, ladder.points, strict=True)]
    judged = np.zeros((RESAMPLES, len(answers)), dtype=np.int64)
    for place, point in enumerate(ladder.points):
        if not point.is_cell:
            continue
        if place == ladder.control or (ladder.control is None and point.twin is None):
            played = play(answers[place], None, ladder.sampling)
            judged[:, place] = np.maximum(judged[:, place], played.control_n)
        elif ladder.control is not None:
            played = play(answers[ladder.control], answers[place], ladder.sampling)
            judged[:, place] = played.shift_n
            # An arm that several cells share is as long as the longest of them needs.
            judged[:, ladder.control] = np.maximum(judged[:, ladder.control], played.control_n)
        else:
            assert point.twin is not None
            twin = point.twin
            shown = (twin.right + 0.5) / (twin.right + twin.wrong + 1)
            judged[:, place] = play(answer(shown, twin), answers[place], ladder.sampling).shift_n
    return _count(answers, judged, way)


def _answers(rng: np.random.Generator, shape: tuple[int, int], accuracy: float, counts: Counts, way: Way) -> Answers:
    """Draw answers, some of which are unscored: they hide among the wrong or among the right ones."""
    is_right = rng.random(shape) < accuracy
    hidden_among = counts.unscored + (counts.wrong if way == "wrong" else counts.right)
    is_unscored = rng.random(shape) < (counts.unscored / hidden_among if hidden_among else 0)
    is_unscored &= ~is_right if way == "wrong" else is_right
    answers: Answers = np.where(is_unscored, UNSCORED, np.where(is_right, RIGHT, WRONG)).astype(np.int8)
    return answers


def _count(answers: list[Answers], judged: NDArray[np.int_], way: Way) -> tuple[Floats, Floats]:
    """Count the judged draws of each run at each size."""
    right = np.zeros(judged.shape)
    for place, drawn in enumerate(answers):
        is_right = drawn == RIGHT if way == "wrong" else drawn != WRONG
        is_judged = np.arange(drawn.shape[1]) < judged[:, place, None]
        right[:, place] = (is_right & is_judged).sum(axis=1)
    return right, judged - right
