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
from pytest_ood.evidence.stopping import FIRST_WAVE
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
        draws = np.arange(answers.shape[1] + 1)
        self.right = _counted(answers == RIGHT)
        self.not_wrong = _counted(answers != WRONG)
        clears = _first(self.right >= boundaries.clear[draws])
        misses = _first(self.not_wrong <= boundaries.miss[draws])
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
