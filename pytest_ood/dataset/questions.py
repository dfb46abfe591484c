"""What was asked, read from the messages of a row.

A strategy adds a last paragraph to what a case asks, and the exchanges that show the form of an answer come before it.
The digest of the case's question (`prompt_sha256`) says where the case itself begins.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pytest_ood.text.canonical import digest

# A strategy may add more than one paragraph; further back nobody needs to look.
_MOST_PARAGRAPHS = 8
_PARAGRAPH = "\n\n"


def last_question(messages: Any) -> str:
    """Return the last thing a user said, without its final paragraph, which the strategy added.

    The messages may be malformed: what cannot be read is the empty string.
    """
    for turn in reversed(messages if isinstance(messages, list | tuple) else ()):
        if isinstance(turn, dict) and turn.get("role") == "user" and isinstance(turn.get("content"), str):
            text: str = turn["content"]
            return text.rpartition(_PARAGRAPH)[0] or text
    return ""


def conversation(messages: Sequence[Mapping[str, str]], question: str, prompt_sha256: str) -> list[tuple[str, str]]:
    """Return the conversation about the case alone, as pairs of role and text.

    It begins with the question, without the paragraphs that a strategy added there; each later question is without its
    last paragraph. Where the case's question is not found in the messages, `question` stands for all of it.

    The arguments are the fields of a trace.
    """
    # Nearly every case is a single question, and its row has it.
    if digest(question) == prompt_sha256:
        return [("user", question)]
    for place, turn in enumerate(messages):
        if turn["role"] == "user":
            for text in _beginnings(turn["content"]):
                if digest(text) == prompt_sha256:
                    return [("user", text), *map(_spoken, messages[place + 1 :])]
    return [("user", question or last_question(messages))]


def _beginnings(text: str) -> Iterator[str]:
    """The text without its last paragraph, without its last two, ...; and in the end the whole of it."""
    shorter = text
    for _ in range(_MOST_PARAGRAPHS):
        shorter, cut, _ = shorter.rpartition(_PARAGRAPH)
        if not cut:
            break
        yield shorter
    yield text


def _spoken(turn: Mapping[str, str]) -> tuple[str, str]:
    text = turn["content"]
    return turn["role"], (text.rpartition(_PARAGRAPH)[0] or text) if turn["role"] == "user" else text
