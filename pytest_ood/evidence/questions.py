"""Read the question from the messages of a row.

A strategy adds a paragraph to the question of a case, and the exchanges that show the form of an answer precede it. The
digest of the case's question (`prompt_sha256`) shows where the case itself begins.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_ood.text.canonical import digest

# A strategy may add more than one paragraph, but no more than this.
_MOST_PARAGRAPHS = 8
_PARAGRAPH = "\n\n"


def last_question(messages: Any) -> str:
    """Return the last message of the user, without its final paragraph, which the strategy added.

    If the messages are malformed, the result is an empty string.
    """
    for turn in reversed(messages if isinstance(messages, list | tuple) else ()):
        if isinstance(turn, dict) and turn.get("role") == "user" and isinstance(turn.get("content"), str):
            text: str = turn["content"]
            return text.rpartition(_PARAGRAPH)[0] or text
    return ""


def conversation(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return only the conversation about the case, as pairs of role and text.

    It begins with the question, without the paragraphs that a strategy added; each later question is without its last
    paragraph. If the question is not found in the messages, `row["question"]` is the whole conversation.

    Args:
        row: `messages`, `prompt_sha256` and `question` of a trace.
    """
    turns = row["messages"]
    # Nearly every case is a single question, which the row has.
    if digest(row["question"]) == row["prompt_sha256"]:
        return [("user", row["question"])]
    for place, turn in enumerate(turns):
        if turn["role"] == "user":
            for text in _beginnings(turn["content"]):
                if digest(text) == row["prompt_sha256"]:
                    return [("user", text), *map(_without_strategy, turns[place + 1 :])]
    return [("user", row["question"] or last_question(turns))]


def _beginnings(text: str) -> Iterator[str]:
    """The text without its last paragraph, without its last two, ..., and finally the whole text."""
    shorter = text
    for _ in range(_MOST_PARAGRAPHS):
        shorter, cut, _ = shorter.rpartition(_PARAGRAPH)
        if not cut:
            break
        yield shorter
    yield text


def _without_strategy(turn: Mapping[str, str]) -> tuple[str, str]:
    text = turn["content"]
    return turn["role"], (text.rpartition(_PARAGRAPH)[0] or text) if turn["role"] == "user" else text
