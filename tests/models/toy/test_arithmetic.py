"""What is read from a question about an expression under a table of its signs."""

import pytest

from pytest_ood.families import operators
from pytest_ood.models.toy.arithmetic import ArithmeticReader
from pytest_ood.models.toy.reading import NotTrained

READER = ArithmeticReader()


@pytest.mark.parametrize("wording", [0, 1, 2])
@pytest.mark.parametrize("swap", ["", "+*", "-+"])
@pytest.mark.parametrize("operands", [3, 5])
def test_a_question_becomes_its_table_and_its_expression(wording: int, swap: str, operands: int) -> None:
    """The table in one order, whatever is in it."""
    for draw in range(3):
        case = operators.arithmetic.draw({"swap": swap, "operands": operands, "wording": wording}, 7, draw)
        assert case.inputs is not None
        meanings = [case.inputs["meanings"][sign] for sign in "+-*"]
        assert READER.read(case.prompt) == [*meanings, *case.inputs["expression"].split(), "="]


@pytest.mark.parametrize("value", ["-12", "7"])
def test_an_answer_is_written_as_it_was_read(value: str) -> None:
    """A number is one token."""
    assert READER.tokens(value, "") == [value]
    assert READER.write([value], "") == value


def test_longer_expressions_are_refused() -> None:
    """With how long they may be."""
    with pytest.raises(NotTrained, match="at most 5 operands, not on 8"):
        READER.read(operators.arithmetic.draw({"operands": 8}, 0, 0).prompt)


def test_other_questions_are_not_read() -> None:
    """Neither what a sign means nor sums in another base."""
    comprehension = operators.arithmetic.draw({}, 0, 0).comprehension
    assert comprehension is not None
    assert READER.read(comprehension.prompt) is None
    assert READER.read(operators.number_base.draw({"base": 8}, 0, 0).prompt) is None
