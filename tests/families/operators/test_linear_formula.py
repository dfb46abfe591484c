"""Linear formulas, worked out again in exact fractions."""

import re
from fractions import Fraction
from statistics import fmean

import pytest

from pytest_ood.families.operators.linear_formula import FORMULAS, fifths_of_numbers, linear_formula

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (
        linear_formula,
        {"formula": "7/5x+31"},
        "5dcbacbc9ed9001bf9a4e7c7bdd5d2d6c54baf7f6fdb9e25650a7f383e25e78b",
    ),
    (
        linear_formula,
        {"formula": "8/5x+33", "digits": 5},
        "75cbf32dc3a96f4a42547aa1b6104b79c33b2d13be1aac9550b2828a73551a8f",
    ),
    (
        linear_formula,
        {"formula": "9/5x+31", "digits": 6},
        "498dd96505c8765abed1a9a8731f6149f34c3acb0784ca7b11ebc5e02af5bf25",
    ),
]


def formula_of(prompt):
    """The factor, what is added, and the number."""
    factor, added = re.findall(r"by (\d+/\d+), then add (\d+)\.", prompt)[0]
    (number,) = re.findall(r"^\d+$", prompt, re.MULTILINE)
    return Fraction(factor), int(added), int(number)


@pytest.mark.parametrize("digits", [4, 5, 6, 12])
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
        assert case.input == str(number)
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
            assert case.lures["fahrenheit"] != case.answer


@pytest.mark.parametrize("formula", [name for name in FORMULAS if name != "9/5x+32"])
def test_formula_pairs_match(formula):
    """Prompts, numbers and results of the same length; the results of a pair are nearly the same, not smaller."""
    differences = []
    for draw in range(1000):
        control = linear_formula.draw({"formula": "9/5x+32"}, 0, draw)
        shift = linear_formula.draw({"formula": formula}, 0, draw)
        assert len(control.input) == len(shift.input)
        assert len(control.prompt) == len(shift.prompt)
        assert len(control.answer) == len(shift.answer)
        assert control.prompt != shift.prompt
        differences.append(int(shift.answer) - int(control.answer))
    assert max(map(abs, differences)) < 20
    assert abs(fmean(differences)) < 5


def test_both_arms_call_the_familiar_formula_up():
    """Both prompts name the scales; converting as usual is right in the control arm and never in the other."""
    for draw in range(500):
        for formula in FORMULAS:
            case = linear_formula.draw({"formula": formula}, 1, draw)
            assert "Celsius" in case.prompt
            assert "Fahrenheit" in case.prompt
            usual = str(Fraction(9, 5) * int(case.input) + 32)
            assert case.check(usual).correct == (formula == "9/5x+32")


@pytest.mark.parametrize(("digits", "count"), [(4, 908), (5, 9108)])
def test_every_number_that_fits_is_drawn_from(digits, count):
    """By brute force: all multiples of 5 whose results have as many digits as any formula gives to such a number."""
    for formula, (fifths, added) in FORMULAS.items():
        least = max(10 ** (digits - 1) // 5 * other + constant for other, constant in FORMULAS.values())
        fits = [
            number // 5
            for number in range(0, 10**digits, 5)
            if least <= number // 5 * fifths + added < 10**digits and len(str(number)) == digits
        ]
        assert fits == list(fifths_of_numbers(formula, digits))
        assert linear_formula.draw({"formula": formula, "digits": digits}, 0, 0).chance == 1 / len(fits)
    assert count == len(fifths_of_numbers("9/5x+32", digits))


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"formula": "2x+1"}, "formula='2x+1': must be one of '9/5x+32', '7/5x+31'"),
        ({"digits": 3}, "digits=3: must be a whole number from 4 to 12"),
        ({"digits": 13}, "digits=13: must be a whole number from 4 to 12"),
    ],
)
def test_bad_formula(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        linear_formula.draw(params, 0, 0)
