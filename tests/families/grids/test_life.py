"""Life, worked out again by convolution and by counting."""

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood.families.grids.boards import lines
from pytest_ood.families.grids.life import check_board, life, next_board

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (life, {"size": 6}, "a9a87f12e82a9d02e82cb03357f33e2241a01e90520e0daba30a2fea710ac3b8"),
    (
        life,
        {"size": 8, "steps": 4, "boundary": "dead"},
        "01bd892e34f2a6f37f87a2bcafc18a476821bac7509e92266d47bb5d61222338",
    ),
    (life, {"size": 16, "steps": 2}, "d735af82ca4266f9bea594175526370b4756ea42cf24ecf3e1f138097ec1c0a5"),
    (
        life,
        {"size": 32, "steps": 16, "boundary": "dead"},
        "f67de09f17d21b0afd8f4af634ee2dd74901aebd5f79f0676a1b557b52c9f7e8",
    ),
]


def stepped_cells(alive, size, torus):
    """The set of live cells after one update, by counting for each cell how often it is a neighbour."""
    around = [(row, column) for row in (-1, 0, 1) for column in (-1, 0, 1) if row or column]
    counts = Counter((row + down, column + right) for row, column in alive for down, right in around)
    if torus:
        counts, open_counts = Counter(), counts
        for (row, column), count in open_counts.items():
            counts[row % size, column % size] += count
    inside = {cell: count for cell, count in counts.items() if all(0 <= place < size for place in cell)}
    return {cell for cell, count in inside.items() if count == 3 or (count == 2 and cell in alive)}


def convolved(board, torus):
    """The board after one update, by a convolution with three by three ones."""
    padded = np.pad(board, 1, mode="wrap" if torus else "constant")
    three_by_three = np.lib.stride_tricks.sliding_window_view(padded, (3, 3)).sum(axis=(2, 3))
    return ((three_by_three == 3) | ((three_by_three == 4) & (board == 1))).astype(int)


def board_of(text):
    """A board of digits as an array."""
    return np.array([list(map(int, line)) for line in text.splitlines()])


def alive_on(board):
    """The live cells of an array."""
    return frozenset(map(tuple, np.argwhere(board).tolist()))


def text_of(board):
    """An array as an answer gives it."""
    return "\n".join("".join(map(str, row)) for row in board)


def convolved_often(board, torus, steps):
    """The text of the board after some updates."""
    for _ in range(steps):
        board = convolved(board, torus)
    return text_of(board)


def stated_board(prompt):
    """The board, whether it is a torus, and the number of steps, from a prompt."""
    board = board_of("\n".join(re.findall(r"^[01]+$", prompt, re.MULTILINE)))
    steps, size, across = map(int, re.findall(r"after (\d+) steps? as (\d+) lines of (\d+) digits", prompt)[0])
    assert board.shape == (size, across)
    assert f"board of {size} by {size} cells" in prompt
    return board, "torus" in prompt, steps


@pytest.mark.parametrize("boundary", ["torus", "dead"])
@pytest.mark.parametrize(
    ("size", "steps"), [(4, 1), (4, 16), (5, 3), (6, 1), (8, 2), (12, 1), (16, 4), (32, 1), (32, 16)]
)
def test_life_answer_and_lures(size, steps, boundary):
    """The result and each lure, by convolution; the result again by sets of live cells."""
    for draw in range(10):
        case = life.draw({"size": size, "steps": steps, "boundary": boundary}, 2, draw)
        board, torus, stated = stated_board(case.prompt)
        assert (torus, stated) == (boundary == "torus", steps)
        alive = {tuple(cell) for cell in np.argwhere(board).tolist()}
        for _ in range(steps):
            alive = stepped_cells(alive, size, torus)
        assert alive == {tuple(cell) for cell in np.argwhere(board_of(case.answer)).tolist()}
        assert convolved_often(board, torus, steps) == case.answer
        shortcuts = {
            "unchanged": case.input,
            "all_dead": text_of(0 * board),
            "one_step_short": convolved_often(board, torus, steps - 1),
            "one_step_more": convolved_often(board, torus, steps + 1),
            "other_boundary": convolved_often(board, not torus, steps),
        }
        assert text_of(board) == case.input
        assert list(case.lures)[:2] == ["unchanged", "all_dead"]
        assert set(shortcuts.values()) - {case.answer} == set(case.lures.values())
        for name, lure in case.lures.items():
            assert shortcuts[name] == lure
        assert board_of(case.answer).mean() >= 0.15


@given(st.integers(4, 32).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, 2 ** (size * size) - 1))))
def test_any_board_is_updated_alike(sized):
    """Counting the neighbours of live cells and convolving give the same next board, whatever the board."""
    size, bits = sized
    cells = board_of(lines(f"{bits:0{size * size}b}", size))
    for boundary in ("torus", "dead"):
        after = next_board(alive_on(cells), size, boundary)
        assert after == alive_on(convolved(cells, boundary == "torus"))


