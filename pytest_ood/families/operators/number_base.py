"""Sums in a stated number base."""

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import choice, integer
from pytest_ood.families.lures import wrong_answers
from pytest_ood.families.operators.sums_in_bases import (
    DIGITS,
    LEAST_BASE,
    as_if_decimal,
    carries,
    commonest_sum,
    in_base,
    sums_by_carries,
    sums_in,
)
from pytest_ood.parameters import expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import Check

LONGEST_NUMBER = 100

PROMPTS = (
    """\
You are a mathematician. Assuming that all numbers are in base-{base} where the digits are "{digits}", what is \
{left}+{right}?

Give the result in base-{base}, digits only.""",
    """\
Add these two numbers, as a mathematician would:

{left}+{right}

Assume that all numbers, the sum included, are in base-{base} where the digits are "{digits}". Write digits only.""",
    """\
Let all numbers be in base-{base}, whose digits are "{digits}".

{left}+{right} = ?

You are a mathematician. Answer with the number, also in base-{base}, that the question mark stands for, \
digits only.""",
)
NEXT_PROMPT = """\
You are a mathematician. Assuming that all numbers are in base-{base} where the digits are "{digits}", what is the \
next number after {number}?

Give the number in base-{base}, digits only."""


def solve(inputs: Mapping[str, Any]) -> str:
    """Return the sum of two numbers that are written in some base, in the same base.

    Args:
        inputs: the question in three parts:
            inputs["base"]: a whole number from 2 to 16.
            inputs["left"], inputs["right"]: text, the numbers in digits of the base, "0" to "9" and "A" to "F".
    """
    base = inputs["base"]
    return in_base(int(inputs["left"], base) + int(inputs["right"], base), base)


@task(
    control={"usual": True},
    name="operators.number_base",
    family="operator swap",
    version=2,
    solver=solve,
    wordings=len(PROMPTS),
)
def number_base(rng: np.random.Generator, *, base: int = 8, usual: bool = False, wording: int = 0) -> Case:
    """The sum of two two-digit numbers in a stated base.

    Moves: the base that the prompt states: `base` in the shift arm, 10 in the control arm. `base` goes to both arms,
    since it decides which sums the control arm takes.
    Matched: the units carry in both arms or in neither, and so do the tens, with at least one carry; thus both results
    have two digits or both have three (each half of the time). The prompts differ in the digits listed and in the
    number of the base. In bases below 10 both arms add the same two numbers as they are written, in digits that both
    bases have, and the results differ. In bases above 10 the numbers of the shift arm always contain a letter, and its
    results in half of the cases; the control arm adds two other numbers that carry in the same places.
    Lures: `base_10_sum`, the numbers added as if in base 10, a letter as ten or more (every shift case has it);
    `missing_carry`, the sum without the carry from the units, or without the one from the tens if the units do not
    carry (every case has it).
    Comprehension: the next number after one that ends in the highest digit, such as 37 in base 8; its lure, in bases
    below 10, is `base_10_next`.
    Chance: the share of the commonest result among all sums: 6 % in base 8, less in the others.
    Source: Wu et al. 2023, "Reasoning or Reciting?" (2307.02477), for the prompt, the bases 8, 9, 11 and 16 and the
    comprehension question.

    Args:
        base: 8 to 16 except 10. In bases below 8 too few sums carry as they would in base 10.
        usual: whether the prompt states base 10 instead.
        wording: the wording of the question, 0 to 2.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_whole("base", base, LEAST_BASE, len(DIGITS))
    if base == 10:
        raise ValueError("base=10: must be another base than 10, which is the one that usual=True states")
    if not isinstance(usual, bool):
        raise ValueError(f"usual={usual!r}: must be True or False")
    stated = 10 if usual else base
    left, right = choice(rng, choice(rng, sums_in(base)))
    twin = choice(rng, sums_by_carries()[carries(left, right, base)])
    if usual and base > 10:
        left, right = twin
    next_tens = integer(rng, 1, min(base, 10) - 2)
    value = int(left, stated) + int(right, stated)
    answer = in_base(value, stated)
    units_carry, _ = carries(left, right, stated)
    lost = stated if units_carry else stated**2
    shortcuts = {
        "base_10_sum": str(as_if_decimal(left) + as_if_decimal(right)),
        "missing_carry": in_base(value - lost, stated),
    }
    return Case(
        PROMPTS[wording].format(base=stated, digits=DIGITS[:stated], left=left, right=right),
        answer=answer,
        lures=wrong_answers(answer, shortcuts),
        verify=functools.partial(check_number, answer=answer, base=stated),
        input=f"{left}+{right}",
        inputs={"base": stated, "left": left, "right": right},
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
        return Check.unparsed(not_a_number=True)
    off = int(written, base) - int(answer, base)
    return Check(not off, {"off_by": off} if off else {})
