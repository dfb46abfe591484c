"""What an arm counts and shows."""

import pytest

from pytest_ood.evidence import stats
from pytest_ood.evidence.arm import Arm, ScoredDraw
from pytest_ood.evidence.outcomes import OUTCOMES, UNSCORED
from pytest_ood.evidence.sampling import Sampling
from tests.evidence.arms import make_arm


def test_an_arm_counts_everything():
    """Each outcome, the lures and the rejected candidates are counted; nothing leaves the denominator."""
    made = Arm(Sampling())
    for outcome in OUTCOMES:
        made.add(ScoredDraw(outcome, lure="copied" if outcome == "wrong" else None, rejected=2))
    assert (made.n, made.correct, made.wrong, made.unscored, made.rejected) == (6, 1, 1, 4, 12)
    assert made.lures == {"copied": 1}
    assert made.accuracy == 0.5
    row = made.row()
    assert row["outcomes"] == "cwutre"
    assert [row[kind] for kind in OUTCOMES] == [1] * 6
    assert (row["n"], row["accuracy"]) == (6, 0.5)
    assert (row["low"], row["high"]) == (made.low, made.high)


def test_an_arm_without_scored_answers_has_no_accuracy():
    """None, not 0; the bounds say that nothing is known."""
    for made in (make_arm(), make_arm("unparsed", "error")):
        assert made.accuracy is None
        assert (made.low, made.high) == (0, 1)


@pytest.mark.parametrize("kind", UNSCORED)
def test_unscored_answers_count_both_ways(kind):
    """As wrong in the evidence that the bar is cleared, as correct in the evidence that it is missed."""
    made = make_arm(*["correct"] * 10, *["wrong"] * 10, *[kind] * 5, samples=25)
    assert made.low == stats.lower_bound(10, 15)
    assert made.high == stats.upper_bound(15, 10)
    assert make_arm(*["wrong"] * 3).decided == "misses"
    assert make_arm("wrong", kind, "wrong").decided is None
    assert make_arm(*["correct"] * 20).decided == "clears"
    assert make_arm(*["correct"] * 19, kind).decided is None


def test_a_decision_stands():
    """It was looked at after every answer; later ones do not take it back."""
    assert make_arm(*["wrong"] * 3, *["correct"] * 30).decided == "misses"


def test_why_undecided():
    """Too few draws, or unscored answers that could turn the verdict."""
    assert make_arm("correct", "wrong").why_undecided() == ("too_few_draws", "too few draws (2)")
    assert make_arm("correct", "error").why_undecided() == ("too_few_draws", "too few draws (2), 1 error")
    turned = make_arm(*["correct"] * 20, "error", *["unparsed"] * 2)
    assert turned.decided == "clears"
    turned = make_arm("error", *["unparsed"] * 2, *["correct"] * 20)
    assert turned.decided is None
    assert turned.why_undecided() == ("unscored", "2 unparsed, 1 error of 23")
