"""What a point of accuracy costs: effort that is planted is found, in the JSON row and in words."""

from typing import Any

import pytest

from pytest_ood.dataset import schema
from pytest_ood.report.comparison_sentences import comparison_sentence
from pytest_ood.report.comparisons import comparison_rows
from tests.dataset.making import summary
from tests.report.making import CONDITION, arm, cell


def asked(effort: str, letters: str, usage: dict[str, Any] | None, size: int = 4) -> dict[str, Any]:
    """A cell whose shift has these outcomes, and whose answers took this."""
    row = cell(size, "brittle", letters, control=arm("c" * 20, usage=usage), shift=arm(letters, usage=usage))
    return {**row, "id": f"{effort}-{size}", "condition": {**CONDITION, "args": {"effort": effort}}}


def used(tokens: float | None, cost: float | None = None) -> dict[str, Any]:
    """What an arm's answers took on average, half of it prompts."""
    half = None if tokens is None else tokens / 2
    return {"input_tokens": half, "output_tokens": half, "cached_tokens": None, "cost_usd": cost}


def compared(*cells: dict[str, Any]) -> dict[str, Any]:
    """The one comparison."""
    (row,) = comparison_rows(cells, 0)
    schema.check({**summary(), "comparisons": [row]}, "summary")
    return row


def test_a_point_has_a_price() -> None:
    """Half of the draws are better at 1,000 tokens and $0.002 more: 20 tokens and $0.00004 a point."""
    row = compared(asked("low", "w" * 20, used(210, 0.001)), asked("high", "c" * 20, used(1_210, 0.003)))
    assert row["usage"] == {
        "a": {"tokens": 210, "cost_usd": 0.001},
        "b": {"tokens": 1_210, "cost_usd": 0.003},
        "per_point": {"tokens": pytest.approx(20), "cost_usd": pytest.approx(0.00004)},
    }
    assert comparison_sentence(row).endswith(
        "]; 1,210 tokens an answer instead of 210 (20 a point); $0.0030 an answer instead of $0.0010 ($0.00004 a point)"
    )


def test_what_is_better_and_cheaper_has_no_price() -> None:
    """A point costs less than nothing, which the sentence leaves to the reader."""
    row = compared(asked("high", "c" * 20, used(100)), asked("low", "w" * 20, used(1_100)))
    assert row["usage"]["per_point"] == {"tokens": pytest.approx(-20), "cost_usd": None}
    assert comparison_sentence(row).endswith("]; 100 tokens an answer instead of 1,100")


def test_where_no_difference_is_shown_there_is_no_point() -> None:
    """What it took is said all the same."""
    row = compared(asked("low", "c" * 20, used(210)), asked("high", "c" * 20, used(1_210)))
    assert row["usage"]["per_point"] is None
    assert comparison_sentence(row).endswith("]; 210 tokens an answer and 1,210")


def test_an_arm_counts_by_the_draws_that_both_were_asked() -> None:
    """However many more one of them had."""
    # Each has two arms; the one of size 8 was asked 5 draws of both.
    low = [asked("low", "w" * 20, used(100)), asked("low", "w" * 5, used(900), 8)]
    high = [asked("high", "c" * 20, used(200)), asked("high", "c" * 50, used(1_000), 8)]
    usage = compared(*low, *high)["usage"]
    mean = (100 * 40 + 900 * 5) / 45
    assert (usage["a"]["tokens"], usage["b"]["tokens"]) == (pytest.approx(mean), pytest.approx(mean + 100))


@pytest.mark.parametrize(("tokens", "is_said"), [(100, False), (109, False), (91, False), (112, True), (0, True)])
def test_what_is_nearly_alike_is_not_said(tokens: int, is_said: bool) -> None:
    """The row has it all the same."""
    row = compared(asked("low", "c" * 20, used(100)), asked("high", "c" * 20, used(tokens)))
    assert ("tokens" in comparison_sentence(row)) == is_said
    assert row["usage"]["b"]["tokens"] == tokens


@pytest.mark.parametrize("shown", ["a", "b", None])
def test_a_new_run_stands_before_its_baseline(shown: str | None) -> None:
    """Whichever is better; there a point of accuracy is not bought."""
    row = compared(asked("low", "w" * 20, used(210)), asked("high", "c" * 20, used(1_210)))
    baseline = {"source": "old.json", "is_worse": shown == "b", "worse_tasks": []}
    against = comparison_sentence({**row, "shown": shown, "baseline": baseline})
    assert against.endswith("]; 210 tokens an answer instead of 1,210")


@pytest.mark.parametrize("usage", [None, used(None)])
def test_what_is_not_known_is_not_said(usage: dict[str, Any] | None) -> None:
    """Of one side is not enough."""
    row = compared(asked("low", "w" * 20, usage), asked("high", "c" * 20, used(300, 0.5)))
    assert row["usage"] is None
    assert comparison_sentence(row).endswith("]")
