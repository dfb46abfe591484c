"""From two arms, or one, to a verdict, and to no verdict that contradicts its bounds."""

import numpy as np
import pytest

from pytest_ood.evidence.sampling import Sampling
from pytest_ood.evidence.verdict import Verdict, find
from tests.evidence.arms import draws, judge_cell, make_arm, play_cell

FIXED = Sampling(samples=40)


@pytest.mark.parametrize(
    ("control", "shift", "expected", "code", "reason"),
    [
        ("c" * 17, "c" * 17, Verdict.ROBUST, "shift_clears", "the shift arm clears the bar 0.8"),
        (
            "c" * 20,
            "w" * 20,
            Verdict.BRITTLE,
            "shift_misses",
            "a gap is shown, and the shift arm misses the bar 0.8",
        ),
        # The control need not be shown to clear the bar.
        (
            "ccccw" * 4,
            "w" * 20,
            Verdict.BRITTLE,
            "shift_misses",
            "a gap is shown, and the shift arm misses the bar 0.8",
        ),
        (
            "c" * 40,
            "ccw" * 13 + "c",
            Verdict.DEGRADED,
            "gap_shown",
            "a gap is shown; on which side of the bar 0.8 the shift arm lies is open",
        ),
        (
            "c" * 40,
            "c" * 17 + "w" * 23,
            Verdict.ROBUST,
            "shift_clears",
            "the shift arm clears the bar 0.8, though less often right than the control",
        ),
        ("w" * 3, "", Verdict.INCAPABLE, "control_misses", "the control arm misses the bar 0.8, and no gap is shown"),
        (
            "w" * 3,
            "w" * 3,
            Verdict.INCAPABLE,
            "control_misses",
            "the control arm misses the bar 0.8, and no gap is shown",
        ),
        ("w" * 17, "c" * 17, Verdict.ROBUST, "shift_clears", "the shift arm clears the bar 0.8"),
        ("cw", "cw", Verdict.UNDECIDED, "too_few_draws", "too few draws to tell (2 pairs)"),
        ("c", "c", Verdict.UNDECIDED, "too_few_draws", "too few draws to tell (1 pair)"),
        ("c" * 20, "uu" + "c" * 18, Verdict.UNDECIDED, "unscored", "shift: 2 unparsed of 20"),
        ("uww", "ccc", Verdict.UNDECIDED, "unscored", "control: 1 unparsed of 3"),
    ],
)
def test_verdict(control, shift, expected, code, reason):
    """The verdict and its reason, from what the two arms and their pairs show."""
    found = judge_cell(control, shift, FIXED).finding
    assert (found.verdict, found.reason_code, found.reason) == (expected, code, reason)


def test_a_dead_start_and_an_empty_budget_are_named():
    """With the arm, whatever the other one shows."""
    silent = play_cell(draws("r" * 40), draws("c" * 40), Sampling()).finding
    assert (silent.verdict, silent.reason_code, silent.reason) == (
        Verdict.UNDECIDED,
        "unscored",
        "control: first 6: 6 refused",
    )
    cell = judge_cell("cc", "c", FIXED)
    assert cell.shift is not None
    cell.shift.out_of_budget = True
    assert cell.finding[1:] == ("budget", "budget", "shift")


@pytest.mark.parametrize(
    ("outcomes", "expected", "code"),
    [
        (["correct"] * 17, Verdict.ROBUST, "clears"),
        (["wrong"] * 3, Verdict.INCAPABLE, "misses"),
        (["correct", "wrong"], Verdict.UNDECIDED, "too_few_draws"),
        (["refused"] * 6, Verdict.UNDECIDED, "unscored"),
    ],
)
def test_one_arm_is_held_against_the_bar(outcomes, expected, code):
    """Without a shift there is no gap to speak of."""
    arm = make_arm(*outcomes)
    found = find(arm, None, judge_cell("", "", FIXED).pairs)
    assert found[:2] == (expected, code)
    assert found.arm is None
    if expected is not Verdict.UNDECIDED:
        assert "bar 0.8" in found.reason


@pytest.mark.parametrize("sampling", [Sampling(), Sampling(0.9), Sampling(0.5, samples=50), Sampling(max_samples=30)])
def test_no_verdict_contradicts_its_bounds(sampling):
    """10,000 random cells, many near the bar, some answers unscored: 2,500 for each way of sampling."""
    rng = np.random.default_rng(20261128)
    seen = dict.fromkeys(Verdict, 0)
    for _ in range(2500):
        control, shift, unscored = rng.uniform(0.3, 1), rng.uniform(0, 1), rng.choice([0, 0.1])
        cell = play_cell(
            *(
                draws(
                    "".join(
                        rng.choice(
                            ["c", "w", "u"], p=[p * (1 - unscored), (1 - p) * (1 - unscored), unscored], size=100
                        )
                    )
                )
                for p in (control, shift)
            ),
            sampling,
        )
        assert cell.shift is not None
        bar, verdict = sampling.bar, cell.finding.verdict
        seen[verdict] += 1
        (control_low, control_high), (low, high) = cell.control.bounds(), cell.shift.bounds()
        gap_low, gap_high = cell.pairs.bounds(sampling.gap_alpha)
        assert control_low <= control_high
        assert low <= high
        assert gap_low <= gap_high
        shown = gap_low > 0
        expected = (
            Verdict.ROBUST
            if low > bar
            else Verdict.BRITTLE
            if shown and high < bar
            else Verdict.DEGRADED
            if shown
            else Verdict.INCAPABLE
            if control_high < bar
            else Verdict.UNDECIDED
        )
        assert verdict is expected
    assert min(seen.values()) > 0
