"""The model looks at its own answer once more."""

from collections.abc import Sequence

from pytest_ood.asking.strategies.base import Ask, Asked, Done, Strategy
from pytest_ood.evidence.tally import Tally
from pytest_ood.models.request import Answer

LOOK_AGAIN = (
    "Look at your answer once more. If it is wrong, correct it; if it is right, repeat it."
    " Answer in the form <answer>...</answer>."
)


class Revise(Strategy):
    """The question, and then the same question again with the model's own answer before it.

    Marks: `revision` is "mended" if a first answer that was not right became right, "spoiled" if a right one did not
    stay so, "unchanged" if it was repeated, and otherwise "changed".
    """

    calls = 2

    def turns(self, asked: Asked, history: Sequence[Answer]) -> Ask | Done:
        """Ask twice."""
        question = asked.messages()
        if not history:
            return Ask(question)
        first, *more = history
        if not more:
            return Ask(
                [
                    *question,
                    {"role": "assistant", "content": first.text},
                    {"role": "user", "content": LOOK_AGAIN},
                ]
            )
        return Done(more[0], {"revision": _revision(asked, first, more[0])})

    def remark(self, control: Tally, shift: Tally) -> str:
        """Say how many answers were mended and how many were spoiled."""
        both = control + shift
        counts = {kind: both.count(revision=kind) for kind in ("mended", "spoiled", "unchanged", "changed")}
        said = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
        return f"looked at its answers once more: {said}" if said else ""


def _revision(asked: Asked, first: Answer, second: Answer) -> str:
    before, after = asked.judged(first), asked.judged(second)
    if (before == "correct") != (after == "correct"):
        return "mended" if after == "correct" else "spoiled"
    return "unchanged" if asked.read(first) == asked.read(second) else "changed"
