"""Names and lines as they are compared: the words alone."""

import re
import unicodedata

# Longer than any name or line. A longer answer is not read.
LONGEST_ANSWER = 2000
APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
# Letters that Unicode does not take apart, and signs.
SPELT_OUT = str.maketrans({"đ": "d", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "&": " and ", APOSTROPHE: "'"})
BETWEEN_WORDS = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """Return the words of a text: upper and lower case, accents, punctuation and white space do not count.

    An apostrophe is left out, and does not separate words.
    """
    folded = text.casefold()
    if not folded.isascii() or "&" in folded:
        folded = without_accents(folded.translate(SPELT_OUT))
    return BETWEEN_WORDS.sub(" ", folded.replace("'", "")).strip()


def without_accents(text: str) -> str:
    """Return the text with every letter that has an accent replaced by the letter alone."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join([part for part in parts if not unicodedata.combining(part)])
