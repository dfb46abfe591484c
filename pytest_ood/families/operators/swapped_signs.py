"""Signs that may trade their meanings, and what expressions are worth under any of these."""

import itertools
import operator
from collections.abc import Callable, Mapping, Sequence

SIGNS = "+-*"
Operation = Callable[[int, int], int]
# What each sign stands for.
Meanings = Mapping[str, Operation]
USUAL: Meanings = {"+": operator.add, "-": operator.sub, "*": operator.mul}
OPERATIONS: dict[str, Operation] = {
    "addition": operator.add,
    "subtraction": operator.sub,
    "multiplication": operator.mul,
}
NAMES = {operation: name for name, operation in OPERATIONS.items()}
# Every way to give the three operations to the three signs.
READINGS: list[Meanings] = [
    dict(zip(SIGNS, operations, strict=True)) for operations in itertools.permutations(USUAL.values())
]


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
