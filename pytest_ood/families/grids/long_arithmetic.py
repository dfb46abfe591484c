"""Products and sums of long numbers."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import choice
from pytest_ood.families.lures import wrong_answers
from pytest_ood.parameters import expect_one_of, expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import Check, integer

SIGNS = {"product": "*", "sum": "+"}
QUESTIONS = {"product": "Multiply these two numbers:", "sum": "Add these two numbers:"}
# What the first and the last digit of a number are drawn from, and the digits between them.
ENDS, INNER = "23456789", "0123456789"
TRIES = 1000
# How often the commonest answer is right; with any other number of digits it is less than 1 % of the time.
COMMONEST = {("product", 1): 4 / 58, ("sum", 1): 8 / 43, ("sum", 2): 64 / 3655}

PROMPTS = (
    """\
{question}
{numbers}

Give the {operation} as a whole number in decimal digits.""",
    """\
Work out the {operation} of these two numbers, and write it as a whole number in decimal digits:
{numbers}""",
    """\
{numbers}

What is the {operation} of these two numbers? Answer with a whole number in decimal digits.""",
)


def solve(inputs: Mapping[str, Any]) -> str:
    """Return the product or the sum of two numbers.

    Args:
        inputs["operation"]: str, "product" or "sum".
        inputs["numbers"]: list[int], the two numbers.
    """
    one, other = inputs["numbers"]
    return str(one * other if inputs["operation"] == "product" else one + other)


@task(
    control={"digits": 2},
    name="digits.long_arithmetic",
    family="grid scaling",
    version=2,
    declared=("prompt", "answer"),
    size="digits",
    solver=solve,
    wordings=len(PROMPTS),
)
def long_arithmetic(rng: np.random.Generator, *, operation: str = "product", digits: int = 3, wording: int = 0) -> Case:
    """The product or the sum of two numbers of equally many digits.

    Moves: the number of digits of both operands, 2 in the control arm.
    Matched: the words of the prompt, and how operands are drawn: first and last digit 2 to 9, those between 0 to 9,
    each with equal chance, so that nineteen in twenty products of k-digit numbers have 2k digits; the operands of both
    arms begin alike. Declared: prompt and answer grow by the digits that are added.
    Rejected: products and sums without any carry, which can be done column by column.
    Lures: `right_ends`, the first and the last digit right and those between taken column by column, without carries;
    `one_carry_lost`, a carry from one column to the next forgotten, the middle one if there are several. Every case has
    one, and products of two or more digits nearly always both.
    Chance: with one digit the commonest product is right in 7 % of cases and the commonest sum in 19 %; with two digits
    the commonest sum in 2 %; otherwise below 1 %.
    Source: Dziri et al. 2023, "Faith and Fate" (2305.18654).

    Args:
        operation: "product" or "sum".
        digits: of each operand, 1 to 40.
        wording: the wording of the question, 0 to 2.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_one_of("operation", operation, list(SIGNS))
    expect_whole("digits", digits, 1, 40)
    one, other, columns, rejected = operands(rng, operation, digits)
    inputs = {"operation": operation, "numbers": [int(one), int(other)]}
    answer, numbers = solve(inputs), f"{one} {SIGNS[operation]} {other}"
    shortcuts = {
        "right_ends": right_ends(answer, columns),
        "one_carry_lost": str(int(answer) - middle_carry(columns)),
    }
    return Case(
        PROMPTS[wording].format(question=QUESTIONS[operation], numbers=numbers, operation=operation),
        answer=answer,
        lures=wrong_answers(answer, shortcuts),
        verify=functools.partial(check_digits, answer=answer),
        kind="number",
        input=numbers,
        inputs=inputs,
        rejected=rejected,
        chance=COMMONEST.get((operation, digits), 0.0),
    )


def check_digits(given: str, answer: str) -> Check:
    """Check that it is the same number; ``1,234`` is read too.

    The detail of a wrong number: `wrong_places`, the powers of ten whose digits are wrong (0 for the units), or both
    lengths, in digits; of anything that is not a number `not_an_integer`.
    Scores: `digits`, the share of digits that are right in their place, 0 for a number of another length.
    """
    check = integer(given, int(answer))
    if check.correct:
        return Check(True, scores={"digits": 1.0})
    if "not_an_integer" in check.detail:
        return Check(False, check.detail, {"digits": 0.0}, check.in_form)
    mine = given.replace(",", "")
    if len(mine) != len(answer):
        return Check(False, {"given_length": len(mine), "expected_length": len(answer)}, {"digits": 0.0})
    units = len(answer) - 1
    wrong = [units - place for place in range(len(answer)) if mine[place] != answer[place]]
    return Check(False, {"wrong_places": wrong}, {"digits": 1 - len(wrong) / len(answer)})


def operands(rng: np.random.Generator, operation: str, digits: int) -> tuple[str, str, list[int], int]:
    """Draw two numbers whose product or sum has a carry.

    Returns:
        The numbers, the columns of their product or sum, and how many pairs of numbers were rejected.
    """
    for rejected in range(TRIES):
        one = other = ""
        # The two take turns, so that a longer pair of numbers begins like a shorter one.
        for place in range(digits):
            allowed = ENDS if place in (0, digits - 1) else INNER
            one += choice(rng, allowed)
            other += choice(rng, allowed)
        columns = columns_of(operation, one, other)
        if max(columns) > 9:
            return one, other, columns, rejected
    raise AssertionError(f"no {operation} of {digits} digits with a carry in {TRIES} tries")


def columns_of(operation: str, one: str, other: str) -> list[int]:
    """Return what each column adds up to before anything is carried, units first."""
    upper, lower = [int(digit) for digit in reversed(one)], [int(digit) for digit in reversed(other)]
    if operation == "sum":
        return [x + y for x, y in zip(upper, lower, strict=True)]
    columns = [0] * (len(upper) + len(lower) - 1)
    for place, x in enumerate(upper):
        for other_place, y in enumerate(lower):
            columns[place + other_place] += x * y
    return columns


def right_ends(answer: str, columns: Sequence[int]) -> str:
    """Return the answer with the digits between its ends taken from the columns as they stand, without carries."""
    if len(answer) <= 2:
        return answer
    inner = [str(column % 10) for column in columns[len(answer) - 2 : 0 : -1]]
    return answer[0] + "".join(inner) + answer[-1]


def middle_carry(columns: Sequence[int]) -> int:
    """Return what is missing from the result when the middle one of its carries is lost."""
    carried = []
    carry = 0
    for place, column in enumerate(columns, 1):
        carry = (column + carry) // 10
        if carry:
            carried.append(carry * int(10**place))
    return carried[len(carried) // 2]
