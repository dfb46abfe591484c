"""The answer that most of several samples give."""

from collections import Counter
from collections.abc import Sequence

from pytest_ood.asking.strategies.base import Ask, Asked, Done, Strategy, expect_whole
from pytest_ood.evidence.tally import Tally
from pytest_ood.models.request import Answer


class Vote(Strategy):
    """The majority of `k` answers to the same question (Wang et al. 2022, "Self-Consistency"; Li et al. 2024).

    An answer counts by its text, without regard to case and to white space. A tie, and a vote without any answer that
    can be read, is unparsed. At temperature 0 all samples are alike: set a higher one.

    Marks: `agreement` is "all", "most" (more than half), "some" or "tie".

    Args:
        k: how many samples, 2 to 100.
    """

    def __init__(self, k: int = 5) -> None:
        expect_whole("vote.k", k, 2, 100)
        self._k = k

    def turns(self, asked: Asked, history: Sequence[Answer]) -> Ask | Done:
        """Ask `k` times side by side."""
        if not history:
            return Ask(asked.messages(), samples=self._k)
        votes = [None if (text := asked.read(answer)) is None else _normal(text) for answer in history]
        counts = Counter(vote for vote in votes if vote is not None).most_common(2)
        if not counts or (len(counts) == 2 and counts[0][1] == counts[1][1]):
            return Done(history[-1], {"agreement": "tie"}, outcome="unparsed")
        winner, supporters = counts[0]
        place = votes.index(winner)
        agreement = "all" if supporters == self._k else "most" if 2 * supporters > self._k else "some"
        return Done(history[place], {"agreement": agreement}, shown=place)

    def most_calls(self, asked: Asked) -> int:
        """One for each sample."""
        del asked
        return self._k

    def remark(self, control: Tally, shift: Tally) -> str:
        """Say how many votes were of one mind, and how many were ties."""
        both = control + shift
        counts = {kind: both.count(agreement=kind) for kind in ("all", "most", "some", "tie")}
        words = {"all": "unanimous", "most": "by more than half", "some": "by fewer", "tie": "tied"}
        said = ", ".join(f"{count} {words[kind]}" for kind, count in counts.items() if count)
        return f"votes of {self._k}: {said}" if said else ""


def _normal(text: str) -> str:
    return " ".join(text.split()).casefold()
