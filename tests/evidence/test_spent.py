"""What answers took: sums of what is known, and never 0 for what is not."""

import pytest

from pytest_ood.evidence.spent import Spending, Spent
from pytest_ood.evidence.tally import Tally
from pytest_ood.models.request import Answer

KNOWN = Answer(input_tokens=100, output_tokens=20, cached_tokens=60, cost_usd=0.5)


@pytest.mark.parametrize(
    ("answers", "spent", "tokens"),
    [
        ([], Spent(0, 0, 0, 0.0), 0),
        ([KNOWN, KNOWN], Spent(200, 40, 120, 1.0), 240),
        ([KNOWN, Answer(input_tokens=1, output_tokens=2, cost_usd=0.0)], Spent(101, 22, None, 0.5), 123),
        ([KNOWN, Answer()], Spent(), None),
    ],
)
def test_what_one_answer_does_not_say_is_unknown_of_all(
    answers: list[Answer], spent: Spent, tokens: int | None
) -> None:
    """Each amount for itself."""
    assert Spent.of(answers) == spent
    assert Spent.of(answers).tokens == tokens


def test_a_mean_is_of_the_draws_that_are_known() -> None:
    """Without any there is none."""
    spending = Spending()
    assert spending.row() is None
    for spent in (Spent(100, 20), Spent(300, 40), Spent()):
        spending.add(spent)
    assert spending.row() == {"input_tokens": 200, "output_tokens": 30, "cached_tokens": None, "cost_usd": None}


def test_what_the_later_answers_took_is_counted_with_the_marks() -> None:
    """Over both arms; what is not known of one draw is not known of those like it."""
    first, second = Tally(), Tally()
    first.add("correct", {"call": "right"}, Spent(10, 5, 0, 0.25))
    second.add("correct", {"call": "right"}, Spent(20, 5, None, 0.25))
    second.add("correct", {"call": "none"}, Spent(1, 1, 1, None))
    second.add("wrong", {"call": "none"})
    both = first + second
    assert both.further(call="right") == Spent(30, 10, None, 0.5)
    assert both.further("correct") == Spent(31, 11, None, None)
    assert both.further("refused") == Spent(0, 0, 0, 0.0)
    assert both.rows() == [
        {"outcome": "correct", "marks": {"call": "right"}, "n": 2, "further": {"tokens": 40, "cost_usd": 0.5}},
        {"outcome": "correct", "marks": {"call": "none"}, "n": 1, "further": {"tokens": 2, "cost_usd": None}},
        {"outcome": "wrong", "marks": {"call": "none"}, "n": 1},
    ]
    assert (first.count(), second.count(call="none")) == (1, 2)
