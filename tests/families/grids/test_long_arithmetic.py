"""Sums and products, worked out again on lists of digits."""

import itertools
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood.families.grids.long_arithmetic import COMMONEST, check_digits, long_arithmetic
from tests.families.drawing import pairs

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (long_arithmetic, {"digits": 3}, "d3b8b110b15cc135e96e550772cd461fdd8e0000c6c435cdecbf49827cabc176"),
    (long_arithmetic, {"digits": 5}, "7e3550895303c5e3e31a2aa2ca2c83e23dcfb960d648942b8b8880f620502b09"),
    (
        long_arithmetic,
        {"operation": "sum", "digits": 8},
        "743faee8be1e3b5a3a792167996d0cd7769e5a741facb12e361f25b86e002347",
    ),
    (
        long_arithmetic,
        {"operation": "sum", "digits": 40},
        "cd82d4057a0ff091dc75810b8274d6403fad020c95b8372b737fa63614c78662",
    ),
]


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
        case = long_arithmetic.draw({"operation": operation, "digits": length}, 2, draw)
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
    answers = [long_arithmetic.draw({"digits": length}, 0, draw).answer for draw in range(2000)]
    assert set(map(len, answers)) <= {2 * length, 2 * length - 1}
    assert 0.93 < sum(len(answer) == 2 * length for answer in answers) / len(answers) < 0.97


@pytest.mark.parametrize(("operation", "length"), [*COMMONEST, ("product", 2)])
def test_chance_is_the_share_of_the_commonest_answer(operation, length):
    """Counted over all operands that may be drawn; of two-digit products none is right in 1 % of cases."""
    possible = [str(n) for n in range(10 ** (length - 1), 10**length) if not {"0", "1"} & {str(n)[0], str(n)[-1]}]
    counts = Counter()
    for one, other in itertools.product(possible, repeat=2):
        result, carried, _ = schoolbook(operation, one, other)
        if carried:
            counts[result] += 1
    share = max(counts.values()) / counts.total()
    case = long_arithmetic.draw({"operation": operation, "digits": length}, 0, 0)
    assert case.chance == (pytest.approx(share) if share >= 0.01 else 0)


def test_sums_without_a_carry_are_rejected_and_counted():
    """One-digit sums below ten are thrown away: 21 in 64 of what is drawn."""
    cases = [long_arithmetic.draw({"operation": "sum", "digits": 1}, 0, draw) for draw in range(2000)]
    assert min(int(case.answer) for case in cases) == 10
    rejected = sum(case.rejected for case in cases)
    assert rejected / (rejected + len(cases)) == pytest.approx(21 / 64, abs=0.03)


@given(st.integers(10**5, 10**6 - 1), st.integers(0, 10**7))
def test_numbers_are_compared_digit_by_digit(answer, said):
    """The places named are those where the digits differ, and the score the share of the others."""
    check = check_digits(str(said), str(answer))
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
    """Commas between thousands and an empty fraction are read; words, spaces and other scripts are no integer."""
    assert check_digits("1234567.0", "1234567").correct
    assert check_digits("1,234,567", "1234567").correct
    for wrong in ("", "12 34567", "1234567.5", "12,34,567", "\N{ARABIC-INDIC DIGIT ONE}", "one", "1" * 2000):
        check = check_digits(wrong, "1234567")
        assert (check.correct, check.detail, check.scores) == (False, {"not_an_integer": True}, {"digits": 0.0})


@pytest.mark.parametrize("operation", ["product", "sum"])
def test_arithmetic_pairs_match(operation):
    """Operands begin with the same digit but where a candidate was rejected; the prompts differ by the digits added."""
    for control, shift in pairs(long_arithmetic, {"operation": operation, "digits": 5}):
        (one, _, other), (familiar, _, too) = shift.input.split(), control.input.split()
        assert (one[0], other[0]) == (familiar[0], too[0]) or control.rejected or shift.rejected
        assert len(shift.prompt) - len(control.prompt) == 6
        assert len(shift.answer) - len(control.answer) in ((5, 6, 7) if operation == "product" else (2, 3, 4))


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"digits": 0}, "digits=0: must be a whole number from 1 to 40"),
        ({"digits": 41}, "digits=41: must be a whole number from 1 to 40"),
        ({"operation": "ratio"}, "operation='ratio': must be one of 'product', 'sum'"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        long_arithmetic.draw(params, 0, 0)
