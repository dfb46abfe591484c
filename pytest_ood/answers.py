"""Reading the answer out of a response: from the last ``<answer>...</answer>``, or not at all."""

import re
from collections.abc import Sequence

# Between the answers of a dialogue's turns, which have no empty lines of their own.
_TURN = "\n\n"
_EMPTY_LINES = re.compile(r"\n\s*\n")

OPEN, CLOSE = "<answer>", "</answer>"


def wrap(answer: str) -> str:
    """The form in which an answer is shown and expected."""
    return f"{OPEN}{answer}{CLOSE}"


def read(response: str) -> str | None:
    """The text between the last pair of answer tags, stripped; None where there is none to read.

    Nothing is guessed: a response without tags, or one that opens a further answer and never closes it, has no answer.
    """
    start = response.rfind(OPEN)
    close = response.find(CLOSE, start) if start >= 0 else -1
    return None if close < 0 else response[start + len(OPEN) : close].strip()


def join(turns: Sequence[str]) -> str:
    """The answers of a dialogue as one text: an empty line between them, those within them left out."""
    return _TURN.join([_EMPTY_LINES.sub("\n", turn.strip()) for turn in turns])


def split(given: str) -> list[str]:
    """The answers of a dialogue, from what `join` made of them."""
    return given.split(_TURN)
