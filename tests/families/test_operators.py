"""Calculations under stated meanings, worked out again from the words of the prompt by Python's parser and others."""

import ast
import re
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given as drawn_from
from hypothesis import strategies as st

from pytest_ood.families import operators
from pytest_ood.rng import generator
from tests.families.drawing import pairs

# Task, parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (
        operators.arithmetic,
        {"swap": "+-", "operands": 3},
        "652a2c25507d52c3f29c8d1aec001ff1c20b5dad0a74f9b00eda785eaa54ba1c",
    ),
    (
        operators.arithmetic,
        {"swap": "+*", "operands": 5},
        "b5b0297b0c83dd907a7b6046c65fb3806d34693b94c00201b11269f1d64ad36b",
    ),
    (
        operators.arithmetic,
        {"swap": "-*", "operands": 8},
        "fd77f3f49b63c1216300e8733e3c94a7ddf12bc276303f03a28bc5b050fa920a",
    ),
    (operators.number_base, {"base": 8}, "55abe9b4ada103d44b8a3f3f1de05ecb77b8157e0eecbba73f8fe96e3e9f9ae9"),
    (operators.number_base, {"base": 11}, "6db9f5597ce8c10a47ee3224978a7d1d2715d1ae831176d447f697c70c345c84"),
    (operators.number_base, {"base": 16}, "2201a0ac33dbd21464c51b9f45287344d6fef058cae4e720935f16fb461c7b4f"),
    (
        operators.linear_formula,
        {"formula": "7/5x+31"},
        "dcac012e99a2c0466af1b7a58b29c570e36f88132fcce1a9d75bcb53e3d594c7",
    ),
    (
        operators.linear_formula,
        {"formula": "8/5x+33", "digits": 5},
        "2b23a184a9a5aa8c73bc1790184e02e60216a157e8fe95bc82dd858a17b59c27",
    ),
    (
        operators.linear_formula,
        {"formula": "9/5x+31", "digits": 6},
        "2685c241f7f4da8ce554e59f9092a1f5b94b13662727bd2e0c55ea217a2ea75c",
    ),
]
BASES = [8, 9, 11, 12, 13, 14, 15, 16]
PYTHON = {"addition": "+", "subtraction": "-", "multiplication": "*"}


def value(expression):
    """What Python makes of an expression of whole numbers, signs and brackets."""
    tree = ast.parse(expression, mode="eval")
    assert not [node for node in ast.walk(tree) if isinstance(node, (ast.Call, ast.Name, ast.Attribute))]
    return eval(compile(tree, "", "eval"))


def understood(prompt):
    """The expression of a prompt, and the same with each sign in Python's meaning of it."""
    meaning = {sign: PYTHON[word] for sign, word in re.findall(r"^([-+*]) means (\w+)$", prompt, re.MULTILINE)}
    (expression,) = re.findall(r"^\d(?: [-+*] \d)+$", prompt, re.MULTILINE)
    return expression, re.sub(r"[-+*]", lambda sign: meaning[sign[0]], expression)


def from_left(expression):
    """The expression with brackets that make it read from left to right."""
    first, *rest = re.split(r" ?([-+*]) ", expression)
    for sign, number in zip(rest[::2], rest[1::2], strict=True):
        first = f"({first}{sign}{number})"
    return first


def stars_first(expression, meant):
    """The understood expression with brackets where the expression as written has a product."""
    signs, meanings, (number, *numbers) = expression[2::4], meant[2::4], expression[::4]
    bracketed = number
    parts = []
    for sign, meaning, number in zip(signs, meanings, numbers, strict=True):
        if sign == "*":
            bracketed = f"({bracketed}{meaning}{number})"
        else:
            parts += [bracketed, meaning]
            bracketed = number
    return from_left(" ".join([*parts, bracketed]))


