"""Sums in a stated number base."""

import functools
import itertools
from collections import Counter

import numpy as np

from pytest_ood.case import Case, task
from pytest_ood.drawing import choice, integer
from pytest_ood.families.lures import wrong_answers
from pytest_ood.parameters import expect_whole
from pytest_ood.verify import Check

DIGITS = "0123456789ABCDEF"
LEAST_BASE = 8
LONGEST_NUMBER = 100
# Two numbers as they are written.
Sum = tuple[str, str]

PROMPT = """\
You are a mathematician. Assuming that all numbers are in base-{base} where the digits are "{digits}", what is \
{left}+{right}?

Give the result in base-{base}, its digits only."""
NEXT_PROMPT = """\
You are a mathematician. Assuming that all numbers are in base-{base} where the digits are "{digits}", what is the \
next number after {number}?

Give the number in base-{base}, its digits only."""


@task(control={"usual": True}, name="operators.number_base", family="operator swap")
def number_base(rng: np.random.Generator, *, base: int = 8, usual: bool = False) -> Case:
    """The sum of two two-digit numbers in a stated base.

    Moves: the base that the prompt states: `base` in the shift arm, 10 in the control arm. `base` goes to both arms,
    since the control arm takes only sums that suit either base.
    Matched: both arms add the same two numbers as they are written, in digits that both bases have. The units carry in
    both bases or in neither, and so do the tens, with at least one carry; thus both results have two digits or both
    have three (each half of the time), and they differ. That rules out letters in the numbers of a base above 10: a
    column that adds up to A to F there would carry in base 10. The prompts differ in the digits listed and in the
    number of the base.
    Lures: `base_10_sum`, the numbers added as if in base 10 (every shift case has it); `missing_carry`, the sum without
    the carry from the units, or without the one from the tens if the units do not carry (every case has it).
    Comprehension: the next number after one that ends in the highest digit, such as 37 in base 8; its lure, in bases
    below 10, is `base_10_next`.
    Chance: the share of the commonest result among all sums: 6 % in bases 8 and 16, less in between.
    Source: Wu et al. 2023, "Reasoning or Reciting?" (2307.02477), for the prompt, the bases 8, 9, 11 and 16 and the
    comprehension question. There the numbers of bases 11 and 16 can contain letters.

    Args:
        base: 8 to 16 except 10. In bases below 8 too few sums carry as they would in base 10.
        usual: whether the prompt states base 10 instead.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_whole("base", base, LEAST_BASE, len(DIGITS))
    if base == 10:
        raise ValueError("base=10: must be another base than 10, which is the one that usual=True states")
    if not isinstance(usual, bool):
        raise ValueError(f"usual={usual!r}: must be True or False")
    stated = 10 if usual else base
    sums = choice(rng, sums_that_carry_alike(base))
    left, right = choice(rng, sums)
    next_tens = integer(rng, 1, min(base, 10) - 2)
    value = int(left, stated) + int(right, stated)
    answer = in_base(value, stated)
    units_carry = int(left[1]) + int(right[1]) >= stated
    lost = stated if units_carry else stated**2
    shortcuts = {"base_10_sum": str(int(left) + int(right)), "missing_carry": in_base(value - lost, stated)}
    return Case(
        PROMPT.format(base=stated, digits=DIGITS[:stated], left=left, right=right),
        answer=answer,
        lures=wrong_answers(answer, shortcuts),
        verify=functools.partial(check_number, answer=answer, base=stated),
        input=f"{left}+{right}",
        chance=commonest_sum(base, stated),
        comprehension=next_number(stated, next_tens),
    )


@functools.cache
def next_number(base: int, tens: int) -> Case:
    """Return the comprehension question: what comes after a number that ends in the highest digit."""
    number, answer = f"{tens}{DIGITS[base - 1]}", f"{tens + 1}0"
    return Case(
        NEXT_PROMPT.format(base=base, digits=DIGITS[:base], number=number),
        answer=answer,
        lures={"base_10_next": str(int(number) + 1)} if base < 10 else {},
        verify=functools.partial(check_number, answer=answer, base=base),
        input=number,
        chance=1 / (min(base, 10) - 2),
    )


def check_number(given: str, answer: str, base: int) -> Check:
    """Check that it is the same number, in digits of the base. Case and leading zeros do not count.

    The detail of a wrong answer: `off_by`, how much too large it is, or `not_a_number`.
    """
    # Other alphabets than ASCII have letters, too, whose upper case is A to F.
    written = given.upper() if len(given) <= LONGEST_NUMBER and given.isascii() else ""
    if not written or written.strip(DIGITS[:base]):
        return Check(False, {"not_a_number": True})
    off = int(written, base) - int(answer, base)
    return Check(not off, {"off_by": off} if off else {})


@functools.cache
def sums_that_carry_alike(base: int) -> tuple[list[Sum], list[Sum]]:
    """Return the sums that carry in the same places in `base` and in base 10, written in digits of both.

    Returns:
        Those whose results have two digits, and those whose results have three.
    """
    fewer, more = sorted((base, 10))
    two_digits: list[Sum] = []
    three_digits: list[Sum] = []
    numbers = [(tens, units) for tens in range(1, fewer) for units in range(fewer)]
    for (tens, units), (other_tens, other_units) in itertools.product(numbers, numbers):
        units_sum = units + other_units
        units_carry = units_sum >= more
        tens_sum = tens + other_tens + units_carry
        tens_carry = tens_sum >= more
        # A column whose sum lies between the two bases carries in only one of them.
        if fewer <= units_sum < more or fewer <= tens_sum < more:
            continue
        if units_carry or tens_carry:
            sums = three_digits if tens_carry else two_digits
            sums.append((f"{tens}{units}", f"{other_tens}{other_units}"))
    return two_digits, three_digits


@functools.cache
def commonest_sum(base: int, stated: int) -> float:
    """Return how often the commonest result is right."""
    return max(
        count / (2 * len(sums))
        for sums in sums_that_carry_alike(base)
        for count in Counter(int(left, stated) + int(right, stated) for left, right in sums).values()
    )


def in_base(value: int, base: int) -> str:
    """Write a whole number, 0 or greater, in a base."""
    written = DIGITS[value % base]
    while value := value // base:
        written = DIGITS[value % base] + written
    return written
