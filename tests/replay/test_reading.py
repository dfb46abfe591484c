"""What a replay shows: the readings, how often they err, and their words."""

import math

import numpy as np
import pytest

from pytest_ood.evidence.arm import Arm
from pytest_ood.evidence.outcomes import AnswerOutcome
from pytest_ood.evidence.stats import fisher
from pytest_ood.replay.reading import LEVEL, READINGS, p_value, reading, reason
from pytest_ood.replay.siblings import SIBLINGS, USED_UP
from tests.evidence.arms import make_arm


def arm(right: int, wrong: int, unscored: int = 0) -> Arm:
    """An arm with these answers, of a fixed number."""
    outcomes: list[AnswerOutcome] = ["correct"] * right + ["wrong"] * wrong + ["unparsed"] * unscored
    return make_arm(*outcomes, samples=len(outcomes) or None)


def cut_off(made: Arm) -> Arm:
    """The same arm, where the budget forbade the next draw."""
    made.out_of_budget = True
    return made


@pytest.mark.parametrize(
    ("cases", "siblings", "expected"),
    [
        (arm(3, 0), arm(21, 0), "learned"),
        (arm(1, 9), arm(21, 0), "learned"),
        (arm(60, 0), arm(20, 1), "learned"),
        (arm(3, 0), arm(0, 21), "memorised"),
        (arm(1, 0), arm(0, 21), "memorised"),
        (arm(1, 1), arm(0, 21), "partly fixed"),
        (arm(1, 2, unscored=30), arm(1, 20), "partly fixed"),
        (arm(5, 5), arm(8, 13), "partly fixed"),
        (arm(10, 0), arm(3, 18), "memorised"),
        (arm(10, 0), arm(3, 6, unscored=12), "partly fixed"),
        (arm(60, 0), arm(14, 7), "memorised"),
        (arm(5, 0), arm(14, 7), "fixed, siblings undecided"),
        (arm(3, 0), arm(0, 0, unscored=21), "fixed, siblings undecided"),
        (arm(3, 0), cut_off(arm(0, 20)), "partly fixed"),
        (cut_off(arm(10, 0)), arm(0, 21), "partly fixed"),
        (arm(3, 0), cut_off(arm(0, 0)), "fixed, siblings undecided"),
        (arm(3, 0), None, "fixed, no siblings"),
        (arm(0, 3), arm(21, 0), "still"),
        (arm(0, 3), None, "still"),
        (arm(0, 0, unscored=3), arm(21, 0), "not scored"),
        (arm(0, 0), None, "not scored"),
    ],
)
def test_the_reading(cases: Arm, siblings: Arm | None, expected: str) -> None:
    """Memorised is what siblings do not predict, and not what luck does."""
    assert reading(cases, siblings) == expected
    assert expected in READINGS


def test_unscored_answers_count_against_the_claim() -> None:
    """As wrong to a published case, as right to a sibling; what the budget cut off shows nothing."""
    assert p_value(arm(4, 1, unscored=2), arm(3, 10, unscored=8)) == fisher(4, 3, 11, 10)
    assert p_value(arm(4, 1), None) is None
    assert p_value(cut_off(arm(4, 1)), arm(0, 21)) is None
    assert p_value(arm(4, 1), cut_off(arm(0, 20))) is None


def binomial(n: int, accuracy: float) -> np.ndarray:
    """The probability of each number of right answers."""
    return np.array([math.comb(n, k) * accuracy**k * (1 - accuracy) ** (n - k) for k in range(n + 1)])


def test_where_both_are_right_as_often_memorised_is_seldom_claimed() -> None:
    """In at most 3.4 % whatever the accuracy and the number of cases, exactly: every table is weighed."""
    errors, siblings = {}, range(SIBLINGS + 1)
    for cases in (*range(1, 31), 45, 60, 100):
        claimed = np.array(
            [
                [fisher(right, cases - right, other, SIBLINGS - other) <= LEVEL for other in siblings]
                for right in range(cases + 1)
            ]
        )
        for accuracy in np.arange(0.02, 1, 0.02):
            errors[cases, round(accuracy, 2)] = binomial(cases, accuracy) @ claimed @ binomial(SIBLINGS, accuracy)
    assert 0.03 < max(errors.values()) < 0.034
    assert max(error for (cases, _), error in errors.items() if cases <= SIBLINGS) < 0.031


def simulated(cases: int, published: float, siblings: float, runs: int = 1500) -> float:
    """How often a model with these accuracies is said to have memorised."""
    rng = np.random.default_rng(20261128)

    def answers(draws: int, accuracy: float) -> Arm:
        return make_arm(*("correct" if right else "wrong" for right in rng.random(draws) < accuracy), samples=draws)

    readings = [reading(answers(cases, published), answers(SIBLINGS, siblings)) for _ in range(runs)]
    return readings.count("memorised") / runs


@pytest.mark.parametrize(
    ("cases", "published", "siblings", "least", "most"),
    [
        (18, 0.36, 0.36, 0, 0.043),
        (22, 0.54, 0.54, 0, 0.046),
        (9, 0.85, 0.85, 0, 0.043),
        (3, 1.0, 0.05, 0.98, 1),
        (10, 1.0, 0.5, 0.92, 1),
        (20, 0.9, 0.3, 0.97, 1),
    ],
)
def test_the_reading_simulated(cases: int, published: float, siblings: float, least: float, most: float) -> None:
    """Seldom claimed where there is nothing (within three standard errors), and mostly where there is."""
    assert least <= simulated(cases, published, siblings) <= most


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("learned", "learned, 2 of 9 still wrong"),
        ("memorised", "memorised (p = 0.03)"),
        ("partly fixed", "partly fixed"),
        ("fixed, no siblings", f"fixed, no siblings ({USED_UP})"),
        ("still", "still"),
    ],
)
def test_the_reading_in_words(name: str, expected: str) -> None:
    """With the number that it depends on most."""
    assert reason(name, still=2, published=9, p_value=0.0301, no_siblings=USED_UP) == expected


def test_the_words_without_numbers() -> None:
    """What is all fixed, a probability that is tiny, and reasons that are too long for a table."""
    assert reason("learned", still=0, published=9, p_value=1.0, no_siblings="") == "learned"
    assert reason("memorised", still=0, published=9, p_value=1e-9, no_siblings="") == "memorised (p < 0.0001)"
    assert reason(
        "fixed, no siblings", still=0, published=9, p_value=None, no_siblings="the task x is not installed"
    ) == ("fixed, no siblings")
