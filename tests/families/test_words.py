"""Word grids, checked again by looking up every row and column in the file of words with code of these tests' own."""

import functools
import hashlib
import json
import random
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_ood.families import words

DATA = Path(words.__file__).parent / "data"

CERTIFIED = [
    (words.word_grid, {"size": 4}, "fbeb40fc5e6fb369676f5e7b10404582a05d828ff3fdc2d43536b78dd73b39d2"),
    (words.word_grid, {"size": 5}, "ef6137dd2552bbea1ca6b6970aa5e44c7870eb7cdc91d4abc3946cdbffd6dd5f"),
    (words.crossword_fill, {"size": 4}, "be9f5d1ed33bb7728dfc642954903113f994c677b58efa7db6b465c55cea6207"),
    (
        words.crossword_fill,
        {"size": 4, "givens": 80},
        "787182849875bad0a466943b69815eb8038980a412ca8b4db09866c26bfad68a",
    ),
    (
        words.crossword_fill,
        {"size": 5, "givens": 30},
        "27364c4c332973c2ce8d6f836be15991bf4847fad82d704fd4a7bfad6355566e",
    ),
]


def listed():
    """The common and the further words, read line by line."""
    sections = {"common": [], "further": []}
    section = None
    for line in (DATA / "words.txt").read_text("utf-8").splitlines():
        if line in ("# common", "# further"):
            section = line[2:]
        elif section is not None:
            sections[section].append(line)
    return sections["common"], sections["further"]


COMMON, FURTHER = listed()
KNOWN = {*COMMON, *FURTHER}


def lines_of(rows):
    """Rows and columns of a grid, the columns letter by letter."""
    return [*rows, *("".join([row[place] for row in rows]) for place in range(len(rows[0])))]


def is_right(text, size, fixed):
    """Whether rows and columns are known words, all different, with the fixed letters (by row and column)."""
    rows = text.split("\n")
    if len(rows) != size or any(len(row) != size for row in rows):
        return False
    lines = lines_of(rows)
    known = all(line in KNOWN for line in lines)
    return known and len(set(lines)) == 2 * size and all(rows[r][c] == letter for (r, c), letter in fixed.items())


def asked(prompt):
    """The size of the grid and its fixed letters, from the words of a prompt of either task."""
    size = int(re.search(r"(\d) by \1 letters", prompt)[1])
    assert f"an English word of {size} letters" in prompt.replace("a common", "an")
    assert f"The {2 * size} words must all be different" in prompt
    if stated := re.search(r"The first (row|column) of the grid must be this word: ([a-z]+)\n", prompt):
        places = [(0, i) if stated[1] == "row" else (i, 0) for i in range(size)]
        return size, dict(zip(places, stated[2], strict=True))
    shown = re.search(r"The grid is:\n([a-z_\n]+)\n\n", prompt)[1].split("\n")
    assert [size] * size == [len(row) for row in shown]
    letters = {(r, c): letter for r, row in enumerate(shown) for c, letter in enumerate(row)}
    return size, {place: letter for place, letter in letters.items() if letter != "_"}


def test_the_files_are_pinned():
    """A word more or less would change cases and judgements that were published."""
    expected = {
        "words.txt": "2bd1e6c3f1510b284b3bec882e99569c5ddfd2e9f1bfa87fd56e29a400673d54",
        "words_grids.txt": "b8130a31d673a6a2ab611b0d63b27a8610eca941d954cf2d2347d103191d2354",
    }
    assert expected == {name: hashlib.sha256((DATA / name).read_bytes()).hexdigest() for name in expected}


def test_the_list_of_words():
    """Sorted words of 3 to 5 letters a to z, each once; roman numerals are no words."""
    for section in (COMMON, FURTHER):
        assert section == sorted(section, key=lambda word: (len(word), word))
        assert all(re.fullmatch("[a-z]{3,5}", word) for word in section)
    assert len(KNOWN) == len(COMMON) + len(FURTHER)
    for size, common, further in [(3, 481, 113), (4, 1902, 451), (5, 3533, 1072)]:
        assert common == sum(len(word) == size for word in COMMON)
        assert further == sum(len(word) == size for word in FURTHER)
    assert KNOWN.isdisjoint({"xii", "xvii", "xviii", "mfg", "bldg", "asst"})
    assert {"cat", "tree", "house", "ill", "civil", "aloe"} <= KNOWN


