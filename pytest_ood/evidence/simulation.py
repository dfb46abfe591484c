"""Play many cells through the stopping rule at once.

`Stopping` judges one cell draw by draw. Here the same rule is applied to arrays of answers, thousands of cells at a
time: for unbiased estimates, for tests of fit, and for figures about the rule itself. A test compares the two.
"""

import functools
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pytest_ood.evidence import stats
from pytest_ood.evidence.arm import UNSCORED_START
from pytest_ood.evidence.pairs import favours
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.evidence.stopping import FIRST_WAVE, SMALLEST_WAVE
from pytest_ood.evidence.verdict import Verdict

#: How an answer is written in an array: right, wrong, or without evidence.
RIGHT, WRONG, UNSCORED = 1, 0, -1
# Later than any draw.
_NEVER = np.iinfo(np.int64).max

Answers = NDArray[np.int8]
Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Played(NamedTuple):
    """What became of simulated cells, each in one place of every array.

    Attributes:
        control_n, shift_n: how many draws of each arm were judged.
        verdict: the verdict, as its place among the members of `Verdict`.
        gap_shown: whether a gap was shown.
    """

    control_n: Counts
    shift_n: Counts
    verdict: Counts
    gap_shown: Flags


class _Boundaries(NamedTuple):
    """The evidence as boundaries of counts, by the number of draws.

    Attributes:
        clear: the fewest right answers of n with which an arm clears the bar.
        miss: the most right answers of n with which it misses the bar.
        gap: the fewest of n discordant pairs in favour of the control with which a gap is shown.
    """

    clear: Counts
    miss: Counts
    gap: Counts


@functools.lru_cache(maxsize=64)
def _boundaries(bar: float, alpha: float, gap_alpha: float, draws: int) -> _Boundaries:
    clear, miss, gap = (np.zeros(draws + 1, dtype=np.int64) for _ in range(3))
    right = discordant = 0
    wrong_needed = 0
    for n in range(draws + 1):
        # Each boundary only ever moves up with the number of draws.
        while right <= n and stats.clears(right, n - right, bar) < 1 / alpha:
            right += 1
        while wrong_needed <= n and stats.misses(n - wrong_needed, wrong_needed, bar) < 1 / alpha:
            wrong_needed += 1
        while discordant <= n and favours(discordant, n - discordant) < 1 / gap_alpha:
            discordant += 1
        clear[n], miss[n], gap[n] = right, n - wrong_needed, discordant
    return _Boundaries(clear, miss, gap)


class _Arms:
    """The course of one arm in all cells: its counts after every draw, and when it is decided."""

    def __init__(self, answers: Answers, boundaries: _Boundaries) -> None:
        self.right = _counted(answers == RIGHT)
        self.not_wrong = _counted(answers != WRONG)
        clears = _first(self.right >= boundaries.clear)
        misses = _first(self.not_wrong <= boundaries.miss)
        # What is shown first stays shown.
        self.clears = np.where(clears < misses, clears, _NEVER)
        self.misses = np.where(misses < clears, misses, _NEVER)
        unscored = _counted(answers == UNSCORED)
        starts = min(UNSCORED_START, answers.shape[1])
        is_dead = (unscored[:, starts] == starts) & (starts == UNSCORED_START)
        self.dies = np.where(is_dead, UNSCORED_START, _NEVER)
        first = min(FIRST_WAVE, answers.shape[1])
        self.starts_unscored: Flags = (unscored[:, first] == FIRST_WAVE) & (first == FIRST_WAVE)


def _counted(flags: Flags) -> Counts:
    """Return how many of the first 0, 1, 2, ... draws have the flag."""
    counts = np.zeros((flags.shape[0], flags.shape[1] + 1), dtype=np.int64)
    np.cumsum(flags, axis=1, out=counts[:, 1:])
    return counts


