"""The same decisions by other rules: a fixed number of pairs with a z-test, and pytest-probability's sequential gate.

Each rule gets the same answers, and claims what it can: robust, brittle, degraded, incapable, or nothing.

- *z, one look*: 100 pairs. A gap is shown by McNemar's z at level 0.01, the bar by the z of a proportion at level 0.05,
  one-sided both, as ours are. The verdicts follow from these as they do here.
- *z, every wave*: the same tests after every wave (3 pairs, then 8 more at a time), ending where ours would end.
- *gates*: two of pytest-probability's gates, one an arm, with a minimum rate at the bar and at most 100 runs. The
  package judges no gap where runs stop early, so brittle is a control gate that passes and a shift gate that fails.
"""

import json
import math
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from common import PEERS_PYTHON, WORKERS, Figure, run
from evidence_cells import BAR, DESIGNED, PART, SAMPLING, VERDICTS, Truth, calls_asked, draw_pair, played
from numpy.typing import NDArray

from pytest_ood.evidence.simulation import RIGHT, Answers
from pytest_ood.evidence.verdict import Verdict

Z_BAR, Z_GAP = (NormalDist().inv_cdf(1 - level) for level in (SAMPLING.alpha, SAMPLING.gap_alpha))
LIMIT = SAMPLING.limit
# The last draw of each of our waves.
WAVES = [3, *range(11, LIMIT, 8), LIMIT]
# The truths of the table of verdicts, and three at the bar.
TRUTHS: Sequence[Truth] = (*DESIGNED, (BAR, BAR), (0.95, BAR), (BAR, 0.4))
SEQUENTIAL = "pytest-probability"


class Decided(NamedTuple):
    """What a rule claims of each cell.

    Attributes:
        verdicts: the verdicts, as places among the members of `Verdict`.
        calls: the mean number of calls a cell.
    """

    verdicts: NDArray[np.int64]
    calls: float


Rule = Callable[[Truth, int], Decided]


def ours(truth: Truth, cells: int) -> Decided:
    """Apply the rule of this package."""
    found = played(truth, cells)
    return Decided(found.verdict, calls_asked(truth, found, 100))


def one_look(truth: Truth, cells: int) -> Decided:
    """Ask 100 pairs and test once."""
    return _z_tests(*draw_pair(truth, cells), [LIMIT])


def every_wave(truth: Truth, cells: int) -> Decided:
    """Test after every wave and stop at the first decision."""
    return _z_tests(*draw_pair(truth, cells), WAVES)


def _z_tests(control: Answers, shift: Answers, looks: Sequence[int]) -> Decided:
    verdicts = np.full(len(control), VERDICTS.index(Verdict.UNDECIDED))
    calls = np.full(len(control), 2 * LIMIT)
    is_open = np.ones(len(control), dtype=bool)
    for n in looks:
        x, y = control[:, :n] == RIGHT, shift[:, :n] == RIGHT
        lead = x.sum(axis=1) - y.sum(axis=1)
        gap = lead > Z_GAP * np.sqrt((x != y).sum(axis=1))
        z_control, z_shift = ((one.mean(axis=1) - BAR) / math.sqrt(BAR * (1 - BAR) / n) for one in (x, y))
        clears, misses, control_misses = z_shift > Z_BAR, z_shift < -Z_BAR, z_control < -Z_BAR
        states = [clears, gap & misses, gap, control_misses]
        claims = (Verdict.ROBUST, Verdict.BRITTLE, Verdict.DEGRADED, Verdict.INCAPABLE)
        now = np.select(states, [VERDICTS.index(one) for one in claims], VERDICTS.index(Verdict.UNDECIDED))
        hopeless = control_misses & ((3 * x.sum(axis=1) <= n) | (misses & (lead <= 1)))
        ends = is_open & (clears | np.where(gap, misses, hopeless))
        verdicts = np.where(is_open, now, verdicts)
        calls[ends] = 2 * n
        is_open &= ~ends
    return Decided(verdicts, float(calls.mean()))


