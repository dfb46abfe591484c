"""Read a question about a row of cells, and write the row that follows."""

import re
from collections.abc import Sequence

from pytest_ood.models.toy.reading import END, NotTrained, Reader

# By the new values of a cell, for the neighbourhoods from 111 to 000.
RULES = {f"{number:08b}": f"rule {number}" for number in (28, 90, 110)}
RING = "The row is a ring"
TABLE = re.compile(r"^[01]{3} -> ([01])$", re.MULTILINE)
ROW = re.compile(r"^[01]+$", re.MULTILINE)
STEPS = re.compile(r"\bafter (\d+) steps?\b")


class AutomataReader(Reader):
    """The rule as one token, then the cells of the row, one token each.

    Rows of any width can be read, and it is up to a toy what it makes of them.
    """

    vocabulary = (END, "=", "0", "1", *RULES.values())
    asks_for = "rows of cells after one step"

    def read(self, question: str) -> list[str] | None:
        """Return the tokens of a question about one step of a known rule on a ring."""
        table, rows, steps = "".join(TABLE.findall(question)), ROW.findall(question), STEPS.search(question)
        if len(table) != 8 or len(rows) != 1 or steps is None:
            return None
        if table not in RULES:
            *most, last = RULES.values()
            raise NotTrained(f"trained on {', '.join(most)} and {last}, not on rule {int(table, 2)}")
        if steps[1] != "1":
            raise NotTrained(f"trained on 1 step, not on {steps[1]}")
        if RING not in question:
            raise NotTrained("trained on rings, not on rows with ends")
        return [RULES[table], *rows[0], "="]

    def tokens(self, answer: str, question: str) -> list[str]:
        """Return the cells, one token each."""
        del question
        return list(answer)

    def write(self, tokens: Sequence[str], question: str) -> str:
        """Return the cells in one line."""
        del question
        return "".join(tokens)
