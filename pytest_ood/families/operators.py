"""Operator swap: what a calculation means is stated, and it is not what it usually means."""

import functools
import itertools
import operator
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from pytest_ood.case import Case, task
from pytest_ood.families import expect_one_of, expect_whole, wrong_ones
from pytest_ood.verify import Check, integer, text

# ---------------------------------------------------------------------------------------------------------------------
# Signs that trade meanings.
SIGNS = "+-*"
Operation = Callable[[int, int], int]
USUAL: dict[str, Operation] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
NAMES: dict[Operation, str] = {operator.add: "addition", operator.sub: "subtraction", operator.mul: "multiplication"}
# Every way to give the three operations to the three signs, each with the sign that stands for multiplication.
READINGS = [
    (dict(zip(SIGNS, given, strict=True)), SIGNS[given.index(operator.mul)])
    for given in itertools.permutations(USUAL.values())
]
# In which order a sign is looked for that the question on comprehension can be about.
ORDERS = list(itertools.permutations(SIGNS))
SWAPS = ("", "+-", "-+", "+*", "*+", "-*", "*-")
LARGEST = 99
TRIES = 10_000

ARITHMETIC_PROMPT = """\
In the expression below the signs have these meanings:
+ means {}
- means {}
* means {}
The multiplications are done first, whichever sign stands for them; then additions and subtractions, from left to right.

{}

Give its value as a whole number in decimal digits."""
MEANING_PROMPT = """\
In an expression the signs have these meanings:
+ means {}
- means {}
* means {}

Which operation does the sign {} stand for here? Give one word: addition, subtraction or multiplication."""


@task(control={"swap": ""}, family="operator swap")
def arithmetic(rng: np.random.Generator, *, swap: str = "+-", operands: int = 3) -> Case:
    """The value of an expression under a stated table of what its signs mean.

    Moves: the table: it states the usual meanings in the control arm; in the shift arm two signs trade theirs.
    Matched: both arms show the same expression of one-digit operands and a prompt of the same length. An expression is
    accepted only if all six ways of giving the three operations to the three signs make values that differ from one
    another and from 0 and have at most two digits. Expressions that become one another when signs are traded are
    thus equally likely, so that the results, every result on the way, their size, sign and length have the same
    distribution in both arms and for every swap; those of one pair differ. Source on why that matters: 2605.28700.
    Lures: `usual_meaning`, the value with the meanings that the signs usually have (every shift case has it);
    `left_to_right`, the right operations with no precedence; `old_precedence`, the right operations with the sign
    ``*`` still read first.
    Comprehension: which operation one of the signs stands for. In the shift arm it is one of the two that trade, with
    the lure `usual_meaning`; the control arm asks about the same sign wherever the one that it draws is one of the two,
    in two of three cases.
    Chance: the commonest value is right in 4 % of cases of three operands, in fewer with more.
    Source: the counterfactual tasks of Wu et al. 2023, "Reasoning or Reciting?" (2307.02477).

    swap: the two signs that trade meanings, of ``+-*`` and in either order, or "" for none.
    operands: how many numbers the expression has, 3 to 10.

    Raises:
        ValueError: a parameter is not one of these.
    """
    expect_one_of("swap", swap, SWAPS)
    expect_whole("operands", operands, 3, 10)
    numbers, signs, rejected = expression(rng, operands)
    asked = ORDERS[int(len(ORDERS) * rng.random())]
    table = traded(swap)
    shortcuts = {
        "usual_meaning": evaluate(numbers, signs, USUAL, "*"),
        "left_to_right": evaluate(numbers, signs, table, ""),
        "old_precedence": evaluate(numbers, signs, table, "*"),
    }
    answer = evaluate(numbers, signs, table, multiplied(table))
    written = str(numbers[0]) + "".join(f" {sign} {number}" for sign, number in zip(signs, numbers[1:], strict=True))
    return Case(
        ARITHMETIC_PROMPT.format(*(NAMES[table[sign]] for sign in SIGNS), written),
        answer=str(answer),
        lures=wrong_ones(str(answer), {name: str(value) for name, value in shortcuts.items()}),
        verify=functools.partial(integer, answer=answer),
        input=written,
        rejected=rejected,
        comprehension=meaning(swap, next(sign for sign in asked if sign in (swap or SIGNS))),
    )


