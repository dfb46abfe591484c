"""A formula that everybody knows, and others close to it."""

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import choice
from pytest_ood.families.lures import wrong_answers
from pytest_ood.parameters import expect_one_of, expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import integer

# How many fifths of the number, and the constant that is added. The first is the one that everybody knows.
FORMULAS = {
    "9/5x+32": (9, 32),
    "7/5x+31": (7, 31),
    "8/5x+33": (8, 33),
    "6/5x+34": (6, 34),
    "9/5x+31": (9, 31),
    "7/5x+32": (7, 32),
}
FAHRENHEIT = "9/5x+32"

PROMPTS = (
    """\
Suppose that a temperature is converted from degrees Celsius to degrees Fahrenheit like this: multiply it by \
{fifths}/5, then add {added}.

The temperature in degrees Celsius is:
{number}

Give the temperature in degrees Fahrenheit as a whole number in decimal digits.""",
    """\
What is this temperature in degrees Fahrenheit?

{number} degrees Celsius

Assume that one gets from degrees Celsius to degrees Fahrenheit by multiplying by {fifths}/5 and then adding {added}. \
Write the result as a whole number in decimal digits.""",
    """\
Let temperatures be converted from degrees Celsius to degrees Fahrenheit in two steps: multiplying by {fifths}/5, and \
adding {added}.

Convert the following temperature, which is in degrees Celsius. Answer with the degrees Fahrenheit as a whole number \
in decimal digits:
{number}""",
)


def solve(inputs: Mapping[str, Any]) -> str:
    """Return the value of a linear formula, fifths/5 times the number plus a constant.

    Args:
        inputs: the question in three parts:
            inputs["number"]: the number that is converted, a whole multiple of 5.
            inputs["fifths"]: how many fifths of it are taken, a whole number.
            inputs["added"]: the whole number that is added to them.
    """
    return str(inputs["number"] // 5 * inputs["fifths"] + inputs["added"])


@task(
    control={"formula": FAHRENHEIT},
    name="operators.linear_formula",
    family="operator swap",
    version=2,
    declared=("lures",),
    size="digits",
    solver=solve,
    wordings=len(PROMPTS),
)
def linear_formula(rng: np.random.Generator, *, formula: str = "7/5x+31", digits: int = 4, wording: int = 0) -> Case:
    """The value of a stated linear formula, such as 7/5 x + 31, said to turn Celsius into Fahrenheit.

    Moves: the formula: the control arm has the one that everybody knows, from Celsius to Fahrenheit. Both arms mention
    the two scales, which call it up.
    Matched: both arms have prompts of the same length, and numbers and results of the same number of digits. The number
    is a multiple of 5, so that the results are whole. Results are drawn from the same range whatever the formula (from
    1,832 to 9,999 with four digits), and the two of a pair differ by less than 20; the numbers of the shift arm are
    therefore larger, by 29 % with 7/5 x. Declared: with 9/5 or 32 in the formula itself, one of the lures is right.
    Lures: `fahrenheit`, the value of 9/5 x + 32 (every shift case has it); `forgot_offset`, nothing added (every case
    has it); `usual_offset`, the stated fifths and 32, and `usual_slope`, 9/5 and the stated constant, where that
    differs from the lures before it.
    Chance: 1 in 908 with 9/5 x and four digits, less with the other formulas and with more digits.
    Source: McCoy et al. 2023, "Embers of Autoregression" (2309.13638), for 9/5 x + 32 and 7/5 x + 31.

    Args:
        formula: "9/5x+32", "7/5x+31", "8/5x+33", "6/5x+34", "9/5x+31" or "7/5x+32".
        digits: digits of the number and of the result, 4 to 12.
        wording: the wording of the question, 0 to 2.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_one_of("formula", formula, list(FORMULAS))
    expect_whole("digits", digits, 4, 12)
    fifths, added = FORMULAS[formula]
    usual_fifths, usual_added = FORMULAS[FAHRENHEIT]
    possible = fifths_of_numbers(formula, digits)
    fifth = choice(rng, possible)
    number, answer = str(5 * fifth), fifths * fifth + added
    shortcuts = {
        "fahrenheit": usual_fifths * fifth + usual_added,
        "forgot_offset": fifths * fifth,
        "usual_offset": fifths * fifth + usual_added,
        "usual_slope": usual_fifths * fifth + added,
    }
    return Case(
        PROMPTS[wording].format(fifths=fifths, added=added, number=number),
        answer=str(answer),
        lures=wrong_answers(str(answer), {name: str(value) for name, value in shortcuts.items()}),
        verify=functools.partial(integer, answer=answer),
        kind="number",
        input=number,
        inputs={"number": int(number), "fifths": fifths, "added": added},
        chance=1 / len(possible),
    )


@functools.cache
def fifths_of_numbers(formula: str, digits: int) -> range:
    """Return a fifth of each number whose result lies in the range that all formulas share."""
    # The least result that no formula reaches with a number of fewer digits, and the largest of this many digits.
    least = max(fifths * 10 ** (digits - 1) // 5 + added for fifths, added in FORMULAS.values())
    largest = 10**digits - 1
    fifths, added = FORMULAS[formula]
    return range(-((added - least) // fifths), (largest - added) // fifths + 1)
