"""Expressions whose signs trade meanings."""

import functools
import itertools
import operator
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import choice
from pytest_ood.families.lures import wrong_answers
from pytest_ood.parameters import expect_one_of, expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import integer, text

SIGNS = "+-*"
Operation = Callable[[int, int], int]
# What each sign stands for.
Meanings = Mapping[str, Operation]
USUAL: Meanings = {"+": operator.add, "-": operator.sub, "*": operator.mul}
NAMES: dict[Operation, str] = {operator.add: "addition", operator.sub: "subtraction", operator.mul: "multiplication"}
# Every way to give the three operations to the three signs.
READINGS: list[Meanings] = [
    dict(zip(SIGNS, operations, strict=True)) for operations in itertools.permutations(USUAL.values())
]
SWAPS = ("", "+-", "-+", "+*", "*+", "-*", "*-")
# Orders in which to search the signs for one that the comprehension question can ask about.
ORDERS = list(itertools.permutations(SIGNS))
# A number and the sign before it are drawn together.
SIGNED_NUMBERS = [(sign, number) for number in range(2, 10) for sign in SIGNS]
LARGEST = 99
TRIES = 10_000
# How often the commonest value is right, by the number of operands; with more than these it is at most the last.
CHANCES = {3: 0.04, 4: 0.025, 5: 0.02}

PROMPT = """\
In the expression below, the signs have these meanings:
+ means {}
- means {}
* means {}
Multiplications come first, whichever sign stands for them; then additions and subtractions, from left to right.

{}

Give the value of the expression as a whole number in decimal digits."""
MEANING_PROMPT = """\
In an expression, the signs have these meanings:
+ means {}
- means {}
* means {}

Which operation does the sign {} stand for here? Give one word: addition, subtraction or multiplication."""


@task(control={"swap": ""}, name="operators.arithmetic", family="operator swap", version=2, size="operands")
def arithmetic(rng: np.random.Generator, *, swap: str = "+-", operands: int = 3) -> Case:
    """The value of an expression under a stated table of what its signs mean.

    Moves: the table: it states the usual meanings in the control arm; in the shift arm two signs trade theirs.
    Matched: both arms show the same expression of one-digit operands and a prompt of the same length. An expression is
    accepted only if the six ways to assign the three operations to the three signs give six different values, none of
    them 0 or longer than two digits. Expressions that turn into one another when signs trade are therefore equally
    likely, so that results and intermediate results have the same size, sign and length on average in both arms and for
    every swap; the two results of a pair differ. On why that matters: 2605.28700.
    Lures: `usual_meaning`, the value with the usual meanings of the signs (every shift case has it); `left_to_right`,
    the right operations without precedence; `old_precedence`, the right operations with the sign ``*`` still done
    first.
    Comprehension: which operation one of the signs stands for. In the shift arm it is one of the two that trade, with
    the lure `usual_meaning`; the control arm asks about the same sign in two cases of three.
    Chance: the commonest value is right in 4 % of cases of three operands, in 2.5 % of four, in 2 % of more.
    Source: the counterfactual tasks of Wu et al. 2023, "Reasoning or Reciting?" (2307.02477).

    Args:
        swap: the two signs that trade meanings, of ``+-*`` and in either order, or "" for none.
        operands: how many numbers the expression has, 3 to 24.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_one_of("swap", swap, SWAPS)
    expect_whole("operands", operands, 3, 24)
    numbers, signs, rejected = expression(rng, operands)
    order = choice(rng, ORDERS)
    meanings = meanings_under(swap)
    answer = evaluate(numbers, signs, meanings)
    shortcuts = {
        "usual_meaning": evaluate(numbers, signs, USUAL),
        "left_to_right": evaluate(numbers, signs, meanings, first=""),
        "old_precedence": evaluate(numbers, signs, meanings, first="*"),
    }
    written = str(numbers[0]) + "".join(f" {sign} {number}" for sign, number in zip(signs, numbers[1:], strict=True))
    sign_in_question = next(sign for sign in order if sign in (swap or SIGNS))
    return Case(
        PROMPT.format(*[NAMES[meanings[sign]] for sign in SIGNS], written),
        answer=str(answer),
        lures=wrong_answers(str(answer), {name: str(value) for name, value in shortcuts.items()}),
        verify=functools.partial(integer, answer=answer),
        kind="number",
        input=written,
        rejected=rejected,
        chance=CHANCES[min(operands, max(CHANCES))],
        comprehension=meaning_of(sign_in_question, swap),
    )


@functools.cache
def meaning_of(sign: str, swap: str) -> Case:
    """Return the comprehension question: what a sign stands for, given the table and no expression."""
    meanings = meanings_under(swap)
    answer = NAMES[meanings[sign]]
    return Case(
        MEANING_PROMPT.format(*[NAMES[meanings[each]] for each in SIGNS], sign),
        answer=answer,
        lures=wrong_answers(answer, {"usual_meaning": NAMES[USUAL[sign]]}),
        verify=functools.partial(text, answer=answer),
        chance=1 / 3,
    )


def expression(rng: np.random.Generator, operands: int) -> tuple[list[int], list[str], int]:
    """Draw an expression that is acceptable under every swap.

    Returns:
        Numbers from 2 to 9, the signs between them, and how many expressions were rejected.
    """
    for rejected in range(TRIES):
        drawn = [choice(rng, SIGNED_NUMBERS) for _ in range(operands)]
        numbers = [number for _, number in drawn]
        signs = [sign for sign, _ in drawn[1:]]
        if acceptable(numbers, signs):
            return numbers, signs, rejected
    raise AssertionError(f"no expression of {operands} operands in {TRIES} tries")


def acceptable(numbers: Sequence[int], signs: Sequence[str]) -> bool:
    """Return whether all readings of the expression have different values, none of them 0 or too large."""
    values: set[int] = set()
    for meanings in READINGS:
        value = evaluate(numbers, signs, meanings)
        if value == 0 or abs(value) > LARGEST or value in values:
            return False
        values.add(value)
    return True


def meanings_under(swap: str) -> Meanings:
    """Return what the signs mean when the two signs of `swap` trade their meanings."""
    if not swap:
        return USUAL
    one, other = tuple(swap)
    return {**USUAL, one: USUAL[other], other: USUAL[one]}


def evaluate(numbers: Sequence[int], signs: Sequence[str], meanings: Meanings, first: str | None = None) -> int:
    """Return the value of an expression.

    Args:
        numbers: the operands.
        signs: the signs between them.
        meanings: what each sign stands for.
        first: the sign that takes precedence over the others, which follow from left to right; "" for none. By default
            the one that means multiplication.
    """
    if first is None:
        first = next(sign for sign in SIGNS if meanings[sign] is operator.mul)
    # The value so far, and the term that the next operation of lower precedence joins to it.
    total, term = 0, numbers[0]
    join: Operation = operator.add
    for sign, number in zip(signs, numbers[1:], strict=True):
        if sign == first:
            term = meanings[sign](term, number)
        else:
            total = join(total, term)
            join, term = meanings[sign], number
    return join(total, term)
