"""Curves of simulated models, asked through the stopping rule: what their intervals should hold is known."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pytest_ood.evidence import chain_law, horizon
from pytest_ood.evidence.family import Family
from pytest_ood.evidence.ladder import Counts, Ladder, SizePoint
from pytest_ood.evidence.misfit import misfit
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.evidence.simulation import RIGHT, UNSCORED, WRONG, Answers, play

# The sizes of a curve, the smallest being the control that all others share.
LONG, SHORT = (2, 4, 8, 16, 32, 64), (4, 8, 16, 64)
# From a size to an accuracy.
Accuracy = Callable[[float], float]


@dataclass(frozen=True)
class Truth:
    """A model and the sizes that it is asked.

    Attributes:
        name: what the figures call it.
        accuracy: its accuracy by the size.
        unscored: the share of its answers that are unscored, right or wrong.
        chance: the accuracy of guessing.
    """

    name: str
    sizes: Sequence[float]
    accuracy: Accuracy
    unscored: float = 0.0
    chance: float = 0.0


def logistic(h: float, slope: float, chance: float = 0.0) -> Accuracy:
    """Return a logistic curve: half-way between chance and certainty at h."""
    return lambda size: chance + (1 - chance) / (1 + (size / h) ** (slope / math.log(2)))


def horizon_of(truth: Truth, level: float) -> float:
    """Return the size at which a falling accuracy is at a level, by bisection."""
    low, high = -40.0, 60.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if truth.accuracy(2**middle) > level else (low, middle)
    return float(2**low)


def ladders(truth: Truth, runs: int, seed: int, sampling: Sampling) -> Iterator[Ladder]:
    """Simulate runs of all cells of a curve, which share the control, and yield what each run asks."""
    rng = np.random.default_rng(seed)
    answers = [_answers(rng, (runs, sampling.limit), truth.accuracy(size), truth.unscored) for size in truth.sizes]
    control_n = np.zeros(runs, dtype=np.int64)
    shift_n = []
    for shift in answers[1:]:
        played = play(answers[0], shift, sampling)
        control_n = np.maximum(control_n, played.control_n)
        shift_n.append(played.shift_n)
    judged = np.stack([control_n, *shift_n], axis=1)
    for run in range(runs):
        points = [
            SizePoint(size, _counts(drawn[run, :n]), is_cell=place > 0)
            for place, (size, drawn, n) in enumerate(zip(truth.sizes, answers, judged[run], strict=True))
            if n
        ]
        yield Ladder(points, 0, sampling, truth.chance)


def _answers(rng: np.random.Generator, shape: tuple[int, int], accuracy: float, unscored: float) -> Answers:
    is_right = rng.random(shape) < accuracy
    is_unscored = rng.random(shape) < unscored
    answers: Answers = np.where(is_unscored, UNSCORED, np.where(is_right, RIGHT, WRONG)).astype(np.int8)
    return answers


def _counts(answers: Answers) -> Counts:
    right, wrong = int((answers == RIGHT).sum()), int((answers == WRONG).sum())
    return Counts(right, wrong, len(answers) - right - wrong)


def horizon_coverage(truth: Truth, level: float, runs: int, seed: int = 0) -> tuple[float, float]:
    """Return how often the interval of the horizon holds the truth, and how often one is given at all."""
    true = horizon_of(truth, level)
    held = given = 0
    for ladder in ladders(truth, runs, seed, Sampling()):
        found = horizon.horizon(ladder, level)
        if found is not None:
            given += 1
            held += (found.low or 0) <= true <= (found.high or math.inf)
    return (held / given if given else math.nan), given / runs


def false_misfits(truth: Truth, family: Family, runs: int, seed: int = 0) -> float:
    """Return how often a curve is said not to fit, although the truth is one of its family."""
    return float(np.mean([not misfit(ladder, family).fits for ladder in ladders(truth, runs, seed, Sampling())]))


def law_coverage(p: float, g: float, sizes: Sequence[float], runs: int, seed: int = 0) -> tuple[float, float, float]:
    """Return how often the intervals of p and of g hold the truth, and how often the law is called incompatible."""
    truth = Truth(f"p {p}, g {g}", sizes, lambda size: float(p ** (size**g)))
    laws = [chain_law.chain_law(ladder) for ladder in ladders(truth, runs, seed, Sampling())]
    known = [law for law in laws if law is not None]
    p_held = np.mean([law.p.low <= p <= law.p.high for law in known])
    g_held = np.mean([law.g.low <= g <= law.g.high for law in known])
    return float(p_held), float(g_held), float(np.mean([not law.compatible for law in known]))
