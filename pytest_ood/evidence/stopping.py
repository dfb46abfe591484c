"""When to ask more draws of a cell's arms, and when to stop."""

from typing import NamedTuple

from pytest_ood.evidence.arm import UNSCORED_START, Arm, ScoredDraw
from pytest_ood.evidence.outcomes import AnswerOutcome

FIRST_WAVE = 3
_EXTREMES: tuple[AnswerOutcome, ...] = ("wrong", "correct", "unparsed")


class Wave(NamedTuple):
    """The number of draws of each arm."""

    control: int = 0
    shift: int = 0


class Stopping:
    """Decides, from what both arms have shown so far, which draws to ask next.

    The control arm comes first; if it misses the bar, or cannot be scored at all, the shift arm is not asked, because
    nothing it could show would count. Waves of 3, 6, 12, ... decide an arm of 40 in four round trips and ask, averaged
    over all accuracies, at most 1.5 times as many draws as checking after every answer would.
    """

    def __init__(self, control: Arm, shift: Arm | None = None) -> None:
        self._control, self._shift = control, shift
        self._waves = {id(arm): 0 for arm in (control, shift)}

    def next_wave(self) -> Wave | None:
        """Return the next draws to ask; None once the cell is done."""
        if size := self._next(self._control):
            return Wave(control=size)
        if self._shift is not None and not self._control_ends_the_cell and (size := self._next(self._shift)):
            return Wave(shift=size)
        return None

    def fewest(self) -> Wave:
        """Return the fewest draws that a cell like this can end with, from the start."""
        return min((self._played(outcome) for outcome in _EXTREMES), key=sum)

    def most(self) -> Wave:
        """Return the maximum draws that each arm may reach."""
        control = self._most(self._control)
        shift = 0 if self._shift is None else self._shift.n
        if self._shift is not None and not self._control_ends_the_cell:
            shift = self._most(self._shift)
        return Wave(control, shift)

    @property
    def _control_ends_the_cell(self) -> bool:
        arm = self._control
        hopeless = arm.decided == "misses" or arm.dead_start
        return arm.out_of_budget or (arm.sampling.stops_early and hopeless)

    def _next(self, arm: Arm) -> int:
        size = self._most(arm) - arm.n
        if size and arm.sampling.stops_early:
            wave = FIRST_WAVE << self._waves[id(arm)]
            self._waves[id(arm)] += 1
            # An arm that starts with nothing but unscored answers is given up before its wave would end.
            size = min(UNSCORED_START - arm.n if arm.n and arm.unscored == arm.n else wave, size)
        return size

    @staticmethod
    def _most(arm: Arm) -> int:
        ended = arm.sampling.stops_early and (arm.decided is not None or arm.dead_start)
        return arm.n if ended or arm.out_of_budget else arm.sampling.limit

    def _played(self, outcome: AnswerOutcome) -> Wave:
        """The draws asked if every answer has this outcome."""
        control = Arm(self._control.sampling)
        shift = None if self._shift is None else Arm(self._shift.sampling)
        rule = Stopping(control, shift)
        while (wave := rule.next_wave()) is not None:
            for arm, size in ((control, wave.control), (shift, wave.shift)):
                for _ in range(size):
                    assert arm is not None
                    arm.add(ScoredDraw(outcome))
        return Wave(control.n, 0 if shift is None else shift.n)