def test_famous_boards():
    """A block stays, a blinker turns, and a glider comes back one cell lower and to the right after four steps."""
    empty = ["00000000"] * 8

    def alive(*rows):
        return alive_on(board_of("\n".join(rows)))

    block = alive(*empty[:3], "00011000", "00011000", *empty[:3])
    assert next_board(block, 8, "dead") == block
    blinker = alive(*empty[:3], "00011100", *empty[:4])
    turned = alive(*empty[:2], "00001000", "00001000", "00001000", *empty[:3])
    assert (turned, blinker) == (next_board(blinker, 8, "torus"), next_board(turned, 8, "torus"))
    glider = alive("01000000", "00100000", "11100000", *empty[:5])
    after = glider
    for _ in range(4):
        after = next_board(after, 8, "torus")
    assert after == {(row + 1, column + 1) for row, column in glider}


def test_life_pairs_match():
    """The control board is a corner of the shifted one; both are as dense; prompts grow by the cells alone."""
    drawn = [(life.draw({"size": 4}, 0, draw), life.draw({"size": 8}, 0, draw)) for draw in range(1000)]
    corners = 0
    for control, shift in drawn:
        corners += [line[:4] for line in shift.input.splitlines()[:4]] == control.input.splitlines()
        assert len(shift.input) - len(control.input) == len(shift.answer) - len(control.answer) == 71 - 19
        assert len(shift.prompt) - len(control.prompt) == 71 - 19
        assert control.answer != control.input
    assert 780 < corners < 900
    assert 0.1 < sum(control.rejected for control, _ in drawn) / 1000 < 0.3
    assert sum(shift.rejected for _, shift in drawn) / 1000 < 0.02
    for arm, places, least, most in ((0, 16, 0.35, 0.45), (1, 64, 0.35, 0.4)):
        live = sum(pair[arm].input.count("1") for pair in drawn) / (1000 * places)
        assert least < live < most


def test_detail_of_a_wrong_board():
    """The first wrong row and column, the share of right cells beside what copying and giving up would score."""
    case = life.draw({"size": 4}, 0, 0)
    rows = [list(line) for line in case.answer.splitlines()]
    for row, column in ((2, 1), (3, 0)):
        rows[row][column] = "10"[int(rows[row][column])]
    check = case.check(text_of(rows))
    assert dict(check.detail) == {"first_wrong_row": 2, "first_wrong_column": 1}
    assert check.scores["cells"] == 14 / 16
    copied, dead = case.check(case.input), case.check("\n".join(["0000"] * 4))
    assert (
        check.scores["cells_if_copied"]
        == copied.scores["cells"]
        == np.mean(board_of(case.input) == board_of(case.answer))
    )
    assert check.scores["cells_if_dead"] == dead.scores["cells"] == np.mean(board_of(case.answer) == 0)
    assert case.check(case.answer).scores == {**check.scores, "cells": 1.0}


@pytest.mark.parametrize(
    ("given", "detail"),
    [
        ("", {"given_rows": 0, "expected_rows": 4}),
        ("0110", {"given_rows": 1, "expected_rows": 4}),
        ("0110\n01\n0110\n0110", {"wrong_row": 1, "given_length": 2, "expected_length": 4}),
        ("0110\n01a0\n0110\n0110", {"not_cells": True}),
        ("0110\n01\u00b20\n0110\n0110", {"not_cells": True}),
        ("0110\n01\ud8000\n0110\n0110", {"not_cells": True}),
        ("0110\n" * 10_000, {"given_characters": 50_000}),
    ],
)
def test_what_is_not_a_board_has_no_cells_right(given, detail):
    """The detail says in what it differs, and the score is 0, so that means over an arm are honest."""
    check = check_board(given, answer="0110" * 4, start="0000" * 4)
    assert not check.correct
    assert dict(check.detail) == detail
    assert check.scores == {"cells": 0.0, "cells_if_copied": 0.5, "cells_if_dead": 0.5}


@given(st.data())
def test_white_space_on_a_board(data):
    """Spaces within lines and empty lines do not count, a line break in another place does."""
    case = life.draw({"size": 5}, 1, data.draw(st.integers(0, 50)))
    spaced = "".join(
        cell + data.draw(st.sampled_from(["\n", "\n \n", " \r\n\t"] if cell == "\n" else ["", " ", "  ", "\t"]))
        for cell in case.answer
    )
    assert case.check(spaced).correct
    at = data.draw(st.integers(1, len(case.answer) - 1))
    if "\n" not in case.answer[at - 1 : at + 1]:
        assert not case.check(case.answer[:at] + "\n" + case.answer[at:]).correct


@given(st.data())
def test_any_wrong_cell_is_found(data):
    """Of a board with any cells turned over the detail names the first and the score counts them."""
    case = life.draw({"size": 7, "boundary": "dead"}, 1, data.draw(st.integers(0, 50)))
    cells = list(case.answer.replace("\n", ""))
    wrong = data.draw(st.sets(st.integers(0, 48), min_size=1))
    for place in wrong:
        cells[place] = "10"[int(cells[place])]
    check = case.check(lines("".join(cells), 7))
    assert (min(wrong) // 7, min(wrong) % 7) == tuple(check.detail.values())
    assert check.scores["cells"] == pytest.approx(1 - len(wrong) / 49)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"size": 3}, "size=3: must be a whole number from 4 to 32"),
        ({"size": 33}, "size=33: must be a whole number from 4 to 32"),
        ({"steps": 0}, "steps=0: must be a whole number from 1 to 16"),
        ({"steps": 17}, "steps=17: must be a whole number from 1 to 16"),
        ({"boundary": "periodic"}, "boundary='periodic': must be one of 'torus', 'dead'"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        life.draw(params, 0, 0)