@functools.cache
def meaning(swap: str, sign: str) -> Case:
    """The question what a sign stands for, with the table and without an expression."""
    table = traded(swap)
    answer = NAMES[table[sign]]
    return Case(
        MEANING_PROMPT.format(*(NAMES[table[each]] for each in SIGNS), sign),
        answer=answer,
        lures=wrong_ones(answer, {"usual_meaning": NAMES[USUAL[sign]]}),
        verify=functools.partial(text, answer=answer),
        chance=1 / 3,
    )


def expression(rng: np.random.Generator, operands: int) -> tuple[list[int], str, int]:
    """Numbers from 2 to 9, the signs between them, and how many candidates were rejected; it knows of no swap."""
    for rejected in range(TRIES):
        # One draw gives a number (8 of them) and the sign before it (3); the first sign goes unused.
        drawn = [int(24 * part) for part in rng.random(operands).tolist()]
        numbers = [2 + both // 3 for both in drawn]
        signs = "".join([SIGNS[both % 3] for both in drawn[1:]])
        values = set()
        for table, first in READINGS:
            value = evaluate(numbers, signs, table, first)
            if not -LARGEST <= value <= LARGEST or value == 0 or value in values:
                break
            values.add(value)
        else:
            return numbers, signs, rejected
    raise AssertionError(f"no expression of {operands} operands in {TRIES} tries")


def traded(swap: str) -> dict[str, Operation]:
    """From each sign to its operation when the two signs of `swap` trade theirs."""
    return {**USUAL, swap[0]: USUAL[swap[1]], swap[1]: USUAL[swap[0]]} if swap else USUAL


def multiplied(table: Mapping[str, Operation]) -> str:
    """The sign that stands for multiplication."""
    return next(sign for sign in SIGNS if table[sign] is operator.mul)


def evaluate(numbers: Sequence[int], signs: str, table: Mapping[str, Operation], first: str) -> int:
    """The value when signs mean what the table says: the sign `first` is done first, others from left to right."""
    # What is still waiting for its right-hand side: `value`, then the operation `waiting`, then `term`.
    value, waiting, term = 0, USUAL["+"], numbers[0]
    for sign, number in zip(signs, numbers[1:], strict=True):
        if sign == first:
            term = table[sign](term, number)
        else:
            value, waiting, term = waiting(value, term), table[sign], number
    return waiting(value, term)


# ---------------------------------------------------------------------------------------------------------------------
# Number bases.
DIGITS = "0123456789ABCDEF"
LEAST_BASE = 8
LONGEST_NUMBER = 100

BASE_PROMPT = """\
You are a mathematician. Assuming that all numbers are in base-{base} where the digits are "{digits}", what is \
{left}+{right}?

Give the result in base-{base}, its digits only."""
NEXT_PROMPT = """\
You are a mathematician. Assuming that all numbers are in base-{base} where the digits are "{digits}", what is the \
next number after {number}?

Give the number in base-{base}, its digits only."""


@task(control={"usual": True}, family="operator swap")
def number_base(rng: np.random.Generator, *, base: int = 8, usual: bool = False) -> Case:
    """The sum of two two-digit numbers in a stated base.

    Moves: the base that the prompt states: `base` in the shift arm, 10 in the control arm. `base` goes to both arms,
    since the control arm takes only sums that suit either base.
    Matched: both arms add the same two numbers as they are written, in digits that both bases have. The units carry in
    both bases or in neither, and so do the tens, with one carry at least; thus both results have two digits or both
    have three (each half of the time), and they differ. That leaves no letters in the numbers of a base above 10: a
    column that adds up to A to F there would carry in base 10. The prompts differ by the digits listed and those of
    the base.
    Lures: `base_10_sum`, the numbers added as if in base 10 (every shift case has it); `missing_carry`, the sum without
    the carry from the units, or without that from the tens where the units carry nothing (every case has it).
    Comprehension: the next number after one that ends in the highest digit, such as 37 in base 8; its lure, in bases
    below 10, is `base_10_next`.
    Chance: that of the commonest result, worked out from all sums: 6 % in bases 8 and 16, less between.
    Source: Wu et al. 2023, "Reasoning or Reciting?" (2307.02477), for the prompt, the bases 8, 9, 11 and 16 and the
    question on comprehension. There the numbers of base 11 and 16 can hold letters.

    base: 8 to 16 but for 10. In bases below 8 too few sums carry as they would in base 10.
    usual: whether the prompt states base 10 in its place.

    Raises:
        ValueError: a parameter is not one of these.
    """
    expect_whole("base", base, LEAST_BASE, len(DIGITS))
    if base == 10:
        raise ValueError("base=10: must be another base than 10, which is the one that usual=True states")
    if not isinstance(usual, bool):
        raise ValueError(f"usual={usual!r}: must be True or False")
    stated = 10 if usual else base
    size, place, tens = rng.random(3).tolist()
    possible = sums(base)[int(2 * size)]
    left, right = possible[int(len(possible) * place)]
    value = int(left, stated) + int(right, stated)
    units_carry = int(left[1]) + int(right[1]) >= stated
    answer = in_base(value, stated)
    shortcuts = {
        "base_10_sum": str(int(left) + int(right)),
        "missing_carry": in_base(value - (stated if units_carry else stated * stated), stated),
    }
    return Case(
        BASE_PROMPT.format(base=stated, digits=DIGITS[:stated], left=left, right=right),
        answer=answer,
        lures=wrong_ones(answer, shortcuts),
        verify=functools.partial(check_number, answer=answer, base=stated),
        input=f"{left}+{right}",
        chance=commonest_sum(base, stated),
        comprehension=next_number(stated, 1 + int((min(base, 10) - 2) * tens)),
    )


@functools.cache
def next_number(base: int, tens: int) -> Case:
    """The question what comes after a number that ends in the highest digit."""
    number, answer = f"{tens}{DIGITS[base - 1]}", f"{tens + 1}0"
    shortcuts = {"base_10_next": str(int(number) + 1)} if base < 10 else {}
    return Case(
        NEXT_PROMPT.format(base=base, digits=DIGITS[:base], number=number),
        answer=answer,
        lures=shortcuts,
        verify=functools.partial(check_number, answer=answer, base=base),
        input=number,
        chance=1 / (min(base, 10) - 2),
    )


def check_number(given: str, answer: str, base: int) -> Check:
    """Whether it is the same number, in digits of the base. Upper and lower case do not count, nor do leading zeros.

    The detail of a wrong answer: `off_by`, how much too large it is, or `not_a_number`.
    """
    # No alphabet but ASCII: others have letters whose upper case is A to F as well.
    written = given.upper() if len(given) <= LONGEST_NUMBER and given.isascii() else ""
    if not written or written.strip(DIGITS[:base]):
        return Check(False, {"not_a_number": True})
    off = int(written, base) - int(answer, base)
    return Check(not off, {"off_by": off} if off else {})


@functools.cache
def sums(base: int) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The sums that carry in the same places in `base` and in base 10: those whose results have two digits, and three.

    Written with the digits that both bases have.
    """
    fewer, more = sorted((base, 10))
    found: tuple[list[tuple[str, str]], list[tuple[str, str]]] = [], []
    numbers = [(tens, units) for tens in range(1, fewer) for units in range(fewer)]
    for (tens, units), (other_tens, other_units) in itertools.product(numbers, numbers):
        units_sum = units + other_units
        carried = units_sum >= more
        tens_sum = tens + other_tens + carried
        alike = not (fewer <= units_sum < more or fewer <= tens_sum < more)
        if alike and (carried or tens_sum >= more):
            found[tens_sum >= more].append((f"{tens}{units}", f"{other_tens}{other_units}"))
    return found


@functools.cache
def commonest_sum(base: int, stated: int) -> float:
    """How often the commonest result is right."""
    return max(
        count / (2 * len(group))
        for group in sums(base)
        for count in Counter(int(left, stated) + int(right, stated) for left, right in group).values()
    )


def in_base(value: int, base: int) -> str:
    """A whole number from 0 on in the digits of a base."""
    written = DIGITS[value % base]
    while value := value // base:
        written = DIGITS[value % base] + written
    return written


# ---------------------------------------------------------------------------------------------------------------------
# Linear formulas, by name: how many fifths of the number, and what is added. The first is the familiar one.
FORMULAS = {
    "9/5x+32": (9, 32),
    "7/5x+31": (7, 31),
    "8/5x+33": (8, 33),
    "6/5x+34": (6, 34),
    "9/5x+31": (9, 31),
    "7/5x+32": (7, 32),
}
FAHRENHEIT = "9/5x+32"

FORMULA_PROMPT = """\
Multiply the number below by {fifths}/5 and then add {added}.

{number}

Give the result as a whole number in decimal digits."""


@task(control={"formula": FAHRENHEIT}, family="operator swap")
def linear_formula(rng: np.random.Generator, *, formula: str = "7/5x+31", digits: int = 4) -> Case:
    """The value of a stated formula: so many fifths of a number, and something added.

    Moves: the formula: the control arm has the one that everybody knows, from Celsius to Fahrenheit.
    Matched: both arms show the same number and prompts of the same length. The number is a multiple of 5, so that the
    results are whole, and is drawn from where the results of all formulas have as many digits as itself. No formula
    has a larger result than the familiar one but for its offset: 7/5 x is about four fifths of 9/5 x.
    Lures: `fahrenheit`, the value of 9/5 x + 32 (every shift case has it); `forgot_offset`, nothing added (every case
    has it); `usual_offset`, the stated fifths and 32, and `usual_slope`, 9/5 and the stated offset, where that is
    another value than those before.
    Chance: 1 in 908 with four digits, less with more. Of three digits there would be but 88 such numbers.
    Source: McCoy et al. 2023, "Embers of Autoregression" (2309.13638), for 9/5 x + 32 and 7/5 x + 31.

    formula: "9/5x+32", "7/5x+31", "8/5x+33", "6/5x+34", "9/5x+31" or "7/5x+32".
    digits: digits of the number and of the result, 4 to 6.

    Raises:
        ValueError: a parameter is not one of these.
    """
    expect_one_of("formula", formula, list(FORMULAS))
    expect_whole("digits", digits, 4, 6)
    fifths, added = FORMULAS[formula]
    usual_fifths, usual_added = FORMULAS[FAHRENHEIT]
    possible = fifths_of_numbers(digits)
    fifth = possible[int(len(possible) * rng.random())]
    answer = fifths * fifth + added
    shortcuts = {
        "fahrenheit": usual_fifths * fifth + usual_added,
        "forgot_offset": fifths * fifth,
        "usual_offset": fifths * fifth + usual_added,
        "usual_slope": usual_fifths * fifth + added,
    }
    number = str(5 * fifth)
    return Case(
        FORMULA_PROMPT.format(fifths=fifths, added=added, number=number),
        answer=str(answer),
        lures=wrong_ones(str(answer), {name: str(value) for name, value in shortcuts.items()}),
        verify=functools.partial(integer, answer=answer),
        input=number,
        chance=1 / len(possible),
    )


@functools.cache
def fifths_of_numbers(digits: int) -> range:
    """A fifth of every number that has so many digits, as have the results of all formulas."""
    largest = 10**digits - 1
    return range(10 ** (digits - 1) // 5, 1 + min((largest - added) // fifths for fifths, added in FORMULAS.values()))
