"""The "did you mean" of an error message."""

import difflib
from collections.abc import Iterable


def did_you_mean(typed: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Return the names closest to what was typed as the end of a message, or an empty string if none is close.

    Args:
        typed: the name as the user wrote it.
        known: the names that exist.
        cutoff: how similar two names must be, from 0 (any name) to 1 (an exact match).

    Returns:
        ``"; did you mean fake/oracle?"``, with up to three names.
    """
    near = difflib.get_close_matches(typed, list(known), 3, cutoff)
    return f"; did you mean {' or '.join(near)}?" if near else ""
