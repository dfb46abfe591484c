"""What an arm counts and shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    assert made.low == stats.lower_bound(10, 0)
    assert made.high == stats.upper_bound(10, 10)
    late = make_arm(*[kind] * 5, *["correct"] * 10, *["wrong"] * 10, samples=25)
    assert late.low == stats.lower_bound(10, 5)
    assert late.high == stats.upper_bound(15, 10)
    assert make_arm(*["wrong"] * 3).decided == "misses"
    assert make_arm("wrong", kind, "wrong").decided is None
    assert make_arm(*["correct"] * 17).decided == "clears"
    assert make_arm(*["correct"] * 16, kind).decided is None


def test_a_decision_stands():
    """It was looked at after every answer; later ones do not take it back."""
    assert make_arm(*["wrong"] * 3, *["correct"] * 30).decided == "misses"


def test_bounds_are_the_tightest_of_all_looks():
    """A bound once reached stays: later answers do not take it back."""
    made = make_arm(*["correct"] * 17, *["wrong"] * 20, samples=37)
    assert made.decided == "clears"
    assert made.low == stats.lower_bound(17, 0) > 0.8
    assert made.high >= made.low
    made = make_arm(*["wrong"] * 3, *["correct"] * 60, samples=63)
    assert made.decided == "misses"
    assert made.high == stats.upper_bound(0, 3) < 0.8
    assert made.low <= made.high


@given(st.lists(st.sampled_from(OUTCOMES), max_size=60), st.sampled_from([0.3, 0.8, 0.95]))
def test_bounds_agree_with_the_decision_and_with_every_look(outcomes, bar):
    """The lower bound lies above the bar exactly when the arm clears it, the upper one below when it misses."""
    made = make_arm(*outcomes, bar=bar, samples=60)
    low, high = made.bounds()
    assert 0 <= low <= high <= 1
    assert (low > bar) == (made.decided == "clears")
    assert (high < bar) == (made.decided == "misses")
    looks = [(outcomes[:n].count("correct"), outcomes[:n].count("wrong"), n) for n in range(len(outcomes) + 1)]
    lowest = max(stats.lower_bound(right, n - right) for right, _, n in looks)
    highest = min(stats.upper_bound(n - wrong, wrong) for _, wrong, n in looks)
    if lowest <= highest:
        assert (low, high) == pytest.approx((lowest, highest), abs=1e-9)


def test_draws_that_are_not_judged_change_nothing():
    """They are counted and shown; bounds and decision rest on those before."""
    made = make_arm(*["correct"] * 10)
    low, high = made.bounds()
    for _ in range(30):
        made.add(ScoredDraw("wrong"), judged=False)
    assert (made.n, made.judged, made.wrong) == (40, 10, 30)
    assert made.decided is None
    assert made.bounds() == (low, high)
    assert made.row()["outcomes"] == "c" * 10 + "w" * 30


def test_hopeless():
    """Below the bar with at most a third right; an unscored answer may have been right."""
    assert make_arm(*["wrong"] * 3).hopeless
    assert not make_arm("wrong", "wrong").hopeless
    assert not make_arm(*["correct"] * 8, *["wrong"] * 14).hopeless
    assert make_arm(*["correct"] * 8, *["wrong"] * 14).decided == "misses"
    assert not make_arm(*["wrong"] * 6, *["unparsed"] * 5).hopeless


def test_hidden_by_unscored_answers():
    """The arm would be decided if they were all right, or all wrong; otherwise more draws are needed anyway."""
    assert make_arm("error", *["unparsed"] * 2, *["correct"] * 20).hidden_by_unscored
    assert make_arm("unparsed", "wrong", "wrong").hidden_by_unscored
    assert not make_arm(*["correct"] * 11, "wrong", "error").hidden_by_unscored
    assert not make_arm("wrong", *["correct"] * 5, "error", bar=0.5).hidden_by_unscored
    assert not make_arm("wrong", "wrong", "wrong", "error").hidden_by_unscored


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


@pytest.mark.parametrize("choices", [9, 306])
def test_a_uniform_sampler_is_right_at_once(choices):
    """Whatever the rounding: 9 (1 - (1 - 1/9)) is a little more than 1, and the schema takes no accuracy above 1."""
    made = Arm(Sampling())
    made.add(ScoredDraw("truncated", None, {}, None, 0, 0.0, choices))
    assert made.uniform == pytest.approx(1)
    assert made.uniform <= 1


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
    low, high = make_arm(*["wrong"] * 10, "error", *["correct"] * 10, samples=21).bounds(alpha)
    assert (low, high) == (stats.lower_bound(10, 11, alpha), stats.upper_bound(0, 10, alpha))


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
