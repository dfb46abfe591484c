"""The pair that is shown: which one, and what of it is marked."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from pytest_ood.asking.failing_pair import FailingPair, Twin, marked, paired_rows
from pytest_ood.evidence.arm import Arm, ScoredDraw
from pytest_ood.evidence.outcomes import ArmName
from pytest_ood.evidence.sampling import Sampling
from tests.dataset.making import trace

LETTERS: dict[str, Any] = {"c": "correct", "w": "wrong", "u": "unparsed"}


class Result:
    """As much of an outcome as a pair needs."""

    def __init__(self, control: str, shift: str | None, only: ArmName = "control") -> None:
        self.control = arm(only, control)
        self.shift = None if shift is None else arm("shift", shift)

    @property
    def arms(self) -> list[tuple[str, Arm]]:
        """The arms by name."""
        return [("control", self.control), *([("shift", self.shift)] if self.shift is not None else [])]


def arm(name: ArmName, letters: str) -> Arm:
    """An arm with these outcomes."""
    kinds = [LETTERS[letter] for letter in letters]
    traces = [replace(trace(0), arm=name, draw=draw, outcome=kind) for draw, kind in enumerate(kinds)]
    made = Arm(Sampling(), lambda n: traces[:n])
    for kind in kinds:
        made.add(ScoredDraw(kind))
    return made


def chosen(control: str, shift: str | None) -> Sequence[tuple[str, int, str]]:
    """The arm, the draw and the outcome of both twins."""
    pair = FailingPair.of(Result(control, shift))  # type: ignore[arg-type]
    return [] if pair is None else [(twin.arm, twin.draw, twin.outcome) for twin in pair.twins]


@pytest.mark.parametrize(
    ("control", "shift", "draw", "outcomes"),
    [
        ("ccc", "cww", 1, ["correct", "wrong"]),
        ("wcc", "wcw", 2, ["correct", "wrong"]),
        ("wwc", "wcc", 0, ["wrong", "wrong"]),
        ("cwc", "ccc", 1, ["wrong", "correct"]),
        ("cuc", "ccu", 2, ["correct", "unparsed"]),
        ("wwc", "", 0, ["wrong"]),
        ("ccw", None, 2, ["wrong"]),
    ],
)
def test_the_draw_that_shows_most(control: str, shift: str | None, draw: int, outcomes: list[str]) -> None:
    """A collapse if there is one, of the same draw in both arms."""
    pair = chosen(control, shift)
    assert [outcome for _, _, outcome in pair] == outcomes
    assert {place for _, place, _ in pair} == {draw}


@pytest.mark.parametrize(("control", "shift"), [("ccc", "ccc"), ("cc", None), ("", "")])
def test_where_nothing_failed_there_is_no_pair(control: str, shift: str | None) -> None:
    """Nor where nothing was asked."""
    assert chosen(control, shift) == []


def test_a_replay_has_only_a_shift_arm() -> None:
    """Which then is the only twin."""
    pair = FailingPair.of(Result("cw", None, only="shift"))  # type: ignore[arg-type]
    assert pair is not None
    assert [(twin.arm, twin.outcome) for twin in pair.twins] == [("shift", "wrong")]
    assert pair.failing == pair.twins[0]


def test_a_pair_crosses_processes() -> None:
    """It is made of JSON types, and the same on the other side."""
    pair = FailingPair.of(Result("cc", "cw"))  # type: ignore[arg-type]
    assert pair is not None
    assert FailingPair.from_row(json.loads(json.dumps(pair.row()))) == pair


def test_whatever_a_trace_holds_is_printable() -> None:
    """Every text that the model or a stranger's task may have chosen."""
    evil = "\x1b[2J\u202e"
    twin = Twin.of(
        replace(
            trace(0), question=evil, response=evil, answer_given=evil, answer_expected=evil, lure=evil, detail=evil,
            params='{"a": "\\u001b[2J\\n"}',
        )
    )  # fmt: skip
    texts = "".join([twin.params, twin.lure, twin.question, twin.answer, twin.right, twin.detail])
    assert texts.isprintable()
    assert "\\x1b[2J" in twin.params


def test_different_cells_are_marked() -> None:
    """A line under each row that differs, and none under the others."""
    assert list(marked("0110\n0010\n1111", "0110\n0111\n1110")) == ["0110", "0010", " ^ ^", "1111", "   ^"]


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("0110", "011"),  # one cell is missing, and what follows has moved
        ("01\n10", "0110"),
        ("abcd", "efgh"),
        ("abc", "cba"),
        ("", "7"),
        ("7", ""),
    ],
)
def test_answers_of_another_shape_are_not_marked(answer: str, right: str) -> None:
    """Nor those that have little in common: marks under everything say nothing."""
    assert paired_rows(answer, right) == []
    assert list(marked(answer, right)) == (answer or "(empty)").split("\n")
