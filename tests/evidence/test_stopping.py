"""When an arm is asked more, and when it stops."""

import random

import pytest

from pytest_ood.evidence.arm import Arm, ScoredDraw
from pytest_ood.evidence.outcomes import OUTCOMES, UNSCORED
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.evidence.stopping import Stopping, Wave
from tests.evidence.arms import make_arm


def play(answers, **sampling):
    """A lone arm asked wave by wave until it stops, and the sizes of its waves."""
    made, sizes = Arm(Sampling(**sampling)), []
    rule = Stopping(made)
    while (wave := rule.next_wave()) is not None:
        sizes.append(wave.control)
        for outcome in answers[made.n : made.n + wave.control]:
            made.add(ScoredDraw(outcome))
    return made, sizes


@pytest.mark.parametrize("kind", UNSCORED)
def test_dead_start(kind):
    """Six unscored answers and nothing else: the arm stops there and says which they were."""
    made, sizes = play([kind] * 40)
    assert sizes == [3, 3]
    assert made.dead_start
    assert made.why_undecided() == ("unscored", f"first 6: 6 {kind}")


def test_one_scored_answer_is_not_a_dead_start():
    """The arm goes on."""
    made = make_arm(*["unparsed"] * 5, "wrong")
    assert not made.dead_start
    assert Stopping(made).next_wave() is not None


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_fixed_samples_are_all_asked(outcome):
    """Exactly N, in one wave, whatever comes back."""
    made, sizes = play([outcome] * 15, samples=15)
    assert sizes == [15]
    assert not made.dead_start


def test_waves_double():
    """An arm that stays open is asked 3, 6, 12, ... draws; the last wave ends at the limit."""
    assert play(["correct"] * 40, bar=0.99, max_samples=40)[1] == [3, 6, 12, 19]


def test_no_more_is_asked_once_it_is_over():
    """Decided, out of budget, or at the limit."""
    assert Stopping(make_arm("wrong", "wrong", "wrong")).next_wave() is None
    spent = make_arm("wrong")
    spent.out_of_budget = True
    assert Stopping(spent).next_wave() is None
    assert spent.why_undecided()[0] == "budget"
    assert Stopping(make_arm("wrong", "correct", max_samples=2)).next_wave() is None


def test_the_shift_arm_waits_for_the_control_arm():
    """It is not paid for where nothing it could show would count."""
    shift = make_arm()
    assert Stopping(make_arm(), shift).next_wave() == Wave(control=3)
    assert Stopping(make_arm(*["correct"] * 20), shift).next_wave() == Wave(shift=3)
    for hopeless in (["wrong"] * 3, ["unparsed"] * 6):
        assert Stopping(make_arm(*hopeless), shift).next_wave() is None
    assert Stopping(make_arm(*["wrong"] * 10, samples=10), make_arm(samples=10)).next_wave() == Wave(shift=10)


def test_the_fewest_draws():
    """A hopeless control ends a cell first; a fixed number of draws is what it is."""
    assert Stopping(make_arm(), make_arm()).fewest() == Wave(3, 0)
    assert Stopping(make_arm(bar=0.5), make_arm(bar=0.5)).fewest() == Wave(6, 0)
    assert Stopping(make_arm(samples=10), make_arm(samples=10)).fewest() == Wave(10, 10)
    assert Stopping(make_arm(bar=0.05)).fewest() == Wave(3, 0)
    # Six unparsed answers of the control arm are fewer than three right ones and all ten of the shift arm.
    assert Stopping(make_arm(bar=0.05), make_arm(samples=10)).fewest() == Wave(6, 0)


def test_the_most_draws():
    """What is decided asks no more."""
    assert Stopping(make_arm(), make_arm()).most() == Wave(40, 40)
    assert Stopping(make_arm(*["wrong"] * 3), make_arm()).most() == Wave(3, 0)
    assert Stopping(make_arm(*["wrong"] * 3), make_arm("wrong", "correct")).most() == Wave(3, 2)
    assert Stopping(make_arm(*["correct"] * 20), make_arm("wrong")).most() == Wave(20, 40)
    assert Stopping(make_arm("correct")).most() == Wave(40, 0)


def in_waves(answers):
    """An arm asked wave by wave, and the number of waves."""
    made, sizes = play(answers)
    return made, len(sizes)


def one_by_one(answers):
    """The same arm looked at after every answer."""
    made = Arm(Sampling())
    for outcome in answers:
        made.add(ScoredDraw(outcome))
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