@pytest.mark.parametrize("swap", ["", "+-", "-+", "+*", "*-"])
@pytest.mark.parametrize("operands", [3, 4, 6, 10])
def test_answer_and_lures(swap, operands):
    """The stated meanings, the usual ones, left to right and the old precedence, each by another way."""
    for draw in range(150):
        case = operators.arithmetic.draw({"swap": swap, "operands": operands}, 1, draw)
        expression, meant = understood(case.prompt)
        assert operands == len(re.findall(r"\d", expression))
        assert value(meant) == int(case.answer)
        shortcuts = {
            "usual_meaning": value(expression),
            "left_to_right": value(from_left(meant)),
            "old_precedence": value(stars_first(expression, meant)),
        }
        for name, given in case.lures.items():
            assert shortcuts[name] == int(given)
        assert {str(given) for given in shortcuts.values()} - {case.answer} == set(case.lures.values())


def test_the_six_readings_have_the_same_distribution():
    """No trade makes larger results than another: the mean size over many expressions is that of each reading."""
    rng = generator("readings", 1, 0, 0)
    drawn = [operators.expression(rng, 3)[:2] for _ in range(6000)]
    means = [
        sum(abs(operators.evaluate(numbers, signs, table, first)) for numbers, signs in drawn) / len(drawn)
        for table, first in operators.READINGS
    ]
    assert max(means) - min(means) < 0.05 * min(means)


@pytest.mark.parametrize("given", ["+1,0", "ten", "", "1.0", "1e1", "\N{ARABIC-INDIC DIGIT THREE}", "1" * 5000])
def test_other_forms_are_no_integer(given):
    """What is not the integer in digits is wrong, and nothing raises."""
    case = operators.arithmetic.draw({"swap": "+-"}, 0, 0)
    assert not case.check(given).correct


@pytest.mark.parametrize("swap", ["++", "+/", "+-*", None, 1, "- +"])
def test_bad_swap(swap):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=r"swap=.*must be one of '', '\+-'"):
        operators.arithmetic.draw({"swap": swap}, 0, 0)


@pytest.mark.parametrize("operands", [2, 11, 3.0, "3", True, None])
def test_bad_operands(operands):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=r"operands=.*must be a whole number from 3 to 10"):
        operators.arithmetic.draw({"operands": operands}, 0, 0)


@pytest.mark.parametrize("swap", ["+-", "*+", "-*"])
def test_the_question_what_a_sign_means(swap):
    """It is about a sign that trades, in the control arm mostly the same one, and follows from its own table."""
    same, asked = 0, Counter()
    for draw in range(600):
        arms = [operators.arithmetic.draw({"swap": traded}, 0, draw).comprehension for traded in ("", swap)]
        signs = [re.findall(r"does the sign (.) stand for", case.prompt)[0] for case in arms]
        tables = [dict(re.findall(r"^([-+*]) means (\w+)$", case.prompt, re.MULTILINE)) for case in arms]
        assert [case.answer for case in arms] == [table[sign] for table, sign in zip(tables, signs, strict=True)]
        assert all(case.check(case.answer.capitalize() + ".").correct for case in arms)
        assert signs[1] in swap
        assert dict(arms[0].lures) == {}
        assert dict(arms[1].lures) == {"usual_meaning": next(word for word in PYTHON if PYTHON[word] == signs[1])}
        assert not arms[1].check(arms[1].lures["usual_meaning"]).correct
        same += signs[0] == signs[1]
        asked.update(signs)
    assert same == pytest.approx(400, abs=50)
    assert all(asked[sign] > 80 for sign in "+-*")


# ---------------------------------------------------------------------------------------------------------------------
# Number bases.
def stated(prompt):
    """The base, its digits and the numbers of a prompt."""
    base, digits = re.findall(r'base-(\d+) where the digits are "(\w+)"', prompt)[0]
    numbers = re.findall(r"what is (\w+)\+(\w+)\?", prompt) or re.findall(r"next number after (\w+)\?", prompt)
    return int(base), digits, numbers[0]


