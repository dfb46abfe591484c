"""Sums in other bases, worked out again by `int` and NumPy's formatter."""

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given as drawn_from
from hypothesis import strategies as st

from pytest_ood.families.operators.number_base import check_number, number_base, sums_that_carry_alike

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (number_base, {"base": 8}, "55abe9b4ada103d44b8a3f3f1de05ecb77b8157e0eecbba73f8fe96e3e9f9ae9"),
    (number_base, {"base": 11}, "6db9f5597ce8c10a47ee3224978a7d1d2715d1ae831176d447f697c70c345c84"),
    (number_base, {"base": 16}, "2201a0ac33dbd21464c51b9f45287344d6fef058cae4e720935f16fb461c7b4f"),
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
            units, tens = int(left[1]) + int(right[1]), int(left[0]) + int(right[0])
            columns = f"{np.base_repr(tens, its_base)}{np.base_repr(units % its_base, its_base)}"
            without_leading = f"{case.answer[1:]}".lstrip("0") or "0"
            assert case.lures["missing_carry"] == (columns if units >= its_base else without_leading)
        assert control.input == shift.input
        assert shift.lures == {"base_10_sum": control.answer, "missing_carry": shift.lures["missing_carry"]}
        assert next(iter(shift.lures)) == "base_10_sum"
        assert list(control.lures) == ["missing_carry"]


@pytest.mark.parametrize("base", BASES)
def test_sums_carry_alike(base):
    """By brute force: the sums are exactly those with the same carries in both bases, at least one."""

    def carries(left, right, its_base):
        from_units = (left % 10 + right % 10) >= its_base
        return from_units, (left // 10 + right // 10 + from_units) >= its_base

    digits = set("0123456789"[:base])
    numbers = [number for number in range(10, 100) if set(str(number)) <= digits]
    expected = {2: set(), 3: set()}
    for left in numbers:
        for right in numbers:
            there = carries(left, right, base)
            if any(there) and there == carries(left, right, 10):
                expected[len(str(left + right))].add((str(left), str(right)))
    assert [expected[2], expected[3]] == [set(group) for group in sums_that_carry_alike(base)]
    assert [len(group) for group in sums_that_carry_alike(base)] == [len(expected[2]), len(expected[3])]


@pytest.mark.parametrize("base", BASES)
def test_base_pairs_match(base):
    """Same numbers, results of the same length that differ, half of them of two digits, prompts that are alike."""
    two = 0
    for draw in range(1000):
        control, shift = (number_base.draw({"base": base, "usual": usual}, 0, draw) for usual in (True, False))
        assert control.input == shift.input
        assert control.answer != shift.answer
        assert len(control.answer) == len(shift.answer)
        assert abs(len(control.prompt) - len(shift.prompt)) <= abs(base - 10) + 2 <= 0.1 * len(control.prompt)
        two += len(shift.answer) == 2
    assert two == pytest.approx(500, abs=50)


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
