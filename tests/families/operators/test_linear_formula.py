"""Linear formulas, worked out again in exact fractions."""

import re
from fractions import Fraction

import pytest

from pytest_ood.families.operators.linear_formula import FORMULAS, fifths_of_numbers, linear_formula

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (
        linear_formula,
        {"formula": "7/5x+31"},
        "dcac012e99a2c0466af1b7a58b29c570e36f88132fcce1a9d75bcb53e3d594c7",
    ),
    (
        linear_formula,
        {"formula": "8/5x+33", "digits": 5},
        "2b23a184a9a5aa8c73bc1790184e02e60216a157e8fe95bc82dd858a17b59c27",
    ),
    (
        linear_formula,
        {"formula": "9/5x+31", "digits": 6},
        "2685c241f7f4da8ce554e59f9092a1f5b94b13662727bd2e0c55ea217a2ea75c",
    ),
]


def formula_of(prompt):
    """The factor, what is added, and the number."""
    factor, added = re.findall(r"by (\d+/\d+) and then add (\d+)\.", prompt)[0]
    (number,) = re.findall(r"^\d+$", prompt, re.MULTILINE)
    return Fraction(factor), int(added), int(number)


@pytest.mark.parametrize("digits", [4, 5, 6])
@pytest.mark.parametrize("formula", list(FORMULAS))
def test_the_formula_in_fractions(formula, digits):
    """Result and lures in exact fractions; result and number have the digits that were asked for."""
    for draw in range(60):
        params = {"formula": formula, "digits": digits}
        control = linear_formula.draw({**params, "formula": "9/5x+32"}, 1, draw)
        case = linear_formula.draw(params, 1, draw)
        factor, added, number = formula_of(case.prompt)
        assert formula == f"{factor}x+{added}"
        assert Fraction(case.answer) == factor * number + added
        assert (digits, digits) == (len(case.answer), len(str(number)))
        assert case.input == control.input == str(number)
        shortcuts = {
            "fahrenheit": Fraction(9, 5) * number + 32,
            "forgot_offset": factor * number,
            "usual_offset": factor * number + 32,
            "usual_slope": Fraction(9, 5) * number + added,
        }
        for name, lure in case.lures.items():
            assert shortcuts[name] == Fraction(lure)
        assert {str(value) for value in shortcuts.values()} - {case.answer} == set(case.lures.values())
        assert {"forgot_offset"} == set(control.lures)
        if formula != "9/5x+32":
            assert list(case.lures)[:2] == ["fahrenheit", "forgot_offset"]
            assert case.lures["fahrenheit"] == control.answer


@pytest.mark.parametrize("formula", [name for name in FORMULAS if name != "9/5x+32"])
def test_formula_pairs_match(formula):
    """The same number, prompts and results of the same length, and results that differ."""
    for draw in range(1000):
        control = linear_formula.draw({"formula": "9/5x+32"}, 0, draw)
        shift = linear_formula.draw({"formula": formula}, 0, draw)
        assert control.input == shift.input
        assert len(control.prompt) == len(shift.prompt)
        assert len(control.answer) == len(shift.answer)
        assert control.answer != shift.answer


@pytest.mark.parametrize(("digits", "count"), [(4, 908), (5, 9108)])
def test_every_number_that_fits_is_drawn_from(digits, count):
    """By brute force: all multiples of 5 whose results under each formula have as many digits as themselves."""
    fits = [
        number // 5
        for number in range(10 ** (digits - 1), 10**digits, 5)
        if all(len(str(number // 5 * fifths + added)) == digits for fifths, added in FORMULAS.values())
    ]
    assert fits == list(fifths_of_numbers(digits))
    assert count == len(fits)
    assert linear_formula.draw({"digits": digits}, 0, 0).chance == 1 / count


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"formula": "2x+1"}, "formula='2x+1': must be one of '9/5x+32', '7/5x+31'"),
        ({"digits": 3}, "digits=3: must be a whole number from 4 to 6"),
        ({"digits": 7}, "digits=7: must be a whole number from 4 to 6"),
    ],
)
def test_bad_formula(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        linear_formula.draw(params, 0, 0)
