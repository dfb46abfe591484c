"""Word squares with a stated word, checked again by looking up every line."""

import re
from collections import Counter

import pytest

from pytest_ood.families.grids.word_grid import word_grid
from tests.families.grids.looked_up import KNOWN, grid_asked_for, is_right

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (word_grid, {"size": 4}, "06fc2de8476b4600238bb2694c0be5f1d1a76c3e7c9c3c59e2641bf1fafc32e4"),
    (word_grid, {"size": 5}, "c82e548ed8435da058b8988b861325974edabfc27f80f1ca70f1eabd1cd777c6"),
]


def test_other_right_grids_are_right():
    """Not only the known grid counts: all 3 x 3 grids below one first row are found and accepted, no others are."""
    drawn = (word_grid.draw({"size": 3}, 0, draw) for draw in range(20))
    case = next(case for case in drawn if "first row" in case.prompt)
    size, fixed = grid_asked_for(case.prompt)
    three = [word for word in KNOWN if len(word) == 3]
    first = case.input
    begins = {word[:2] for word in three}
    right = wrong = 0
    for second in three:
        if all(a + b in begins for a, b in zip(first, second, strict=True)):
            for third in three:
                text = "\n".join([first, second, third])
                assert case.check(text).correct == is_right(text, size, fixed)
                right, wrong = right + is_right(text, size, fixed), wrong + (not is_right(text, size, fixed))
    assert right > 5
    assert wrong > 1000


def test_white_space_and_case_do_not_count():
    """Upper case, spaces between letters and empty lines leave the grid what it is."""
    case = word_grid.draw({"size": 4}, 0, 0)
    spaced = "\n\n".join(" ".join(row.upper()) for row in case.answer.split("\n"))
    assert case.check(spaced).correct
    assert dict(case.check(case.answer).scores) == {"rows": 1.0, "columns": 1.0}
    assert dict(case.check(case.answer).detail) == {}


def test_rows_alone_are_not_enough():
    """Rows that are all words, among them the stated one, are wrong where a column is none: both are looked at."""
    for draw in range(50):
        case = word_grid.draw({"size": 5}, 3, draw)
        check = case.check(case.lures["rows_only"])
        assert not check.correct
        assert check.scores["rows"] == 1
        assert check.scores["columns"] < 1


@pytest.mark.parametrize("size", [3, 4, 5])
def test_stated_words_are_many(size):
    """No word is stated in as many as 1.5 % of cases, row and column are stated alike, and repeats are counted."""
    cases = [word_grid.draw({"size": size}, 0, draw) for draw in range(1000)]
    assert Counter(case.input for case in cases).most_common(1)[0][1] < 15
    assert 400 < sum("first row" in case.prompt for case in cases) < 600
    assert (sum(case.rejected for case in cases) > 0) == (size < 5)


def test_a_symmetric_square_may_not_exist():
    """Where no square begins with a word the lure is left out, and the search for it ends."""
    found = [word_grid.draw({"size": 5}, 0, draw) for draw in range(300)]
    assert {True, False} == {"symmetric" in case.lures for case in found}
    assert all({"rows_only", "repeated_word"} <= case.lures.keys() for case in found)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"size": 2}, "size=2: must be a whole number from 3 to 5"),
        ({"size": 6}, "size=6: must be a whole number from 3 to 5"),
        ({"size": "4"}, "size='4': must be a whole number from 3 to 5"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        word_grid.draw(params, 0, 0)
