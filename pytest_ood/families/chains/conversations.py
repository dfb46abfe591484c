"""What the dialogues of this family share."""

from collections.abc import Sequence


def next_message(given: Sequence[str], messages: Sequence[str]) -> str | None:
    """Return the message that follows the answers given so far, of messages fixed in advance; None at the end."""
    return messages[len(given)] if len(given) < len(messages) else None


def total_length(given: Sequence[str]) -> int:
    """Return the length of all answers together, with the empty lines that a trace has between them."""
    return sum(map(len, given)) + 2 * (len(given) - 1)
