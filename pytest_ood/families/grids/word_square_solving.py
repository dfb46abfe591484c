"""The search for a square of words that has given letters."""

import functools

from pytest_ood.families.grids.word_squares import Rows, columns_of, repeated, words_matching, words_of


def filled(pattern: Rows) -> list[str]:
    """Return a square of common words, all different, that keeps the letters of a pattern.

    The search is complete: where there are several squares, it returns the first in alphabetical order.

    Args:
        pattern: the rows of a square, with blanks.

    Raises:
        ValueError: there is no such square.
    """
    rows = _completed([], pattern)
    if not rows:
        raise ValueError("no square of common words has these letters")
    return rows


def _completed(rows: Rows, pattern: Rows) -> list[str]:
    """Return the rows followed by those that complete the square; an empty list if none do."""
    if len(rows) == len(pattern):
        return [] if repeated([*rows, *columns_of(rows)]) else list(rows)
    place = len(rows)
    columns = columns_of([*rows, *pattern[place:]])
    for word in words_of([_letters_at(place, column) for column in columns]):
        if completed := _completed([*rows, word], pattern):
            return completed
    return []


@functools.lru_cache(maxsize=65_536)
def _letters_at(place: int, column: str) -> str:
    """Return the letters that a column may have at this place if it is to become a word."""
    return "".join(sorted({word[place] for word in words_matching(column)}))
