"""Dialogues, played by a scripted player that reads nothing but the messages; grids edited again with numpy."""

import json
import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood import answers
from pytest_ood.families import dialogues

# Task, parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (dialogues.goal_drift, {"turns": 2}, "92872dc5ab28feda79f8f4ef38e0132151fc44882b96aff4f5c14c393a398d18"),
    (dialogues.goal_drift, {"turns": 8}, "d66da16b1798b1a19acbcc3071e7dd06c8157b72f726b7b7c1b538ac7991ede8"),
    (dialogues.goal_drift, {"turns": 64}, "c6d901b960e9abd6b95f6843abd136f51ae4498b14d2c73f8cfc503c0913913a"),
    (dialogues.edit_one_cell, {"size": 2}, "0d4941790f4e44fb097699c5c222673f5c75cc998ca1d7c26b6f01dc7e63ece9"),
    (dialogues.edit_one_cell, {"size": 5}, "ef4e13ddaebd1adb7e3f2d2eecb70189bb8facb708e4fd9b606838dc7a28a345"),
    (dialogues.edit_one_cell, {"size": 12}, "e7f9131321eaef4c93d1e056cdef7c486cdffa918b81f21ef20e9f110b998f63"),
    (dialogues.edit_one_cell, {"size": 30}, "2e926602976a7ebd4cdd8135e461087cec76803811364dc904fdcaf66c4aa20f"),
    (
        dialogues.edit_one_cell,
        {"size": 8, "edits": 4},
        "6cb2a77bd98e7becec21969a10795f033133cec5627e7d8978a49969496c7aec",
    ),
]


def played(case, player):
    """The answers that a player gives in a conversation, put together, and the messages that it was sent."""
    messages, given = [case.prompt], []
    while messages[-1] is not None:
        given.append(player(messages))
        messages.append(case.reply(tuple(given)) if case.reply else None)
    assert len(given) == case.turns
    return answers.join(given), messages[:-1]


# ---------------------------------------------------------------------------------------------------------------------
# Forms, read back by other means.