def _first(flags: Flags) -> Counts:
    """Return the first place of each row with the flag; `_NEVER` without one."""
    return np.where(flags.any(axis=1), flags.argmax(axis=1), _NEVER)


def play(control: Answers, shift: Answers | None, sampling: Sampling) -> Played:
    """Judge simulated cells by the stopping rule.

    Args:
        control: the answers of the control arms, a row per cell and a column per draw, up to the limit of the sampling;
            1 is right, 0 wrong and -1 unscored.
        shift: those of the shift arms, in the same shape; None for cells of one arm.
        sampling: the bar, the levels, and whether a cell stops early.
    """
    limit = control.shape[1]
    boundaries = _boundaries(sampling.bar, sampling.alpha, sampling.gap_alpha, limit)
    if shift is None:
        return _play_alone(_Arms(control, boundaries), limit, sampling)
    arms = _Arms(control, boundaries), _Arms(shift, boundaries)
    only_control = _counted((control == RIGHT) & (shift == WRONG))
    only_shift = _counted((control != RIGHT) & (shift != WRONG))
    gap = _first(only_control >= boundaries.gap[only_control + only_shift])
    lead = only_control - only_shift
    ends = _play_pairs(*arms, gap, lead, limit, sampling)
    return Played(*ends, *_verdicts(*arms, gap, *ends))


def _play_alone(arm: _Arms, limit: int, sampling: Sampling) -> Played:
    ends = np.minimum(np.minimum(arm.clears, arm.misses), arm.dies) if sampling.stops_early else np.full(1, limit)
    n = np.broadcast_to(np.minimum(ends, limit), arm.clears.shape)
    verdict = np.where(arm.clears <= n, _place(Verdict.ROBUST), _place(Verdict.UNDECIDED))
    verdict = np.where(arm.misses <= n, _place(Verdict.INCAPABLE), verdict)
    return Played(n, np.zeros_like(n), verdict, np.zeros(len(n), dtype=bool))


def _play_pairs(
    control: _Arms, shift: _Arms, gap: Counts, lead: Counts, limit: int, sampling: Sampling
) -> tuple[Counts, Counts]:
    """Return how many draws of each arm are judged before the cell ends."""
    cells = np.arange(len(gap))
    control_n, shift_n = np.full(len(gap), limit), np.full(len(gap), limit)
    if not sampling.stops_early:
        return control_n, shift_n
    open_cells = np.ones(len(gap), dtype=bool)
    head_start = np.minimum(np.where(control.starts_unscored, UNSCORED_START, FIRST_WAVE), limit)
    # The looks: each draw of the head start, then the shift as it catches up, then pair by pair.
    for look in range(1, int(head_start.max()) + limit + 1):
        s = np.clip(look - head_start, 0, limit)
        c = np.where(look <= head_start, look, np.maximum(head_start, s))
        pairs = np.minimum(c, s)
        shown = gap <= pairs
        misses = shift.misses <= s
        control_misses = control.misses <= c
        hopeless = control_misses & (3 * control.not_wrong[cells, c] <= c)
        evenly = control_misses & misses & (lead[cells, pairs] <= 1)
        ends = (shift.clears <= s) | (control.dies <= c) | (shift.dies <= s)
        ends |= np.where(shown, misses, hopeless | evenly)
        ends &= open_cells
        control_n[ends], shift_n[ends] = c[ends], s[ends]
        open_cells &= ~ends
        if not open_cells.any():
            break
    return control_n, shift_n


def _verdicts(control: _Arms, shift: _Arms, gap: Counts, control_n: Counts, shift_n: Counts) -> tuple[Counts, Flags]:
    shown = gap <= np.minimum(control_n, shift_n)
    verdict = np.select(
        [shift.clears <= shift_n, shown & (shift.misses <= shift_n), shown, control.misses <= control_n],
        [_place(Verdict.ROBUST), _place(Verdict.BRITTLE), _place(Verdict.DEGRADED), _place(Verdict.INCAPABLE)],
        _place(Verdict.UNDECIDED),
    )
    return verdict, shown


