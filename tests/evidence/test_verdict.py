"""From two arms, or one, to a verdict."""

import pytest

from pytest_ood.evidence.verdict import Verdict, find
from tests.evidence.arms import make_arm

CLEARS, MISSES, OPEN = ["correct"] * 20, ["wrong"] * 3, ["correct", "wrong"]


@pytest.mark.parametrize(
    ("control", "shift", "expected", "code", "reason"),
    [
        (CLEARS, CLEARS, Verdict.ROBUST, "shift_clears", "the shift arm clears the bar 0.8"),
        (
            CLEARS,
            MISSES,
            Verdict.BRITTLE,
            "shift_misses",
            "the control arm clears the bar 0.8, the shift arm misses it",
        ),
        (MISSES, [], Verdict.INCAPABLE, "control_misses", "the control arm misses the bar 0.8"),
        (MISSES, CLEARS, Verdict.INCAPABLE, "control_misses", "the control arm misses the bar 0.8"),
        (MISSES, MISSES, Verdict.INCAPABLE, "control_misses", "the control arm misses the bar 0.8"),
        (CLEARS, OPEN, Verdict.UNDECIDED, "too_few_draws", "shift: too few draws (2)"),
        (OPEN, OPEN, Verdict.UNDECIDED, "too_few_draws", "control: too few draws (2)"),
        (OPEN, MISSES, Verdict.UNDECIDED, "too_few_draws", "control: too few draws (2)"),
        (OPEN, CLEARS, Verdict.ROBUST, "shift_clears", "the shift arm clears the bar 0.8"),
        (["refused"] * 6, [], Verdict.UNDECIDED, "unscored", "control: first 6: 6 refused"),
    ],
)
def test_verdict(control, shift, expected, code, reason):
    """The verdict and its reason, from what the two arms show."""
    found = find(make_arm(*control), make_arm(*shift))
    assert (expected, code, reason) == (found.verdict, found.reason_code, found.reason)


@pytest.mark.parametrize(
    ("outcomes", "expected", "code"),
    [
        (CLEARS, Verdict.ROBUST, "clears"),
        (MISSES, Verdict.INCAPABLE, "misses"),
        (OPEN, Verdict.UNDECIDED, "too_few_draws"),
        (["refused"] * 6, Verdict.UNDECIDED, "unscored"),
    ],
)
def test_one_arm_is_held_against_the_bar(outcomes, expected, code):
    """Without a shift there is no gap to speak of."""
    found = find(make_arm(*outcomes), None)
    assert found[:2] == (expected, code)
    if expected is not Verdict.UNDECIDED:
        assert "bar 0.8" in found.reason
