"""What an arm counts and shows."""

import pytest

from pytest_ood.case import Case
from pytest_ood.evidence import stats
from pytest_ood.evidence.arm import Arm, ScoredDraw
from pytest_ood.evidence.judging import Judgement
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


def test_unscored_answers_that_could_not_turn_the_verdict_are_not_the_reason():
    """More draws are needed even if the error had been correct, or wrong."""
    assert make_arm(*["correct"] * 15, "wrong", "error").why_undecided()[0] == "too_few_draws"
    assert make_arm("wrong", *["correct"] * 8, "error", bar=0.5).why_undecided()[0] == "too_few_draws"


def test_what_counts_of_a_judged_case():
    """The outcome, lure and scores of the answer, that of the comprehension question, and what the case declares."""
    case = Case("?", "4", chance=0.25, choices=4, rejected=3)
    understood = Judgement("correct", "swapped")
    judgement = Judgement("wrong", "5", "copied", scores={"digits": 0.5}, understanding=understood)
    assert ScoredDraw.of(judgement, case) == ScoredDraw("wrong", "copied", {"digits": 0.5}, "correct", 3, 0.25, 4)
    assert ScoredDraw.of(Judgement("unparsed"), case) == ScoredDraw("unparsed", None, {}, None, 3, 0.25, 4)


def test_the_row_of_an_arm_has_what_its_draws_came_to():
    """Means over the draws, and the outcomes of those whose comprehension question was answered correctly."""
    made = Arm(Sampling())
    made.add(ScoredDraw("correct", None, {"digits": 1.0}, "wrong", 1, 0.5, 2))
    made.add(ScoredDraw("wrong", "copied", {"digits": 0.5}, "correct", 2, 0.25, 4))
    made.add(ScoredDraw("wrong", "copied", {"digits": 0.0}, "correct", 0, 0.75, 6))
    row = made.row()
    assert (row["rejected"], row["chance"], row["scores"]) == (3, 0.5, {"digits": 0.5})
    assert made.lures == {"copied": 2}
    assert row["understood"] == {**dict.fromkeys(OUTCOMES, 0), "wrong": 2}
    assert (made.questions, made.accuracy_understood) == (3, 0.0)
    # Four right answers on average: three draws hold 4 (1 - (3/4)^3) different ones.
    assert row["uniform"] == pytest.approx(4 * (1 - 0.75**3) / 3)
    assert row["beats_chance"] is False


def test_the_row_of_an_arm_without_anything_to_remark():
    """No chance worth a remark, no counted answers, no scores, no comprehension question."""
    row = make_arm("correct").row()
    assert [row[name] for name in ("beats_chance", "uniform", "scores", "understood")] == [None, None, {}, None]


def test_an_arm_that_beats_chance():
    """Its lower bound lies above the accuracy of guessing."""
    made = Arm(Sampling())
    for _ in range(20):
        made.add(ScoredDraw("correct", chance=0.5))
    assert made.row()["beats_chance"] is True


@pytest.mark.parametrize("alpha", [0.01, 0.2])
def test_bounds_at_another_level(alpha):
    """As the default ones, with the error rate that was asked for."""
    low, high = make_arm(*["correct"] * 10, *["wrong"] * 10, "error", samples=21).bounds(alpha)
    assert (low, high) == (stats.lower_bound(10, 11, alpha), stats.upper_bound(11, 10, alpha))


def test_an_arm_reads_the_traces_of_its_own_draws():
    """As many as it has, however many were stored."""
    made = Arm(Sampling(), lambda n: [f"trace {draw}" for draw in range(n)])
    made.add(ScoredDraw("correct"))
    made.add(ScoredDraw("wrong"))
    assert made.traces == ["trace 0", "trace 1"]
    assert make_arm("correct").traces == []


def test_an_arm_as_text():
    """The accuracy of what was scored, its bounds, and every outcome that occurred."""
    assert str(make_arm()) == "not asked"
    assert str(make_arm("unparsed", "error")) == "- [0.00, 1.00] of 2 (1 unparsed, 1 error)"
    made = make_arm("correct", "correct", "wrong")
    assert str(made) == f"0.67 [{made.low:.2f}, {made.high:.2f}] of 3 (2 correct, 1 wrong)"
