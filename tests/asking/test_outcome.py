"""From answers to outcomes, arms and verdicts."""

import random
from dataclasses import replace

import pytest

from pytest_ood.asking.outcome import OUTCOMES, UNSCORED, Arm, Judgement, Sampling, Verdict, judge, verdict
from pytest_ood.case import Case
from pytest_ood.evidence import stats
from pytest_ood.models.request import Answer
from pytest_ood.verify import Check

CASE = Case("?", answer="4", lures={"copied": "2 + 2"}, verify=lambda given: Check(given == "4", {"given": given}))


def arm(*outcomes, **sampling):
    """An arm that was given these answers."""
    made = Arm(Sampling(**sampling))
    for outcome in outcomes:
        made.add(Judgement(outcome))
    return made


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer("<answer>4</answer>"), Judgement("correct", "4")),
        (Answer("<answer>5</answer>"), Judgement("wrong", "5", None, {"given": "5"})),
        (Answer("<answer>2 +  2</answer>"), Judgement("wrong", "2 +  2", "copied", {"given": "2 +  2"})),
        (Answer("<answer></answer>"), Judgement("wrong", "", None, {"given": ""})),
        (Answer("4"), Judgement("unparsed")),
        (Answer(""), Judgement("unparsed")),
        (Answer("<answer>4</answer>", finish_reason="length"), Judgement("truncated")),
        (Answer("<answer>4</answer>", finish_reason="content_filter"), Judgement("refused")),
        (Answer("", finish_reason="refusal"), Judgement("refused")),
        (Answer("<answer>4</answer>", error="500"), Judgement("error", detail={"error": "500"})),
        (Answer("<answer>4</answer>", finish_reason=None), Judgement("correct", "4")),
    ],
)
def test_judge(answer, expected):
    """Only what was read and verified is correct or wrong; everything else says what it is."""
    assert expected == judge(CASE, answer)


def test_a_broken_verifier_is_an_error():
    """The model is not to blame for it."""
    broken = Case("?", answer="4", verify=lambda _: 1 / 0)
    found = judge(broken, Answer("<answer>4</answer>"))
    assert found.outcome == "error"
    assert found.detail == {"verifier": "ZeroDivisionError: division by zero"}


def test_an_arm_counts_everything():
    """Each outcome, the lures and the rejected candidates are counted; nothing leaves the denominator."""
    made = Arm(Sampling())
    for outcome in OUTCOMES:
        made.add(Judgement(outcome, lure="copied" if outcome == "wrong" else None), replace(CASE, rejected=2))
    assert (made.n, made.correct, made.wrong, made.unscored, made.rejected) == (6, 1, 1, 4, 12)
    assert made.lures == {"copied": 1}
    assert made.accuracy == 0.5
    row = made.row()
    assert [row[kind] for kind in OUTCOMES] == [1] * 6
    assert (row["n"], row["accuracy"]) == (6, 0.5)
    assert (row["low"], row["high"]) == (made.low, made.high)


def test_an_arm_without_scored_answers_has_no_accuracy():
    """None, not 0; the bounds say that nothing is known."""
    for made in (arm(), arm("unparsed", "error")):
        assert made.accuracy is None
        assert (made.low, made.high) == (0, 1)


@pytest.mark.parametrize("kind", UNSCORED)
def test_unscored_answers_count_both_ways(kind):
    """As wrong in the evidence that the bar is cleared, as correct in the evidence that it is missed."""
    made = arm(*["correct"] * 10, *["wrong"] * 10, *[kind] * 5, samples=25)
    assert made.low == stats.lower_bound(10, 15)
    assert made.high == stats.upper_bound(15, 10)
    assert arm(*["wrong"] * 3).decided == "misses"
    assert arm("wrong", kind, "wrong").decided is None
    assert arm(*["correct"] * 20).decided == "clears"
    assert arm(*["correct"] * 19, kind).decided is None


def test_a_decision_stands():
    """It was looked at after every answer; later ones do not take it back."""
    assert arm(*["wrong"] * 3, *["correct"] * 30).decided == "misses"


@pytest.mark.parametrize("kind", UNSCORED)
def test_dead_start(kind):
    """Six unscored answers and nothing else: the arm stops there and says which they were."""
    made, asked = Arm(Sampling()), []
    while size := made.next_wave():
        asked.append(size)
        for _ in range(size):
            made.add(Judgement(kind))
    assert asked == [3, 3]
    assert made.dead_start
    assert made.why_undecided() == f"first 6: 6 {kind}"


