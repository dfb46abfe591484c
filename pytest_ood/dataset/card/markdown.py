"""Untrusted text in Markdown: output of models, probes and tasks goes into a code fence or a code span."""

import re
import unicodedata

_LONGEST_BLOCK = 2000
_LONGEST_INLINE = 120


def block(text: str, longest: int = _LONGEST_BLOCK) -> str:
    """Return a fenced block that the text cannot break out of, shortened if it is long."""
    cut = len(text) - longest
    shown = _visible(text[:longest], keep="\n\t")
    fence = _fence(shown, 3)
    return f"{fence}text\n{shown}\n{fence}" + (f"\n\n({cut:,} more characters.)" if cut > 0 else "")


def inline(text: str, longest: int = _LONGEST_INLINE) -> str:
    """Return a one-line code span, shortened if it is long; the text can break out of neither it nor a table cell."""
    shown = text if len(text) <= longest else f"{text[:longest]}..."
    shown = _visible(shown).replace("|", "\\u007c")
    fence = _fence(shown, 1)
    pad = " " if not shown.strip() or shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def table(headings: tuple[str, ...], rows: list[str]) -> str:
    """Return a table from its headings and the rows that `row` returned."""
    return "\n".join([row(*headings), row(*["---"] * len(headings)), *rows])


def row(*cells: str) -> str:
    """Return a row of a table."""
    return f"| {' | '.join(cells)} |"


def count(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 run``, ``2,000 runs``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listed(parts: list[str]) -> str:
    """Return a list in words: ``a, b and c``."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _visible(text: str, keep: str = "") -> str:
    """The text with invisible characters (controls, direction marks, ...) written as their code points."""
    hidden = ("C", "Zl", "Zp")
    return "".join(
        f"\\u{ord(char):04x}" if unicodedata.category(char).startswith(hidden) and char not in keep else char
        for char in text
    )


def _fence(text: str, least: int) -> str:
    longest = max(map(len, re.findall("`+", text)), default=0)
    return "`" * max(longest + 1, least)
