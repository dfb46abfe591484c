"""Names as people write them: with titles, suffixes, nicknames and maiden names that a list of names does not have."""

import difflib
import re
from collections.abc import Container, Iterator

from pytest_ood.families.reversal.plain_words import plain

TITLES = frozenset((
    "sir", "dame", "mr", "mrs", "ms", "miss", "madam", "madame", "monsieur", "mme", "herr", "frau", "don", "dona",
    "ser", "saint", "st", "the", "right", "rev", "reverend", "rabbi", "pope", "dr", "doctor", "prof", "professor",
    "judge", "captain", "capt", "major", "colonel", "col", "general", "gen", "lord", "lady", "baron", "baroness",
    "count", "countess", "duke", "duchess", "prince", "princess", "king", "queen", "emperor", "empress",
))  # fmt: skip
SUFFIXES = frozenset(("jr", "junior", "sr", "senior", "i", "ii", "iii", "iv", "esq", "esquire", "md"))
# Curly quotation marks and dashes, and how they are typed.
TYPED = str.maketrans({
    "\N{LEFT DOUBLE QUOTATION MARK}": '"', "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{LEFT SINGLE QUOTATION MARK}": "'", "\N{RIGHT SINGLE QUOTATION MARK}": "'", "\N{EN DASH}": "-",
})  # fmt: skip
# A nickname between the names: Robert "Bob" Lee.
NICKNAME = re.compile(r"""(?<=\s)(?:"[^"]+"|'[^']+')(?=\s)""")
# A maiden name, in brackets or after a comma: Nancy Lincoln (née Hanks).
MAIDEN_NAME = re.compile(r",?\s*\(?\b(?:n[ée]e|born)\s+(?P<maiden>[^\W\d_][^(),;]*?)\s*\)?$", re.IGNORECASE)
# Years of birth and death: (1784-1818).
YEARS = re.compile(r"\s*\((?:died\s+)?[0-9]{3,4}(?:\s*-\s*[0-9]{3,4})?\)$")

# Words that names may share without being related, and how similar words must be to count as shared.
PARTICLES = frozenset(("van", "von", "der", "the", "and"))
ALIKE = 0.75


def readings(given: str) -> Iterator[str]:
    """Yield what the name may be in a list, as names are compared: as it was written, then less and less of it."""
    yield plain(given)
    shorter = NICKNAME.sub(" ", YEARS.sub("", given))
    yield plain(shorter)
    yield without_titles(shorter)
    yield without_suffixes(without_titles(shorter))


def find(given: str, names: Container[str]) -> str | None:
    """Return the first reading of a name that is among the names; None if there is none.

    With a maiden name, as in "Nancy Lincoln, née Hanks", both "Nancy Lincoln" and "Nancy Hanks" have to be among them.
    """
    given = given.translate(TYPED).strip()
    maiden = MAIDEN_NAME.search(given)
    if maiden is None:
        return next((name for name in readings(given) if name in names), None)
    married, born = given[: maiden.start()], plain(maiden["maiden"])
    words = without_titles(married).split()
    # Any of the forenames may stand before the maiden name, which may itself be the whole name.
    whole = [born, *(f"{' '.join(words[:count])} {born}" for count in range(1, len(words)))]
    if not any(name in names for name in whole):
        return None
    return next((name for name in readings(married) if name in names), None)


def without_titles(name: str) -> str:
    """Return a name in plain words, without the titles in front of it. A title alone stays."""
    words = plain(name).split()
    while len(words) > 1 and words[0] in TITLES:
        del words[0]
    return " ".join(words)


def without_suffixes(name: str) -> str:
    """Return a name in plain words, without the suffixes that tell a father from a son. A suffix alone stays."""
    words = plain(name).split()
    if words[-2:] in (["the", "elder"], ["the", "younger"]):
        del words[-2:]
    while len(words) > 1 and words[-1] in SUFFIXES:
        del words[-1]
    return " ".join(words)


def give_away(one: str, other: str) -> bool:
    """Return whether two names share a word of three letters or more, or nearly so: Buonaparte and Bonaparte."""
    return any(
        difflib.SequenceMatcher(None, word, another).ratio() > ALIKE
        for word in plain(one).split()
        for another in plain(other).split()
        if min(len(word), len(another)) > 2 and not {word, another} & PARTICLES
    )
