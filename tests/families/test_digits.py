"""Copying and long arithmetic, worked out again: slips made one by one, sums and products on lists of digits."""

import itertools
import re
from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pytest_ood.families import digits
from tests.families.drawing import pairs

# Task, parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (digits.copy_string, {"length": 1}, "6a4c7fb31ccfac9f95d6c4c8b18f764137240de683b29976d6a975184e92eb28"),
    (digits.copy_string, {"length": 16}, "f5c55ef72c7418985dc4eef6bf20923334e45add0f2efc7e0ced61a04af79aa0"),
    (digits.copy_string, {"length": 64}, "09b9e54ed88472615d358b96daf7f4a73acfcbd527b68092617dba6717579b2e"),
    (digits.copy_string, {"length": 1000}, "6b223beb8d228b09ac548e5373e4051f54b4dcbc1401cec69f2d4526c5561f1d"),
    (digits.long_arithmetic, {"digits": 3}, "e8c25e74dc90f10eef5351758c0842f369041310764588c57c9ed62bcd1b57a3"),
    (digits.long_arithmetic, {"digits": 5}, "cb807bbe2cf7b6abfceda0dc4a735e8332e1c0edbb7d8537da557f921561026c"),
    (
        digits.long_arithmetic,
        {"operation": "sum", "digits": 8},
        "d08d6e1ad815e49b95aaa69f6fc37835150facf7bef65a9e9aad670353e66d27",
    ),
    (
        digits.long_arithmetic,
        {"operation": "sum", "digits": 40},
        "9732432c2ea8c03f0c8606c7d8d878b450e0b1186927f7033013751112683b2f",
    ),
]
words = st.text("abc", min_size=2, max_size=12)


# ---------------------------------------------------------------------------------------------------------------------
# Copying.


@pytest.mark.parametrize("length", [1, 2, 4, 8, 64, 1000])
def test_the_string_is_in_the_prompt(length):
    """The one line of letters in the prompt, as many as were asked for, is the answer."""
    for draw in range(50):
        case = digits.copy_string.draw({"length": length}, 1, draw)
        assert re.findall(r"^[a-z]+$", case.prompt, re.MULTILINE) == [case.answer]
        assert len(case.answer) == length
        assert case.input == ""
        assert case.chance == 26.0**-length


def test_letters_are_drawn_alike():
    """Each of the 26 letters comes up about equally often, in every place of the string."""
    strings = [digits.copy_string.draw({"length": 8}, 0, draw).answer for draw in range(5200)]
    for place in range(8):
        counts = Counter(string[place] for string in strings)
        assert len(counts) == 26
        assert 130 < min(counts.values()) <= max(counts.values()) < 275


@pytest.mark.parametrize("length", [4, 5, 16, 64])
def test_copy_lures(length):
    """A letter fewer or more, at the first repeated one if there is any; a common word where the string begins."""
    doubled = 0
    for draw in range(300):
        case = digits.copy_string.draw({"length": length}, 0, draw)
        letters = case.answer
        twice = re.search(r"(.)\1", letters)
        place = twice.start() if twice else length // 2
        doubled += twice is not None
        assert case.lures["one_dropped"] == letters[:place] + letters[place + 1 :]
        assert case.lures["one_doubled"] == letters[: place + 1] + letters[place:]
        word, rest = case.lures["common_word"][:4], case.lures["common_word"][4:]
        assert word in digits.WORDS
        assert rest == letters[4:]
        assert word[0] == letters[0] or letters[0] == "x"
    assert doubled > 300 * 0.05


def test_short_strings_have_lures_too():
    """A single letter can only be doubled; nothing is offered as a lure that is empty."""
    assert list(digits.copy_string.draw({"length": 1}, 0, 0).lures) == ["one_doubled"]
    assert list(digits.copy_string.draw({"length": 2}, 0, 0).lures) == ["one_dropped", "one_doubled"]


def test_common_words():
    """All of one length, each once, some for every letter but x; the nearest has the most letters in place."""
    assert {len(word) for word in digits.WORDS} == {digits.WORD_LENGTH}
    assert len(digits.WORDS) == len(set(digits.WORDS))
    assert {word[0] for word in digits.WORDS} == set(digits.LETTERS) - {"x"}
    assert digits.nearest_word("fronting") == "from"
    assert digits.nearest_word("xive") == "give"


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
        check = digits.check_copy(copy, answer)
        assert check.correct == (copy == answer)
        if copy != answer:
            assert check.detail["slip"] == name
            first = check.detail["first_wrong"]
            assert copy[:first] == answer[:first]
            assert copy[first : first + 1] != answer[first : first + 1]


