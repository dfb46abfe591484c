"""Numbers and texts as they stand in a sentence."""

import math

from pytest_ood.text.printable import printable


def counted(count: int, noun: str) -> str:
    """Return ``1 cell`` or ``2 cells``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def percent(share: float) -> str:
    """Return ``71 %`` or ``0.1 %``."""
    return f"{100 * share:.2g} %" if share < 0.01 else f"{100 * share:.0f} %"


def dollars(cost: float | None) -> str:
    """Return ``$1.25`` or ``$0.0013``, or "cost unknown" without a price; never $0 for what costs something."""
    if cost is None:
        return "cost unknown"
    if cost >= 1 or not cost:
        return f"${cost:.2f}"
    # Four decimals, or as many as the first digit takes.
    return f"${cost:.{max(4, math.ceil(-math.log10(cost)))}f}"


def short_line(text: str, longest: int = 300) -> str:
    """Return the text as one printable line of at most `longest` characters, with dots if it is cut."""
    line = one_line(text[: longest + 1])
    return line if len(line) <= longest else f"{line[: longest - 3]}..."


def one_line(text: str) -> str:
    """Return the text as one printable line."""
    return printable(text).replace("\n", "\\n")
