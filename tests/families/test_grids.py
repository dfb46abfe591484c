"""Grids, worked out again from the words of the prompt: automata with numpy, sudokus by exact cover."""

import functools
import hashlib
import itertools
import math
import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood.families import DATA, grids
from pytest_ood.rng import generator
from tests.families.drawing import pairs

# Task, parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (
        grids.elementary_ca,
        {"rule": 28, "width": 16},
        "e81f8443a0f1c46b18d2d0fc081527e32e38ec82c79959bb1cf83453eb84dc36",
    ),
    (
        grids.elementary_ca,
        {"rule": 90, "width": 32},
        "93e699fdcd3dd0de4ec855243119f9e3c9bca8661fb0592b96687d8bd09ac417",
    ),
    (
        grids.elementary_ca,
        {"rule": 110, "width": 96},
        "6851e2be309cb49cd0a29ff1ac43d98a1d14e805427bf969f9cd028270a5ea4f",
    ),
    (
        grids.elementary_ca,
        {"rule": 30, "width": 21, "steps": 3, "boundary": "zeros"},
        "b511e0f0a5cba174dd29bf30fad139c5830d89899335537c080a383ba30d77a5",
    ),
    (grids.life, {"size": 6}, "582eda72a3175cc484bb28994910d31bae52ea8a10b6ab35bf1c24a3371c5275"),
    (
        grids.life,
        {"size": 8, "steps": 4, "boundary": "dead"},
        "03e9c62100f31112ee2971d10861a58a992d79fb8b5b2ad8b6f07b0723a9a01d",
    ),
    (grids.life, {"size": 16, "steps": 2}, "faef02a04933df78f2b7387b36df1203ed3cd6b463fd5b90d6dc78921955b453"),
    (
        grids.life,
        {"size": 32, "steps": 16, "boundary": "dead"},
        "00b7689cb78cbdf38b610b81e6c91051935dcb30edce58d666a29944116f1eee",
    ),
    (grids.sudoku, {"size": 9, "givens": 22}, "91fc624001215d8495f4945c0cb764e8881c1bdcf2b49c0fa82bb925103e4856"),
    (grids.sudoku, {"size": 9, "givens": 40}, "8ba5fffd181767b8e5650988d3bef41575bc00e818e555a18e6f2c5bba756302"),
    (grids.sudoku, {"size": 9, "givens": 72}, "747856100ecac0b1c03458ffbea53ef2e95201a8f0cdc895886a71f76a555e7a"),
    (grids.sudoku, {"size": 4, "givens": 4}, "cf3a8566aa75ddfaf12c1df0e5f9a55e4f1acd2818ddf0fd5f981822e1bd3a13"),
]


def stepped(row, table, ring):
    """The row after one update, cell by cell."""
    padded = np.concatenate([row[-1:], row, row[:1]]) if ring else np.pad(row, 1)
    return table[4 * padded[:-2] + 2 * padded[1:-1] + padded[2:]]


def worked_out(row, table, ring, steps):
    """The row after some updates, as digits."""
    for _ in range(steps):
        row = stepped(row, table, ring)
    return "".join(map(str, row))


def understood(prompt):
    """The row, the table, whether it is a ring, and the number of steps, from a prompt."""
    table = np.zeros(8, dtype=int)
    for neighbours, new in re.findall(r"^([01]{3}) -> ([01])$", prompt, re.MULTILINE):
        table[int(neighbours, 2)] = int(new)
    (row,) = re.findall(r"^[01]+$", prompt, re.MULTILINE)
    steps, width = map(int, re.findall(r"after (\d+) steps? as (\d+) digits", prompt)[0])
    assert width == len(row)
    return np.array(list(map(int, row))), table, "ring" in prompt, steps