@given(words, words)
def test_only_the_string_itself_is_right(copy, answer):
    """Whatever else is said is wrong; the share of letters in place is counted one by one."""
    check = digits.check_copy(copy, answer)
    assert check.correct == (copy == answer)
    right = sum(copy[i : i + 1] == letter for i, letter in enumerate(answer))
    assert check.scores == {"letters": right / len(answer)}
    assume(copy != answer)
    assert check.detail["given_length"] == len(copy)
    assert check.detail["expected_length"] == len(answer)


def test_a_copy_is_exact():
    """Upper case, spaces and a full stop are no copy; several slips have no one name."""
    for wrong in ("ABCD", "a b c d", "abcd.", " abcd"):
        assert not digits.check_copy(wrong, "abcd").correct
    assert dict(digits.check_copy("axcy", "abcd").detail) == {
        "first_wrong": 1,
        "given_length": 4,
        "expected_length": 4,
    }


def test_copy_pairs_match():
    """The control string begins the shifted one; the prompts differ by the letters that were added, no more."""
    for control, shift in pairs(digits.copy_string, {"length": 32}):
        assert shift.answer.startswith(control.answer)
        assert len(shift.prompt) - len(control.prompt) == 28
        assert control.prompt.replace(control.answer, "") == shift.prompt.replace(shift.answer, "")


# ---------------------------------------------------------------------------------------------------------------------
# Long arithmetic.


def schoolbook(operation, one, other, lost=None):
    """The result from lists of digits, units first, and the places with a carry; the one from place `lost` is lost."""
    one, other = ([int(digit) for digit in reversed(number)] for number in (one, other))
    columns = [0] * (len(one) + len(other))
    if operation == "sum":
        for place, (x, y) in enumerate(zip(one, other, strict=True)):
            columns[place] = x + y
    else:
        for (i, x), (j, y) in itertools.product(enumerate(one), enumerate(other)):
            columns[i + j] += x * y
    written, carry, carried = [], 0, []
    for place, column in enumerate(columns):
        carry, digit = divmod(column + carry, 10)
        written.append(str(digit))
        if carry:
            carried.append(place)
        if place == lost:
            carry = 0
    assert carry == 0
    return "".join(reversed(written)).lstrip("0") or "0", carried, columns