@pytest.mark.parametrize("base", BASES)
def test_the_sum_in_its_base(base):
    """The sum by `int` and NumPy's formatter; the lures in Python's decimal numbers and column by column."""
    for draw in range(150):
        control, shift = (
            operators.number_base.draw({"base": base, "usual": usual}, 4, draw) for usual in (True, False)
        )
        for case, its_base in ((control, 10), (shift, base)):
            read, digits, (left, right) = stated(case.prompt)
            assert (read, digits) == (its_base, "0123456789ABCDEF"[:its_base])
            assert case.answer == np.base_repr(int(left, its_base) + int(right, its_base), its_base)
            assert case.input == f"{left}+{right}"
            units, tens = int(left[1]) + int(right[1]), int(left[0]) + int(right[0])
            columns = f"{np.base_repr(tens, its_base)}{np.base_repr(units % its_base, its_base)}"
            without_leading = f"{case.answer[1:]}".lstrip("0") or "0"
            assert case.lures["missing_carry"] == (columns if units >= its_base else without_leading)
        assert control.input == shift.input
        assert shift.lures == {"base_10_sum": control.answer, "missing_carry": shift.lures["missing_carry"]}
        assert next(iter(shift.lures)) == "base_10_sum"
        assert list(control.lures) == ["missing_carry"]


