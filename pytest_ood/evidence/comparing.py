r"""Evidence that one model is right more often than another, from the draws that both were asked.

Both models answer the same draws of the same arms, so the two answers to a draw are a pair, as control and shift are in
`pairs`. An arm counts up to the last draw that both models were asked: its common prefix. How long that is may depend
on the answers in any way, as long as whether a draw is asked is settled before it is answered.

**Which one is better.** For each arm, `favours` gives the evidence that the first model is right more often. The arms
of a task share their random numbers, so their evidence must not be multiplied: the task counts with its mean, which is
evidence whatever the dependence. Tasks are drawn independently, and count with their product. The result is evidence
against "the first model is better in none of these arms"; the other direction is judged apart. If the models are
equal, one of both reaches 2/alpha with a probability of at most alpha.

The evidence of an arm is read after its last common draw and not at its largest. For a single test the largest would
do, because Ville's inequality bounds the maximum over all looks. But a maximum over looks has a mean far above 1: it is
not evidence that can be averaged or multiplied. What a rule that was fixed beforehand reads off at the end is.

**By how much.** The estimate is the average difference in accuracy over the pairs. Its bounds invert the bets of
`pairs` on the sum over the arms at each draw,

    E_m = \int_0^1 \prod_t (1 + u (s_t - k_t m) / (k (1 + m))) du,

with s_t the sum of the differences at draw t, k_t the number of arms that were asked it, and k that of all arms of the
task. With one arm this is `E_m` of `pairs`. Whatever the arms' own differences are, its mean is at most 1 where their
average over the pairs is at most m, since a product of numbers is at most the power of their mean. The average itself
is never ruled out, so the estimate lies between its bounds.

An unscored answer counts against every claim: for the first model as wrong in its favour and as right against it. In
the estimate it counts as half right.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pytest_ood.evidence import stats
from pytest_ood.evidence.outcomes import ArmName
from pytest_ood.evidence.pairs import favours, quadrature
from pytest_ood.text.canonical import canonical

#: Which of two models is shown to be better in some arm: the first, the second, or each in another one.
Shown = Literal["a", "b", "both"]

# The exponential of more would overflow.
_LARGEST_LOG = 690.0


class ArmKey(NamedTuple):
    """What an arm asks: two arms with the same key ask the same question in each draw.

    Attributes:
        params: the parameters of the task, as canonical JSON.
    """

    task: str
    version: int
    params: str
    arm: ArmName
    seed: int


#: The outcomes of the draws of some arms, one letter each: c, w, u, t, r or e.
Letters = Mapping[ArmKey, str]


def arms_by_key(cells: Iterable[Mapping[str, Any]], seed: int) -> dict[ArmKey, Mapping[str, Any]]:
    """Return the rows of the arms of some cells, as far as they list their outcomes.

    An arm that several cells share counts once, as far as any of them asked it.

    Args:
        cells: rows of a summary, all of one condition.
        seed: the seed of the run.
    """
    longest: dict[ArmKey, Mapping[str, Any]] = {}
    for cell in cells:
        arms: tuple[tuple[ArmName, str], ...] = (("control", "control_params"), ("shift", "params"))
        for name, params in arms:
            row = cell[name]
            if row is not None and row["outcomes"]:
                key = ArmKey(cell["task"], cell["task_version"], canonical(cell[params]), name, seed)
                longest[key] = max(longest.get(key, row), row, key=lambda one: len(one["outcomes"]))
    return longest


def letters_by_arm(cells: Iterable[Mapping[str, Any]], seed: int) -> dict[ArmKey, str]:
    """Return the outcomes of the arms of some cells; the arguments are those of `arms_by_key`."""
    return {key: row["outcomes"] for key, row in arms_by_key(cells, seed).items()}


def differ_in_one_thing(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether two conditions differ in their model alone, or in one other axis alone.

    Only these are compared: of a difference in several things at once nobody could say where it comes from.

    Args:
        one: the axes of a condition by name: model, args, strategy, ...
        other: those of another.
    """
    different = {axis for axis in {*one, *other} if one.get(axis) != other.get(axis)}
    # A model may have default arguments of its own.
    return len(different - {"args"} if "model" in different else different) == 1


