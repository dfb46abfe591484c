"""Does an irrelevant number change the answer?"""

from pytest_ood import Outcome, pairs_task, probe

noop = pairs_task(
    "rows.jsonl", control="plain", shift="noop", answer="answer", lures={"used_it": "distracted"},
    name="noop", family="shortcuts and planning", license="CC0-1.0", declared=("prompt",),
)  # fmt: skip


@probe(noop)
def test_irrelevant_numbers(ood: Outcome) -> None:
    """One sentence is added; the question and its answer stay the same."""
    assert ood.robust
