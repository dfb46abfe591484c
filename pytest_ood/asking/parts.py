"""Many values, a part at a time."""

import itertools
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def parts(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield the values in lists of so many; the last one may have fewer."""
    remaining = iter(values)
    while part := list(itertools.islice(remaining, size)):
        yield part
