"""Read the answer from a response: the last ``<answer>...</answer>``, or none at all."""

import re
from collections.abc import Sequence

# Separates the answers of a dialogue's turns; `join` removes empty lines within them.
_TURN = "\n\n"
_EMPTY_LINES = re.compile(r"\n\s*\n")

OPEN, CLOSE = "<answer>", "</answer>"


def wrap(answer: str) -> str:
    """Return an answer in the form in which it is shown and expected."""
    return f"{OPEN}{answer}{CLOSE}"


def read(response: str) -> str | None:
    """Return the text between the last pair of answer tags, stripped, or None if there is no such pair.

    Nothing is guessed: a response without tags, or one whose last opening tag is never closed, has no answer.
    """
    start = response.rfind(OPEN)
    close = response.find(CLOSE, start) if start >= 0 else -1
    return None if close < 0 else response[start + len(OPEN) : close].strip()


def join(turns: Sequence[str]) -> str:
    """Return the answers of a dialogue as one text, separated by empty lines; empty lines within them are removed."""
    return _TURN.join([_EMPTY_LINES.sub("\n", turn.strip()) for turn in turns])


def split(given: str) -> list[str]:
    """Return the answers of a dialogue from the text that `join` returned."""
    return given.split(_TURN)
