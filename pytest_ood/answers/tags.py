"""Read the answer from a response: the last ``<answer>...</answer>`` that says something, or none at all."""

import re
from collections.abc import Sequence

# Separates the answers of a dialogue's turns; `join` removes empty lines within them.
_TURN = "\n\n"
_EMPTY_LINES = re.compile(r"\n\s*\n")

OPEN, CLOSE = "<answer>", "</answer>"
_THOUGHT, _END_OF_THOUGHT = "<think>", "</think>"
# What a model writes that repeats how the answer is to be marked.
_ECHO = "..."


def wrap(answer: str) -> str:
    """Return an answer in the form in which it is shown and expected."""
    return f"{OPEN}{answer}{CLOSE}"


def read(response: str) -> str | None:
    """Return the text between the last pair of answer tags that says something, stripped; None without such a pair.

    Nothing is guessed: a response without tags, or one whose last opening tag is never closed, has no answer. An empty
    pair and one that only repeats the form, ``<answer>...</answer>``, say nothing; nor do tags inside of a thought,
    ``<think>...</think>``.
    """
    said = _without_thoughts(response)
    start, end = said.rfind(OPEN), len(said)
    if start >= 0 and said.find(CLOSE, start) < 0:
        return None
    while start >= 0:
        close = said.find(CLOSE, start, end)
        text = said[start + len(OPEN) : close].strip() if close >= 0 else ""
        if text and text != _ECHO:
            return text
        start, end = said.rfind(OPEN, 0, start), start
    return None


def _without_thoughts(response: str) -> str:
    parts, place = [], 0
    while (opened := response.find(_THOUGHT, place)) >= 0:
        parts.append(response[place:opened])
        closed = response.find(_END_OF_THOUGHT, opened)
        if closed < 0:
            return "".join(parts)
        place = closed + len(_END_OF_THOUGHT)
    said = "".join([*parts, response[place:]])
    # Some providers leave out the opening tag.
    return said[said.rfind(_END_OF_THOUGHT) + len(_END_OF_THOUGHT) :] if _END_OF_THOUGHT in said else said


def join(turns: Sequence[str]) -> str:
    """Return the answers of a dialogue as one text, separated by empty lines; empty lines within them are removed."""
    return _TURN.join([_EMPTY_LINES.sub("\n", turn.strip()) for turn in turns])


def split(given: str) -> list[str]:
    """Return the answers of a dialogue from the text that `join` returned."""
    return given.split(_TURN)
