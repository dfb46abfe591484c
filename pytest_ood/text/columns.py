"""Lines and columns of plain text that fit into a width."""

import re
import textwrap
from collections.abc import Iterator, Sequence

from pytest_ood.text.words import one_line

# A column that has to give way keeps at least this much.
NARROWEST = 12
# This much of the parameters is enough to tell cells apart; the rest gives way first.
PARAMS_WIDTH = 24
# The space in ``71 %`` and in ``[24, 40]``, and what stands for it while lines are broken.
_KEPT_TOGETHER = re.compile(r"(?<=\d) (?=%)|(?<=,) (?=[^][ ]+\])")
_TIED = "\N{NO-BREAK SPACE}"


def wrapped(text: str, width: int, indent: str = "") -> Iterator[str]:
    """Break a text into lines, but neither ``71 %`` nor ``[24, 40]``; only a word longer than a line is broken."""
    unbroken = _KEPT_TOGETHER.sub(_TIED, one_line(text))
    width = max(width, len(indent) + NARROWEST)
    for line in textwrap.wrap(unbroken, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False):
        yield line.replace(_TIED, " ")


def aligned(table: Sequence[Sequence[str]], width: int, numbers: int = 0) -> list[str]:
    """Align columns, two spaces apart. If they are too wide, parameters give way, then the last column, then both.

    Args:
        table: the rows, each with the same number of texts.
        width: the width of the terminal.
        numbers: how many columns on the right hold numbers, which are right-aligned.
    """
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for column, least in ((0, PARAMS_WIDTH), (-1, NARROWEST), (0, NARROWEST)):
        excess = sum(widths) + 2 * (len(widths) - 1) - width
        if excess > 0:
            widths[column] = min(widths[column], max(least, widths[column] - excess))
    first_number = len(widths) - numbers
    return [
        "  ".join(
            fitted(text, size) if column < first_number else text.rjust(size)
            for column, (text, size) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]


def fitted(text: str, size: int) -> str:
    """Return the text padded or cut to exactly this length, with dots if it is cut."""
    return text.ljust(size) if len(text) <= size else text[: size - 3] + "..."
