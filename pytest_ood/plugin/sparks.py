"""Spark lines: accuracies as a row of characters that are higher the larger the accuracy is."""

from collections.abc import Iterable

BLOCKS = "▁▂▃▄▅▆▇█"
#: For terminals whose encoding lacks the blocks.
PLAIN = "_.-~=+*#"
# An accuracy that is not known.
_UNKNOWN = " "


def spark(accuracies: Iterable[float | None], signs: str = BLOCKS) -> str:
    """Return one character per accuracy; a space where it is unknown.

    Args:
        accuracies: numbers from 0 to 1.
        signs: the characters, from the lowest to the highest.
    """
    highest = len(signs) - 1
    return "".join(_UNKNOWN if one is None else signs[min(highest, int(one * len(signs)))] for one in accuracies)
