"""Sums in other bases, worked out again by `int` and NumPy's formatter."""

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given as drawn_from
from hypothesis import strategies as st

from pytest_ood.families.operators.number_base import check_number, number_base, sums_in

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (number_base, {"base": 8}, "e622b9aee1b37c07c4caeeacafe1901d425b0283a1b6b3eb6b74b4c463a26bd0"),
    (number_base, {"base": 11}, "ffae42ac4419f62b9f625668f4c811ee451fc38262d7af0240f5a303baab956d"),
    (number_base, {"base": 16}, "618aed275773660480ac849a16d6898733fa0c7eb02a129b7315c8ccbf5b8498"),
]
BASES = [8, 9, 11, 12, 13, 14, 15, 16]


def stated(prompt):
    """The base, its digits and the numbers of a prompt."""
    base, digits = re.findall(r'base-(\d+) where the digits are "(\w+)"', prompt)[0]
    numbers = re.findall(r"what is (\w+)\+(\w+)\?", prompt) or re.findall(r"next number after (\w+)\?", prompt)
    return int(base), digits, numbers[0]


@pytest.mark.parametrize("base", BASES)
def test_the_sum_in_its_base(base):
    """The sum by `int` and NumPy's formatter; the lures in Python's decimal numbers and column by column."""
    for draw in range(150):
        control, shift = (number_base.draw({"base": base, "usual": usual}, 4, draw) for usual in (True, False))
        for case, its_base in ((control, 10), (shift, base)):
            read, digits, (left, right) = stated(case.prompt)
            assert (read, digits) == (its_base, "0123456789ABCDEF"[:its_base])
            assert case.answer == np.base_repr(int(left, its_base) + int(right, its_base), its_base)
            assert case.input == f"{left}+{right}"
            units, tens = (int(left[at], 16) + int(right[at], 16) for at in (1, 0))
            columns = f"{np.base_repr(tens, its_base)}{np.base_repr(units % its_base, its_base)}"
            without_leading = f"{case.answer[1:]}".lstrip("0") or "0"
            assert case.lures["missing_carry"] == (columns if units >= its_base else without_leading)
        assert control.input == shift.input or base > 10
        values = [10 * int(number[0], 16) + int(number[1], 16) for number in shift.input.split("+")]
        assert shift.lures == {"base_10_sum": str(sum(values)), "missing_carry": shift.lures["missing_carry"]}
        assert base > 10 or shift.lures["base_10_sum"] == control.answer
        assert next(iter(shift.lures)) == "base_10_sum"
        assert list(control.lures) == ["missing_carry"]


def places_of_carries(left, right, base):
    """Whether units and tens carry, by what a column sum without the carry would be."""
    units = int(left[1], 16) + int(right[1], 16)
    return units >= base, int(left, base) + int(right, base) >= base * base


@pytest.mark.parametrize("base", BASES)
def test_sums_are_all_there_are(base):
    """By brute force: all that carry; below 10 those that do so alike in base 10, above 10 those with a letter."""
    numbers = [np.base_repr(number, base) for number in range(base, base * base)]
    expected = {}
    for left in numbers:
        for right in numbers:
            there = places_of_carries(left, right, base)
            suits = there == places_of_carries(left, right, 10) if base < 10 else re.search("[A-F]", left + right)
            if any(there) and suits:
                result = np.base_repr(int(left, base) + int(right, base), base)
                kind = len(result), re.search("[A-F]", result) is not None
                expected.setdefault(kind, set()).add((left, right))
    assert [expected[kind] for kind in sorted(expected)] == [set(sums) for sums in sums_in(base)]
    assert len(expected) == (2 if base < 10 else 4)


