"""When to ask more draws of a cell's arms, and when to stop."""

import bisect
from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

from pytest_ood.evidence import stats
from pytest_ood.evidence.arm import UNSCORED_START, Arm, ScoredDraw
from pytest_ood.evidence.outcomes import UNSCORED, AnswerOutcome
from pytest_ood.evidence.pairs import Pairs, favours

FIRST_WAVE = 3
# Smaller waves would save a few calls and cost many round trips.
SMALLEST_WAVE = 8
# What the answers of control and shift may all be. One of these courses decides a cell first.
_EXTREMES: tuple[tuple[AnswerOutcome, AnswerOutcome], ...] = (
    ("wrong", "wrong"),
    ("correct", "correct"),
    ("correct", "wrong"),
    ("unparsed", "unparsed"),
)


def ask_ahead(draws: int, limit: int, waves: int) -> int:
    """Return how many draws an arm has to have asked that has so many, if `waves` waves must do for its limit.

    The first waves are shorter, since most cells are decided early: of 2 waves for 100 draws, the first has 25.
    """
    ends = (-(-limit * wave**2 // waves**2) for wave in range(1, waves + 1))
    return next((end for end in ends if end > draws), limit)


class Wave(NamedTuple):
    """The number of draws of each arm."""

    control: int = 0
    shift: int = 0


class Stopping:
    """Judges the answers to a cell in the order of the draws, and decides which draws to ask next.

    The first three draws of the control come first: a model that cannot do the familiar form at all costs three calls.
    Then come the first three of the shift. From there on both arms are asked together, pair by pair. A cell ends when
    the shift clears the bar, when a gap is shown and the shift misses the bar, when the control misses the bar without
    a gap and nothing more can be expected of the pairs, or at the maximum number of draws.

    Attributes:
        pairs: the judged pairs; empty in a cell of one arm.
    """

    def __init__(self, control: Arm, shift: Arm | None = None) -> None:
        self.pairs = Pairs()
        self._control, self._shift = control, shift
        self._sampling = control.sampling

    @property
    def gap_is_shown(self) -> bool:
        """Whether the pairs show a gap."""
        return self.pairs.show_a_gap(self._sampling.gap_alpha)

    @property
    def done(self) -> bool:
        """Whether the cell is decided, or can no longer be."""
        control, shift = self._control, self._shift
        if not self._sampling.stops_early:
            return False
        if control.dead_start or (shift is not None and shift.dead_start):
            return True
        if shift is None:
            return control.decided is not None
        if shift.decided == "clears":
            return True
        if self.gap_is_shown:
            return shift.decided == "misses"
        only_control, _, only_shift = self.pairs.last
        both_miss = control.decided == shift.decided == "misses"
        return control.hopeless or (both_miss and only_control <= only_shift + 1)

    def add(self, control: Sequence[ScoredDraw], shift: Sequence[ScoredDraw] = ()) -> None:
        """Judge the next draws of both arms, one look after another.

        Draws beyond the one that decides the cell, or without a partner because the budget ran out, are counted in
        their arms but not judged.
        """
        waiting_control, waiting_shift = deque(control), deque(shift)
        while not self.done:
            step = self._step
            if len(waiting_control) < step.control or len(waiting_shift) < step.shift:
                break
            if step.control:
                self._control.add(waiting_control.popleft())
            if step.shift and self._shift is not None:
                self._shift.add(waiting_shift.popleft())
                self.pairs.add(self._control.outcomes[self._shift.n - 1], self._shift.outcomes[-1])
        for arm, waiting in ((self._control, waiting_control), (self._shift, waiting_shift)):
            for draw in waiting:
                assert arm is not None
                arm.add(draw, judged=False)

    @property
    def _step(self) -> Wave:
        """The draws that are judged together before the next look."""
        if self._shift is None or self._control.n < self._head_start:
            return Wave(control=1)
        return Wave(shift=1) if self._shift.n < self._control.n else Wave(1, 1)

    @property
    def _head_start(self) -> int:
        """How many draws of the control precede the shift: more if the first ones were all unscored."""
        limit, start = self._sampling.limit, self._control.outcomes[:FIRST_WAVE]
        unscored = len(start) == FIRST_WAVE and set(start) <= set(UNSCORED)
        return min(UNSCORED_START if unscored and self._sampling.stops_early else FIRST_WAVE, limit)

    def next_wave(self) -> Wave | None:
        """Return the next draws to ask; None once the cell is done."""
        control, shift, limit = self._control, self._shift, self._sampling.limit
        if self.done or control.cut_off or (shift is not None and shift.cut_off):
            return None
        if not self._sampling.stops_early:
            wave = Wave(limit - control.n, 0 if shift is None else limit - shift.n)
        elif control.n < self._head_start:
            wave = Wave(control=self._head_start - control.n)
        elif shift is not None and shift.n < control.n:
            wave = Wave(shift=control.n - shift.n)
        else:
            size = self._next_size(limit - control.n)
            wave = Wave(size, 0 if shift is None else size)
        return wave if any(wave) else None

    def _next_size(self, rest: int) -> int:
        """Return how many draws to ask at once: the fewest that could decide anything, and not too few."""
        arms = [arm for arm in (self._control, self._shift) if arm is not None]
        if any(arm.n and arm.unscored == arm.n for arm in arms):
            # An arm that starts with nothing but unscored answers is given up before a longer wave would end.
            return min(UNSCORED_START - arms[0].n if arms[0].n < UNSCORED_START else SMALLEST_WAVE, rest)
        return min(max(SMALLEST_WAVE, self._fewest_to_decide(rest)), rest)

    def _fewest_to_decide(self, rest: int) -> int:
        """Return the fewest further draws of each arm after which the cell could end; `rest` if none could."""
        control, shift, bar = self._control, self._shift, self._sampling.bar
        decisive, gap_decisive = 1 / self._sampling.alpha, 1 / self._sampling.gap_alpha

        def first(decides: Callable[[int], bool]) -> int:
            """The smallest number of draws that decides, of which any larger number does too."""
            return bisect.bisect_left(range(1, rest), True, key=decides) + 1

        def to_clear(arm: Arm) -> int:
            right, others = arm.judged_correct, arm.judged - arm.judged_correct
            return 0 if arm.decided else first(lambda more: stats.clears(right + more, others, bar) >= decisive)

        def to_miss(arm: Arm) -> int:
            others, wrong = arm.judged - arm.judged_wrong, arm.judged_wrong
            return 0 if arm.decided else first(lambda more: stats.misses(others, wrong + more, bar) >= decisive)

        if shift is None:
            return min(to_clear(control), to_miss(control))
        only_control, _, only_shift = self.pairs.last
        to_gap = first(lambda more: favours(only_control + more, only_shift) >= gap_decisive)
        courses = [max(0 if self.gap_is_shown else to_gap, to_miss(shift))]
        if shift.decided is None:
            courses.append(to_clear(shift))
        if not self.gap_is_shown and control.decided != "clears":
            courses.append(to_miss(control))
        return min(courses)

    def fewest(self) -> Wave:
        """Return the fewest draws that a cell like this can end with, from the start."""
        return min((self._played(*outcomes) for outcomes in _EXTREMES), key=sum)

    def most(self) -> Wave:
        """Return the maximum draws that each arm may reach."""
        shift = 0 if self._shift is None else self._shift.n
        if self.next_wave() is None:
            return Wave(self._control.n, shift)
        limit = self._sampling.limit
        return Wave(limit, 0 if self._shift is None else limit)

    def _played(self, control_outcome: AnswerOutcome, shift_outcome: AnswerOutcome) -> Wave:
        """The draws asked if all answers of each arm have the same outcome."""
        control = Arm(self._sampling)
        shift = None if self._shift is None else Arm(self._sampling)
        rule = Stopping(control, shift)
        while (wave := rule.next_wave()) is not None:
            rule.add([ScoredDraw(control_outcome)] * wave.control, [ScoredDraw(shift_outcome)] * wave.shift)
        return Wave(control.n, 0 if shift is None else shift.n)