class ArmPairs:
    """The pairs of one arm, as the claims in both directions see them."""

    def __init__(self, first: str, second: str) -> None:
        common = min(len(first), len(second))
        right_a, not_wrong_a = _flags(first[:common])
        right_b, not_wrong_b = _flags(second[:common])
        # The differences, with unscored answers against the first model and in its favour.
        self.low = right_a - not_wrong_b
        self.high = not_wrong_a - right_b

    @property
    def a_only(self) -> int:
        """The pairs in which the first model is right and the second wrong."""
        return int((self.low > 0).sum())

    @property
    def b_only(self) -> int:
        """The pairs in which the second model is right and the first wrong."""
        return int((self.high < 0).sum())

    @property
    def evidence_a(self) -> float:
        """The evidence that the first model is right more often."""
        return favours(self.a_only, int((self.low < 0).sum()))

    @property
    def evidence_b(self) -> float:
        """The evidence that the second model is right more often."""
        return favours(self.b_only, int((self.high > 0).sum()))


def _flags(letters: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return for each letter whether the answer was right, and whether it was not wrong."""
    codes = np.frombuffer(letters.encode("ascii"), dtype=np.uint8)
    return (codes == ord("c")).astype(np.int64), (codes != ord("w")).astype(np.int64)


class _Looks(NamedTuple):
    """The draws of a task, or of several: what the bets are made on.

    Attributes:
        low, high: for each draw the sum of the differences over its arms, as the lower and the upper bound see it.
        pairs: for each draw the number of arms that were asked it.
        arms: for each draw the number of arms of its task.
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    pairs: NDArray[np.float64]
    arms: NDArray[np.float64]

    @classmethod
    def of_task(cls, arms: Sequence[ArmPairs]) -> "_Looks":
        """Sum the arms of a task up, draw by draw."""
        draws = max(len(arm.low) for arm in arms)
        low, high, pairs = np.zeros((3, draws))
        for arm in arms:
            low[: len(arm.low)] += arm.low
            high[: len(arm.high)] += arm.high
            pairs[: len(arm.low)] += 1
        return cls(low, high, pairs, np.full(draws, float(len(arms))))

    def difference(self, alpha: float) -> "Difference":
        """Return the average over all pairs, in which a task counts by its draws and not by its arms.

        Its bounds are at level `alpha` each.
        """
        middle = (self.low + self.high) / 2
        estimate = float((middle / self.arms).sum() / (self.pairs / self.arms).sum())
        low = _greatest_margin(np.column_stack([self.low, self.pairs, self.arms]), alpha)
        high = -_greatest_margin(np.column_stack([-self.high, self.pairs, self.arms]), alpha)
        return Difference(estimate, low, high)


class Difference(NamedTuple):
    """An average difference in accuracy, positive where the first model is better, with anytime-valid bounds."""

    estimate: float
    low: float
    high: float

    def with_zero(self) -> "Difference":
        """Return the same with bounds that contain 0: wider ones hold as well."""
        return Difference(self.estimate, min(self.low, 0.0), max(self.high, 0.0))


def _greatest_margin(looks: NDArray[np.float64], alpha: float) -> float:
    """Return the greatest m for which "the average difference is at most m" is ruled out; -1 if none is.

    Args:
        looks: a row per draw: the sum of its differences, its pairs, and the arms of its task.
        alpha: the level of the bound.
    """
    different, counts = np.unique(looks, axis=0, return_counts=True)
    sums, pairs, arms = different.T[:, :, None]
    bets, weights = quadrature()

    def is_ruled_out(margin: float) -> bool:
        factors = 1 + bets * (sums - pairs * margin) / (arms * (1 + margin))
        capital = np.exp(np.minimum(counts @ np.log(factors), _LARGEST_LOG)) @ weights
        return bool(capital >= 1 / alpha)

    return stats.greatest(is_ruled_out, -1.0, 1.0)


@dataclass(frozen=True, slots=True)
class TaskComparison:
    """Two models on one task.

    Attributes:
        pairs: the draws that both were asked, over all arms.
        a_only: the pairs in which only the first model was right, and the other wrong.
        b_only: the pairs in which only the second model was right, and the other wrong.
        log_a: the logarithm of the evidence that the first model is better in some arm of the task.
        log_b: the same for the second model.
        difference: the average difference in accuracy, with bounds at level alpha/2 each.
    """

    task: str
    version: int
    pairs: int
    a_only: int
    b_only: int
    log_a: float
    log_b: float
    difference: Difference

    def row(self) -> dict[str, Any]:
        """Return the task as it appears in the summary: JSON types only."""
        return {
            "task": self.task,
            "task_version": self.version,
            "pairs": self.pairs,
            "a_only": self.a_only,
            "b_only": self.b_only,
            "evidence_a": _exp(self.log_a),
            "evidence_b": _exp(self.log_b),
            **self.difference._asdict(),
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models on all tasks that both were asked.

    Attributes:
        tasks: task by task, in the order of the first model's arms.
        alpha: the probability that equal models are called different is at most this.
        difference: the average difference in accuracy, with bounds at level alpha/2 each; every task counts by its
            draws.
    """

    tasks: tuple[TaskComparison, ...]
    alpha: float
    difference: Difference

    @property
    def log_a(self) -> float:
        """The logarithm of the evidence that the first model is better in some arm."""
        return math.fsum(task.log_a for task in self.tasks)

    @property
    def log_b(self) -> float:
        """The logarithm of the evidence that the second model is better in some arm."""
        return math.fsum(task.log_b for task in self.tasks)

    @property
    def shown(self) -> Shown | None:
        """Which model is shown to be better; "both" if each is in some arm, None if no difference is shown."""
        decisive = math.log(2 / self.alpha)
        if min(self.log_a, self.log_b) >= decisive:
            return "both"
        if max(self.log_a, self.log_b) < decisive:
            return None
        return "a" if self.log_a > self.log_b else "b"

    def row(self) -> dict[str, Any]:
        """Return the comparison as it appears in the summary, without the names of the models: JSON types only."""
        return {
            "tasks": [task.row() for task in self.tasks],
            "evidence_a": _exp(self.log_a),
            "evidence_b": _exp(self.log_b),
            **self.difference._asdict(),
            "alpha": self.alpha,
            "shown": self.shown,
        }


def _exp(log: float) -> float:
    return math.exp(min(log, _LARGEST_LOG))


def compare(first: Letters, second: Letters, alpha: float = stats.ALPHA) -> Comparison | None:
    """Compare two models on the draws that both were asked; None if there are none.

    Args:
        first: the outcomes of the first model.
        second: those of the second.
        alpha: the probability that equal models are called different is at most this.
    """
    by_task: dict[tuple[str, int], list[ArmPairs]] = {}
    for key, outcomes in first.items():
        if outcomes and second.get(key):
            by_task.setdefault((key.task, key.version), []).append(ArmPairs(outcomes, second[key]))
    if not by_task:
        return None
    looks = {task: _Looks.of_task(arms) for task, arms in by_task.items()}
    everything = _Looks(*(np.concatenate(columns) for columns in zip(*looks.values(), strict=True)))
    tasks = tuple(_compare_task(*task, arms, looks[task], alpha) for task, arms in by_task.items())
    comparison = Comparison(tasks, alpha, everything.difference(alpha / 2))
    # The bounds rest on the average and the evidence on single tasks. What is printed beside each other must agree.
    return replace(comparison, difference=comparison.difference.with_zero()) if comparison.shown is None else comparison


def _compare_task(task: str, version: int, arms: Sequence[ArmPairs], looks: _Looks, alpha: float) -> TaskComparison:
    return TaskComparison(
        task,
        version,
        pairs=sum(len(arm.low) for arm in arms),
        a_only=sum(arm.a_only for arm in arms),
        b_only=sum(arm.b_only for arm in arms),
        log_a=_mean_log([arm.evidence_a for arm in arms]),
        log_b=_mean_log([arm.evidence_b for arm in arms]),
        difference=looks.difference(alpha / 2),
    )


def _mean_log(evidence: Sequence[float]) -> float:
    """Return the logarithm of the mean of the evidence of several arms."""
    return math.log(math.fsum(evidence) / len(evidence))