def _place(verdict: Verdict) -> int:
    return list(Verdict).index(verdict)


def asked(control: Answers, shift: Answers | None, sampling: Sampling) -> tuple[Counts, Counts]:
    """Return how many draws of each arm are asked: the judged ones, and what is asked together with the last of them.

    Args:
        control, shift, sampling: as in `play`, but every answer is scored.
    """
    played, limit = play(control, shift, sampling), control.shape[1]
    if not sampling.stops_early:
        return played.control_n, played.shift_n
    boundaries = _boundaries(sampling.bar, sampling.alpha, sampling.gap_alpha, limit)
    waves = _Waves(control, shift, boundaries)
    judged = played.control_n if shift is None else played.shift_n
    n = np.full(len(control), min(FIRST_WAVE, limit))
    while len(cells := np.flatnonzero(judged > n)):
        fewest = waves.fewest_to_decide(cells, n[cells])
        n[cells] += np.minimum(np.maximum(fewest, SMALLEST_WAVE), limit - n[cells])
    # Without a judged draw of the shift, the first ones of the control have ended the cell.
    return n, np.zeros_like(n) if shift is None else np.where(judged > 0, n, 0)


class _Waves:
    """How many further draws could decide cells, as `Stopping` works it out, for many cells at once."""

    def __init__(self, control: Answers, shift: Answers | None, boundaries: _Boundaries) -> None:
        self._control = _Arms(control, boundaries)
        self._shift = None if shift is None else _Arms(shift, boundaries)
        draws = np.arange(len(boundaries.clear))
        # By the number of errors, of right answers, and of pairs in favour of the shift: the first number of draws, or
        # of discordant pairs, at which the boundary is crossed if no more of them are added.
        self._clear_at = _crossings(draws - boundaries.clear)
        self._miss_at = _crossings(boundaries.miss)
        self._gap_at = _crossings(draws - boundaries.gap)
        if shift is not None:
            self._only_control, self._only_shift = _counted(control > shift), _counted(control < shift)
            self._gap = _first(self._only_control >= boundaries.gap[self._only_control + self._only_shift])

    def fewest_to_decide(self, cells: Counts, n: Counts) -> Counts:
        """Return the fewest further draws of each arm after which these cells could end, at `n` draws of each arm."""
        control, shift = self._control, self._shift
        if shift is None:
            return np.minimum(self._to_clear(control, cells, n), self._to_miss(control, cells, n))
        is_shown = self._gap[cells] <= n
        only_control, only_shift = self._only_control[cells, n], self._only_shift[cells, n]
        to_gap = np.where(is_shown, 0, self._gap_at[only_shift] - only_control - only_shift)
        brittle = np.maximum(to_gap, self._to_miss(shift, cells, n))
        robust = np.where(shift.misses[cells] <= n, _NEVER, self._to_clear(shift, cells, n))
        is_open = ~is_shown & (control.clears[cells] > n)
        incapable = np.where(is_open, self._to_miss(control, cells, n), _NEVER)
        return np.minimum(np.minimum(brittle, robust), incapable)

    def _to_clear(self, arm: _Arms, cells: Counts, n: Counts) -> Counts:
        errors: Counts = n - arm.right[cells, n]
        draws: Counts = self._clear_at[errors] - n
        return draws

    def _to_miss(self, arm: _Arms, cells: Counts, n: Counts) -> Counts:
        is_decided = (arm.clears[cells] <= n) | (arm.misses[cells] <= n)
        return np.where(is_decided, 0, self._miss_at[arm.right[cells, n]] - n)


def _crossings(rising: Counts) -> Counts:
    """Return for each count the first place at which a rising boundary has reached it; beyond all draws if none."""
    places: Counts = np.searchsorted(rising, np.arange(len(rising))).astype(np.int64)
    return places
