"""Copies, with slips made one by one."""

import re
from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pytest_ood.families.grids.copy_string import LETTERS, WORD_LENGTH, WORDS, check_copy, copy_string, nearest_word
from tests.families.drawing import pairs

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (copy_string, {"length": 1}, "6a4c7fb31ccfac9f95d6c4c8b18f764137240de683b29976d6a975184e92eb28"),
    (copy_string, {"length": 16}, "f5c55ef72c7418985dc4eef6bf20923334e45add0f2efc7e0ced61a04af79aa0"),
    (copy_string, {"length": 64}, "09b9e54ed88472615d358b96daf7f4a73acfcbd527b68092617dba6717579b2e"),
    (copy_string, {"length": 1000}, "6b223beb8d228b09ac548e5373e4051f54b4dcbc1401cec69f2d4526c5561f1d"),
]
words = st.text("abc", min_size=2, max_size=12)


@pytest.mark.parametrize("length", [1, 2, 4, 8, 64, 1000])
def test_the_string_is_in_the_prompt(length):
    """The one line of letters in the prompt, as many as were asked for, is the answer."""
    for draw in range(50):
        case = copy_string.draw({"length": length}, 1, draw)
        assert re.findall(r"^[a-z]+$", case.prompt, re.MULTILINE) == [case.answer]
        assert len(case.answer) == length
        assert case.input == ""
        assert case.chance == 26.0**-length


def test_letters_are_drawn_alike():
    """Each of the 26 letters comes up about equally often, in every place of the string."""
    strings = [copy_string.draw({"length": 8}, 0, draw).answer for draw in range(5200)]
    for place in range(8):
        counts = Counter(string[place] for string in strings)
        assert len(counts) == 26
        assert 130 < min(counts.values()) <= max(counts.values()) < 275


@pytest.mark.parametrize("length", [4, 5, 16, 64])
def test_copy_lures(length):
    """A letter fewer or more, at the first repeated one if there is any; a common word where the string begins."""
    doubled = 0
    for draw in range(300):
        case = copy_string.draw({"length": length}, 0, draw)
        letters = case.answer
        twice = re.search(r"(.)\1", letters)
        place = twice.start() if twice else length // 2
        doubled += twice is not None
        assert case.lures["one_dropped"] == letters[:place] + letters[place + 1 :]
        assert case.lures["one_doubled"] == letters[: place + 1] + letters[place:]
        word, rest = case.lures["common_word"][:4], case.lures["common_word"][4:]
        assert word in WORDS
        assert rest == letters[4:]
        assert word[0] == letters[0] or letters[0] == "x"
    assert doubled > 300 * 0.05


def test_short_strings_have_lures_too():
    """A single letter can only be doubled; nothing is offered as a lure that is empty."""
    assert list(copy_string.draw({"length": 1}, 0, 0).lures) == ["one_doubled"]
    assert list(copy_string.draw({"length": 2}, 0, 0).lures) == ["one_dropped", "one_doubled"]


def test_common_words():
    """All of one length, each once, some for every letter but x; the nearest has the most letters in place."""
    assert {len(word) for word in WORDS} == {WORD_LENGTH}
    assert len(WORDS) == len(set(WORDS))
    assert {word[0] for word in WORDS} == set(LETTERS) - {"x"}
    assert nearest_word("fronting") == "from"
    assert nearest_word("xive") == "give"


@given(words, st.data())
def test_single_slips_are_named(answer, data):
    """A letter dropped, added or changed, or two swapped, is wrong and told from the others where that can be."""
    place = data.draw(st.integers(0, len(answer) - 1))
    letter = data.draw(st.sampled_from("abcd"))
    slips = {
        "dropped": answer[:place] + answer[place + 1 :],
        "added": answer[:place] + letter + answer[place:],
        "changed": answer[:place] + letter + answer[place + 1 :],
        "swapped": answer[:place] + answer[place + 1 : place + 2] + answer[place] + answer[place + 2 :],
    }
    for name, copy in slips.items():
        check = check_copy(copy, answer)
        assert check.correct == (copy == answer)
        if copy != answer:
            assert check.detail["slip"] == name
            first = check.detail["first_wrong"]
            assert copy[:first] == answer[:first]
            assert copy[first : first + 1] != answer[first : first + 1]


@given(words, words)
def test_only_the_string_itself_is_right(copy, answer):
    """Whatever else is said is wrong; the share of letters in place is counted one by one."""
    check = check_copy(copy, answer)
    assert check.correct == (copy == answer)
    right = sum(copy[i : i + 1] == letter for i, letter in enumerate(answer))
    assert check.scores == {"letters": right / len(answer)}
    assume(copy != answer)
    assert check.detail["given_length"] == len(copy)
    assert check.detail["expected_length"] == len(answer)


def test_a_copy_is_exact():
    """Upper case, spaces and a full stop are no copy; several slips have no one name."""
    for wrong in ("ABCD", "a b c d", "abcd.", " abcd"):
        assert not check_copy(wrong, "abcd").correct
    assert dict(check_copy("axcy", "abcd").detail) == {
        "first_wrong": 1,
        "given_length": 4,
        "expected_length": 4,
    }


def test_copy_pairs_match():
    """The control string begins the shifted one; the prompts differ by the letters that were added, no more."""
    for control, shift in pairs(copy_string, {"length": 32}):
        assert shift.answer.startswith(control.answer)
        assert len(shift.prompt) - len(control.prompt) == 28
        assert control.prompt.replace(control.answer, "") == shift.prompt.replace(shift.answer, "")


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"length": 0}, "length=0: must be a whole number from 1 to 1000"),
        ({"length": 1001}, "length=1001: must be a whole number from 1 to 1000"),
        ({"length": "8"}, "length='8': must be a whole number from 1 to 1000"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        copy_string.draw(params, 0, 0)
