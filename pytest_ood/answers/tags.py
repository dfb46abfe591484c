"""Read the answer from a response: the last ``<answer>...</answer>`` that says something, or none at all."""

import re
from collections.abc import Sequence

# Separates the answers of a dialogue's turns; `join` removes empty lines within them.
_TURN = "\n\n"
_EMPTY_LINES = re.compile(r"\n\s*\n")

OPEN, CLOSE = "<answer>", "</answer>"
# Where a thought begins and ends, as the models of various makers write it.
_THOUGHT = re.compile(r"<(/?)(?:think|thinking|thought|thoughts|reasoning)>|\[(/?)THINK\]")
# What a model writes that repeats how the answer is to be marked.
_ECHOES = ("...", "\N{HORIZONTAL ELLIPSIS}")


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
        if text and text not in _ECHOES:
            return text
        start, end = said.rfind(OPEN, 0, start), start
    return None


def _without_thoughts(response: str) -> str:
    parts, place, thinks = list[str](), 0, False
    for tag in _THOUGHT.finditer(response):
        if tag[1] or tag[2]:
            if not thinks:
                # Some providers leave out the opening tag: then all that comes before is a thought.
                parts.clear()
            place, thinks = tag.end(), False
        elif not thinks:
            parts.append(response[place : tag.start()])
            thinks = True
    return "".join(parts if thinks else [*parts, response[place:]])


def join(turns: Sequence[str]) -> str:
    """Return the answers of a dialogue as one text, separated by empty lines; empty lines within them are removed."""
    return _TURN.join([_EMPTY_LINES.sub("\n", turn.strip()) for turn in turns])


def split(given: str) -> list[str]:
    """Return the answers of a dialogue from the text that `join` returned."""
    return given.split(_TURN)