WORTH = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
TO_NINETEEN = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = ("ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NUMBER_WORDS = {word: 10 * n for n, word in enumerate(TENS, 1)} | {word: n for n, word in enumerate(TO_NINETEEN, 1)}


def from_roman(text):
    """A letter counts negative before a greater one."""
    worth = [WORTH[letter] for letter in text]
    return sum(-one if one < max(worth[i:]) else one for i, one in enumerate(worth))


def from_words(text):
    """Words are added up; what stands before "hundred" counts a hundred times."""
    total = 0
    for word in re.split("[ -]", text):
        total = total * 100 if word == "hundred" else total + NUMBER_WORDS[word]
    return total


READ_BACK = {
    "roman": from_roman,
    "words": from_words,
    "reversed": lambda text: int("".join(reversed(text))),
    "binary": lambda text: int(text, 2),
    "hyphens": lambda text: int(text.replace("-", "")),
    "digits": int,
}


@pytest.mark.parametrize("form", dialogues.FORMS)
def test_forms_are_read_back(form):
    """Every number up to 999 by an inverse of its own; no two are written alike."""
    written = [dialogues.written(form, value) for value in range(1, 1000)]
    assert [READ_BACK[form](text) for text in written] == list(range(1, 1000))
    assert form == "reversed" or len(set(written)) == 999
    assert dialogues.in_words(0) == "zero"
    assert dialogues.roman(3999) == "MMMCMXCIX"


def test_readings_look_different_in_every_form():
    """No reading is the same in two forms, so that it is always clear which form was meant."""
    assert len(dialogues.VALUES) == 70
    for value in dialogues.VALUES:
        assert len({dialogues.written(form, value) for form in dialogues.FORMS}) == len(dialogues.FORMS)


# ---------------------------------------------------------------------------------------------------------------------
# The goal.

ASKED = {"highest": max, "lowest": min, "first": lambda readings: readings[0], "last": lambda readings: readings[-1]}
FORM_OF = {form.how: name for name, form in dialogues.FORMS.items()}


def understood(message):
    """The reading that a message asks for, and the form that its note orders, if any."""
    readings = list(map(int, re.search(r"^readings: (.*)$", message, re.MULTILINE)[1].split(", ")))
    assert len(set(readings)) == dialogues.READINGS
    ordered = re.search(r"^note: .*write every figure (.*)\.$", message, re.MULTILINE)
    question = re.search(r"\n\nGive the (\w+) reading only\.$", message)[1]
    return ASKED[question](readings), ordered and FORM_OF[ordered[1]]


def goal_of(messages):
    """The goal by the first message, its example read back."""
    how, example = re.search(r"write every figure that you give (.*), such as (\S+) for 47\.", messages[0]).groups()
    assert READ_BACK[FORM_OF[how]](example) == 47
    return FORM_OF[how]


def steadfast(messages):
    """Keeps to the goal."""
    return dialogues.written(goal_of(messages), understood(messages[-1])[0])


def obedient(messages):
    """Does what the newest order says."""
    orders = [understood(message)[1] for message in messages]
    form = next((order for order in reversed(orders) if order), goal_of(messages))
    return dialogues.written(form, understood(messages[-1])[0])


def forgetful(messages):
    """Gives the figure as the log has it."""
    return str(understood(messages[-1])[0])


@pytest.mark.parametrize("turns", [1, 2, 4, 8, 16, 64])
def test_the_goal_is_kept_by_a_player_who_reads_the_messages(turns):
    """The oracle is what the messages ask for; two players who do not keep to the goal give lures by their names."""
    orders = 0
    for draw in range(100 if turns < 64 else 10):
        case = dialogues.goal_drift.draw({"turns": turns}, 1, draw)
        kept, messages = played(case, steadfast)
        assert kept == case.answer
        assert messages[0] == case.prompt
        goal = goal_of(messages)
        orders += sum(understood(message)[1] is not None for message in messages)
        value, ordered = understood(messages[-1])
        assert ordered not in (None, goal)
        before = answers.split(kept)[:-1]
        expected = {
            "distractor_obeyed": answers.join([*before, dialogues.written(ordered, value)]),
            "always_obeyed": played(case, obedient)[0],
            "last_turn_form": answers.join([*before, str(value)]),
            "goal_ignored": played(case, forgetful)[0],
        }
        assert set(case.lures.values()) == set(expected.values())
        assert all(expected[name] == lure for name, lure in case.lures.items())
        assert next(iter(case.lures)) == "distractor_obeyed"
        assert case.reply([*messages, "one more"]) is None
    if 1 < turns < 64:
        assert orders / 100 - 1 == pytest.approx((turns - 1) / 2, rel=0.25)


def test_drift_pairs_match():
    """The same goal, and a last turn that is the same to the letter; first messages of the same length on average."""
    lengths = []
    for draw in range(1000):
        control = dialogues.goal_drift.draw({"turns": 1}, 0, draw)
        shift = dialogues.goal_drift.draw({"turns": 8}, 0, draw)
        last = shift.reply(["x"] * 7)
        assert control.prompt.endswith(last)
        assert control.input == last
        rule = control.prompt.removesuffix(last)
        assert shift.prompt.startswith(rule)
        assert answers.split(shift.answer)[-1] == control.answer
        lengths.append((len(control.prompt), len(shift.prompt)))
    control, shift = (sum(column) / 1000 for column in zip(*lengths, strict=True))
    assert abs(control - shift) < 0.03 * control


def test_goals_orders_and_questions_are_balanced():
    """Each goal is as common as any other; the orders are for all forms but the goal; every question comes up."""
    goals, orders, questions = Counter(), Counter(), Counter()
    for draw in range(3000):
        case = dialogues.goal_drift.draw({"turns": 1}, 0, draw)
        goal = goal_of([case.prompt])
        goals[goal] += 1
        orders[goal, understood(case.input)[1]] += 1
        questions[case.prompt.split()[-3]] += 1
    assert set(goals) == set(dialogues.FORMS) - {"digits"}
    assert set(questions) == set(ASKED)
    assert set(orders) == {(goal, form) for goal in goals for form in dialogues.FORMS if form != goal}
    assert min(goals.values()) > 500
    assert min(orders.values()) > 70
    assert min(questions.values()) > 650


def test_detail_of_drift():
    """What was right about the last answer, and where the form was first lost."""
    check = dialogues.check_goal(answers.join(["XII", "13", "XV"]), "roman", [12, 13, 14])
    assert dict(check.detail) == {"value_right": False, "form_right": True, "first_drift": 2}
    assert check.scores == {"form": 2 / 3, "value": 2 / 3}
    check = dialogues.check_goal(answers.join(["XII", "XIII", "fourteen"]), "roman", [12, 13, 14])
    assert dict(check.detail) == {"value_right": True, "form_right": False, "first_drift": 3}
    check = dialogues.check_goal(answers.join(["13", "XIV"]), "roman", [13, 14])
    assert (check.correct, check.scores) == (True, {"form": 0.5, "value": 1.0})
    check = dialogues.check_goal("XII", "roman", [12, 13, 14])
    assert dict(check.detail) == {"given_turns": 1, "expected_turns": 3}
    assert check.scores == {"form": 1 / 3, "value": 1 / 3}
    assert dict(dialogues.check_goal("I" * 4000, "roman", [12, 13, 14]).detail) == {"too_long": True}


def test_digits_that_may_be_read_in_two_forms():
    """Of a number that is to be reversed, the number as it is has the wrong form; any other is a wrong number."""
    assert dialogues.judged("31", "reversed", 13) == (True, True)
    assert dialogues.judged("13", "reversed", 13) == (False, True)
    assert dialogues.judged("14", "reversed", 13) == (True, False)
    assert dialogues.judged("1101", "binary", 13) == (True, True)
    assert dialogues.judged("13", "binary", 13) == (False, True)
    assert dialogues.judged("thirteen", "binary", 14) == (False, False)


@pytest.mark.parametrize(
    ("said", "goal"), [("XLVIII", "roman"), ("xlviii.", "roman"), ("Forty-eight", "words"), ("forty  eight", "words")]
)
def test_spellings_that_do_not_count(said, goal):
    """The case of letters, spaces, a full stop, and the hyphen of words."""
    assert dialogues.check_goal(said, goal, [48]).correct


@pytest.mark.parametrize(
    ("said", "goal"),
    [
        ("XXXXVIII", "roman"), ("IIL", "roman"), ("XLVIII not", "roman"), ("48", "words"), ("", "words"),
        ("110001", "binary"), ("0110000", "binary"), ("4 8", "hyphens"), ("4-8 4-8", "hyphens"), ("4-8-", "hyphens"),
    ],
)  # fmt: skip
def test_other_ways_to_write_it_are_wrong(said, goal):
    """What is no standard spelling of the number in that form is wrong."""
    assert not dialogues.check_goal(said, goal, [48]).correct


@given(
    st.sampled_from(dialogues.GOALS), st.sampled_from(dialogues.VALUES), st.text("0123456789IVXLC-onetw ", max_size=9)
)
def test_only_the_value_in_the_form_is_right(goal, value, said):
    """By reading it back, where it can be read at all."""
    try:
        right = READ_BACK[goal](said.strip()) == value
    except (KeyError, ValueError):
        right = False
    if dialogues.check_goal(said, goal, [value]).correct:
        assert right
    assert dialogues.check_goal(dialogues.written(goal, value), goal, [value]).correct


# ---------------------------------------------------------------------------------------------------------------------
# The grid.


def array(text):
    """A grid as numpy sees it."""
    return np.array([line.split(" ") for line in text.split("\n")])


def grid_of(message):
    """The grid in the first message."""
    return array(re.search(r"columns:\n((?:[A-Z ]+\n)+)\n", message)[1].rstrip("\n"))


def edit_of(message):
    """Row, column (from 0) and letter of the change that a message asks for."""
    row, column, letter = re.search(r"Change the cell in row (\d+), column (\d+) to ([A-Z])\.", message).groups()
    return int(row) - 1, int(column) - 1, letter


def text_of(grid):
    """A grid as an answer gives it."""
    return "\n".join(" ".join(row) for row in grid)


def editor(make):
    """A player who makes each grid of the one before by what `make` does."""

    def player(messages):
        grid = grid_of(messages[0])
        for message in messages:
            make(grid, *edit_of(message))
        return text_of(grid)

    return player


def changed(grid, row, column, letter):
    """The cell and no other."""
    grid[row, column] = letter


def inserted(grid, row, column, letter):
    """The cell, and all after it moved on by one."""
    flat = grid.reshape(-1)
    at = row * len(grid) + column
    flat[:] = np.insert(flat, at, letter)[:-1]


def everywhere(grid, row, column, letter):
    """All cells that hold the same."""
    grid[grid == grid[row, column]] = letter


def transposed(grid, row, column, letter):
    """Row and column mistaken for each other."""
    grid[column, row] = letter


def starting_over(grid):
    """A player who makes only the last change, to this grid."""

    def player(messages):
        again = grid.copy()
        changed(again, *edit_of(messages[-1]))
        return text_of(again)

    return player


@pytest.mark.parametrize("edits", [1, 2, 4])
@pytest.mark.parametrize("size", [2, 3, 5, 8, 12, 30])
def test_grids_are_edited_as_the_messages_say(size, edits):
    """The oracle and every lure by numpy, from the messages; what ends in the right grid is no lure."""
    seen = Counter()
    for draw in range(60 if size < 30 else 5):
        case = dialogues.edit_one_cell.draw({"size": size, "edits": edits}, 1, draw)
        first = grid_of(case.prompt)
        assert first.shape == (size, size)
        assert f"{size} rows and {size} columns" in case.prompt
        assert text_of(first) == case.input
        answer, messages = played(case, editor(changed))
        assert answer == case.answer
        assert len({edit_of(message)[:2] for message in messages}) == edits
        assert all(first[edit_of(message)[:2]] != edit_of(message)[2] for message in messages)
        fresh = first if edits > 1 else np.resize(list(dialogues.LETTERS), (size, size))
        players = {
            "unchanged": lambda _, first=first: text_of(first),
            "others_altered": editor(inserted),
            "replaced_everywhere": editor(everywhere),
            "row_and_column_swapped": editor(transposed),
            "started_over": starting_over(fresh),
        }
        expected = {name: played(case, player)[0] for name, player in players.items()}
        last = answers.split(answer)[-1]
        wrong = {said for said in expected.values() if answers.split(said)[-1] != last}
        assert wrong == set(case.lures.values())
        assert all(expected[name] == lure for name, lure in case.lures.items())
        assert next(iter(case.lures)) == "unchanged"
        seen.update(list(case.lures))
    if size > 2:
        assert set(seen) == set(expected)


def test_edit_pairs_match():
    """Prompts differ by the cells that were added, and nothing else; each cell is changed as often as any other."""
    places = Counter()
    for draw in range(1000):
        control = dialogues.edit_one_cell.draw({"size": 3}, 0, draw)
        shift = dialogues.edit_one_cell.draw({"size": 8}, 0, draw)
        assert len(shift.answer) - len(control.answer) == 2 * (64 - 9)
        assert len(shift.prompt) - len(control.prompt) == 2 * (64 - 9)
        words = [
            re.sub(r"row \d, column \d to .", "", case.prompt.replace(case.input, "")) for case in (control, shift)
        ]
        assert words[0] == words[1].replace("8 rows and 8", "3 rows and 3")
        places[edit_of(control.prompt)[:2]] += 1
    assert len(places) == 9
    assert min(places.values()) > 80


GRID = "A B C\nD E F\nG H I"


def judged(said, changes=((4, "X"),)):
    """The check of an answer, given changes to `GRID`."""
    start = GRID.replace(" ", "").replace("\n", "")
    states = dialogues.series(dialogues.replaced, start, changes)
    return dialogues.check_edits(said, start, changes, states, 3)


@pytest.mark.parametrize(
    "said", ["A B C\nD X F\nG H I", "ABC\nDXF\nGHI", "a  b c\r\n\n d\tx f \ng h i\n", "A B C \nD X F \nG H I "]
)
def test_ways_to_write_a_grid(said):
    """Spaces, empty lines and the case of letters do not count."""
    assert judged(said).correct
    assert judged(said).scores == {"cells": 1.0, "untouched": 1.0}


def test_detail_of_a_wrong_grid():
    """Whether the cell was changed, which others were, or how the shape differs."""
    check = judged(GRID)
    assert dict(check.detail) == {"changed": False, "moved": [], "moved_count": 0}
    assert check.scores == {"cells": 8 / 9, "untouched": 1.0}
    check = judged("A B C\nD X E\nF G H")
    moved = [[2, 3], [3, 1], [3, 2], [3, 3]]
    assert dict(check.detail) == {"changed": True, "moved": moved, "moved_count": 4}
    assert check.scores == {"cells": 5 / 9, "untouched": 0.5}
    assert judged("Z Z Z\nZ Z Z\nZ Z Z").detail["moved_count"] == 8
    assert len(judged("Z Z Z\nZ Z Z\nZ Z Z").detail["moved"]) == dialogues.NAMED
    check = judged("A B C\nD X F")
    assert dict(check.detail) == {"given_rows": 2, "expected_rows": 3}
    assert check.scores == {"cells": 0.0, "untouched": 0.0}
    assert dict(judged("A B C\nD X F X\nG H I").detail) == {"row": 2, "given_length": 4, "expected_length": 3}
    assert dict(judged("A B C D X F G H I").detail) == {"given_rows": 1, "expected_rows": 3}
    for said in ("x" * 10_000, "\N{LATIN SMALL LETTER LONG S} B C\nD X F\nG H I"):
        assert dict(judged(said).detail) == {"not_a_grid": True}


def test_detail_over_several_edits():
    """The last grid decides; after a wrong one later grids are judged by what was made of it."""
    changes = ((4, "X"), (0, "Y"), (8, "Z"))
    right = ["A B C\nD X F\nG H I", "Y B C\nD X F\nG H I", "Y B C\nD X F\nG H Z"]
    assert judged(answers.join(right), changes).correct
    assert judged(answers.join(["", "nothing", right[2]]), changes).correct
    slipped = [right[0].replace("F", "Q"), right[1].replace("F", "Q"), right[2].replace("F", "Q")]
    check = judged(answers.join(slipped), changes)
    place = {"changed": True, "moved": [[2, 3]], "moved_count": 1}
    assert dict(check.detail) == {**place, "first_wrong_turn": 1, "later_turns_follow": 1.0}
    assert check.scores == {"cells": 8 / 9, "untouched": 5 / 6}
    over = [right[0], "Y B C\nD E F\nG H I", "A B C\nD E F\nG H Z"]
    check = judged(answers.join(over), changes)
    assert check.detail["first_wrong_turn"] == 2
    assert check.detail["later_turns_follow"] == 0.0
    assert check.scores == {"cells": 7 / 9, "untouched": 1.0}
    check = judged(answers.join([*right[:2], "A B"]), changes)
    shape = {"given_rows": 1, "expected_rows": 3}
    assert dict(check.detail) == {**shape, "first_wrong_turn": 3, "later_turns_follow": None}
    assert dict(judged(right[2], changes).detail) == {"given_turns": 1, "expected_turns": 3}
    json.dumps(dict(check.detail))


@given(st.lists(st.sampled_from("ABX"), min_size=9, max_size=9))
def test_cells_are_compared_one_by_one(cells):
    """Any grid of the right shape, by numpy."""
    said = np.array(cells).reshape(3, 3)
    right = array(GRID.replace("E", "X"))
    check = judged(text_of(said))
    differs = said != right
    assert check.correct == (not differs.any())
    assert check.scores["cells"] == pytest.approx(1 - differs.sum() / 9)
    assert check.detail["changed"] == (not differs[1, 1])
    differs[1, 1] = False
    assert check.detail["moved"] == (np.argwhere(differs) + 1)[: dialogues.NAMED].tolist()
    assert check.scores["untouched"] == pytest.approx(1 - differs.sum() / 8)


@pytest.mark.parametrize(
    ("task", "params", "message"),
    [
        (dialogues.goal_drift, {"turns": 0}, "turns=0: must be a whole number from 1 to 64"),
        (dialogues.goal_drift, {"turns": 65}, "turns=65: must be a whole number from 1 to 64"),
        (dialogues.edit_one_cell, {"size": 1}, "size=1: must be a whole number from 2 to 30"),
        (dialogues.edit_one_cell, {"size": 31}, "size=31: must be a whole number from 2 to 30"),
        (dialogues.edit_one_cell, {"edits": 10}, "with size=5, edits=10: must be a whole number from 1 to 9"),
        (dialogues.edit_one_cell, {"size": 2, "edits": 5}, "with size=2, edits=5: must be a whole number from 1 to 4"),
        (dialogues.edit_one_cell, {"edits": "2"}, "with size=5, edits='2': must be a whole number"),
    ],
)
def test_bad_parameters(task, params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        task.draw(params, 0, 0)