def test_one_scored_answer_is_no_dead_start():
    """The arm goes on."""
    made = arm(*["unparsed"] * 5, "wrong")
    assert not made.dead_start
    assert made.next_wave() > 0


def test_fixed_samples_are_all_asked():
    """Exactly N, in one wave, whatever comes back."""
    for outcome in OUTCOMES:
        made = Arm(Sampling(samples=15))
        assert made.next_wave() == 15
        for _ in range(15):
            made.add(Judgement(outcome))
        assert made.next_wave() == 0
        assert not made.dead_start


def test_no_more_is_asked_once_it_is_over():
    """Decided, out of budget, or at the limit."""
    assert arm("wrong", "wrong", "wrong").next_wave() == 0
    spent = arm("wrong")
    spent.out_of_budget = True
    assert spent.next_wave() == 0
    assert spent.why_undecided() == "budget"
    assert arm("wrong", "correct", max_samples=2).next_wave() == 0


def test_why_undecided():
    """Too few draws, or unscored answers that could turn the verdict."""
    assert arm("correct", "wrong").why_undecided() == "too few draws (2)"
    assert arm("correct", "error").why_undecided() == "too few draws (2), 1 error"
    turned = arm(*["correct"] * 20, "error", *["unparsed"] * 2)
    assert turned.decided == "clears"
    turned = arm("error", *["unparsed"] * 2, *["correct"] * 20)
    assert turned.decided is None
    assert turned.why_undecided() == "2 unparsed, 1 error of 23"


CLEARS, MISSES, OPEN = ["correct"] * 20, ["wrong"] * 3, ["correct", "wrong"]


@pytest.mark.parametrize(
    ("control", "shift", "expected", "reason"),
    [
        (CLEARS, CLEARS, Verdict.ROBUST, "the shift arm clears the bar 0.8"),
        (CLEARS, MISSES, Verdict.BRITTLE, "the control arm clears the bar 0.8, the shift arm misses it"),
        (MISSES, [], Verdict.INCAPABLE, "the control arm misses the bar 0.8"),
        (MISSES, CLEARS, Verdict.INCAPABLE, "the control arm misses the bar 0.8"),
        (MISSES, MISSES, Verdict.INCAPABLE, "the control arm misses the bar 0.8"),
        (CLEARS, OPEN, Verdict.UNDECIDED, "shift: too few draws (2)"),
        (OPEN, OPEN, Verdict.UNDECIDED, "control: too few draws (2)"),
        (OPEN, MISSES, Verdict.UNDECIDED, "control: too few draws (2)"),
        (OPEN, CLEARS, Verdict.ROBUST, "the shift arm clears the bar 0.8"),
        (["refused"] * 6, [], Verdict.UNDECIDED, "control: first 6: 6 refused"),
    ],
)
def test_verdict(control, shift, expected, reason):
    """The verdict and its reason, from what the two arms show."""
    assert (expected, reason) == verdict(arm(*control), arm(*shift))


def in_waves(answers):
    """An arm asked wave by wave, and the number of waves."""
    made, waves = Arm(Sampling()), 0
    while size := made.next_wave():
        waves += 1
        for outcome in answers[made.n : made.n + size]:
            made.add(Judgement(outcome))
    return made, waves


def one_by_one(answers):
    """The same arm looked at after every answer."""
    made = Arm(Sampling())
    for outcome in answers:
        made.add(Judgement(outcome))
        if made.decided or made.dead_start:
            break
    return made


@pytest.mark.parametrize("accuracy", [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1])
def test_waves_cost_little_and_change_nothing(accuracy):
    """At most four round trips, at most 1.5 times the draws of looking after every answer, and the same decision."""
    rng = random.Random(f"waves {accuracy}")
    asked = needed = 0
    for _ in range(400):
        answers = ["correct" if rng.random() < accuracy else "wrong" for _ in range(40)]
        (waved, waves), single = in_waves(answers), one_by_one(answers)
        assert waves <= 4
        assert single.decided == waved.decided
        asked, needed = asked + waved.n, needed + single.n
    assert asked <= 1.5 * needed


def test_waves_with_unscored_answers_decide_the_same():
    """However many answers cannot be scored, waves decide as looking after every answer does."""
    rng = random.Random("unscored")
    for _ in range(400):
        unscored, accuracy = rng.random(), rng.random()
        answers = [
            "unparsed" if rng.random() < unscored else "correct" if rng.random() < accuracy else "wrong"
            for _ in range(40)
        ]
        (waved, waves), single = in_waves(answers), one_by_one(answers)
        assert waves <= 4
        assert (single.decided, single.dead_start) == (waved.decided, waved.dead_start)
