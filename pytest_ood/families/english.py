"""The public list of English words that the word grids and Wordle are made of and judged by."""

import functools
from pathlib import Path

WORDS = Path(__file__).parent / "data" / "words.txt"


@functools.cache
def word_list(length: int) -> tuple[str, ...]:
    """Return the common words of a length (3 to 5) in alphabetical order. Tasks are made of these."""
    return tuple([word for word in _sections()[0] if len(word) == length])


@functools.cache
def accepted() -> frozenset[str]:
    """Return every word that counts in an answer: the common ones and some rarer ones."""
    common, further = _sections()
    return frozenset(common + further)


def is_word(text: str) -> bool:
    """Return whether a text is a word that counts in an answer. Words are in lower case."""
    return text in accepted()


def _sections() -> tuple[list[str], list[str]]:
    common, further = WORDS.read_text("utf-8").split("\n# common\n")[1].split("\n# further\n")
    return common.split(), further.split()
