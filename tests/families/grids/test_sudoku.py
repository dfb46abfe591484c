"""Sudokus, solved again by exact cover."""

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood.families.grids.boards import lines
from pytest_ood.families.grids.sudoku import check_sudoku, sudoku
from tests.families.grids.exact_cover import COVER

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (sudoku, {"size": 9, "givens": 22}, "91fc624001215d8495f4945c0cb764e8881c1bdcf2b49c0fa82bb925103e4856"),
    (sudoku, {"size": 9, "givens": 40}, "8ba5fffd181767b8e5650988d3bef41575bc00e818e555a18e6f2c5bba756302"),
    (sudoku, {"size": 9, "givens": 72}, "747856100ecac0b1c03458ffbea53ef2e95201a8f0cdc895886a71f76a555e7a"),
    (sudoku, {"size": 4, "givens": 4}, "cf3a8566aa75ddfaf12c1df0e5f9a55e4f1acd2818ddf0fd5f981822e1bd3a13"),
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
    ("size", "givens", "count"),
    [(4, 4, 150), (4, 5, 100), (4, 8, 150), (4, 12, 100), (9, 22, 25), (9, 30, 15), (9, 40, 15), (9, 72, 10)],
)
def test_sudoku_has_one_solution_and_true_lures(size, givens, count):
    """Exact cover finds the answer and nothing else; the lures are what they are called."""
    for draw in range(count):
        case = sudoku.draw({"size": size, "givens": givens}, 5, draw)
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


def test_sudoku_pairs_match():
    """Prompt and answer differ by the cells alone; the 4 by 4 twin is half given, and every puzzle is another one."""
    params = {"size": 9, "givens": 30}
    drawn = [(sudoku.draw({**params, **sudoku.control}, 0, draw), sudoku.draw(params, 0, draw)) for draw in range(1000)]
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


@given(st.sampled_from([(4, 8), (9, 40)]), st.integers(0, 30), st.data())
def test_what_holds_is_judged_alike(params, draw, data):
    """For any wrong cells, detail and score agree with a judgement by numpy."""
    size, givens = params
    case = sudoku.draw({"size": size, "givens": givens}, 3, draw)
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
        ({"size": 4}, "with size=4, givens=40: must be a whole number from 4 to 12"),
        ({"givens": 21}, "with size=9, givens=21: must be a whole number from 22 to 72"),
        ({"givens": 73}, "with size=9, givens=73: must be a whole number from 22 to 72"),
        ({"givens": "40"}, "with size=9, givens='40': must be a whole number"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        sudoku.draw(params, 0, 0)
