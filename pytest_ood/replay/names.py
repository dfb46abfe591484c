"""Names of replayed cases: readable, printable and unique."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from pytest_ood.text.printable import clipped

_LONGEST = 200


def plain(text: str) -> str:
    """Return the text with only those characters that are safe in an id, for a terminal and for pytest."""
    return re.sub(r"[^A-Za-z0-9._,=+*<>^&|!%()@#~-]", "_", text)


def short(text: str) -> str:
    """Return a text as one printable line, shortened if it is long."""
    return clipped(text.replace("\n", " "), _LONGEST).replace("\n", " ")


def unique(names: Iterable[str]) -> Iterator[str]:
    """Yield the names in order, with a number added to each repeated one."""
    seen: Counter[str] = Counter()
    taken = set()
    for name in names:
        fresh = name
        while fresh in taken:
            seen[name] += 1
            fresh = f"{name}~{seen[name] + 1}"
        taken.add(fresh)
        yield fresh
