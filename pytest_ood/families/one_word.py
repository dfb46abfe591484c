"""Answers of one word."""

# Longer than any such answer, with white space to spare.
LONGEST_WORD = 100


def one_word(given: str) -> str:
    """Return a short answer in lower case, without a closing full stop; "" if it is too long to be one."""
    return given.strip().removesuffix(".").casefold() if len(given) <= LONGEST_WORD else ""
