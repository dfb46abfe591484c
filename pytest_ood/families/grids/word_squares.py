"""Squares of letters whose rows and columns are words: their rules, their verifier, and the search for them."""

import functools
from collections.abc import Sequence
from pathlib import Path
from string import ascii_lowercase

import numpy as np

from pytest_ood.drawing import choice, pick
from pytest_ood.families.data_files import data_lines
from pytest_ood.families.english import accepted, word_list
from pytest_ood.verify import Check

# All squares of 5 by 5 common words; the first lines of the file say more.
BANK = Path(__file__).parent / "data" / "words_grids.txt"
LARGEST = 5
BLANK = "_"
TRIES = 1000
# Attempts from one first row, each without backtracking, before another first row is drawn.
DESCENTS = 30
# More than any square with white space between its letters.
LONGEST_ANSWER = 1000

# The rows of a square, or of a pattern: a square with blanks.
Rows = Sequence[str]


def check_square(given: str, pattern: Rows) -> Check:
    """Check that all rows and columns are words, all different, and that the letters of the pattern are kept.

    Case, empty lines and white space within a row do not count. The detail of a wrong square, with rows and columns
    counted from 1: `rows_not_words` and `columns_not_words`, with the letters there; `repeated`, the words that occur
    more than once; `givens_changed`, the row and column of each given letter that was changed. Of anything that is not
    a square of this size only `row_lengths`, those of its first lines. Scores: `rows` and `columns`, the share of each
    that are words.
    """
    size = len(pattern)
    if len(given) > LONGEST_ANSWER:
        return Check(False, {"answer_length": len(given)}, {"rows": 0.0, "columns": 0.0})
    rows = ["".join(line.split()) for line in given.lower().splitlines() if line.strip()]
    if [len(row) for row in rows] != [size] * size:
        lengths = [len(row) for row in rows[: 2 * size]]
        return Check(False, {"row_lengths": lengths}, {"rows": 0.0, "columns": 0.0})
    columns = columns_of(rows)
    mistakes = {
        "rows_not_words": not_words(rows),
        "columns_not_words": not_words(columns),
        "repeated": repeated([*rows, *columns]),
        "givens_changed": changed(rows, pattern),
    }
    scores = {
        "rows": 1 - len(mistakes["rows_not_words"]) / size,
        "columns": 1 - len(mistakes["columns_not_words"]) / size,
    }
    detail = {name: mistake for name, mistake in mistakes.items() if mistake}
    return Check(not detail, detail, scores)


def columns_of(rows: Rows) -> list[str]:
    """Return the columns of a square from left to right."""
    return ["".join(letters) for letters in zip(*rows, strict=True)]


def not_words(lines: Rows) -> dict[str, str]:
    """Return the lines that are not words, by their number from 1."""
    return {str(number): line for number, line in enumerate(lines, 1) if line not in accepted()}


def repeated(lines: Rows) -> list[str]:
    """Return the lines that occur more than once, in alphabetical order."""
    return sorted({line for line in lines if lines.count(line) > 1})


def changed(rows: Rows, pattern: Rows) -> list[list[int]]:
    """Return the row and column, from 1, of each letter of the pattern that the rows do not keep."""
    return [
        [row, column]
        for row, (mine, theirs) in enumerate(zip(rows, pattern, strict=True), 1)
        for column, (letter, given) in enumerate(zip(mine, theirs, strict=True), 1)
        if given not in (BLANK, letter)
    ]


# ---------------------------------------------------------------------------------------------------------------------
# Finding squares of common words.


def drawn_square(rng: np.random.Generator, size: int) -> tuple[list[str], int]:
    """Draw a square without repeated words.

    Every word that a square can begin with is about equally likely to be the first row: if all squares were equally
    likely instead, most would begin with one of a few words.

    Returns:
        Its rows, and how many squares were rejected because a word was repeated.
    """
    if size == LARGEST:
        return choice(rng, choice(rng, bank())), 0
    rejected = 0
    for _ in range(TRIES):
        first = choice(rng, word_list(size))
        for parts in rng.random((DESCENTS, size - 1)).tolist():
            rows = descent(first, parts)
            if rows and not repeated([*rows, *columns_of(rows)]):
                return rows, rejected
            rejected += bool(rows)
    raise AssertionError(f"no square of size {size} in {TRIES} tries")


@functools.cache
def bank() -> list[list[list[str]]]:
    """Return all squares of 5 by 5 common words without repeated words, grouped by their first word."""
    squares = [line.split() for line in data_lines(BANK)]
    begun: dict[str, list[list[str]]] = {}
    for rows in sorted(squares + [columns_of(rows) for rows in squares]):
        begun.setdefault(rows[0], []).append(rows)
    return list(begun.values())


def descent(first: str, parts: Sequence[float]) -> list[str]:
    """Choose the rows below the first one by one, so that every column can still become a word.

    Args:
        first: the first row.
        parts: a number in [0, 1) for each further row, which picks it.

    Returns:
        All rows; an empty list if at some row no word fits.
    """
    rows = [first]
    for part in parts:
        words = words_below(tuple(columns_of(rows)))
        if not words:
            return []
        rows.append(pick(words, part))
    return rows


@functools.lru_cache(maxsize=4096)
def words_below(columns: tuple[str, ...]) -> list[str]:
    """Return the common words that can follow below these columns and leave each of them the beginning of a word."""
    following = next_letters(len(columns))
    letters = [following.get(beginning, "") for beginning in columns]
    return words_of(letters) if all(letters) else []


@functools.lru_cache(maxsize=4096)
def words_matching(pattern: str) -> list[str]:
    """Return the common words that have the letters of a pattern, whose other places are blank."""
    return words_of([ascii_lowercase if letter == BLANK else letter for letter in pattern])


def words_of(letters: Sequence[str]) -> list[str]:
    """Return the common words whose letter at each place is one of those allowed there, in alphabetical order."""
    following = next_letters(len(letters))
    begun = [""]
    for allowed in letters:
        begun = [word + letter for word in begun for letter in following[word] if letter in allowed]
    return begun


@functools.cache
def next_letters(length: int) -> dict[str, str]:
    """Return, for every beginning of a common word of this length, the letters that may come next."""
    following: dict[str, set[str]] = {}
    for word in word_list(length):
        for place, letter in enumerate(word):
            following.setdefault(word[:place], set()).add(letter)
    return {beginning: "".join(sorted(letters)) for beginning, letters in following.items()}


def rows_only(rng: np.random.Generator, pattern: Rows) -> list[str]:
    """Draw rows that are words and keep the letters of the pattern, with some column that is not a word.

    Returns:
        The rows; an empty list if none of ten attempts gave any.
    """
    for _ in range(10):
        rows = [choice(rng, words_matching(row)) for row in pattern]
        if not_words(columns_of(rows)) and not repeated(rows):
            return rows
    return []