@pytest.mark.parametrize("operation", ["product", "sum"])
@pytest.mark.parametrize("length", [1, 2, 3, 5, 8, 40])
def test_results_and_lures(operation, length):
    """The numbers in the prompt make the answer, with a carry at least; without one of the carries they make a lure."""
    lured = 0
    for draw in range(100):
        case = digits.long_arithmetic.draw({"operation": operation, "digits": length}, 2, draw)
        one, sign, other = re.search(r"^(\d+) (\S) (\d+)$", case.prompt, re.MULTILINE).groups()
        assert (sign, len(one), len(other)) == ({"product": "*", "sum": "+"}[operation], length, length)
        assert not {"0", "1"} & {one[0], one[-1], other[0], other[-1]}
        answer, carried, columns = schoolbook(operation, one, other)
        assert carried
        assert answer == case.answer
        middle = carried[len(carried) // 2]
        lost, *_ = schoolbook(operation, one, other, middle)
        assert case.lures.get("one_carry_lost", case.lures.get("right_ends")) == lost
        if "right_ends" in case.lures:
            lured += 1
            wrong = case.lures["right_ends"]
            assert (len(wrong), wrong[0], wrong[-1]) == (len(answer), answer[0], answer[-1])
            inner = [str(columns[len(answer) - 1 - place] % 10) for place in range(1, len(answer) - 1)]
            assert list(wrong[1:-1]) == inner
    if length > 2:
        assert lured > (95 if operation == "product" else 60)


@pytest.mark.parametrize("length", [2, 3, 5])
def test_products_mostly_have_twice_the_digits(length):
    """Nineteen in twenty, so that answers of one size have nearly the same length."""
    answers = [digits.long_arithmetic.draw({"digits": length}, 0, draw).answer for draw in range(2000)]
    assert set(map(len, answers)) <= {2 * length, 2 * length - 1}
    assert 0.93 < sum(len(answer) == 2 * length for answer in answers) / len(answers) < 0.97


@pytest.mark.parametrize(("operation", "length"), [*digits.COMMONEST, ("product", 2)])
def test_chance_is_the_share_of_the_commonest_answer(operation, length):
    """Counted over all operands that may be drawn; of two-digit products none is right in 1 % of cases."""
    possible = [str(n) for n in range(10 ** (length - 1), 10**length) if not {"0", "1"} & {str(n)[0], str(n)[-1]}]
    counts = Counter()
    for one, other in itertools.product(possible, repeat=2):
        result, carried, _ = schoolbook(operation, one, other)
        if carried:
            counts[result] += 1
    share = max(counts.values()) / counts.total()
    case = digits.long_arithmetic.draw({"operation": operation, "digits": length}, 0, 0)
    assert case.chance == (pytest.approx(share) if share >= 0.01 else 0)


def test_sums_without_a_carry_are_rejected_and_counted():
    """One-digit sums below ten are thrown away: 21 in 64 of what is drawn."""
    cases = [digits.long_arithmetic.draw({"operation": "sum", "digits": 1}, 0, draw) for draw in range(2000)]
    assert min(int(case.answer) for case in cases) == 10
    rejected = sum(case.rejected for case in cases)
    assert rejected / (rejected + len(cases)) == pytest.approx(21 / 64, abs=0.03)


@given(st.integers(10**5, 10**6 - 1), st.integers(0, 10**7))
def test_numbers_are_compared_digit_by_digit(answer, said):
    """The places named are those where the digits differ, and the score the share of the others."""
    check = digits.check_digits(str(said), str(answer))
    assert check.correct == (said == answer)
    if check.correct:
        assert check.scores == {"digits": 1.0}
    elif len(str(said)) == 6:
        wrong = [place for place in range(6) if said // 10**place % 10 != answer // 10**place % 10]
        assert sorted(check.detail["wrong_places"]) == wrong
        assert check.scores == {"digits": pytest.approx(1 - len(wrong) / 6)}
    else:
        assert check.detail == {"given_length": len(str(said)), "expected_length": 6}
        assert check.scores == {"digits": 0.0}


def test_ways_to_write_a_number():
    """Commas between thousands are read; words, spaces and other scripts are no integer."""
    assert digits.check_digits("1,234,567", "1234567").correct
    for wrong in ("", "12 34567", "1234567.0", "12,34,567", "\N{ARABIC-INDIC DIGIT ONE}", "one", "1" * 2000):
        check = digits.check_digits(wrong, "1234567")
        assert (check.correct, check.detail, check.scores) == (False, {"not_an_integer": True}, {"digits": 0.0})


@pytest.mark.parametrize("operation", ["product", "sum"])
def test_arithmetic_pairs_match(operation):
    """Operands begin with the same digit but where a candidate was rejected; the prompts differ by the digits added."""
    for control, shift in pairs(digits.long_arithmetic, {"operation": operation, "digits": 5}):
        (one, _, other), (familiar, _, too) = shift.input.split(), control.input.split()
        assert (one[0], other[0]) == (familiar[0], too[0]) or control.rejected or shift.rejected
        assert len(shift.prompt) - len(control.prompt) == 6
        assert len(shift.answer) - len(control.answer) in ((5, 6, 7) if operation == "product" else (2, 3, 4))


# ---------------------------------------------------------------------------------------------------------------------
# Both.


@pytest.mark.parametrize(
    ("task", "params", "message"),
    [
        (digits.copy_string, {"length": 0}, "length=0: must be a whole number from 1 to 1000"),
        (digits.copy_string, {"length": 1001}, "length=1001: must be a whole number from 1 to 1000"),
        (digits.copy_string, {"length": "8"}, "length='8': must be a whole number from 1 to 1000"),
        (digits.long_arithmetic, {"digits": 0}, "digits=0: must be a whole number from 1 to 40"),
        (digits.long_arithmetic, {"digits": 41}, "digits=41: must be a whole number from 1 to 40"),
        (digits.long_arithmetic, {"operation": "ratio"}, "operation='ratio': must be one of 'product', 'sum'"),
    ],
)
def test_bad_parameters(task, params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        task.draw(params, 0, 0)
