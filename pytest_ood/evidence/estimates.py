"""Estimate accuracies without the bias of having stopped early.

A cell that stops when something is shown tends to stop where its answers look extreme, so that "right of those asked"
is a biased estimate. Given how many answers of each kind there were and where the cell stopped, all orders of the draws
in which it would not have stopped earlier are equally likely, whatever the accuracies are. The share of these orders
that begin with a right answer is therefore an unbiased estimate of the accuracy: it is the first answer, averaged over
everything that the stopping rule cannot tell apart (Girshick, Mosteller and Savage 1946, "Unbiased estimates for
certain binomial sampling problems with applications").
"""

from typing import NamedTuple

import numpy as np

from pytest_ood.evidence.arm import Arm
from pytest_ood.evidence.simulation import RIGHT, UNSCORED, WRONG, Answers, play

# Orders of the draws that are tried; the same ones every time.
_ORDERS = 2000
_SEED = 1946
_LETTERS = {"correct": RIGHT, "wrong": WRONG}  # everything else is unscored


class Estimates(NamedTuple):
    """Unbiased estimates of the accuracies of both arms; None for an arm without a scored answer."""

    control: float | None
    shift: float | None

    @property
    def gap(self) -> float | None:
        """The estimate of the gap."""
        return None if self.control is None or self.shift is None else self.control - self.shift


def estimates(control: Arm, shift: Arm | None) -> Estimates:
    """Return unbiased estimates of the accuracies of a cell, from its judged draws.

    The draws are shuffled, pairs together, and the orders kept in which the stopping rule would have ended here too.
    """
    controls, shifts = _answers(control), None if shift is None else _answers(shift)
    ended_between = shifts is not None and 0 < len(shifts) < len(controls)
    if not control.sampling.stops_early or not len(controls) or ended_between:
        return Estimates(_share(controls), _share(shifts))
    orders = np.random.default_rng(_SEED).permuted(np.tile(np.arange(len(controls)), (_ORDERS, 1)), axis=1)
    # The order that was seen is one of them.
    orders[0] = np.arange(len(controls))
    if shifts is not None and not len(shifts):
        # The control ended the cell: what the shift would have answered makes no difference.
        shifts = np.full_like(controls, UNSCORED)
    # Before the limit, one draw more tells the orders that end here from those that would have gone on.
    goes_on = len(controls) < control.sampling.limit
    columns = [
        None if answers is None else np.pad(answers[orders], ((0, 0), (0, goes_on)), constant_values=UNSCORED)
        for answers in (controls, shifts)
    ]
    assert columns[0] is not None
    ends = play(columns[0], columns[1], control.sampling).control_n
    first = orders[ends == ends[0], 0]
    return Estimates(_share(controls[first]), None if shifts is None else _share(shifts[first]))


def _answers(arm: Arm) -> Answers:
    return np.array([_LETTERS.get(outcome, UNSCORED) for outcome in arm.outcomes[: arm.judged]], dtype=np.int8)


def _share(answers: Answers | None) -> float | None:
    """Return the share of right answers among the scored ones."""
    scored = np.empty(0) if answers is None else answers[answers != UNSCORED]
    return float((scored == RIGHT).mean()) if len(scored) else None
