"""A failing pair in few lines: nothing that matters is left out, and no more lines than there is room for."""

import json
from typing import Any

import pytest

from pytest_ood.asking.failing_pair import FailingPair, Twin
from pytest_ood.plugin.pair_lines import pair_lines, share

VERDICT = "brittle"


def twin(arm: str, question: str, answer: str, right: str, **changes: Any) -> Twin:
    """A twin; right if the answer is."""
    outcome = "correct" if answer == right else "wrong"
    values: dict[str, Any] = {
        "arm": arm, "params": "size=1" if arm == "control" else "size=2", "draw": 4, "outcome": outcome, "lure": "",
        "question": question, "answer": answer, "is_read": True, "right": right, "is_unique": True, "detail": "",
    }  # fmt: skip
    return Twin(**{**values, **changes})


PAIR = FailingPair(
    twin("control", "Spell ab backward.\n\nLetters only.", "ba", "ba"),
    twin("shift", "Spell abcd backward.\n\nLetters only.", "abcd", "dcba", lure="copied"),
)


def test_a_short_pair_is_shown_whole() -> None:
    """What was asked, answered and right, of both twins."""
    assert list(pair_lines(PAIR, VERDICT, 80, 60)) == [
        "brittle at size=2 (control: size=1), draw 4: wrong (copied)",
        "control   Spell ab backward.",
        "          Letters only.",
        "answered  ba",
        "shift     Spell abcd backward.",
        "          Letters only.",
        "answered  abcd",
        "right     dcba",
    ]


def test_what_both_questions_share_gives_way_first() -> None:
    """The line that makes the difference stays; dots say that there was more."""
    questions = ["Do this.\nThen that.\nSize 1.\nEnd.", "Do this.\nThen that.\nSize 2.\nEnd."]
    pair = FailingPair(twin("control", questions[0], "1", "1"), twin("shift", questions[1], "1", "2"))
    assert list(pair_lines(pair, VERDICT, 80, 6))[1:] == [
        "control   Size 1. ...",
        "answered  1",
        "shift     Size 2. ...",
        "answered  1",
        "right     2",
    ]


def test_the_first_row_that_differs_stays() -> None:
    """With its marks, and the right row under it."""
    rows = [f"{number:08b}" for number in range(20)]
    wrong = [*rows[:7], "00000110", *rows[8:]]
    pair = FailingPair(None, twin("shift", "?", "\n".join(wrong), "\n".join(rows)))
    lines = list(pair_lines(pair, VERDICT, 80, 5))
    assert lines[2:] == ["answered  00000110", "                 ^ ...", "right     00000111 ..."]
    assert len(list(pair_lines(pair, VERDICT, 80, 60))) == 1 + 1 + 21 + 20


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("room", [8, 20, 60])
def test_it_keeps_to_its_room(width: int, room: int) -> None:
    """Long lines are broken, and long texts shortened."""
    long = "\n".join("word " * 40 for _ in range(30))
    grid = "\n".join("0" * 150 for _ in range(30))
    other = "1" + grid[1:]
    pair = FailingPair(twin("control", long, grid, grid), twin("shift", long + "!", grid, other))
    lines = list(pair_lines(pair, VERDICT, width, room))
    assert len(lines) == room
    assert max(map(len, lines)) <= width
    assert {line[:9].strip() for line in lines[1:]} == {"control", "answered", "shift", "right", ""}


def test_an_answer_that_could_not_be_read_is_a_response() -> None:
    """And an empty one is said to be empty."""
    unread = twin("shift", "?", "", "7", is_read=False, outcome="unparsed", is_unique=False)
    assert list(pair_lines(FailingPair(None, unread), VERDICT, 80, 9))[1:] == [
        "shift     ?",
        "response  (empty)",
        "one right 7",
    ]


def test_a_lure_with_a_line_break_stays_on_its_line() -> None:
    """Names of lures are a stranger's, too."""
    pair = FailingPair(None, twin("shift", "?", "1", "2", lure="a\nb"))
    assert next(pair_lines(pair, VERDICT, 80, 9)) == "brittle at size=2, draw 4: wrong (a\\nb)"


@pytest.mark.parametrize(
    ("wanted", "fewest", "room", "shares"),
    [
        ([1, 1], [1, 1], 9, [1, 1]),
        ([9, 1, 9], [1, 1, 1], 9, [4, 1, 4]),
        ([9, 9], [1, 2], 2, [1, 2]),
        ([5, 0], [1, 1], 4, [4, 0]),
    ],
)
def test_lines_are_shared_out(wanted: list[int], fewest: list[int], room: int, shares: list[int]) -> None:
    """Evenly, nobody more than it has, nobody less than it needs."""
    assert share(wanted, fewest, room) == shares


def test_a_pair_that_came_from_json_is_shown_the_same() -> None:
    """As from a worker."""
    there = FailingPair.from_row(json.loads(json.dumps(PAIR.row())))
    assert list(pair_lines(there, VERDICT, 80, 20)) == list(pair_lines(PAIR, VERDICT, 80, 20))
