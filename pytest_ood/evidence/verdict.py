"""The verdict on two arms, or on one."""

import enum
from typing import Literal, NamedTuple

from pytest_ood.evidence.arm import Arm
from pytest_ood.evidence.outcomes import UNSCORED, ArmName
from pytest_ood.evidence.pairs import Pairs


class Verdict(str, enum.Enum):
    """What a cell shows about its model."""

    ROBUST = "robust"
    BRITTLE = "brittle"
    DEGRADED = "degraded"
    INCAPABLE = "incapable"
    UNDECIDED = "undecided"


ReasonCode = Literal[
    "shift_clears",
    "shift_misses",
    "gap_shown",
    "control_misses",
    "clears",
    "misses",
    "too_few_draws",
    "unscored",
    "budget",
    "provider",
    "waiting",
]


class Finding(NamedTuple):
    """A verdict and its reason, as a code for programs and in words for people.

    Attributes:
        verdict: the verdict.
        reason_code: the reason as a code.
        why: the reason in words, without the arm.
        arm: the arm that prevents a verdict, if the cell has two and one of them does.
    """

    verdict: Verdict
    reason_code: ReasonCode
    why: str
    arm: ArmName | None = None

    @property
    def reason(self) -> str:
        """The reason in words."""
        return self.why if self.arm is None else f"{self.arm}: {self.why}"


def find(control: Arm, shift: Arm | None, pairs: Pairs) -> Finding:
    """Return the verdict of a cell; with a single arm (`shift` is None), that arm against the bar.

    Args:
        control, shift: the arms.
        pairs: their judged pairs, which show whether there is a gap.
    """
    sampling = control.sampling
    bar = f"{sampling.bar:g}"
    if shift is None:
        return _alone(control, bar)
    if control.is_waiting or shift.is_waiting:
        # What is shown so far may not be all.
        return _waiting()
    gap_is_shown = pairs.show_a_gap(sampling.gap_alpha)
    if shift.decided == "clears":
        note = ", though less often right than the control" if gap_is_shown else ""
        return Finding(Verdict.ROBUST, "shift_clears", f"the shift arm clears the bar {bar}{note}")
    if gap_is_shown and shift.decided == "misses":
        return Finding(Verdict.BRITTLE, "shift_misses", f"a gap is shown, and the shift arm misses the bar {bar}")
    if gap_is_shown:
        where = f"on which side of the bar {bar} the shift arm lies is open"
        return Finding(Verdict.DEGRADED, "gap_shown", f"a gap is shown; {where}")
    if control.decided == "misses":
        return Finding(
            Verdict.INCAPABLE, "control_misses", f"the control arm misses the bar {bar}, and no gap is shown"
        )
    return Finding(Verdict.UNDECIDED, *_why_undecided(control, shift))


def _alone(arm: Arm, bar: str) -> Finding:
    if arm.decided == "clears":
        return Finding(Verdict.ROBUST, "clears", f"the only arm clears the bar {bar}")
    if arm.decided == "misses":
        return Finding(Verdict.INCAPABLE, "misses", f"the only arm misses the bar {bar}")
    if arm.is_waiting:
        return _waiting()
    code, why, _ = _why_undecided(arm)
    return Finding(Verdict.UNDECIDED, code, why)


def _waiting() -> Finding:
    return Finding(Verdict.UNDECIDED, "waiting", "waits for answers to a batch")


def _why_undecided(control: Arm, shift: Arm | None = None) -> tuple[ReasonCode, str, ArmName | None]:
    """Return why nothing is shown: as a code, in words, and the arm that stands in the way, if it is one of them."""
    named: list[tuple[ArmName, Arm]] = [("control", control)]
    if shift is not None:
        named.append(("shift", shift))
    for _, arm in named:
        if arm.model_failed:
            return "provider", arm.model_failed, None
    for name, arm in named:
        if arm.out_of_budget:
            return "budget", "budget", name
    for name, arm in named:
        if arm.dead_start:
            return "unscored", f"first {arm.judged}: {arm.counted(UNSCORED)}", name
    # The shift first: the verdict depends on it most.
    for name, arm in reversed(named):
        if arm.hidden_by_unscored:
            return "unscored", f"{arm.counted(UNSCORED)} of {arm.n}", name
    draws = control.judged
    unit = "draw" if shift is None else "pair"
    return "too_few_draws", f"too few draws to tell ({draws} {unit}{'' if draws == 1 else 's'})", None
