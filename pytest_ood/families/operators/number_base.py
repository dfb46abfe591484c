"""Sums in a stated number base."""

import functools
import itertools

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import choice, integer
from pytest_ood.families.lures import wrong_answers
from pytest_ood.parameters import expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import Check

DIGITS = "0123456789ABCDEF"
LEAST_BASE = 8
LONGEST_NUMBER = 100
LETTERS = frozenset("ABCDEF")
# Two numbers as they are written.
Sum = tuple[str, str]
# Whether the units of a sum carry, and whether the tens do.
Carries = tuple[bool, bool]

PROMPT = """\
You are a mathematician. Assuming that all numbers are in base-{base} where the digits are "{digits}", what is \
{left}+{right}?

Give the result in base-{base}, digits only."""
NEXT_PROMPT = """\
You are a mathematician. Assuming that all numbers are in base-{base} where the digits are "{digits}", what is the \
next number after {number}?

Give the number in base-{base}, digits only."""


@task(control={"usual": True}, name="operators.number_base", family="operator swap", version=2)
def number_base(rng: np.random.Generator, *, base: int = 8, usual: bool = False) -> Case:
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
        return Check.unparsed(not_a_number=True)
    off = int(written, base) - int(answer, base)
    return Check(not off, {"off_by": off} if off else {})


@functools.cache
def sums_in(base: int) -> list[list[Sum]]:
    """Return the sums that the shift arm draws from, written in digits of the base, in kinds that are equally likely.

    Returns:
        Those whose results have two digits, and those whose results have three; in bases above 10 either of them twice,
        without and with a letter in the result.
    """
    kinds: dict[tuple[int, bool], list[Sum]] = {}
    digits = DIGITS[:base]
    numbers = [tens + units for tens in digits[1:] for units in digits]
    for left, right in itertools.product(numbers, repeat=2):
        if not any(carries(left, right, base)):
            continue
        if base < 10 and carries(left, right, base) != carries(left, right, 10):
            continue
        if base > 10 and LETTERS.isdisjoint(left + right):
            continue
        result = in_base(int(left, base) + int(right, base), base)
        kinds.setdefault((len(result), not LETTERS.isdisjoint(result)), []).append((left, right))
    return [kinds[kind] for kind in sorted(kinds)]


@functools.cache
def sums_by_carries() -> dict[Carries, list[Sum]]:
    """Return the sums of two-digit numbers in base 10, by where they carry."""
    sums: dict[Carries, list[Sum]] = {}
    for left, right in itertools.product(map(str, range(10, 100)), repeat=2):
        sums.setdefault(carries(left, right, 10), []).append((left, right))
    return sums


@functools.cache
def carries(left: str, right: str, base: int) -> Carries:
    """Return whether the units of two two-digit numbers carry, and whether their tens do."""
    units_carry = DIGITS.index(left[1]) + DIGITS.index(right[1]) >= base
    return units_carry, DIGITS.index(left[0]) + DIGITS.index(right[0]) + units_carry >= base


@functools.cache
def commonest_sum(base: int, stated: int) -> float:
    """Return how often the commonest result is right."""
    kinds = sums_in(base)
    likely: dict[Sum, float] = {each: 1 / (len(kinds) * len(sums)) for sums in kinds for each in sums}
    if stated == 10 < base:
        # The control arm has any of the sums that carry in the same places instead.
        places: dict[Carries, float] = {}
        for (left, right), part in likely.items():
            where = carries(left, right, base)
            places[where] = places.get(where, 0) + part
        twins = sums_by_carries()
        likely = {each: part / len(twins[where]) for where, part in places.items() for each in twins[where]}
    results: dict[int, float] = {}
    for (left, right), part in likely.items():
        result = int(left, stated) + int(right, stated)
        results[result] = results.get(result, 0) + part
    return round(max(results.values()), 6)


def as_if_decimal(number: str) -> int:
    """Return the value of a two-digit number as if its digits, ten and more among them, stood in base 10."""
    return 10 * DIGITS.index(number[0]) + DIGITS.index(number[1])


def in_base(value: int, base: int) -> str:
    """Write a whole number, 0 or greater, in a base."""
    written = DIGITS[value % base]
    while value := value // base:
        written = DIGITS[value % base] + written
    return written
