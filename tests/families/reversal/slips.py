"""Slips of the pen."""

import string
from collections.abc import Iterator


def slips_of(answer: str) -> Iterator[str]:
    """Yield every answer with one letter changed, left out, doubled or swapped with the next."""
    for place, letter in enumerate(answer):
        before, after = answer[:place], answer[place + 1 :]
        yield from (before + other + after for other in string.ascii_lowercase)
        yield before + after
        yield before + letter + letter + after
        yield before + after[:1] + letter + after[1:]
