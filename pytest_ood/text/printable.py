"""Make text safe to write to a terminal, or to the log of a CI server: model output is treated as hostile."""

import re

# Longer texts are shortened on screen; the store and the dataset keep them whole.
LONGEST = 4000
# What GitHub Actions takes for a command where it begins a line of a log, white space aside, or stands anywhere in it.
_COMMAND = re.compile(r"(?<!\S)::(?=[a-z])|##\[")


def printable(text: str) -> str:
    """Return the text with every non-printable character escaped, except line breaks, and with no commands to a log."""
    escaped = "".join(c if c == "\n" or c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return _COMMAND.sub(lambda found: f"\\x{ord(found[0][0]):02x}{found[0][1:]}", escaped)


def clipped(text: str, longest: int = LONGEST) -> str:
    """Return the text made printable, with its middle cut out if it is longer than `longest` characters."""
    if len(text) <= longest:
        return printable(text)
    half = longest // 2
    cut = f"\n[... {len(text) - 2 * half:,} of {len(text):,} characters cut ...]\n"
    return printable(text[:half]) + cut + printable(text[len(text) - half :])
