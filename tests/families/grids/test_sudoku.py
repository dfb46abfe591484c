"""Sudokus, solved again by exact cover."""

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood.families.grids.boards import lines
from pytest_ood.families.grids.sudoku import check_sudoku, solve, sudoku
from tests.families.grids.exact_cover import COVER

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (sudoku, {"size": 9, "blanks": 70}, "c24a6d5b70cce3bb698fa26b13c75d00b13233d441d405c9abc5fa59c7c22dd2"),
    (sudoku, {"size": 9, "blanks": 50}, "6122c5c08b116154dac8fb0b9e1191b6ac98291d87ca0d0690461578faffde1f"),
    (sudoku, {"size": 9, "blanks": 25}, "75944a4856cb8b31cba4ae37976949cd9ee2f0be4e23fee5776bf10551a78525"),
    (sudoku, {"size": 4, "blanks": 70}, "10fbc068f37b83fa2382c42ad998ca2bb6412f3a4d776a824278e5b05a87dcb9"),
]


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
    ("size", "blanks", "cells", "count"),
    [(4, 25, 4, 150), (4, 50, 8, 150), (4, 70, 11, 150), (9, 25, 20, 15), (9, 50, 41, 20), (9, 70, 57, 30)],
)
def test_sudoku_has_one_solution_and_true_lures(size, blanks, cells, count):
    """Exact cover finds the answer and nothing else; the lures are what they are called."""
    for draw in range(count):
        case = sudoku.draw({"size": size, "blanks": blanks}, 5, draw)
        puzzle, stated = stated_puzzle(case.prompt)
        assert (size, cells) == (stated, puzzle.count("."))
        assert [case.answer.replace("\n", "")] == COVER[size].solutions(puzzle)
        rows_only, overwritten, unfilled = (lure.replace("\n", "") for lure in case.lures.values())
        assert list(case.lures) == ["rows_only", "givens_overwritten", "unfilled"]
        assert all(shown in (".", filled) for shown, filled in zip(puzzle, rows_only, strict=True))
        rows, columns, _ = groups(rows_only, size)
        assert complete(rows)
        assert not complete(columns)
        for shown_row, row in zip(groups(puzzle, size)[0], rows, strict=True):
            filled = [digit for blank, digit in zip(shown_row, row, strict=True) if blank == "."]
            assert filled == sorted(filled)
        assert all(map(complete, groups(overwritten, size)))
        assert any(shown not in (".", given) for shown, given in zip(puzzle, overwritten, strict=True))
        assert unfilled == puzzle == case.input.replace("\n", "")


def test_sudoku_pairs_match():
    """Prompt and answer differ by the cells alone; the share of blanks is the same, and every puzzle is another one."""
    params = {"size": 9, "blanks": 60}
    drawn = [(sudoku.draw({**params, **sudoku.control}, 0, draw), sudoku.draw(params, 0, draw)) for draw in range(1000)]
    for control, shift in drawn:
        assert (control.input.count("."), shift.input.count(".")) == (10, 49)
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


def test_the_solver_says_when_there_is_no_solution():
    """Of a grid with a digit twice, and of one in which a cell has no digit left."""
    for rows in (["11..", "....", "....", "...."], ["123.", "...4", "....", "...."]):
        with pytest.raises(ValueError, match="the sudoku has no solution"):
            solve({"rows": rows})
    assert solve({"rows": ["1234", "3412", "2143", "432."]}) == "1234\n3412\n2143\n4321"


def test_detail_of_a_wrong_sudoku():
    """Where it first goes wrong, which givens were overwritten, what still holds, and the share of blanks filled."""
    answer, puzzle = "1234341221434321", "1..4.4.22..3..2."
    check = check_sudoku("1234\n3412\n2143\n4312", answer, puzzle)
    held = {"rows_hold": True, "columns_hold": False, "boxes_hold": True}
    where = {"first_wrong_row": 3, "first_wrong_column": 2}
    assert dict(check.detail) == {**where, "givens_overwritten": [[3, 2]], **held}
    assert check.scores == {"cells": pytest.approx(8 / 9)}
    traded = check_sudoku("2134\n3421\n1243\n4312", answer, puzzle)
    assert traded.detail["givens_overwritten"] == [[0, 0], [1, 3], [2, 0], [3, 2]]
    assert [traded.detail[f"{lines}_hold"] for lines in ("rows", "columns", "boxes")] == [True, True, True]
    assert traded.scores == {"cells": pytest.approx(5 / 9)}
    columns_only = check_sudoku("1234\n1234\n1234\n1234", answer, puzzle)
    assert [columns_only.detail[f"{lines}_hold"] for lines in ("rows", "columns", "boxes")] == [True, False, False]
    right = check_sudoku("1 2 3 4\n\n3412\n2143\n4321\n", answer, puzzle)
    assert (right.correct, dict(right.detail), dict(right.scores)) == (True, {}, {"cells": 1.0})
    assert check_sudoku(lines(puzzle, 4), answer, puzzle).scores == {"cells": 0.0}
    for mine, detail in (
        (answer, {"given_rows": 1, "expected_rows": 4}),
        ("1234\n3412\n2143\n432", {"wrong_row": 3, "given_length": 3, "expected_length": 4}),
        ("1234\n" * 5000, {"given_characters": 25_000}),
    ):
        check = check_sudoku(mine, answer, puzzle)
        assert (False, detail, {"cells": 0.0}) == (check.correct, dict(check.detail), dict(check.scores))


@pytest.mark.parametrize("blanks", range(25, 71, 5))
def test_the_share_of_blanks_is_held(blanks):
    """Whatever the share, both arms have it, to the nearest cell."""
    for size in (4, 9):
        case = sudoku.draw({"size": size, "blanks": blanks}, 6, 0)
        assert abs(case.input.count(".") - size * size * blanks / 100) <= 0.5
    assert dict(sudoku.control) == {"size": 4}


@given(st.sampled_from([(4, 50), (9, 50)]), st.integers(0, 30), st.data())
def test_what_holds_is_judged_alike(params, draw, data):
    """For any wrong cells, detail and score agree with a judgement by numpy."""
    size, blanks = params
    case = sudoku.draw({"size": size, "blanks": blanks}, 3, draw)
    puzzle, answer = case.input.replace("\n", ""), case.answer.replace("\n", "")
    places = st.integers(0, size * size - 1)
    cells = list(answer)
    for place, digit in data.draw(
        st.dictionaries(places, st.sampled_from("123456789"[:size] + ".x"), min_size=1)
    ).items():
        cells[place] = digit
    grid = "".join(cells)
    check = case.check(lines(grid, size))
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
    ("params", "message"),
    [
        ({"size": 6}, "size=6: must be 4 or 9"),
        ({"size": 9.0}, "size=9.0: must be 4 or 9"),
        ({"size": [9]}, "size=[9]: must be 4 or 9"),
        ({"blanks": 24}, "blanks=24: must be a whole number from 25 to 70"),
        ({"blanks": 71}, "blanks=71: must be a whole number from 25 to 70"),
        ({"blanks": "40"}, "blanks='40': must be a whole number"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        sudoku.draw(params, 0, 0)
