"""The outcome of a cell."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pytest_ood.asking.cell import Cell
from pytest_ood.asking.explain import as_html, explain, headline
from pytest_ood.evidence import stats
from pytest_ood.evidence.arm import Arm
from pytest_ood.evidence.outcomes import ArmName
from pytest_ood.evidence.trace import Trace
from pytest_ood.evidence.verdict import Finding, Verdict


@dataclass(frozen=True, repr=False)
class Outcome:
    """The outcome of a cell. The fixture `ood` gives it to a probe, and `measure` returns it.

    Attributes:
        shift: None if the cell has one arm, which is then `control`.
        cost_usd: the cost of the calls made for this cell in this run, in US dollars; None if a price is unknown.
            Answers that another cell asked for, or that the store had, cost nothing.
    """

    cell: Cell
    control: Arm
    shift: Arm | None
    finding: Finding
    cost_usd: float | None

    @property
    def verdict(self) -> Verdict:
        """What the cell shows about its model."""
        return self.finding.verdict

    @property
    def reason(self) -> str:
        """The reason for the verdict in words."""
        return self.finding.reason

    @property
    def reason_code(self) -> str:
        """The reason for the verdict as a code: ``shift_clears``, ``too_few_draws``, ..."""
        return self.finding.reason_code

    @property
    def robust(self) -> bool:
        """Whether the shift arm (or the only arm) is shown to clear the bar."""
        return self.verdict is Verdict.ROBUST

    @property
    def brittle(self) -> bool:
        """Whether the control arm is shown to clear the bar and the shift arm to miss it."""
        return self.verdict is Verdict.BRITTLE

    @property
    def incapable(self) -> bool:
        """Whether the control arm (or the only arm) is shown to miss the bar."""
        return self.verdict is Verdict.INCAPABLE

    @property
    def undecided(self) -> bool:
        """Whether nothing is shown; `reason` says why."""
        return self.verdict is Verdict.UNDECIDED

    @property
    def arms(self) -> list[tuple[ArmName, Arm]]:
        """The arms of the cell with their names, the control first."""
        arms: list[tuple[ArmName, Arm]] = [(self.cell.control.name, self.control)]
        if self.cell.shift is not None and self.shift is not None:
            arms.append((self.cell.shift.name, self.shift))
        return arms

    @property
    def gap(self) -> float | None:
        """The accuracy of the control arm minus that of the shift arm; None unless both are known."""
        if self.shift is None or self.control.accuracy is None or self.shift.accuracy is None:
            return None
        return self.control.accuracy - self.shift.accuracy

    @property
    def gap_understood(self) -> float | None:
        """The gap on the draws in which the model understood the rule, judging by the comprehension questions.

        None unless both arms have scored draws of this kind.
        """
        control = self.control.accuracy_understood
        shift = None if self.shift is None else self.shift.accuracy_understood
        return None if control is None or shift is None else control - shift

    @property
    def gap_bounds(self) -> tuple[float, float]:
        """One-sided anytime-valid 95 % bounds on the gap: alpha is split over the two arms."""
        if self.shift is None:
            return -1.0, 1.0
        (control_low, control_high), (shift_low, shift_high) = (
            arm.bounds(stats.ALPHA / 2) for arm in (self.control, self.shift)
        )
        return control_low - shift_high, control_high - shift_low

    @property
    def lures(self) -> Counter[str]:
        """How often each shortcut's answer was given, over both arms."""
        return sum((arm.lures for _, arm in self.arms), Counter())

    @property
    def failures(self) -> list[Trace]:
        """The traces of the wrong answers, control arm first."""
        return [trace for trace in self.each_trace() if trace.outcome == "wrong"]

    def each_trace(self) -> Iterator[Trace]:
        """Yield the traces of all draws, control arm first."""
        for _, arm in self.arms:
            yield from arm.each_trace()

    def explain(self) -> str:
        """Return the verdict, the numbers and one failing case in full, safe for a terminal."""
        return explain(self)

    def _repr_html_(self) -> str:
        """Return the explanation as HTML, for notebooks."""
        return as_html(self)

    def __repr__(self) -> str:
        return f"<{headline(self)}>"

    def row(self) -> dict[str, Any]:
        """Return the cell of the summary (``schemas/summary.schema.json``): JSON types only."""
        cell, (gap_low, gap_high) = self.cell, self.gap_bounds
        return {
            "id": cell.id,
            "probe": cell.probe,
            "task": cell.task.name,
            "task_version": cell.task.version,
            "family": cell.task.family,
            "params": dict(cell.params),
            "control_params": dict(cell.control.params),
            "model": cell.condition.model,
            "strategy": cell.condition.strategy,
            "condition": cell.condition.axes(),
            "verdict": self.verdict.value,
            "reason_code": self.reason_code,
            "reason": self.reason,
            "reason_arm": self.finding.arm,
            "control": self.control.row(),
            "shift": None if self.shift is None else self.shift.row(),
            "gap": self.gap,
            "gap_low": gap_low,
            "gap_high": gap_high,
            "gap_understood": self.gap_understood,
            "lures": dict(self.lures.most_common()),
            "cost_usd": self.cost_usd,
        }
