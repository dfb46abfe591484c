"""The public list of English words that the word grids and Wordle are made of and judged by."""

import functools
from collections.abc import Sequence
from pathlib import Path

WORDS = Path(__file__).parent / "data" / "words.txt"
SECTIONS = ("common", "further", "frequent")


@functools.cache
def word_list(length: int) -> tuple[str, ...]:
    """Return the common words of a length (3 to 5) in alphabetical order. Word grids are made of these."""
    return tuple([word for word in _sections()["common"] if len(word) == length])


@functools.cache
def frequent_words() -> tuple[str, ...]:
    """Return those of the common words of five letters that most people know, in alphabetical order."""
    return tuple(_sections()["frequent"])


@functools.cache
def accepted() -> frozenset[str]:
    """Return every word that counts in an answer: the common ones and some rarer ones."""
    return frozenset([*_sections()["common"], *_sections()["further"]])


def is_word(text: str) -> bool:
    """Return whether a text is a word that counts in an answer. Words are in lower case."""
    return text in accepted()


def _sections() -> dict[str, Sequence[str]]:
    rest, words = WORDS.read_text("utf-8"), dict[str, Sequence[str]]()
    for section in reversed(SECTIONS):
        rest, _, listed = rest.partition(f"\n# {section}\n")
        words[section] = listed.split()
    return words