def test_the_notice_of_the_list():
    """The terms on which the list may be passed on are passed on with it."""
    header = (DATA / "words.txt").read_text("utf-8").split("\n# common\n")[0]
    assert all(line.startswith("#") for line in header.splitlines())
    flat = " ".join(header.replace("#", " ").split())
    assert "Copyright 2000-2011 by Kevin Atkinson Permission to use, copy, modify, distribute and sell" in flat
    assert "WordNet 1.6 Copyright 1997 by Princeton University" in flat
    assert "Copyright 1993, Geoff Kuenning" in flat
    assert "Modified: only words of 3, 4 and 5 letters" in flat


def test_words_by_length():
    """What other files may use: the common words by length, and whether any text is a word."""
    for length in (3, 4, 5):
        assert words.word_list(length) == tuple(word for word in COMMON if len(word) == length)
    assert all(words.is_word(word) for word in KNOWN)
    assert not any(map(words.is_word, ["", "Cat", "cat ", "catt", "#", "common", "ct", "cat\nace"]))


def test_every_grid_of_the_bank_is_right():
    """Rows and columns of the stored grids are ten different common words."""
    common = set(COMMON)
    grids = [line.split() for line in (DATA / "words_grids.txt").read_text("utf-8").splitlines() if line[0] != "#"]
    assert len(grids) == 2622
    for rows in grids:
        assert len(rows) == 5
        lines = lines_of(rows)
        assert common.issuperset(lines)
        assert len(set(lines)) == 10
        assert rows < lines[5:]
    both = sorted([*grids, *(lines_of(rows)[5:] for rows in grids)])
    assert both == [rows for begun in words.bank() for rows in begun]
    assert all(len({rows[0] for rows in begun}) == 1 for begun in words.bank())


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

    stored = {begun[0][0]: begun for begun in words.bank()}
    for first in random.Random(5).sample(sorted(stored), 15) + random.Random(6).sample(five, 15):
        assert grown([first]) == stored.get(first, [])


SIZES = [(words.word_grid, {"size": size}) for size in (3, 4, 5)] + [
    (words.crossword_fill, {"size": size, "givens": share}) for size in (3, 4, 5) for share in (30, 50, 80)
]


@pytest.mark.parametrize(("task", "params"), SIZES)
def test_answers_and_lures(task, params):
    """By look-up: the answer is right, of common words, and each lure is wrong in the way its name says."""
    common = set(COMMON)
    for draw in range(100):
        case = task.draw(params, 1, draw)
        size, fixed = asked(case.prompt)
        assert size == params["size"]
        assert is_right(case.answer, size, fixed)
        assert common.issuperset(lines_of(case.answer.split("\n")))
        assert next(iter(case.lures)) == ("rows_only" if task is words.word_grid else "givens_overwritten")
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


def test_the_share_of_given_letters():
    """The letters given are the share that was asked for, rounded, and spread at random."""
    for size, share, expected in [(3, 30, 3), (3, 80, 7), (4, 40, 6), (5, 30, 8), (5, 80, 20)]:
        cases = [words.crossword_fill.draw({"size": size, "givens": share}, 0, draw) for draw in range(200)]
        assert {expected} == {len(asked(case.prompt)[1]) for case in cases}
        assert len({place for case in cases for place in asked(case.prompt)[1]}) == size * size


ALTERED = st.tuples(
    st.sampled_from(SIZES),
    st.integers(0, 30),
    st.lists(st.tuples(st.integers(0, 28), st.sampled_from("aeiostrnx\n")), max_size=3),
)


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
    assert case.check(text).correct == is_right(flat, *asked(case.prompt))


def test_other_right_grids_are_right():
    """Not only the known grid counts: all 3 x 3 grids below one first row are found and accepted, no others are."""
    drawn = (words.word_grid.draw({"size": 3}, 0, draw) for draw in range(20))
    case = next(case for case in drawn if "first row" in case.prompt)
    size, fixed = asked(case.prompt)
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


