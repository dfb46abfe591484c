"""Expressions whose signs trade meanings."""

import functools
import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import choice
from pytest_ood.families.lures import wrong_answers
from pytest_ood.families.operators.arithmetic_prompts import MEANING_PROMPT, PROMPTS
from pytest_ood.families.operators.swapped_signs import (
    NAMES,
    OPERATIONS,
    READINGS,
    SIGNS,
    USUAL,
    evaluate,
    meanings_under,
)
from pytest_ood.parameters import expect_one_of, expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import integer, text

SWAPS = ("", "+-", "-+", "+*", "*+", "-*", "*-")
# Orders in which to search the signs for one that the comprehension question can ask about.
ORDERS = list(itertools.permutations(SIGNS))
# A number and the sign before it are drawn together.
SIGNED_NUMBERS = [(sign, number) for number in range(2, 10) for sign in SIGNS]
LARGEST = 99
TRIES = 10_000
# How often the commonest value is right, by the number of operands; with more than these it is at most the last.
CHANCES = {3: 0.04, 4: 0.025, 5: 0.02}


def solve(inputs: Mapping[str, Any]) -> str:
    """Return the value of an expression whose signs have stated meanings, with multiplications first.

    Args:
        inputs: the question in two parts:
            inputs["expression"]: text, whole numbers with signs between them, all separated by blanks: "3 + 4 * 5".
            inputs["meanings"]: from each of the signs "+", "-" and "*" to "addition", "subtraction" or
            "multiplication".
    """
    first, *rest = inputs["expression"].split()
    meanings = {sign: OPERATIONS[name] for sign, name in inputs["meanings"].items()}
    return str(evaluate([int(first), *map(int, rest[1::2])], rest[::2], meanings))


def step(inputs: Mapping[str, Any], states: Sequence[str]) -> str | None:
    """Return the expression after one more operation, the one that comes first; None once only a number is left."""
    parts = (states[-1] if states else inputs["expression"]).split()
    if len(parts) == 1:
        return None
    names = [inputs["meanings"][sign] for sign in parts[1::2]]
    place = 2 * names.index("multiplication") + 1 if "multiplication" in names else 1
    operation = OPERATIONS[inputs["meanings"][parts[place]]]
    value = operation(int(parts[place - 1]), int(parts[place + 1]))
    return " ".join([*parts[: place - 1], str(value), *parts[place + 2 :]])


@task(
    control={"swap": ""},
    name="operators.arithmetic",
    family="operator swap",
    version=2,
    declared=("lures",),
    size="operands",
    solver=solve,
    step=step,
    wordings=len(PROMPTS),
)
def arithmetic(rng: np.random.Generator, *, swap: str = "+-", operands: int = 3, wording: int = 0) -> Case:
    """The value of an expression under a stated table of what its signs mean.

    Moves: the table: it states the usual meanings in the control arm; in the shift arm two signs trade theirs.
    Matched: both arms show the same expression of one-digit operands and a prompt of the same length. An expression is
    accepted only if the six ways to assign the three operations to the three signs give six different values, none of
    them 0 or longer than two digits. Expressions that turn into one another when signs trade are therefore equally
    likely, so that results and intermediate results have the same size, sign and length on average in both arms and for
    every swap; the two results of a pair differ. On why that matters: 2605.28700. Declared: with three operands the
    wrong precedence is often right.
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
        wording: the wording of the question, 0 to 2.

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
    names = {sign: NAMES[operation] for sign, operation in meanings.items()}
    sign_in_question = next(sign for sign in order if sign in (swap or SIGNS))
    return Case(
        PROMPTS[wording].format(plus=names["+"], minus=names["-"], star=names["*"], expression=written),
        answer=str(answer),
        lures=wrong_answers(str(answer), {name: str(value) for name, value in shortcuts.items()}),
        verify=functools.partial(integer, answer=answer),
        kind="number",
        input=written,
        inputs={"expression": written, "meanings": names},
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