@pytest.mark.parametrize("boundary", ["periodic", "zeros"])
@pytest.mark.parametrize(("width", "steps"), [(8, 1), (13, 2), (16, 1), (96, 5)])
@pytest.mark.parametrize("rule", [28, 30, 54, 90, 110, 184])
def test_answer_and_lures(rule, width, steps, boundary):
    """The result and each lure, by another way; the mirrored rule by mirroring the row instead."""
    for draw in range(10):
        params = {"rule": rule, "width": width, "steps": steps, "boundary": boundary}
        case = grids.elementary_ca.draw(params, 2, draw)
        row, table, ring, stated = understood(case.prompt)
        assert (ring, stated) == (boundary == "periodic", steps)
        assert sum(int(new) << place for place, new in enumerate(table)) == rule
        assert worked_out(row, table, ring, steps) == case.answer
        shortcuts = {
            "copied": worked_out(row, table, ring, 0),
            "one_step_short": worked_out(row, table, ring, steps - 1),
            "one_step_more": worked_out(row, table, ring, steps + 1),
            "other_boundary": worked_out(row, table, not ring, steps),
            "mirrored_rule": worked_out(row[::-1], table, ring, steps)[::-1],
        }
        assert "copied" in case.lures
        assert set(shortcuts.values()) - {case.answer} == set(case.lures.values())
        for name, lure in case.lures.items():
            assert shortcuts[name] == lure


@pytest.mark.parametrize("rule", range(256))
def test_every_rule_works_or_says_that_it_cannot(rule):
    """Any rule gives cases, but for those that make all rows alike or leave all as they are, which are named."""
    params = {"rule": rule, "width": 12}
    if rule in (0, 204, 255):
        with pytest.raises(ValueError, match=f"rule={rule}, width=12"):
            grids.elementary_ca.draw(params, 0, 0)
    else:
        case = grids.elementary_ca.draw(params, 0, 0)
        assert len(set(case.answer)) == 2
        assert case.answer != case.input


def test_detail_of_a_wrong_row():
    """The first wrong cell, or why it is no row."""
    check = grids.check_row("0110 1001", answer="01101010", start="01101011")
    assert dict(check.detail) == {"first_wrong": 6}
    assert dict(grids.check_row("011", "0110", "0000").detail) == {"given_length": 3, "expected_length": 4}
    assert dict(grids.check_row("", "0110", "0000").detail) == {"given_length": 0, "expected_length": 4}
    assert dict(grids.check_row("01a0", "0110", "0000").detail) == {"not_cells": True}
    assert dict(grids.check_row("0" * 50_000, "0110", "0000").detail) == {"given_characters": 50_000}


def test_every_row_is_scored():
    """The share of right cells beside that of the copied row, for right answers too; what is no row has none right."""
    copied = {"cells_if_copied": 0.875}
    for given_row, share in (
        ("01101010", 1.0),
        ("0110 1001", 0.75),
        ("10010101", 0.0),
        ("0110101", 0.0),
        ("", 0.0),
        ("0110101x", 0.0),
        ("0110101\u00b9", 0.0),
        ("0110101\ud800", 0.0),
        ("0" * 50_000, 0.0),
    ):
        check = grids.check_row(given_row, answer="01101010", start="01101011")
        assert check.scores == {"cells": share, **copied}
        assert check.correct == (share == 1)


@given(st.text("01", min_size=1, max_size=90).flatmap(lambda row: st.tuples(st.just(row), st.permutations(row))))
def test_cells_are_compared_alike(rows):
    """The first wrong cell and the share of right ones are those that a look at each cell gives."""
    answer, mine = rows[0], "".join(rows[1])
    check = grids.check_row(mine, answer, start=answer[::-1])
    right = [one == two for one, two in zip(mine, answer, strict=True)]
    assert check.detail.get("first_wrong", -1) == (-1 if all(right) else right.index(False))
    assert check.scores["cells"] == pytest.approx(np.mean(right))
    assert check.scores["cells_if_copied"] == pytest.approx(np.mean(np.array(list(answer)) == list(answer[::-1])))


