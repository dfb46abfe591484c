"""Verifiers: each judges an answer and returns a `Check`. Exact, and linear in the length of a hostile answer.

A verifier is called with the text between the answer tags, already stripped. These are the ones that tasks share; a
task with a verifier of its own keeps it next to its generator.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_ood import answers


@dataclass(frozen=True, slots=True)
class Check:
    """The result of a verifier.

    Attributes:
        correct: whether the answer is right.
        detail: where a wrong answer first goes wrong; must be valid as JSON.
        scores: scores from 0 to 1 for parts of the answer (cells, steps, the first hop), for right answers too. Their
            means over an arm are reported next to the verdict and do not affect it.
        in_form: whether the answer is in the form asked; one that is not is `unparsed`, not wrong. See `unparsed`.
    """

    correct: bool
    detail: Mapping[str, Any] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)
    in_form: bool = True

    @classmethod
    def unparsed(cls, **detail: Any) -> "Check":
        """Return the result for an answer that is not in the form asked, which is neither right nor wrong."""
        return cls(False, detail, in_form=False)


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
    plain = answers.number(given)
    if plain is None or "." in plain:
        return Check(False, {"not_an_integer": True}, in_form=plain is not None)
    value = int(plain)
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