def gates() -> Rule | None:
    """Return the rule of pytest-probability's gates, read from that package; None where it is not installed."""
    if not PEERS_PYTHON.exists():
        return None
    with tempfile.TemporaryDirectory() as folder:
        try:
            ran = run([PEERS_PYTHON, WORKERS / "gate_pytest_probability.py", str(BAR), str(LIMIT)], Path(folder))
        except RuntimeError:
            return None
    letters = np.full((LIMIT + 1, LIMIT + 1), "-")
    for done, row in enumerate(json.loads(ran.output), 1):
        letters[done, : len(row)] = list(row)

    def gate(answers: Answers) -> tuple[NDArray[np.str_], NDArray[np.int64]]:
        """Return the decision on each arm and the runs that it took."""
        decisions = letters[np.arange(1, LIMIT + 1), np.cumsum(answers == RIGHT, axis=1)]
        is_final = decisions != "-"
        last = np.where(is_final.any(axis=1), is_final.argmax(axis=1), LIMIT - 1)
        return decisions[np.arange(len(answers)), last], last + 1

    def rule(truth: Truth, cells: int) -> Decided:
        (control, control_n), (shift, shift_n) = (gate(answers) for answers in draw_pair(truth, cells))
        states = [shift == "p", (control == "p") & (shift == "f"), control == "f"]
        claims = (Verdict.ROBUST, Verdict.BRITTLE, Verdict.INCAPABLE)
        verdicts = np.select(states, [VERDICTS.index(one) for one in claims], VERDICTS.index(Verdict.UNDECIDED))
        return Decided(verdicts, float((control_n + shift_n).mean()))

    return rule


def is_false(verdict: Verdict, truth: Truth) -> bool:
    """Return whether a verdict claims what is not so."""
    control, shift = truth
    has_no_gap = control <= shift
    return {
        Verdict.ROBUST: shift <= BAR,
        Verdict.BRITTLE: has_no_gap or shift >= BAR,
        Verdict.DEGRADED: has_no_gap,
        Verdict.INCAPABLE: control >= BAR,
        Verdict.UNDECIDED: False,
    }[verdict]


def shares(verdicts: NDArray[np.int64], truth: Truth) -> tuple[float, float]:
    """Return the shares of right and of false claims."""
    claimed = [float((verdicts == place).mean()) for place in range(len(VERDICTS))]
    false = sum(one for one, verdict in zip(claimed, VERDICTS, strict=True) if is_false(verdict, truth))
    return max(0.0, 1 - claimed[VERDICTS.index(Verdict.UNDECIDED)] - false), false


def compare(cells: int) -> tuple[list[list[str]], list[Figure]]:
    """Return the table of all rules, side by side, and how often each is wrong at worst."""
    rules: dict[str, Rule] = {"pytest-ood": ours, "z, one look": one_look, "z, every wave": every_wave}
    sequential = gates()
    if sequential is not None:
        rules[f"gates of {SEQUENTIAL}"] = sequential
    table = [["control / shift", *rules]]
    worst = dict.fromkeys(rules, (0.0, (0.0, 0.0)))
    for truth in TRUTHS:
        entries = []
        for name, rule in rules.items():
            decided = rule(truth, cells)
            right, false = shares(decided.verdicts, truth)
            worst[name] = max(worst[name], (false, truth))
            entries.append(f"{right:.1%} / {false:.1%} / {decided.calls:.0f}".replace("%", ""))
        table.append([f"{truth[0]:g} / {truth[1]:g}", *entries])
    figures = list(_worst(worst))
    if sequential is None:
        figures.append(Figure(PART, f"peer {SEQUENTIAL}", "not installed: see `make bench`"))
    return table, figures


def _worst(worst: dict[str, tuple[float, Truth]]) -> Iterator[Figure]:
    for name, (false, truth) in worst.items():
        what = f"false claims by {name}: worst of {len(TRUTHS)} rows"
        yield Figure(PART, what, f"{false:.1%} (at {truth[0]:g} / {truth[1]:g})")
