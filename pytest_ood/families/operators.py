"""Operator swap: the signs of a calculation trade their meanings, and the prompt says so."""

import functools
import itertools
import operator
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from pytest_ood.case import Case, task
from pytest_ood.families import expect_one_of, expect_whole, wrong_ones
from pytest_ood.verify import integer

SIGNS = "+-*"
Operation = Callable[[int, int], int]
USUAL: dict[str, Operation] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
NAMES: dict[Operation, str] = {operator.add: "addition", operator.sub: "subtraction", operator.mul: "multiplication"}
# Every way to give the three operations to the three signs, each with the sign that stands for multiplication.
READINGS = [
    (dict(zip(SIGNS, given, strict=True)), SIGNS[given.index(operator.mul)])
    for given in itertools.permutations(USUAL.values())
]
SWAPS = ("", "+-", "-+", "+*", "*+", "-*", "*-")
LARGEST = 99
TRIES = 10_000

PROMPT = """\
In the expression below the signs have these meanings:
+ means {}
- means {}
* means {}
The multiplications are done first, whichever sign stands for them; then additions and subtractions, from left to right.

{}

Give its value as a whole number in decimal digits."""


@task(control={"swap": ""}, family="operator swap")
def arithmetic(rng: np.random.Generator, *, swap: str = "+-", operands: int = 3) -> Case:
    """The value of an expression under a stated table of what its signs mean.

    Moves: the table. It states the usual meanings in the control arm; in the shift arm two signs trade theirs.
    Matched: both arms show the same expression of one-digit operands and a prompt of the same length. An expression is
    accepted only if all six ways of giving the three operations to the three signs make values that differ from one
    another and from 0 and have at most two digits. Expressions that become one another when signs are traded are
    thus equally likely, so that the results, every result on the way, their size, sign and length have the same
    distribution in both arms and for every swap; those of one pair differ. Source on why that matters: 2605.28700.
    Lures: `usual_meaning`, the value with the meanings that the signs usually have (every shift case has it);
    `left_to_right`, the right operations with no precedence; `old_precedence`, the right operations with the sign
    ``*`` still read first.
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
    table = traded(swap)
    shortcuts = {
        "usual_meaning": evaluate(numbers, signs, USUAL, "*"),
        "left_to_right": evaluate(numbers, signs, table, ""),
        "old_precedence": evaluate(numbers, signs, table, "*"),
    }
    answer = evaluate(numbers, signs, table, multiplied(table))
    written = str(numbers[0]) + "".join(f" {sign} {number}" for sign, number in zip(signs, numbers[1:], strict=True))
    return Case(
        PROMPT.format(*(NAMES[table[sign]] for sign in SIGNS), written),
        answer=str(answer),
        lures=wrong_ones(str(answer), {name: str(value) for name, value in shortcuts.items()}),
        verify=functools.partial(integer, answer=answer),
        input=written,
        rejected=rejected,
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
