"""Make text safe to write to a terminal: model output is treated as hostile."""

# Longer texts are shortened on screen; the store and the dataset keep them whole.
LONGEST = 4000


def printable(text: str) -> str:
    """Return the text with every non-printable character escaped, except line breaks."""
    return "".join(c if c == "\n" or c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def clipped(text: str, longest: int = LONGEST) -> str:
    """Return the text made printable, with its middle cut out if it is longer than `longest` characters."""
    if len(text) <= longest:
        return printable(text)
    half = longest // 2
    cut = f"\n[... {len(text) - 2 * half:,} of {len(text):,} characters cut ...]\n"
    return printable(text[:half]) + cut + printable(text[len(text) - half :])