PATTERN = ("cat", "___", "___")


def test_detail_of_a_wrong_grid():
    """Which rows and columns are no words, which words come twice, which given letters were changed, and the shares."""
    check = words.check_grid("cat\nare\nxqz", PATTERN)
    assert not check.correct
    assert dict(check.detail) == {
        "rows_not_words": {"3": "xqz"},
        "columns_not_words": {"1": "cax", "2": "arq", "3": "tez"},
    }
    assert dict(check.scores) == {"rows": pytest.approx(2 / 3), "columns": 0.0}
    check = words.check_grid("cot\noar\ntry", PATTERN)
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
def test_what_is_no_grid(text, detail):
    """Another number of rows or letters is said to be that, and scores nothing."""
    check = words.check_grid(text, PATTERN)
    assert not check.correct
    assert dict(check.detail) == detail
    assert dict(check.scores) == {"rows": 0.0, "columns": 0.0}


def test_white_space_and_case_do_not_count():
    """Upper case, spaces between letters and empty lines leave the grid what it is."""
    case = words.word_grid.draw({"size": 4}, 0, 0)
    spaced = "\n\n".join(" ".join(row.upper()) for row in case.answer.split("\n"))
    assert case.check(spaced).correct
    assert dict(case.check(case.answer).scores) == {"rows": 1.0, "columns": 1.0}
    assert dict(case.check(case.answer).detail) == {}


def test_rows_alone_are_not_enough():
    """Rows that are all words, among them the stated one, are wrong where a column is none: both are looked at."""
    for draw in range(50):
        case = words.word_grid.draw({"size": 5}, 3, draw)
        check = case.check(case.lures["rows_only"])
        assert not check.correct
        assert check.scores["rows"] == 1
        assert check.scores["columns"] < 1


@pytest.mark.parametrize("params", [{"size": 4}, {"size": 5}])
@pytest.mark.parametrize("task", [words.word_grid, words.crossword_fill])
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


@pytest.mark.parametrize("size", [3, 4, 5])
def test_stated_words_are_many(size):
    """No word is stated in as many as 1.5 % of cases, row and column are stated alike, and repeats are counted."""
    cases = [words.word_grid.draw({"size": size}, 0, draw) for draw in range(1000)]
    assert Counter(case.input for case in cases).most_common(1)[0][1] < 15
    assert 400 < sum("first row" in case.prompt for case in cases) < 600
    assert (sum(case.rejected for case in cases) > 0) == (size < 5)


def test_one_of_a_set_of_words():
    """Each of a set is as likely as the others."""
    chosen = Counter(words.one_of(0b1001_0110_0001, where / 50) for where in range(50))
    assert chosen == {0: 10, 5: 10, 6: 10, 8: 10, 11: 10}
    big = sum(1 << place for place in (0, 999, 1000, 3532))
    for where, place in [(0.0, 0), (0.25, 999), (0.5, 1000), (0.9999999, 3532)]:
        assert place == words.one_of(big, where)


def test_a_symmetric_square_may_not_exist():
    """Where no square begins with a word the lure is left out, and the search for it ends."""
    found = [words.word_grid.draw({"size": 5}, 0, draw) for draw in range(300)]
    assert {True, False} == {"symmetric" in case.lures for case in found}
    assert all({"rows_only", "repeated_word"} <= case.lures.keys() for case in found)


@pytest.mark.parametrize(
    ("task", "params", "message"),
    [
        (words.word_grid, {"size": 2}, "size=2: must be a whole number from 3 to 5"),
        (words.word_grid, {"size": 6}, "size=6: must be a whole number from 3 to 5"),
        (words.word_grid, {"size": "4"}, "size='4': must be a whole number from 3 to 5"),
        (words.crossword_fill, {"size": 6}, "size=6: must be a whole number from 3 to 5"),
        (words.crossword_fill, {"givens": 29}, "givens=29: must be a whole number from 30 to 80"),
        (words.crossword_fill, {"givens": 0.5}, "givens=0.5: must be a whole number from 30 to 80"),
    ],
)
def test_bad_parameters(task, params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        task.draw(params, 0, 0)
