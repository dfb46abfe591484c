"""From a cell to the text that is asked or expected: one documented form, or a fault with its fix."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood import answers
from pytest_ood.rows.faults import BadCell
from pytest_ood.rows.values import answer_text, is_missing, question_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (18, "18"),
        (18.0, "18"),
        (Decimal("18.00"), "18"),
        (np.int64(18), "18"),
        (np.float32(0.1), "0.1"),
        (-3, "-3"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (1e22, "10000000000000000000000"),
        (1e-7, "0.0000001"),
        (100, "100"),
        (Decimal("1E+2"), "100"),
        (Fraction(1, 4), "0.25"),
        ("  eighteen \n", "eighteen"),
        ("18.0", "18.0"),
        ("1e3", "1e3"),
    ],
    ids=repr,
)
def test_an_answer_has_one_form(value: Any, text: str) -> None:
    """Numbers in plain decimal digits; text as it stands, without the white space around it."""
    assert answer_text(value) == text


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back(value: float) -> None:
    """Nothing is rounded, and there is no exponent."""
    text = answer_text(value)
    assert type(value)(text) == value
    assert set(text) <= set("-.0123456789")


@given(st.text())
def test_text_can_be_read_from_between_answer_tags_or_is_refused(value: str) -> None:
    """So that the oracle of every task of rows is right."""
    try:
        text = answer_text(value)
    except BadCell:
        return
    assert answers.read(answers.wrap(text)) == text == value.strip()


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (None, "is empty"),
        ("", "is empty"),
        (" \n", "is empty"),
        (float("nan"), "is NaN"),
        (Decimal("sNaN"), "is NaN"),
        (np.float32("nan"), "is nan"),
        (float("inf"), "is inf"),
        (True, "is True"),
        (np.bool_(False), "is np.False_"),
        (1j, "is a complex"),
        (["18"], "is a list instead of text or a number"),
        ({"a": 1}, "is a dict instead"),
        (b"18", "is a bytes instead"),
        ("\ud83d", "contains U+D83D"),
        ("<answer>18</answer>", "contains answer tags"),
    ],
    ids=repr,
)
def test_what_cannot_be_an_answer_is_refused(value: Any, what: str) -> None:
    """A boolean too: nobody knows whether a model should say yes, true or 1."""
    with pytest.raises(BadCell) as caught:
        answer_text(value)
    assert what in caught.value.what
    assert caught.value.fix


def test_a_number_that_python_refuses_to_write_is_refused() -> None:
    """Of thousands of digits."""
    with pytest.raises(BadCell, match="is a number with too many digits"):
        answer_text(10**5000)


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (None, "is empty"),
        ("\t", "is empty"),
        (float("nan"), "is NaN"),
        (3, "is an int instead of text"),
        (["What?"], "is a list instead of text"),
        ("What\udc00?", "contains U+DC00, half of a surrogate pair, at character 4"),
    ],
    ids=repr,
)
def test_what_cannot_be_asked_is_refused(value: Any, what: str) -> None:
    """A question is text."""
    with pytest.raises(BadCell) as caught:
        question_text(value)
    assert what in caught.value.what
    assert caught.value.fix


def test_a_question_stays_as_it_is() -> None:
    """Also the white space around it."""
    assert question_text(" What?\n") == " What?\n"


@pytest.mark.parametrize(
    ("value", "missing"), [(None, True), ("", True), (" ", True), (0, False), ("0", False)], ids=repr
)
def test_an_empty_cell_is_missing(value: Any, missing: bool) -> None:
    """Zero is a value."""
    assert is_missing(value) is missing
