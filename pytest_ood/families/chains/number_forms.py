"""Ways to write a number."""

import functools
from collections.abc import Callable, Mapping
from typing import NamedTuple

ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


def roman(value: int) -> str:
    """Write a number from 1 to 3,999 in Roman numerals."""
    written = ""
    for worth, letters in ROMAN:
        written += letters * (value // worth)
        value %= worth
    return written


def in_words(value: int) -> str:
    """Write a number from 0 to 999 in English words: "forty-seven", "three hundred twelve"."""
    if value < len(ONES):
        return ONES[value]
    if value < 100:
        return TENS[value // 10] + (f"-{ONES[value % 10]}" if value % 10 else "")
    return f"{ONES[value // 100]} hundred" + (f" {in_words(value % 100)}" if value % 100 else "")


class Form(NamedTuple):
    """A way to write a number: how a rule words it, and the function that does it."""

    how: str
    write: Callable[[int], str]


FORMS = {
    "roman": Form("in Roman numerals", roman),
    "words": Form("in English words", in_words),
    "reversed": Form("with its digits in reverse order", lambda value: str(value)[::-1]),
    "binary": Form("in binary", lambda value: format(value, "b")),
    "hyphens": Form("with hyphens between its digits", lambda value: "-".join(str(value))),
    "digits": Form("in plain digits", str),
}


def written(form: str, value: int) -> str:
    """Write the number in a form."""
    return FORMS[form].write(value)


def judged(answer: str, goal: str, value: int) -> tuple[bool, bool]:
    """Return whether an answer has the form of the goal, and whether it is the value in any form.

    An answer that could be read in two forms ("74": 47 in reverse, or 74) is read in the one in which it is the value.
    """
    plain = " ".join(answer.split()).removesuffix(".").casefold()
    value_in_goal_form = spellings(goal).get(plain)
    if value_in_goal_form == value:
        return True, True
    right_elsewhere = any(spellings(form).get(plain) == value for form in FORMS)
    return value_in_goal_form is not None and not right_elsewhere, right_elsewhere


@functools.cache
def spellings(form: str) -> Mapping[str, int]:
    """Return the numbers 1 to 999 by how they are written in a form, in lower case."""
    spelled = {written(form, value).casefold(): value for value in range(1, 1000)}
    if form == "words":
        spelled |= {text.replace("-", " "): value for text, value in spelled.items()}
    return spelled
