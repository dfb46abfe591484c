"""Slips of the pen."""

import string
from collections.abc import Iterator


def slips_of(answer: str) -> Iterator[str]:
    """Every answer that is one letter changed, left out, doubled or exchanged with the next away."""
    for place, letter in enumerate(answer):
        before, after = answer[:place], answer[place + 1 :]
        yield from (before + other + after for other in string.ascii_lowercase)
        yield before + after
        yield before + letter + letter + after
        yield before + after[:1] + letter + after[1:]
