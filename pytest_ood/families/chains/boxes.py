"""Boxes and the things in them: updates of what they hold, and how these are written."""

from collections.abc import Sequence

BOXES = "ABCDEFGH"
# The thing in each box.
State = tuple[str, ...]
# A box, and the box that it is swapped with or the thing that replaces what it holds.
Update = tuple[int, int | str]


def updated(state: State, update: Update) -> State:
    """Return the state after one update."""
    box, other = update
    new = list(state)
    if isinstance(other, str):
        new[box] = other
    else:
        new[box], new[other] = new[other], new[box]
    return tuple(new)


def sentence_of(update: Update) -> str:
    """Return the sentence that says what the update does."""
    box, other = update
    if isinstance(other, str):
        return f"Replace what is in box {BOXES[box]} with the {other}."
    return f"Swap what is in box {BOXES[box]} with what is in box {BOXES[other]}."


def stated(update: Update) -> list[str]:
    """Return the update as the solver gets it."""
    box, other = update
    return ["replace", BOXES[box], other] if isinstance(other, str) else ["swap", BOXES[box], BOXES[other]]


def written(states: Sequence[State]) -> str:
    """Write states as an answer gives them, one per line."""
    return "\n".join([" ".join(state) for state in states])
