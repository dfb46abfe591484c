"""A pair in a terminal: everything that was asked and said, side by side, and nothing that moves the cursor."""

from dataclasses import replace
from typing import Any

import pytest

from pytest_ood.evidence.trace import Trace
from pytest_ood.report.terminal.lines import columns, plain
from pytest_ood.report.terminal.showing import pair_lines, shown_pairs
from pytest_ood.report.twins import Twins, paired
from pytest_ood.text.canonical import digest
from tests.dataset.making import HOSTILE
from tests.report.making import pair, twin

BOARD, ANSWER = "0110\n1001\n0110", "0110\n1000\n0110"


def text(*traces: Trace, width: int = 80, **how: Any) -> str:
    """All that is shown of the first pair of a dataset."""
    return plain(pair_lines(paired(traces)[0], width, **how))


def grids(**fields: Any) -> list[Trace]:
    """A pair whose answer is a grid."""
    return pair(3, **{"answer_given": ANSWER, "answer_expected": BOARD, "lure": "copied", **fields})


@pytest.mark.parametrize(("width", "apart"), [(80, 38), (120, 58)])
def test_the_control_stands_beside_its_shift(width: int, apart: int) -> None:
    """What was asked, answered and expected, and the shortcut; parts begin on the same line."""
    lines = text(*grids(), width=width).splitlines()
    assert lines[0].startswith("test_larger, draw 3, gpt-4o: control correct, shift wrong (copied)")
    sides = [[side.strip() for side in (line[:apart], line[apart + 3 :])] for line in lines[2:]]
    assert sides == [
        ["CONTROL size=2: correct", "SHIFT size=64: wrong (copied)"],
        ["-- asked", "-- asked"],
        ["Spell 3 backward.", "Spell 3 backward."],
        ["-- answered", "-- answered, 1 difference"],
        ["3", "0110"],
        ["", "1000"],
        ["", "^"],
        ["", "0110"],
        ["", "-- expected"],
        ["", "0110"],
        ["", "1001"],
        ["", "0110"],
    ]
    assert lines[8][apart + 3 :] == "   ^"


def test_where_there_is_no_room_they_stand_below_each_other() -> None:
    """In a narrow terminal, and where rows of a grid would have to be broken."""
    assert " | " not in text(*grids(), width=60)
    wide = "\n".join(["01" * 25] * 3)
    assert " | " not in text(*grids(answer_given=wide, answer_expected=f"{wide[:-1]}0"))
    assert text(*grids(), width=60).count("-- asked") == 2


def test_an_only_arm_is_shown_alone() -> None:
    """And so is a shift without its control."""
    assert "CONTROL size=2: wrong" in text(twin("control", 3, 4, "wrong"))
    alone = text(twin("shift", 3, 4, "wrong"))
    assert "SHIFT size=4: wrong" in alone
    assert "CONTROL" not in alone


def test_the_first_wrong_step_of_a_chain() -> None:
    """Also where the chains have different lengths."""
    chain = {"answer_given": "go left\nhop on\nend it now", "answer_expected": "go left\nhop on\nturn\nend"}
    assert "end it now  <- first wrong step" in text(*grids(**chain), width=120)


def test_one_right_answer_of_several_is_called_so() -> None:
    """And nothing is marked that need not be wrong."""
    shown = text(*grids(answer_unique=False))
    assert "-- expected, one right answer of several" in shown
    assert "^" not in shown


def test_an_answer_that_could_not_be_read() -> None:
    """The response stands in its place."""
    shown = text(*pair(3, outcome="unparsed", answer_given=None, response="I would rather not."))
    assert "-- response, without an answer to read" in shown
    assert "I would rather not." in shown
    assert "-- expected" in shown


def dialogue(**fields: Any) -> list[Trace]:
    """A pair whose shift is a dialogue of two turns."""
    first = "What is 1?"
    messages = [
        {"role": "user", "content": f"{first}\n\nUse tags."},
        {"role": "assistant", "content": "<answer>one</answer>"},
        {"role": "user", "content": "And 2?\n\nUse tags."},
    ]
    values = {
        **{"messages": messages, "question": "And 2?", "prompt_sha256": digest(first)},
        **{"response": "<answer>too</answer>", "answer_given": "one\n\ntoo", "answer_expected": "one\n\ntwo"},
    }
    control, shift = pair(3)
    return [control, replace(shift, **{**values, **fields})]


def test_a_dialogue_is_a_dialogue() -> None:
    """Turn by turn, without what the strategy added; the first wrong one is named."""
    lines = [line.partition(" | ")[2] for line in text(*dialogue()).splitlines()]
    assert lines[lines.index("-- question 1") :] == [
        "-- question 1",
        "What is 1?",
        "-- answer 1",
        "<answer>one</answer>",
        "-- question 2",
        "And 2?",
        "-- answer 2",
        "<answer>too</answer>",
        "-- first wrong turn; expected here",
        "two",
    ]


def test_the_task_knows_which_turn_is_wrong() -> None:
    """Where several answers are right."""
    shown = text(*dialogue(answer_unique=False, detail='{"first_wrong_turn":2}'))
    assert "first wrong turn; one right answer" in shown
    assert "first wrong turn" not in text(*dialogue(answer_unique=False))


def test_the_whole_is_asked_for() -> None:
    """Thoughts, the whole response and the system message; long texts uncut."""
    traces = grids(reasoning="Let me see.", response="So:\n<answer>1</answer>", detail='{"at":1}')
    long = grids(answer_given="x" * 9000)
    for part in ("-- thoughts", "-- whole response", "-- system message"):
        assert part not in text(*traces)
        assert part in text(*traces, is_whole=True)
    assert '{"at": 1}' in text(*traces)
    assert "characters cut" in text(*long)
    assert "characters cut" not in text(*long, is_whole=True)


@pytest.mark.parametrize("is_whole", [False, True])
@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_answer_reaches_the_terminal_as_it_came(width: int, is_whole: bool) -> None:
    """Control characters, and those that turn the direction of writing: all is visible, and stays in its column."""
    evils = (HOSTILE, "[b]x[/b]", "\x9b31m", "\x1b]8;;http://x\x07y", "\r\b\x7f\u200f", "日" * 200, "\x1b" * 9000)
    for evil in evils:
        texts = ("response", "reasoning", "answer_given", "answer_expected", "question", "lure", "model", "probe")
        traces = pair(3, **dict.fromkeys(texts, evil), detail=f'{{"{"x" * 50}":1}}')
        shown = text(*traces, width=width, is_whole=is_whole)
        assert shown.replace("\n", "").isprintable()
        assert max(map(columns, shown.splitlines())) <= width


def test_pairs_are_counted() -> None:
    """Those that are shown, and those that are not."""
    pairs = [Twins(None, trace) for draw in range(3) for trace in pair(draw)[1:]]
    shown = plain(shown_pairs(pairs, 80, 2))
    assert "[1/3] test_larger, draw 0" in shown
    assert "[2/3] test_larger, draw 1" in shown
    assert "1 more pair: -n shows more" in shown
    assert "[3/3]" not in shown
    assert "more pair" not in plain(shown_pairs(pairs, 80, 3))
