"""Turn the values of a row into the texts of questions and answers."""

import math
import numbers
from decimal import Decimal
from typing import Any

from pytest_ood import answers
from pytest_ood.rows.faults import BadCell

_TO_TEXT = "provide text, for example with a function of the row: lambda row: str(row[...])"


def is_missing(value: Any) -> bool:
    """Return whether a value represents an empty cell: None, NaN or blank text."""
    if isinstance(value, Decimal):
        return value.is_nan()
    if isinstance(value, float):
        return math.isnan(value)
    return value is None or (isinstance(value, str) and not value.strip())


def _refuse_missing(value: Any, noun: str) -> None:
    if is_missing(value):
        what = "is empty" if value is None or isinstance(value, str) else "is NaN"
        raise BadCell(what, f"give every row its {noun}, or leave the row out")


def question_text(value: Any) -> str:
    """Return the text of a question, unchanged.

    Raises:
        BadCell: It is missing, is not text, or cannot be written as UTF-8.
    """
    _refuse_missing(value, "question")
    if not isinstance(value, str):
        raise BadCell(f"is {_kind(value)} instead of text", _TO_TEXT)
    return _encodable(value)


def answer_text(value: Any) -> str:
    """Return an answer as text, without the white space around it.

    Numbers are written in plain decimal digits: without an exponent, without separators, and without a fraction of
    zero, so that ``18``, ``18.0`` and ``Decimal("18.00")`` all become ``18``.

    Raises:
        BadCell: It is missing, is neither text nor a finite number, or cannot be written between answer tags.
    """
    _refuse_missing(value, "answer")
    if isinstance(value, bool) or type(value).__name__ in ("bool_", "bool"):
        raise BadCell(f"is {value!r}", "give the text that the question asks for, such as yes or no")
    if isinstance(value, numbers.Number):
        return _digits(value)
    if not isinstance(value, str):
        raise BadCell(f"is {_kind(value)} instead of text or a number", _TO_TEXT)
    text = _encodable(value.strip())
    if answers.read(answers.wrap(text)) != text:
        raise BadCell("contains answer tags, which mark an answer in a response", "leave the tags out")
    return text


def _digits(value: Any) -> str:
    if isinstance(value, numbers.Integral):
        try:
            return str(int(value))
        except ValueError as error:  # Python refuses to write thousands of digits
            raise BadCell("is a number with too many digits", "give it as text") from error
    if not isinstance(value, numbers.Real | Decimal):
        raise BadCell(f"is {_kind(value)} instead of text or a number", _TO_TEXT)
    # The shortest digits that read back as the same number, as `repr` of a float gives them.
    exact = value if isinstance(value, Decimal) else Decimal(str(value if hasattr(value, "dtype") else float(value)))
    if not exact.is_finite():
        raise BadCell(f"is {value}", "give a finite number, or text")
    digits = f"{exact:f}"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return "0" if digits == "-0" else digits


def _encodable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        code = f"U+{ord(text[error.start]):04X}"
        raise BadCell(
            f"contains {code}, half of a surrogate pair, at character {error.start}", "repair or remove the character"
        ) from error
    return text


def _kind(value: Any) -> str:
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"
