"""Anybody's text in Markdown: whatever a model, a probe or a task has said goes into a code fence or a code span."""

import re
import unicodedata

_LONGEST_BLOCK = 2000
_LONGEST_INLINE = 120


def block(text: str, longest: int = _LONGEST_BLOCK) -> str:
    """Return a fenced block that the text cannot leave, cut where it is long."""
    cut = len(text) - longest
    shown = _visible(text[:longest], keep="\n\t")
    fence = _fence(shown, 3)
    return f"{fence}text\n{shown}\n{fence}" + (f"\n\n({cut:,} more characters.)" if cut > 0 else "")


def inline(text: str, longest: int = _LONGEST_INLINE) -> str:
    """Return a code span on one line that the text cannot leave, nor the table cell around it; cut where it is long."""
    shown = text if len(text) <= longest else f"{text[:longest]}..."
    shown = _visible(shown).replace("|", "\\u007c")
    fence = _fence(shown, 1)
    pad = " " if not shown.strip() or shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def table(headings: tuple[str, ...], rows: list[str]) -> str:
    """Return a table of rows that are written already."""
    return "\n".join([row(*headings), row(*["---"] * len(headings)), *rows])


def row(*cells: str) -> str:
    """Return a row of a table."""
    return f"| {' | '.join(cells)} |"


def count(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 run``, ``2,000 runs``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listed(parts: list[str]) -> str:
    """Return an enumeration in words: ``a, b and c``."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _visible(text: str, keep: str = "") -> str:
    """The text with everything that is not shown (controls, direction marks, ...) written as its code point."""
    hidden = ("C", "Zl", "Zp")
    return "".join(
        f"\\u{ord(char):04x}" if unicodedata.category(char).startswith(hidden) and char not in keep else char
        for char in text
    )


def _fence(text: str, least: int) -> str:
    longest = max(map(len, re.findall("`+", text)), default=0)
    return "`" * max(longest + 1, least)
