"""What the tasks made of word squares share, checked again by looking up every line."""

import functools
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_ood.families.grids.crossword_fill import crossword_fill
from pytest_ood.families.grids.word_grid import word_grid
from pytest_ood.families.grids.word_squares import bank, check_square
from tests.families.grids.looked_up import COMMON, KNOWN, grid_asked_for, is_right, lines_of
from tests.families.raw_data import raw

SIZES = [(word_grid, {"size": size}) for size in (3, 4, 5)] + [
    (crossword_fill, {"size": size, "givens": share}) for size in (3, 4, 5) for share in (30, 50, 80)
]
ALTERED = st.tuples(
    st.sampled_from(SIZES),
    st.integers(0, 30),
    st.lists(st.tuples(st.integers(0, 28), st.sampled_from("aeiostrnx\n")), max_size=3),
)
PATTERN = ("cat", "___", "___")


def test_every_grid_of_the_bank_is_right():
    """Rows and columns of the stored grids are ten different common words."""
    common = set(COMMON)
    grids = [line.split() for line in raw("grids/data/words_grids.txt").splitlines()]
    assert len(grids) == 2594
    for rows in grids:
        assert len(rows) == 5
        lines = lines_of(rows)
        assert common.issuperset(lines)
        assert len(set(lines)) == 10
        assert rows < lines[5:]
    both = sorted([*grids, *(lines_of(rows)[5:] for rows in grids)])
    assert both == [rows for begun in bank() for rows in begun]
    assert all(len({rows[0] for rows in begun}) == 1 for begun in bank())


def test_the_bank_is_complete():
    """For 30 first words all grids are found by trying word after word; the bank has these and no others."""
    five = [word for word in COMMON if len(word) == 5]
    beginnings = {word[:length] for word in five for length in range(6)}

    @functools.cache
    def below(place, beginning):
        """The words that leave the column at a place the beginning of a word."""
        return {word for word in five if beginning + word[place] in beginnings}

    def grown(rows):
        """All grids that begin with these rows."""
        if len(rows) == 5:
            return [rows] if len(set(lines_of(rows))) == 10 else []
        fits = set.intersection(
            *(below(place, beginning) for place, beginning in enumerate(lines_of(rows)[len(rows) :]))
        )
        return [grid for word in sorted(fits) for grid in grown([*rows, word])]

    stored = {begun[0][0]: begun for begun in bank()}
    for first in random.Random(5).sample(sorted(stored), 15) + random.Random(6).sample(five, 15):
        assert grown([first]) == stored.get(first, [])


@pytest.mark.parametrize(("task", "params"), SIZES)
def test_answers_and_lures(task, params):
    """By look-up: the answer is right, of common words, and each lure is wrong in the way its name says."""
    common = set(COMMON)
    for draw in range(100):
        case = task.draw(params, 1, draw)
        size, fixed = grid_asked_for(case.prompt)
        assert size == params["size"]
        assert is_right(case.answer, size, fixed)
        assert common.issuperset(lines_of(case.answer.split("\n")))
        assert next(iter(case.lures)) == ("rows_only" if task is word_grid else "givens_overwritten")
        for name, lure in case.lures.items():
            rows = lure.split("\n")
            lines, detail = lines_of(rows), case.check(lure).detail
            kept = all(rows[r][c] == letter for (r, c), letter in fixed.items())
            if name == "rows_only":
                assert KNOWN.issuperset(rows)
                assert not KNOWN.issuperset(lines[size:])
                assert kept
                assert set(detail["columns_not_words"].values()) == {line for line in lines[size:] if line not in KNOWN}
            elif name == "symmetric":
                assert KNOWN.issuperset(rows)
                assert rows == lines[size:]
                assert kept
                assert detail["repeated"] == sorted(set(rows))
            elif name == "repeated_word":
                assert {case.input} in (set(rows), set(lines[size:]))
                assert kept
                assert detail["repeated"]
            else:
                assert name == "givens_overwritten"
                assert is_right(lure, size, {})
                assert not kept
                assert list(detail) == ["givens_changed"]


@settings(max_examples=400, deadline=None)
@given(ALTERED)
def test_the_verifier_agrees_with_look_up(altered):
    """Whatever is changed in a right grid, the verifier says what looking up every line says."""
    (task, params), draw, changes = altered
    case = task.draw(params, 2, draw)
    letters = list(case.answer)
    for place, letter in changes:
        letters[place % len(letters)] = letter
    text = "".join(letters)
    # Empty lines do not count, and rows that broke in two are rows.
    flat = "\n".join(line for line in text.split("\n") if line)
    assert case.check(text).correct == is_right(flat, *grid_asked_for(case.prompt))


def test_detail_of_a_wrong_grid():
    """Which rows and columns are no words, which words come twice, which given letters were changed, and the shares."""
    check = check_square("cat\nare\nxqz", PATTERN)
    assert not check.correct
    assert dict(check.detail) == {
        "rows_not_words": {"3": "xqz"},
        "columns_not_words": {"1": "cax", "2": "arq", "3": "tez"},
    }
    assert dict(check.scores) == {"rows": pytest.approx(2 / 3), "columns": 0.0}
    check = check_square("cot\noar\ntry", PATTERN)
    assert dict(check.detail) == {"repeated": ["cot", "oar", "try"], "givens_changed": [[1, 2]]}
    assert dict(check.scores) == {"rows": 1.0, "columns": 1.0}
    json.dumps(dict(check.detail))


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("", {"row_lengths": []}),
        ("cat", {"row_lengths": [3]}),
        ("cat are tin", {"row_lengths": [9]}),
        ("cat\nare", {"row_lengths": [3, 3]}),
        ("cat\nare\ntin\nyes", {"row_lengths": [3, 3, 3, 3]}),
        ("a\n" * 300, {"row_lengths": [1] * 6}),
        ("a" * 1001, {"answer_length": 1001}),
    ],
)
def test_what_is_not_a_grid(text, detail):
    """Another number of rows or letters is said to be that, and scores nothing."""
    check = check_square(text, PATTERN)
    assert not check.correct
    assert dict(check.detail) == detail
    assert dict(check.scores) == {"rows": 0.0, "columns": 0.0}


@pytest.mark.parametrize("params", [{"size": 4}, {"size": 5}])
@pytest.mark.parametrize("task", [word_grid, crossword_fill])
def test_pairs_match(task, params):
    """Prompts differ by the letters of a word or grid at most, the same line is stated; answers grow as declared."""
    size = params["size"]
    grown = size * (size + 1) - 12
    for draw in range(1000):
        control, shift = (task.draw({**params, **arm}, 0, draw) for arm in (task.control, {}))
        assert len(shift.answer) - len(control.answer) == grown
        assert 0 <= len(shift.prompt) - len(control.prompt) <= grown + 1
        assert len(shift.prompt) <= 1.1 * len(control.prompt)
        assert ("The first row" in control.prompt) == ("The first row" in shift.prompt)
