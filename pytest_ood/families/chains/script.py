"""A conversation whose messages are fixed in advance."""

from collections.abc import Sequence


def next_message(given: Sequence[str], messages: Sequence[str]) -> str | None:
    """Return what is said after the answers given so far; None at the end."""
    return messages[len(given)] if len(given) < len(messages) else None
