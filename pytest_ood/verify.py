"""Verifiers: each judges an answer and returns a `Check`. Exact, and linear in the length of a hostile answer.

A verifier is called with the text between the answer tags, already stripped. These are the ones that tasks share; a
task with a verifier of its own keeps it next to its generator.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

INTEGER = re.compile(r"([+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+))(?:\.0+)?")
# The minus sign, and full-width digits and signs.
_PLAIN_SIGNS = {ord("\N{MINUS SIGN}"): "-", **{code + 0xFEE0: chr(code) for code in map(ord, "0123456789+-,.")}}
# Longer than any integer a task asks for, and below the length at which int() becomes slow or refuses.
LONGEST_INTEGER = 1000


@dataclass(frozen=True, slots=True)
class Check:
    """The result of a verifier.

    Attributes:
        correct: whether the answer is right.
        detail: where a wrong answer first goes wrong; must be valid as JSON.
        scores: scores from 0 to 1 for parts of the answer (cells, steps, the first hop), for right answers too. Their
            means over an arm are reported next to the verdict and do not affect it.
    """

    correct: bool
    detail: Mapping[str, Any] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)


def exact(given: str, answer: str) -> Check:
    """Check that the answer is exactly the same text."""
    return Check(given == answer)


def text(given: str, answer: str) -> Check:
    """Check that the answer has the same words; case, white space and a closing full stop are ignored."""
    return Check(_plain(given) == _plain(answer))


def integer(given: str, answer: int) -> Check:
    """Check that the answer is the same integer in decimal digits.

    It may be written as ``1,234``, ``+23`` or ``23.0``, with the minus sign U+2212, or in full-width digits.
    """
    whole = INTEGER.fullmatch(given.translate(_PLAIN_SIGNS)) if len(given) <= LONGEST_INTEGER else None
    if whole is None:
        return Check(False, {"not_an_integer": True})
    value = int(whole[1].replace(",", ""))
    return Check(value == answer, {} if value == answer else {"off_by": value - answer})


def sequence(given: Sequence[str], answer: Sequence[str]) -> Check:
    """Check for the same items in the same order; the detail names the first place that differs, or the lengths."""
    if given == answer:
        return Check(True)
    for place, (mine, theirs) in enumerate(zip(given, answer, strict=False)):
        if mine != theirs:
            return Check(False, {"first_wrong": place})
    return Check(False, {"given_length": len(given), "expected_length": len(answer)})


def _plain(words: str) -> str:
    return " ".join(words.split()).rstrip(".").casefold()
