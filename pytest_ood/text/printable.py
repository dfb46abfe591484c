"""Model output is hostile: what may be written to a terminal."""

# Longer texts are cut for a person; the store and the dataset keep them whole.
LONGEST = 4000


def printable(text: str) -> str:
    """The text with every character that a terminal might obey written as its escape; line breaks stay."""
    return "".join(c if c == "\n" or c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def clipped(text: str, longest: int = LONGEST) -> str:
    """The text made printable, its middle cut out where it is longer than `longest` characters."""
    if len(text) <= longest:
        return printable(text)
    half = longest // 2
    cut = f"\n[... {len(text) - 2 * half:,} of {len(text):,} characters cut ...]\n"
    return printable(text[:half]) + cut + printable(text[len(text) - half :])
