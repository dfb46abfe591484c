"""What is shown to hold and to break, without a curve."""

import pytest

from pytest_ood.evidence.span import Span, span

ROBUST, BRITTLE, DEGRADED, OPEN, LOW = "robust", "brittle", "degraded", "undecided", "incapable"


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([ROBUST, ROBUST, OPEN, BRITTLE, BRITTLE], Span(4, 16, (), 4)),
        ([ROBUST, ROBUST, ROBUST, ROBUST, ROBUST], Span(32, None, (), 32)),
        ([BRITTLE, BRITTLE, BRITTLE, BRITTLE, BRITTLE], Span(None, 2, (), None)),
        ([OPEN, ROBUST, OPEN, BRITTLE, OPEN], Span(None, 16, (), 4)),
        ([ROBUST, BRITTLE, ROBUST, BRITTLE, ROBUST], Span(2, 4, (8, 32), 32)),
        ([LOW, LOW, OPEN, LOW, OPEN], Span(None, None, (), None)),
    ],
)
def test_the_span_of_verdicts(verdicts: list[str], expected: Span) -> None:
    """Holding begins at the smallest size and ends at the first that is not robust."""
    sizes = [2.0, 4.0, 8.0, 16.0, 32.0]
    # In any order.
    shuffled = dict(reversed(list(zip(sizes, verdicts, strict=True))))
    assert span(shuffled, dict.fromkeys(sizes)) == expected


@pytest.mark.parametrize(("estimate", "breaks_by"), [(0.49, 8), (0.5, None), (None, None)])
def test_a_degraded_size_breaks_below_one_half(estimate: float | None, breaks_by: float | None) -> None:
    """By the unbiased estimate."""
    verdicts = {4.0: ROBUST, 8.0: DEGRADED}
    assert span(verdicts, {4.0: 0.1, 8.0: estimate}) == Span(4, breaks_by, (), 4)
