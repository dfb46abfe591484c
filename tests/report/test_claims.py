"""How many claims a run looked at, and how sure several are at once."""

import pytest

from pytest_ood.report.claims import ShownGaps, claims, shown_gaps
from tests.plugin.rows import arm, brittle, gap, row


def test_claims() -> None:
    """Two for each arm asked, one for each cell with pairs."""
    assert claims([]) == 0
    assert claims([row(2)]) == 2 * 2 + 1
    # The same control.
    assert claims([row(2), row(3)]) == 2 * 3 + 2
    # A control point is the same arm, too.
    point = row(1, shift=None, control_params={"size": 1})
    assert claims([row(2), point]) == claims([row(2)])
    assert claims([point]) == 2


def test_what_was_not_asked_makes_no_claim() -> None:
    """A hopeless control ends a cell before its shift."""
    assert claims([row(control=arm(0, 3), shift=arm(0, 0), gap=None)]) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"model": "n"},
        {"strategy": "cot"},
        {"condition": {"shots": 4}},
        {"sampling": {"bar": 0.9}},
        {"task": "t.other"},
        {"task_version": 2},
    ],
)
def test_other_claims_are_not_shared(other: dict[str, object]) -> None:
    """About another model, asked otherwise, at another bar or of another task."""
    assert claims([row(2), row(2, **other)]) == 10


def test_shown_gaps() -> None:
    """The chance of a false one counts every cell that was looked at, whether or not a gap is shown in it."""
    rows = [brittle(4), row(2, gap=gap(0.2, 0.01, 0.4)), row(3), row(1, shift=None)]
    assert shown_gaps(rows) == ShownGaps(cells=3, shown=2, brittle=1, chance=0.03)
    assert shown_gaps([row(3)] * 200).chance == 1.0
    assert shown_gaps([]) == (0, 0, 0, 0.0)
