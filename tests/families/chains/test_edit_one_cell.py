"""Grids, edited again with NumPy by players that read nothing but the messages."""

import json
import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood import answers
from pytest_ood.families.chains.edit_one_cell import MOST_LISTED, check_edits, edit_one_cell
from pytest_ood.families.chains.grid_edits import LETTERS, each_edited, replaced
from tests.families.chains.players import played

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (edit_one_cell, {"size": 2}, "4306fc0174ee07207821a3c6eb3a48a53aab148f07c063efa04e263b1fe1d97c"),
    (edit_one_cell, {"size": 5}, "a0a48d687a21284d45c53e7aeee1710bcebc47867c5b59c9451fe96e6a1d359e"),
    (edit_one_cell, {"size": 12}, "07f5c9a9d3a7a8939a9c0ea8ebc7b869e1cd366a37e03b3f5fee719c0307a445"),
    (edit_one_cell, {"size": 30}, "2cbf10ca09de69c9321d22151b2f5c914be9030f9698ae375458f17c313a8160"),
    (
        edit_one_cell,
        {"size": 8, "edits": 4},
        "da79e2b000689f909d54b530fa21604d2abef536374e97602b43ab5f410468f4",
    ),
]


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
        case = edit_one_cell.draw({"size": size, "edits": edits}, 1, draw)
        first = grid_of(case.prompt)
        assert first.shape == (size, size)
        assert f"{size} rows and {size} columns" in case.prompt
        assert text_of(first) == case.input
        answer, messages = played(case, editor(changed))
        assert answer == case.answer
        assert len({edit_of(message)[:2] for message in messages}) == edits
        assert all(first[edit_of(message)[:2]] != edit_of(message)[2] for message in messages)
        fresh = first if edits > 1 else np.resize(list(LETTERS), (size, size))
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
        control = edit_one_cell.draw({"size": 3}, 0, draw)
        shift = edit_one_cell.draw({"size": 8}, 0, draw)
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


def judged(*answers, changes=((4, "X"),)):
    """The check of the answers to all turns, given changes to `GRID`."""
    start = GRID.replace(" ", "").replace("\n", "")
    states = each_edited(replaced, start, changes)
    return check_edits(answers, start, changes, states, 3)


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
    assert len(judged("Z Z Z\nZ Z Z\nZ Z Z").detail["moved"]) == MOST_LISTED
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
    assert judged(*right, changes=changes).correct
    assert judged("", "nothing", right[2], changes=changes).correct
    slipped = [right[0].replace("F", "Q"), right[1].replace("F", "Q"), right[2].replace("F", "Q")]
    check = judged(*slipped, changes=changes)
    place = {"changed": True, "moved": [[2, 3]], "moved_count": 1}
    assert dict(check.detail) == {**place, "first_wrong_turn": 1, "later_turns_follow": 1.0}
    assert check.scores == {"cells": 8 / 9, "untouched": 5 / 6}
    over = [right[0], "Y B C\nD E F\nG H I", "A B C\nD E F\nG H Z"]
    check = judged(*over, changes=changes)
    assert check.detail["first_wrong_turn"] == 2
    assert check.detail["later_turns_follow"] == 0.0
    assert check.scores == {"cells": 7 / 9, "untouched": 1.0}
    check = judged(*right[:2], "A B", changes=changes)
    shape = {"given_rows": 1, "expected_rows": 3}
    assert dict(check.detail) == {**shape, "first_wrong_turn": 3, "later_turns_follow": None}
    assert dict(judged(right[2], changes=changes).detail) == {"given_turns": 1, "expected_turns": 3}
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
    assert check.detail["moved"] == (np.argwhere(differs) + 1)[:MOST_LISTED].tolist()
    assert check.scores["untouched"] == pytest.approx(1 - differs.sum() / 8)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"size": 1}, "size=1: must be a whole number from 2 to 30"),
        ({"size": 31}, "size=31: must be a whole number from 2 to 30"),
        ({"edits": 10}, "with size=5, edits=10: must be a whole number from 1 to 9"),
        ({"size": 2, "edits": 5}, "with size=2, edits=5: must be a whole number from 1 to 4"),
        ({"edits": "2"}, "with size=5, edits='2': must be a whole number"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        edit_one_cell.draw(params, 0, 0)
