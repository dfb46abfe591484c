"""The verdict on two arms, or on one."""

import enum
from typing import NamedTuple

from pytest_ood.evidence.arm import Arm
from pytest_ood.evidence.outcomes import ArmName


class Verdict(str, enum.Enum):
    """What a cell shows about its model."""

    ROBUST = "robust"
    BRITTLE = "brittle"
    INCAPABLE = "incapable"
    UNDECIDED = "undecided"


class Finding(NamedTuple):
    """A verdict and its reason, as a code for programs and in words for people.

    Attributes:
        verdict: the verdict.
        reason_code: the reason as a code.
        why: the reason in words, without the arm.
        arm: the arm that prevents a verdict, if the cell has two and one of them does.
    """

    verdict: Verdict
    reason_code: str
    why: str
    arm: ArmName | None = None

    @property
    def reason(self) -> str:
        """The reason in words."""
        return self.why if self.arm is None else f"{self.arm}: {self.why}"


def find(control: Arm, shift: Arm | None) -> Finding:
    """Return the verdict of a cell; with a single arm (`shift` is None), that arm against the bar."""
    bar = f"{control.sampling.bar:g}"
    if shift is None:
        return _alone(control, bar)
    if control.decided == "misses":
        return Finding(Verdict.INCAPABLE, "control_misses", f"the control arm misses the bar {bar}")
    if shift.decided == "clears":
        return Finding(Verdict.ROBUST, "shift_clears", f"the shift arm clears the bar {bar}")
    if control.decided == "clears" and shift.decided == "misses":
        reason = f"the control arm clears the bar {bar}, the shift arm misses it"
        return Finding(Verdict.BRITTLE, "shift_misses", reason)
    if control.decided is None:
        return Finding(Verdict.UNDECIDED, *control.why_undecided(), "control")
    return Finding(Verdict.UNDECIDED, *shift.why_undecided(), "shift")


def _alone(arm: Arm, bar: str) -> Finding:
    if arm.decided == "clears":
        return Finding(Verdict.ROBUST, "clears", f"the only arm clears the bar {bar}")
    if arm.decided == "misses":
        return Finding(Verdict.INCAPABLE, "misses", f"the only arm misses the bar {bar}")
    return Finding(Verdict.UNDECIDED, *arm.why_undecided())