@pytest.mark.parametrize("base", BASES)
def test_base_pairs_match(base):
    """Carries in the same places, results of the same length, half of them of two digits, prompts that are alike."""
    two = 0
    for draw in range(1000):
        control, shift = (number_base.draw({"base": base, "usual": usual}, 0, draw) for usual in (True, False))
        assert (control.input == shift.input) == (base < 10)
        there, familiar = (
            places_of_carries(*shift.input.split("+"), base),
            places_of_carries(*control.input.split("+"), 10),
        )
        assert there == familiar
        assert any(there)
        assert control.answer != shift.answer or base > 10
        assert len(control.answer) == len(shift.answer)
        assert abs(len(control.prompt) - len(shift.prompt)) <= abs(base - 10) + 2 <= 0.1 * len(control.prompt)
        two += len(shift.answer) == 2
    assert two == pytest.approx(500, abs=50)


@pytest.mark.parametrize("base", [11, 13, 16])
def test_letters_are_digits(base):
    """In bases above 10 every sum has a letter in its numbers, and half of the results have one; base 10 has none."""
    drawn = [number_base.draw({"base": base}, 1, draw) for draw in range(1000)]
    assert all(re.search("[A-F]", case.input) for case in drawn)
    assert sum(re.search("[A-F]", case.answer) is not None for case in drawn) == pytest.approx(500, abs=50)
    familiar = [number_base.draw({"base": base, "usual": True}, 1, draw) for draw in range(1000)]
    assert not any(re.search("[A-F]", case.input + case.answer) for case in familiar)


@pytest.mark.parametrize("usual", [False, True])
@pytest.mark.parametrize("base", BASES)
def test_chance_of_the_commonest_sum(base, usual):
    """The stated chance is how often the commonest of many results comes up."""
    drawn = [number_base.draw({"base": base, "usual": usual}, 0, draw) for draw in range(2000)]
    (_, count), *_ = Counter(case.answer for case in drawn).most_common(1)
    assert count / 2000 == pytest.approx(drawn[0].chance, abs=0.02)
    assert drawn[0].chance < 0.07


@pytest.mark.parametrize("base", BASES)
def test_the_next_number(base):
    """It follows one that ends in the highest digit; where base 10 has such a number, its next one is the lure."""
    for draw in range(50):
        control, shift = (
            number_base.draw({"base": base, "usual": usual}, 0, draw).comprehension for usual in (True, False)
        )
        for case, its_base in ((control, 10), (shift, base)):
            read, digits, number = stated(case.prompt)
            assert read == its_base
            assert number[-1] == digits[-1]
            assert case.answer == np.base_repr(int(number, its_base) + 1, its_base)
            assert len(case.answer) == 2
            assert case.check(case.answer).correct
            assert not case.check(number).correct
        expected = {"base_10_next": str(int(shift.input) + 1)} if base < 10 else {}
        assert expected == dict(shift.lures)
        assert dict(control.lures) == {}
        assert control.answer == shift.answer


@drawn_from(st.text(alphabet="0123456789abcdefABCDEF _+-x\ufb00\u0663", max_size=6), st.sampled_from(BASES))
def test_a_number_is_read_in_its_digits_only(written, base):
    """Whatever is written is right if it is the number in digits of the base, and else the detail says why not."""
    digits = "0123456789ABCDEF"[:base]
    is_number = re.fullmatch(f"[{digits}{digits.lower()}]+", written) is not None
    check = check_number(written, "50", base)
    if is_number:
        off = int(written, base) - 5 * base
        assert (check.correct, dict(check.detail)) == (off == 0, {"off_by": off} if off else {})
    else:
        assert (check.correct, dict(check.detail)) == (False, {"not_a_number": True})


def test_a_number_that_is_too_long_is_not_read():
    """Nothing is worked out of what is longer than any number asked for."""
    assert check_number("0" * 98 + "50", "50", 8).correct
    assert dict(check_number("0" * 99 + "50", "50", 8).detail) == {"not_a_number": True}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"base": 7}, "base=7: must be a whole number from 8 to 16"),
        ({"base": 17}, "base=17: must be a whole number from 8 to 16"),
        ({"base": "8"}, "base='8': must be a whole number from 8 to 16"),
        ({"base": 10}, "base=10: must be another base than 10"),
        ({"usual": 10}, "usual=10: must be True or False"),
    ],
)
def test_bad_base(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        number_base.draw(params, 0, 0)
