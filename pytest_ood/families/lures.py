"""What every task does with its lures."""

from collections.abc import Mapping


def wrong_ones(answer: str, shortcuts: Mapping[str, str]) -> dict[str, str]:
    """Return the lures of a case: the shortcuts whose answer is wrong.

    Where several shortcuts give the same answer, the first one names it.
    """
    lures: dict[str, str] = {}
    for name, given in shortcuts.items():
        if given != answer and given not in lures.values():
            lures[name] = given
    return lures
