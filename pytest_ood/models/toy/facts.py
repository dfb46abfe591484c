"""Read a question about a fact that only training can teach, and write the name that it asks for."""

import re
from collections.abc import Sequence

from pytest_ood.models.toy.reading import END, Reader

SYLLABLES = tuple(consonant + vowel for consonant in "bcdfghjklmnprstvwz" for vowel in "aeiou")
WORD = "[A-Z][a-z]{5}"
QUESTIONS = {
    "work": re.compile(rf"^What is ({WORD} {WORD}) the composer of\?"),
    "composer": re.compile(rf"^Who is the composer of ({WORD} {WORD})\?"),
}


class FactsReader(Reader):
    """What is asked for, then the name in the question, one token per syllable; all names have six."""

    vocabulary = (END, "=", *QUESTIONS, *SYLLABLES)
    asks_for = "composers and works that it was told of"

    def read(self, question: str) -> list[str] | None:
        """Return the tokens of a question without any statement of facts."""
        for asked_for, pattern in QUESTIONS.items():
            if found := pattern.search(question):
                syllables = self.tokens(found[1], question)
                return [asked_for, *syllables, "="] if set(syllables) <= set(SYLLABLES) else None
        return None

    def tokens(self, answer: str, question: str) -> list[str]:
        """Return the syllables of a name."""
        del question
        return re.findall("..", answer.replace(" ", "").lower())

    def write(self, tokens: Sequence[str], question: str) -> str:
        """Return a name of two words."""
        del question
        name = "".join(tokens)
        return f"{name[:6]} {name[6:]}".title()
