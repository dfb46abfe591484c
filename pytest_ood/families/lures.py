"""From the shortcuts that a task knows to the lures of a case."""

from collections.abc import Mapping
from typing import TypeVar

# The answer to one question, or the answers to all turns of a dialogue.
Answer = TypeVar("Answer", str, list[str])


def wrong_answers(answer: Answer, shortcuts: Mapping[str, Answer]) -> dict[str, Answer]:
    """Return the lures of a case: the answers of its shortcuts.

    Where several shortcuts give the same wrong answer, it goes by the name of the first. Those that happen to be right
    stay, so that the case can count them when it drops them.
    """
    lures: dict[str, Answer] = {}
    for name, given in shortcuts.items():
        if given == answer or given not in lures.values():
            lures[name] = given
    return lures