def test_white_space_between_cells_does_not_count():
    """Some models put a space between digits; the cells are the same."""
    assert grids.check_row("0 1 1\n0", "0110", "0000").correct


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"rule": 256}, "rule=256: must be a whole number from 0 to 255"),
        ({"rule": "110"}, "rule='110': must be a whole number from 0 to 255"),
        ({"width": 2}, "width=2: must be a whole number from 3 to 1000"),
        ({"steps": 0}, "steps=0: must be a whole number from 1 to 100"),
        ({"boundary": "torus"}, "boundary='torus': must be one of 'periodic', 'zeros'"),
        ({"rule": 204}, "rule=204, width=16, steps=1, boundary='periodic': none of 200 rows"),
        ({"rule": 90, "width": 8, "steps": 4}, "rule=90, width=8, steps=4"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        grids.elementary_ca.draw(params, 0, 0)


# ---------------------------------------------------------------------------------------------------------------------
# Life.


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
        case = grids.life.draw({"size": size, "steps": steps, "boundary": boundary}, 2, draw)
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
    """Adding boards bit by bit and convolving them give the same next board, whatever the board."""
    size, board = sized
    cells = board_of(grids.lines(f"{board:0{size * size}b}", size))
    for boundary in ("torus", "dead"):
        after = grids.next_board(board, size, boundary)
        assert text_of(convolved(cells, boundary == "torus")) == grids.lines(f"{after:0{size * size}b}", size)


def test_famous_boards():
    """A block stays, a blinker turns, and a glider comes back one cell lower and to the right after four steps."""
    board = grids.next_board
    empty = ["00000000"] * 8
    block = int("".join([*empty[:3], "00011000", "00011000", *empty[:3]]), 2)
    assert board(block, 8, "dead") == block
    blinker = int("".join([*empty[:3], "00011100", *empty[:4]]), 2)
    turned = int("".join([*empty[:2], "00001000", "00001000", "00001000", *empty[:3]]), 2)
    assert (turned, blinker) == (board(blinker, 8, "torus"), board(turned, 8, "torus"))
    glider = int("".join(["01000000", "00100000", "11100000", *empty[:5]]), 2)
    after = glider
    for _ in range(4):
        after = board(after, 8, "torus")
    assert after == glider >> 9


def test_life_pairs_match():
    """The control board is a corner of the shifted one; both are as dense; prompts grow by the cells alone."""
    drawn = [(grids.life.draw({"size": 4}, 0, draw), grids.life.draw({"size": 8}, 0, draw)) for draw in range(1000)]
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
    case = grids.life.draw({"size": 4}, 0, 0)
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
def test_what_is_no_board_has_no_cells_right(given, detail):
    """The detail says in what it differs, and the score is 0, so that means over an arm are honest."""
    check = grids.check_board(given, answer="0110" * 4, start="0000" * 4)
    assert not check.correct
    assert dict(check.detail) == detail
    assert check.scores == {"cells": 0.0, "cells_if_copied": 0.5, "cells_if_dead": 0.5}


@given(st.data())
def test_white_space_on_a_board(data):
    """Spaces within lines and empty lines do not count, a line break in another place does."""
    case = grids.life.draw({"size": 5}, 1, data.draw(st.integers(0, 50)))
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
    case = grids.life.draw({"size": 7, "boundary": "dead"}, 1, data.draw(st.integers(0, 50)))
    cells = list(case.answer.replace("\n", ""))
    wrong = data.draw(st.sets(st.integers(0, 48), min_size=1))
    for place in wrong:
        cells[place] = "10"[int(cells[place])]
    check = case.check(grids.lines("".join(cells), 7))
    assert (min(wrong) // 7, min(wrong) % 7) == tuple(check.detail.values())
    assert check.scores["cells"] == pytest.approx(1 - len(wrong) / 49)


# ---------------------------------------------------------------------------------------------------------------------
# Sudoku.


class ExactCover:
    """Knuth's Algorithm X on dictionaries: each row of a sudoku's exact cover is a digit in a cell."""

    def __init__(self, size):
        box = {4: 2, 9: 3}[size]
        self.size = size
        self.constraints = {
            (row, column, digit): [
                ("cell", row, column),
                ("row", row, digit),
                ("column", column, digit),
                ("box", row // box, column // box, digit),
            ]
            for row in range(size)
            for column in range(size)
            for digit in "123456789"[:size]
        }

    def solutions(self, grid, most=2):
        """At most so many solutions of a grid of digits and full stops, each as one string."""
        columns = {}
        for choice, covered in self.constraints.items():
            for column in covered:
                columns.setdefault(column, set()).add(choice)
        chosen = []
        for place, digit in enumerate(grid):
            if digit != ".":
                choice = (*divmod(place, self.size), digit)
                if any(column not in columns for column in self.constraints[choice]):
                    return []
                self._select(columns, choice)
                chosen.append(choice)
        found = []
        self._search(columns, chosen, found, most)
        return found

    def _search(self, columns, chosen, found, most):
        if not columns:
            found.append("".join(digit for _, _, digit in sorted(chosen)))
            return
        least = min(columns, key=lambda column: len(columns[column]))
        for choice in list(columns[least]):
            chosen.append(choice)
            removed = self._select(columns, choice)
            self._search(columns, chosen, found, most)
            self._deselect(columns, choice, removed)
            chosen.pop()
            if len(found) >= most:
                return

    def _select(self, columns, choice):
        removed = []
        for column in self.constraints[choice]:
            for other in columns[column]:
                for elsewhere in self.constraints[other]:
                    if elsewhere != column:
                        columns[elsewhere].remove(other)
            removed.append(columns.pop(column))
        return removed

    def _deselect(self, columns, choice, removed):
        for column in reversed(self.constraints[choice]):
            columns[column] = removed.pop()
            for other in columns[column]:
                for elsewhere in self.constraints[other]:
                    if elsewhere != column:
                        columns[elsewhere].add(other)


COVER = {size: ExactCover(size) for size in (4, 9)}


def stated_puzzle(prompt):
    """The cells and the size of the grid from a prompt."""
    rows = re.findall(r"^[1-9.]+$", prompt, re.MULTILINE)
    size, digits = map(int, re.findall(r"as (\d+) lines of (\d+) digits", prompt)[0])
    assert {len(rows), digits} == {size} == set(map(len, rows))
    box = {4: 2, 9: 3}[size]
    assert f"{size} rows and {size} columns, divided into boxes of {box} by {box} cells" in prompt
    assert f"the digits 1 to {size} exactly once" in prompt
    return "".join(rows), size


def groups(grid, size):
    """The rows, columns and boxes of a grid, by numpy."""
    cells = np.array(list(grid)).reshape(size, size)
    box = {4: 2, 9: 3}[size]
    boxes = cells.reshape(box, box, box, box).transpose(0, 2, 1, 3).reshape(size, size)
    return cells, cells.T, boxes


def complete(lines):
    """Whether no line has a digit twice or a blank."""
    return all(sorted(line) == list("123456789"[: len(line)]) for line in lines)


@pytest.mark.parametrize(
    ("size", "givens", "count"),
    [(4, 4, 150), (4, 5, 100), (4, 8, 150), (4, 12, 100), (9, 22, 25), (9, 30, 15), (9, 40, 15), (9, 72, 10)],
)
def test_sudoku_has_one_solution_and_true_lures(size, givens, count):
    """Exact cover finds the answer and nothing else; the lures are what they are called."""
    for draw in range(count):
        case = grids.sudoku.draw({"size": size, "givens": givens}, 5, draw)
        puzzle, stated = stated_puzzle(case.prompt)
        assert (size, givens) == (stated, size * size - puzzle.count("."))
        assert [case.answer.replace("\n", "")] == COVER[size].solutions(puzzle)
        rows_only, overwritten, unfilled = (lure.replace("\n", "") for lure in case.lures.values())
        assert list(case.lures) == ["rows_only", "givens_overwritten", "unfilled"]
        assert all(shown in (".", filled) for shown, filled in zip(puzzle, rows_only, strict=True))
        rows, columns, _ = groups(rows_only, size)
        assert complete(rows)
        assert not complete(columns)
        for blanks, row in zip(groups(puzzle, size)[0], rows, strict=True):
            filled = [digit for blank, digit in zip(blanks, row, strict=True) if blank == "."]
            assert filled == sorted(filled)
        assert all(map(complete, groups(overwritten, size)))
        assert any(shown not in (".", given) for shown, given in zip(puzzle, overwritten, strict=True))
        assert unfilled == puzzle == case.input.replace("\n", "")


def test_the_bank_is_as_it_was():
    """A puzzle changed, added or lost would change the cases of the version."""
    text = (DATA / "sudoku.txt").read_bytes()
    assert hashlib.sha256(text).hexdigest() == "7ad3b7a3f8572caf4698dc79c72699710949d8bc6284bae90a0ff0e39ef8f940"


@pytest.mark.parametrize(("size", "puzzles", "givens"), [(4, 13, 4), (9, 256, 22)])
def test_the_bank_is_proved_again(size, puzzles, givens):
    """Each puzzle of the bank has the solution beside it and no other, by exact cover."""
    assert puzzles == len(grids.bank(size))
    for solution, puzzle in grids.bank(size):
        assert size * size - givens == puzzle.count(".")
        assert [solution] == COVER[size].solutions(puzzle)


def test_no_given_of_the_bank_can_be_spared():
    """Without any of its givens a puzzle has several solutions."""
    for size, puzzles in ((4, 13), (9, 4)):
        for _, puzzle in grids.bank(size)[:puzzles]:
            for place in range(size * size):
                if puzzle[place] != ".":
                    assert len(COVER[size].solutions(puzzle[:place] + "." + puzzle[place + 1 :])) == 2


def test_the_bank_is_made_as_documented():
    """The draws that the docstring names make the puzzles of the bank, and those between make ones of more givens."""
    made = [grids.minimal_puzzle(generator("sudoku bank", 4, 0, draw), 4) for draw in range(68)]
    assert grids.bank(4) == [made[draw] for draw in (1, 2, 5, 7, 8, 9, 12, 16, 17, 29, 57, 58, 67)]
    assert made[0][1].count(".") == 11
    nine = [(draw, grids.minimal_puzzle(generator("sudoku bank", 9, 0, draw), 9)) for draw in (0, 1, 2, 3, 31, 42)]
    few = [(draw, made) for draw, made in nine if made[1].count(".") == 81 - 22]
    assert [draw for draw, _ in few] == [2, 31, 42]
    assert grids.bank(9)[:3] == [made for _, made in few]


def test_the_small_bank_makes_every_puzzle():
    """The 13 puzzles, changed in all ways, are all puzzles of 4 givens there are, none of them twice."""
    digits = "1234"
    orders = [(*one, *two) for one, two in itertools.permutations([(0, 1), (2, 3)])]
    orders = [order for a, b, c, d in orders for order in ((a, b, c, d), (b, a, c, d), (a, b, d, c), (b, a, d, c))]
    relabelled = [str.maketrans(digits, "".join(order)) for order in itertools.permutations(digits)]
    made, of_each = set(), 0
    for _, puzzle in grids.bank(4):
        rows = [puzzle[start : start + 4] for start in range(0, 16, 4)]
        images = set()
        for grid in (rows, ["".join(column) for column in zip(*rows, strict=True)]):
            for down, across in itertools.product(orders, orders):
                moved = "".join(grid[row][column] for row in down for column in across)
                images.update(moved.translate(table) for table in relabelled)
        made |= images
        of_each += len(images)
    grids_4 = COVER[4].solutions("." * 16, most=1000)
    assert (len(set(grids_4)), len(made), of_each) == (288, 25_728, 25_728)
    every = set()
    for places in itertools.combinations(range(16), 4):
        seen = Counter(tuple(grid[place] for place in places) for grid in grids_4)
        for shown in (shown for shown, count in seen.items() if count == 1):
            at = dict(zip(places, shown, strict=True))
            every.add("".join(at.get(place, ".") for place in range(16)))
    assert every == made


def shape(puzzle):
    """What no change of a 9 by 9 puzzle alters: how its givens lie to one another, refined until it stays."""
    givens = [(place // 9, place % 9, digit) for place, digit in enumerate(puzzle) if digit != "."]
    between = [
        [
            (
                one[2] == two[2],
                (one[0] == two[0]) + (one[1] == two[1]),
                (one[0] // 3 == two[0] // 3) + (one[1] // 3 == two[1] // 3),
            )
            for two in givens
        ]
        for one in givens
    ]
    colours = [0] * len(givens)
    while True:
        views = [
            (mine, tuple(sorted(zip(seen, colours, strict=True)))) for mine, seen in zip(colours, between, strict=True)
        ]
        names = {view: number for number, view in enumerate(sorted(set(views)))}
        refined = [names[view] for view in views]
        if len(names) == len(set(colours)):
            return tuple(sorted(views)), len(names) == len(givens)
        colours = refined


def test_no_puzzle_of_the_bank_is_another_one_changed():
    """Their shapes differ; and hardly one is itself when changed, so that each makes about 10^12 puzzles."""
    shapes = [shape(puzzle) for _, puzzle in grids.bank(9)]
    assert len({views for views, _ in shapes}) == 256
    assert sum(all_differ for _, all_differ in shapes) > 250
    changes = 2 * 6**8 * math.factorial(9)
    assert round(256 * changes / 1e14) == 3


@given(st.integers(0, 2**32))
def test_a_changed_puzzle_has_the_same_shape(seed):
    """What the generator does to a puzzle of the bank leaves its shape as it was."""
    shapes = known_shapes()
    _, puzzle = grids.another_puzzle(np.random.default_rng(seed), 9, 22)
    assert shape(puzzle)[0] in shapes


@functools.cache
def known_shapes():
    """The shapes of the bank's 9 by 9 puzzles."""
    return {shape(puzzle)[0] for _, puzzle in grids.bank(9)}


def test_the_solver_finds_all_solutions():
    """The solver that made the bank finds what exact cover finds; a puzzle against the rules has no solution."""
    assert sorted(grids.solutions("." * 16, 4)) == sorted(COVER[4].solutions("." * 16, most=1000))
    loose = grids.bank(9)[0][1].replace("1", ".")
    found = sorted(grids.solutions(loose, 9))
    assert len(found) > 10
    assert found == sorted(COVER[9].solutions(loose, most=10_000))
    assert list(grids.solutions("11" + "." * 14, 4)) == []


def test_sudoku_pairs_match():
    """Prompt and answer differ by the cells alone; the 4 by 4 twin is half given, and every puzzle is another one."""
    params = {"size": 9, "givens": 30}
    drawn = [
        (grids.sudoku.draw({**params, **grids.sudoku.control}, 0, draw), grids.sudoku.draw(params, 0, draw))
        for draw in range(1000)
    ]
    for control, shift in drawn:
        assert (control.input.count("."), shift.input.count(".")) == (8, 51)
        assert len(shift.answer) - len(control.answer) == 89 - 19
        assert len(shift.prompt) - len(control.prompt) == 89 - 19
    assert len({control.prompt for control, _ in drawn}) > 950
    assert len({shift.prompt for _, shift in drawn}) == 1000
    assert 0 < sum(control.rejected for control, _ in drawn) < 80
    answers = Counter(control.answer for control, _ in drawn)
    assert max(answers.values()) < 20
    # Each cell is as often given as any other, and each digit as often.
    given_here = np.sum([[cell != "." for cell in shift.input.replace("\n", "")] for _, shift in drawn], axis=0)
    assert given_here.min() > 300
    assert given_here.max() < 440
    digits = Counter("".join(shift.input for _, shift in drawn))
    assert all(3000 < digits[digit] < 3700 for digit in "123456789")


def test_detail_of_a_wrong_sudoku():
    """Where it first goes wrong, which givens were overwritten, what still holds, and the share of blanks filled."""
    answer, puzzle = "1234341221434321", "1..4.4.22..3..2."
    check = grids.check_sudoku("1234\n3412\n2143\n4312", answer, puzzle)
    held = {"rows_hold": True, "columns_hold": False, "boxes_hold": True}
    where = {"first_wrong_row": 3, "first_wrong_column": 2}
    assert dict(check.detail) == {**where, "givens_overwritten": [[3, 2]], **held}
    assert check.scores == {"cells": pytest.approx(8 / 9)}
    traded = grids.check_sudoku("2134\n3421\n1243\n4312", answer, puzzle)
    assert traded.detail["givens_overwritten"] == [[0, 0], [1, 3], [2, 0], [3, 2]]
    assert [traded.detail[f"{lines}_hold"] for lines in ("rows", "columns", "boxes")] == [True, True, True]
    assert traded.scores == {"cells": pytest.approx(5 / 9)}
    columns_only = grids.check_sudoku("1234\n1234\n1234\n1234", answer, puzzle)
    assert [columns_only.detail[f"{lines}_hold"] for lines in ("rows", "columns", "boxes")] == [True, False, False]
    right = grids.check_sudoku("1 2 3 4\n\n3412\n2143\n4321\n", answer, puzzle)
    assert (right.correct, dict(right.detail), dict(right.scores)) == (True, {}, {"cells": 1.0})
    assert grids.check_sudoku(grids.lines(puzzle, 4), answer, puzzle).scores == {"cells": 0.0}
    for mine, detail in (
        (answer, {"given_rows": 1, "expected_rows": 4}),
        ("1234\n3412\n2143\n432", {"wrong_row": 3, "given_length": 3, "expected_length": 4}),
        ("1234\n" * 5000, {"given_characters": 25_000}),
    ):
        check = grids.check_sudoku(mine, answer, puzzle)
        assert (False, detail, {"cells": 0.0}) == (check.correct, dict(check.detail), dict(check.scores))


@given(st.sampled_from([(4, 8), (9, 40)]), st.integers(0, 30), st.data())
def test_what_holds_is_judged_alike(params, draw, data):
    """For any wrong cells, detail and score agree with a judgement by numpy."""
    size, givens = params
    case = grids.sudoku.draw({"size": size, "givens": givens}, 3, draw)
    puzzle, answer = case.input.replace("\n", ""), case.answer.replace("\n", "")
    places = st.integers(0, size * size - 1)
    cells = list(answer)
    for place, digit in data.draw(
        st.dictionaries(places, st.sampled_from("123456789"[:size] + ".x"), min_size=1)
    ).items():
        cells[place] = digit
    grid = "".join(cells)
    check = case.check(grids.lines(grid, size))
    assert check.correct == (grid == answer)
    blank = [place for place in range(size * size) if puzzle[place] == "."]
    assert check.scores["cells"] == pytest.approx(np.mean([grid[place] == answer[place] for place in blank]))
    if not check.correct:
        first = next(place for place in range(size * size) if grid[place] != answer[place])
        overwritten = [
            list(divmod(place, size)) for place in range(size * size) if puzzle[place] not in (".", grid[place])
        ]
        held = [bool(complete(lines)) for lines in groups(grid, size)]
        assert [*divmod(first, size), overwritten, *held] == list(check.detail.values())


@pytest.mark.parametrize(
    ("task", "params", "message"),
    [
        (grids.life, {"size": 3}, "size=3: must be a whole number from 4 to 32"),
        (grids.life, {"size": 33}, "size=33: must be a whole number from 4 to 32"),
        (grids.life, {"steps": 0}, "steps=0: must be a whole number from 1 to 16"),
        (grids.life, {"steps": 17}, "steps=17: must be a whole number from 1 to 16"),
        (grids.life, {"boundary": "periodic"}, "boundary='periodic': must be one of 'torus', 'dead'"),
        (grids.sudoku, {"size": 6}, "size=6: must be 4 or 9"),
        (grids.sudoku, {"size": 9.0}, "size=9.0: must be 4 or 9"),
        (grids.sudoku, {"size": [9]}, "size=[9]: must be 4 or 9"),
        (grids.sudoku, {"size": 4}, "with size=4, givens=40: must be a whole number from 4 to 12"),
        (grids.sudoku, {"givens": 21}, "with size=9, givens=21: must be a whole number from 22 to 72"),
        (grids.sudoku, {"givens": 73}, "with size=9, givens=73: must be a whole number from 22 to 72"),
        (grids.sudoku, {"givens": "40"}, "with size=9, givens='40': must be a whole number"),
    ],
)
def test_bad_board_parameters(task, params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        task.draw(params, 0, 0)


def test_automaton_pairs_match():
    """Prompt and answer differ by the cells that were added (and the digits of the width), which is declared."""
    for control, shift in pairs(grids.elementary_ca, {"rule": 110, "width": 32}):
        assert shift.input.startswith(control.input) or control.rejected or shift.rejected
        assert len(shift.prompt) - len(control.prompt) == 24 + len("32") - len("8")
        assert len(shift.answer) - len(control.answer) == 24
