"""The outcome of a cell."""

import functools
import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pytest_ood.asking.cell import Cell
from pytest_ood.asking.explain import as_html, explain, headline
from pytest_ood.asking.strategies import Strategy
from pytest_ood.asking.strategies.direct import Direct
from pytest_ood.evidence.arm import Arm
from pytest_ood.evidence.estimates import Estimates, estimates
from pytest_ood.evidence.outcomes import ArmName
from pytest_ood.evidence.pairs import Gap, Pairs
from pytest_ood.evidence.tally import Tally
from pytest_ood.evidence.trace import Trace
from pytest_ood.evidence.verdict import Finding, ReasonCode, Verdict


@dataclass(frozen=True, repr=False)
class Outcome:
    """The outcome of a cell. The fixture `ood` gives it to a probe, and `measure` returns it.

    Attributes:
        cell: what was asked, and how.
        control: the familiar arm, or the only one.
        shift: the moved arm; None if the cell has one arm.
        pairs: the judged pairs of both arms.
        finding: the verdict with its reason; `verdict`, `reason` and `reason_code` are parts of it.
        cost_usd: the cost of the calls made for this cell in this run, in US dollars; None if a price is unknown.
            Answers that another cell asked for, or that the store had, cost nothing.
        strategy: how the cell was asked.
    """

    cell: Cell
    control: Arm
    shift: Arm | None
    pairs: Pairs
    finding: Finding
    cost_usd: float | None
    strategy: Strategy = Direct()  # noqa: RUF009 -- it has no state

    @property
    def verdict(self) -> Verdict:
        """What the cell shows about its model."""
        return self.finding.verdict

    @property
    def reason(self) -> str:
        """The reason for the verdict in words."""
        return self.finding.reason

    @property
    def reason_code(self) -> ReasonCode:
        """The reason for the verdict as a code: ``shift_clears``, ``too_few_draws``, ..."""
        return self.finding.reason_code

    @property
    def robust(self) -> bool:
        """Whether the shift arm (or the only arm) is shown to clear the bar."""
        return self.verdict is Verdict.ROBUST

    @property
    def brittle(self) -> bool:
        """Whether a gap is shown, and the shift arm misses the bar."""
        return self.verdict is Verdict.BRITTLE

    @property
    def degraded(self) -> bool:
        """Whether a gap is shown, while it is open on which side of the bar the shift arm lies."""
        return self.verdict is Verdict.DEGRADED

    @property
    def incapable(self) -> bool:
        """Whether the control arm (or the only arm) is shown to miss the bar, and no gap is shown."""
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

    @functools.cached_property
    def estimates(self) -> Estimates:
        """Estimates of the accuracies of both arms, without the bias of having stopped early."""
        return estimates(self.control, self.shift)

    @functools.cached_property
    def gap(self) -> Gap | None:
        """The accuracy of the control arm minus that of the shift arm, with its bounds; None without scored pairs."""
        if self.estimates.gap is None or not len(self.pairs):
            return None
        return self._gap(self.estimates.gap, self.pairs)

    @functools.cached_property
    def gap_understood(self) -> Gap | None:
        """The gap on the pairs whose rule the model understood in both arms, judging by the comprehension questions.

        None without such pairs. The estimate is the plain difference of the accuracies on them.
        """
        if self.shift is None:
            return None
        understood, right, scored = Pairs(), [0, 0], [0, 0]
        twins = zip(self.control.outcomes, self.shift.outcomes, strict=False)
        meanings = zip(self.control.understandings, self.shift.understandings, strict=False)
        for pair, meaning in itertools.islice(zip(twins, meanings, strict=True), len(self.pairs)):
            if meaning == ("correct", "correct"):
                understood.add(*pair)
                for arm, outcome in enumerate(pair):
                    right[arm] += outcome == "correct"
                    scored[arm] += outcome in ("correct", "wrong")
        if not all(scored):
            return None
        return self._gap(right[0] / scored[0] - right[1] / scored[1], understood)

    def _gap(self, estimate: float, pairs: Pairs) -> Gap:
        alpha = self.control.sampling.gap_alpha
        low, high = pairs.bounds(alpha)
        # An estimate of few pairs may lie outside; then the nearer bound is the better one.
        return Gap(
            min(max(estimate, low), high), low=low, high=high, pairs=len(pairs), evidence=pairs.evidence, alpha=alpha
        )

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
        cell, gap, understood = self.cell, self.gap, self.gap_understood
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
            "sampling": self.control.sampling.row(),
            "size": cell.size,
            "control": self.control.row(self.estimates.control),
            "shift": None if self.shift is None else self.shift.row(self.estimates.shift),
            "gap": None if gap is None else gap.row(),
            "gap_understood": None if understood is None else understood.row(),
            "lures": dict(self.lures.most_common()),
            "remark": self.strategy.remark(self.control.tally, Tally() if self.shift is None else self.shift.tally),
            "cost_usd": self.cost_usd,
        }