@pytest.mark.parametrize("base", BASES)
def test_sums_carry_alike(base):
    """By brute force: the sums are exactly those with the same carries in both bases, at least one."""

    def carries(left, right, its_base):
        from_units = (left % 10 + right % 10) >= its_base
        return from_units, (left // 10 + right // 10 + from_units) >= its_base

    digits = set("0123456789"[:base])
    numbers = [number for number in range(10, 100) if set(str(number)) <= digits]
    expected = {2: set(), 3: set()}
    for left in numbers:
        for right in numbers:
            there = carries(left, right, base)
            if any(there) and there == carries(left, right, 10):
                expected[len(str(left + right))].add((str(left), str(right)))
    assert [expected[2], expected[3]] == [set(group) for group in operators.sums(base)]
    assert [len(group) for group in operators.sums(base)] == [len(expected[2]), len(expected[3])]


@pytest.mark.parametrize("base", BASES)
def test_base_pairs_match(base):
    """Same numbers, results of the same length that differ, half of them of two digits, prompts that are alike."""
    two = 0
    for draw in range(1000):
        control, shift = (
            operators.number_base.draw({"base": base, "usual": usual}, 0, draw) for usual in (True, False)
        )
        assert control.input == shift.input
        assert control.answer != shift.answer
        assert len(control.answer) == len(shift.answer)
        assert abs(len(control.prompt) - len(shift.prompt)) <= abs(base - 10) + 2 <= 0.1 * len(control.prompt)
        two += len(shift.answer) == 2
    assert two == pytest.approx(500, abs=50)


@pytest.mark.parametrize("usual", [False, True])
@pytest.mark.parametrize("base", BASES)
def test_chance_of_the_commonest_sum(base, usual):
    """The stated chance is how often the commonest of many results comes up."""
    drawn = [operators.number_base.draw({"base": base, "usual": usual}, 0, draw) for draw in range(2000)]
    (_, count), *_ = Counter(case.answer for case in drawn).most_common(1)
    assert count / 2000 == pytest.approx(drawn[0].chance, abs=0.02)
    assert drawn[0].chance < 0.07


@pytest.mark.parametrize("base", BASES)
def test_the_next_number(base):
    """It follows one that ends in the highest digit; where base 10 has such a number, its next one is the lure."""
    for draw in range(50):
        control, shift = (
            operators.number_base.draw({"base": base, "usual": usual}, 0, draw).comprehension for usual in (True, False)
        )
        for case, its_base in ((control, 10), (shift, base)):
            read, digits, number = stated(case.prompt)
            assert read == its_base
            assert number[-1] == digits[-1]
            assert case.answer == np.base_repr(int(number, its_base) + 1, its_base)
            assert len(case.answer) == 2
            assert case.check(case.answer).correct
            assert not case.check(number).correct
        expected = {"base_10_next": str(int(shift.input) + 1)} if base < 10 else {}
        assert expected == dict(shift.lures)
        assert dict(control.lures) == {}
        assert control.answer == shift.answer


@drawn_from(st.text(alphabet="0123456789abcdefABCDEF _+-x\ufb00\u0663", max_size=6), st.sampled_from(BASES))
def test_a_number_is_read_in_its_digits_only(written, base):
    """Whatever is written is right if it is the number in digits of the base, and else the detail says why not."""
    digits = "0123456789ABCDEF"[:base]
    is_number = re.fullmatch(f"[{digits}{digits.lower()}]+", written) is not None
    check = operators.check_number(written, "50", base)
    if is_number:
        off = int(written, base) - 5 * base
        assert (check.correct, dict(check.detail)) == (off == 0, {"off_by": off} if off else {})
    else:
        assert (check.correct, dict(check.detail)) == (False, {"not_a_number": True})


def test_a_number_too_long_is_none():
    """Nothing is worked out of what is longer than any number asked for."""
    assert operators.check_number("0" * 98 + "50", "50", 8).correct
    assert dict(operators.check_number("0" * 99 + "50", "50", 8).detail) == {"not_a_number": True}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"base": 7}, "base=7: must be a whole number from 8 to 16"),
        ({"base": 17}, "base=17: must be a whole number from 8 to 16"),
        ({"base": "8"}, "base='8': must be a whole number from 8 to 16"),
        ({"base": 10}, "base=10: must be another base than 10"),
        ({"usual": 10}, "usual=10: must be True or False"),
    ],
)
def test_bad_base(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        operators.number_base.draw(params, 0, 0)


# ---------------------------------------------------------------------------------------------------------------------
# Linear formulas.
def formula_of(prompt):
    """The factor, what is added, and the number."""
    factor, added = re.findall(r"by (\d+/\d+) and then add (\d+)\.", prompt)[0]
    (number,) = re.findall(r"^\d+$", prompt, re.MULTILINE)
    return Fraction(factor), int(added), int(number)


@pytest.mark.parametrize("digits", [4, 5, 6])
@pytest.mark.parametrize("formula", list(operators.FORMULAS))
def test_the_formula_in_fractions(formula, digits):
    """Result and lures in exact fractions; result and number have the digits that were asked for."""
    for draw in range(60):
        params = {"formula": formula, "digits": digits}
        control = operators.linear_formula.draw({**params, "formula": "9/5x+32"}, 1, draw)
        case = operators.linear_formula.draw(params, 1, draw)
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


@pytest.mark.parametrize("formula", [name for name in operators.FORMULAS if name != "9/5x+32"])
def test_formula_pairs_match(formula):
    """The same number, prompts and results of the same length, and results that differ."""
    for draw in range(1000):
        control = operators.linear_formula.draw({"formula": "9/5x+32"}, 0, draw)
        shift = operators.linear_formula.draw({"formula": formula}, 0, draw)
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
        if all(len(str(number // 5 * fifths + added)) == digits for fifths, added in operators.FORMULAS.values())
    ]
    assert fits == list(operators.fifths_of_numbers(digits))
    assert count == len(fits)
    assert operators.linear_formula.draw({"digits": digits}, 0, 0).chance == 1 / count


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
        operators.linear_formula.draw(params, 0, 0)


@pytest.mark.parametrize("swap", ["+-", "+*", "-*"])
@pytest.mark.parametrize("operands", [3, 5, 8])
def test_arithmetic_pairs_match(swap, operands):
    """Same expression, prompts of the same length; results of the same size, sign and length on average, all small."""
    drawn = pairs(operators.arithmetic, {"swap": swap, "operands": operands})
    for control, shift in drawn:
        assert control.input == shift.input
        assert len(control.prompt) == len(shift.prompt)
        assert control.answer != shift.answer
        assert control.answer == shift.lures["usual_meaning"]
        assert max(abs(int(control.answer)), abs(int(shift.answer))) <= operators.LARGEST
    for measure in (lambda x: abs(x) / 30, lambda x: x < 0, lambda x: len(str(x)), lambda x: x / 30):
        control, shift = (sum(measure(int(pair[arm].answer)) for pair in drawn) / len(drawn) for arm in (0, 1))
        assert shift == pytest.approx(control, abs=0.12)
