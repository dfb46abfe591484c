"""Filters find the pairs that they name."""

from typing import Any

import pytest

from pytest_ood.report.terminal.choosing import Choice
from pytest_ood.report.twins import paired
from tests.report.making import pair, twin

TRACES = [
    *pair(1, 4, "correct"),
    *pair(2, 4, "unparsed", answer_given=None),
    *pair(3, 64, lure="copied", response="A Needle"),
    *pair(4, 64, model="gpt-5", probe="t.py::test_other", task="grids.other"),
    twin("control", 9, 0, "wrong"),
]


def chosen(**how: Any) -> list[tuple[int, str]]:
    """The draws and arms of what is shown last of each pair."""
    return [(one.last.draw, one.last.arm) for one in Choice(**how).of(TRACES)]


def test_without_filters_all_pairs_are_shown() -> None:
    """Collapses first, then other wrong answers, then what could not be scored."""
    assert chosen() == [(3, "shift"), (4, "shift"), (9, "control"), (2, "shift"), (1, "shift")]


@pytest.mark.parametrize(
    ("how", "draws"),
    [
        ({"outcomes": ["wrong"]}, [3, 4, 9]),
        ({"outcomes": ["unparsed", "error"]}, [2]),
        ({"probe": "other"}, [4]),
        ({"task": "grow"}, [3, 9, 2, 1]),
        ({"model": "gpt-5"}, [4]),
        ({"lure": "cop"}, [3]),
        ({"params": {"size": "4"}}, [2, 1]),
        ({"params": {"size": "2"}, "draw": 3}, [3]),
        ({"params": {"size": "64", "rule": "1"}}, []),
        ({"params": {"size": "four"}}, []),
        ({"draw": 0}, []),
        ({"text": "a needle"}, [3]),
        ({"text": "SPELL 2 "}, [2]),
        ({"ids": [TRACES[5].id[:6]]}, [3]),
        ({"ids": [TRACES[4].id]}, [3]),
        ({"outcomes": ["wrong"], "model": "gpt-4o", "draw": 9}, [9]),
    ],
)
def test_each_filter(how: dict[str, Any], draws: list[int]) -> None:
    """A pair has to pass all of them; either of its twins will do."""
    assert [draw for draw, _ in chosen(**how)] == draws


def test_a_trace_that_several_runs_have_counts_as_in_the_last() -> None:
    """And a control that several sizes share is shown with each of them, and not alone."""
    control, small = pair(3, 4)
    _, large = pair(3, 64)
    again = twin("shift", 3, 64, "correct")
    assert [(one.control, one.shift) for one in paired([control, small, large, again])] == [
        (control, small),
        (control, again),
    ]
