"""Read a question about the value of an expression under a table of what its signs mean, and write the value."""

import re
from collections.abc import Sequence

from pytest_ood.models.toy.reading import END, NotTrained, Reader

OPERATIONS = ("addition", "subtraction", "multiplication")
MEANING = re.compile(rf"([+*-])(?: means | stands for | for |: )({'|'.join(OPERATIONS)})\b")
EXPRESSION = re.compile(r"^\d(?: [+*-] \d)+$", re.MULTILINE)
MOST_OPERANDS = 5


class ArithmeticReader(Reader):
    """What each sign means, one token each, then the expression; a number is one token, too."""

    vocabulary = (END, "=", *"+-*", *OPERATIONS, *map(str, range(-99, 100)))
    asks_for = "values of expressions whose signs have stated meanings"

    def read(self, question: str) -> list[str] | None:
        """Return the tokens of a question about a short expression."""
        found, expression = MEANING.findall(question), EXPRESSION.findall(question)
        meanings = dict(found)
        if len(found) != 3 or set(meanings) != set("+-*") or len(expression) != 1:
            return None
        parts = expression[0].split()
        if len(parts) > 2 * MOST_OPERANDS:
            raise NotTrained(f"trained on at most {MOST_OPERANDS} operands, not on {len(parts) // 2 + 1}")
        return [*(meanings[sign] for sign in "+-*"), *parts, "="]

    def tokens(self, answer: str, question: str) -> list[str]:
        """Return the value."""
        del question
        return [answer]

    def write(self, tokens: Sequence[str], question: str) -> str:
        """Return the value."""
        del question
        return " ".join(tokens)
