"""Expressions under stated meanings, worked out again by Python's own parser."""

import ast
import re
from collections import Counter

import pytest

from pytest_ood.families.operators.arithmetic import LARGEST, READINGS, arithmetic, evaluate, expression
from pytest_ood.rng import generator
from tests.families.drawing import pairs

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (
        arithmetic,
        {"swap": "+-", "operands": 3},
        "e75baaf3bce9ebb354b8bafa5263127d0acb96b552e5e58ead9046a10d87fa89",
    ),
    (
        arithmetic,
        {"swap": "+*", "operands": 5},
        "e6b391dcaf9951bbf4bac416de126dcdfbf3f90e2a8a8fdae5770b334e5fced8",
    ),
    (
        arithmetic,
        {"swap": "-*", "operands": 8},
        "12b50ee276d7570221a17cf66ea12456c5496069e382fbd7bdfa67d7613816fa",
    ),
]
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
@pytest.mark.parametrize("operands", [3, 4, 6, 10, 24])
def test_answer_and_lures(swap, operands):
    """The stated meanings, the usual ones, left to right and the old precedence, each by another way."""
    for draw in range(150):
        case = arithmetic.draw({"swap": swap, "operands": operands}, 1, draw)
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
    drawn = [expression(rng, 3)[:2] for _ in range(6000)]
    means = [
        sum(abs(evaluate(numbers, signs, meanings)) for numbers, signs in drawn) / len(drawn) for meanings in READINGS
    ]
    assert max(means) - min(means) < 0.05 * min(means)


@pytest.mark.parametrize("swap", ["", "+*", "-*"])
@pytest.mark.parametrize("operands", [3, 4, 5, 8])
def test_chance_is_that_of_the_commonest_value(operands, swap):
    """Whoever always gives the best single number does not beat the stated chance, and hardly falls short of it."""
    drawn = [arithmetic.draw({"swap": swap, "operands": operands}, 0, draw) for draw in range(4000)]
    (_, count), *_ = Counter(case.answer for case in drawn).most_common(1)
    chance = drawn[0].chance
    assert {chance} == {case.chance for case in drawn}
    assert chance / 2 < count / 4000 < chance + 0.008


@pytest.mark.parametrize("given", ["+1,0", "ten", "", "1.0", "1e1", "\N{ARABIC-INDIC DIGIT THREE}", "1" * 5000])
def test_other_forms_are_not_integers(given):
    """What is not the integer in digits is wrong, and nothing raises."""
    case = arithmetic.draw({"swap": "+-"}, 0, 0)
    assert not case.check(given).correct


@pytest.mark.parametrize("swap", ["++", "+/", "+-*", None, 1, "- +"])
def test_bad_swap(swap):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=r"swap=.*must be one of '', '\+-'"):
        arithmetic.draw({"swap": swap}, 0, 0)


@pytest.mark.parametrize("operands", [2, 25, 3.0, "3", True, None])
def test_bad_operands(operands):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=r"operands=.*must be a whole number from 3 to 24"):
        arithmetic.draw({"operands": operands}, 0, 0)


@pytest.mark.parametrize("swap", ["+-", "*+", "-*"])
def test_the_question_what_a_sign_means(swap):
    """It is about a sign that trades, in the control arm mostly the same one, and follows from its own table."""
    same, asked = 0, Counter()
    for draw in range(600):
        arms = [arithmetic.draw({"swap": traded}, 0, draw).comprehension for traded in ("", swap)]
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


@pytest.mark.parametrize("swap", ["+-", "+*", "-*"])
@pytest.mark.parametrize("operands", [3, 5, 8])
def test_arithmetic_pairs_match(swap, operands):
    """Same expression, prompts of the same length; results of the same size, sign and length on average, all small."""
    drawn = pairs(arithmetic, {"swap": swap, "operands": operands})
    for control, shift in drawn:
        assert control.input == shift.input
        assert len(control.prompt) == len(shift.prompt)
        assert control.answer != shift.answer
        assert control.answer == shift.lures["usual_meaning"]
        assert max(abs(int(control.answer)), abs(int(shift.answer))) <= LARGEST
    for measure in (lambda x: abs(x) / 30, lambda x: x < 0, lambda x: len(str(x)), lambda x: x / 30):
        control, shift = (sum(measure(int(pair[arm].answer)) for pair in drawn) / len(drawn) for arm in (0, 1))
        assert shift == pytest.approx(control, abs=0.12)


def test_each_step_does_one_operation():
    """The first multiplication, whichever sign it has; without one, the first operation from the left."""
    swapped = {"+": "multiplication", "-": "subtraction", "*": "addition"}
    inputs = {"expression": "2 - 3 + 4 * 5 + 6", "meanings": swapped}
    assert list(arithmetic.states(inputs)) == ["2 - 12 * 5 + 6", "2 - 12 * 30", "-10 * 30", "20"]
    assert arithmetic.solver(inputs) == "20"


@pytest.mark.parametrize("wording", [1, 2])
def test_other_wordings_have_the_same_table(wording):
    """Each sign with its meaning, and the expression on a line of its own."""
    for draw in range(50):
        case = arithmetic.draw({"swap": "+*", "operands": 5, "wording": wording}, 1, draw)
        table = re.findall(r"(?:^|sign )([-+*])(?::| for| stands for) (\w+)", case.prompt, re.MULTILINE)
        assert dict(table) == {"+": "multiplication", "-": "subtraction", "*": "addition"}
        assert f"\n{case.input}\n" in f"\n{case.prompt}\n"
