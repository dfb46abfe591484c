"""Arithmetic under stated meanings, worked out again by Python's own parser from the words of the prompt."""

import ast
import re

import pytest

from pytest_ood.families import operators
from pytest_ood.rng import generator

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
