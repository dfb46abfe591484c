"""How often which marks of a strategy came with which outcome."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from pytest_ood.evidence.outcomes import AnswerOutcome
from pytest_ood.evidence.spent import NOTHING, Spent

Marks = Mapping[str, str | bool]
_Counted = tuple[AnswerOutcome, tuple[tuple[str, str | bool], ...]]


class Tally:
    """Counts of outcomes with their marks, and what the answers after the first took."""

    def __init__(self) -> None:
        self._counts: Counter[_Counted] = Counter()
        self._further: dict[_Counted, Spent] = {}

    def add(self, outcome: AnswerOutcome, marks: Marks, further: Spent = NOTHING) -> None:
        """Count a draw; one without marks is not counted."""
        if marks:
            self._count((outcome, tuple(sorted(marks.items()))), 1, further)

    def _count(self, what: _Counted, n: int, further: Spent) -> None:
        self._counts[what] += n
        self._further[what] = self._further.get(what, NOTHING) + further

    def count(self, *outcomes: AnswerOutcome, **marks: str | bool) -> int:
        """Return how many draws have one of these outcomes, by default any, and all of these marks."""
        return sum(self._counts[what] for what in self._with(outcomes, marks))

    def further(self, *outcomes: AnswerOutcome, **marks: str | bool) -> Spent:
        """Return what the answers after the first took in these draws."""
        return sum((self._further[what] for what in self._with(outcomes, marks)), start=NOTHING)

    def _with(self, outcomes: tuple[AnswerOutcome, ...], marks: Marks) -> Iterable[_Counted]:
        wanted = set(marks.items())
        return [
            (outcome, marked)
            for outcome, marked in self._counts
            if wanted <= set(marked) and (not outcomes or outcome in outcomes)
        ]

    def __add__(self, other: "Tally") -> "Tally":
        both = Tally()
        for one in (self, other):
            for what, n in one._counts.items():
                both._count(what, n, one._further[what])
        return both

    def __bool__(self) -> bool:
        return bool(self._counts)

    def rows(self) -> list[dict[str, Any]] | None:
        """Return the counts as in ``schemas/summary.schema.json``, the commonest first; None if there are none."""
        rows = []
        for (outcome, marked), n in self._counts.most_common():
            row: dict[str, Any] = {"outcome": outcome, "marks": dict(marked), "n": n}
            further = self._further[outcome, marked]
            if further.tokens or further.cost_usd:
                row["further"] = {"tokens": further.tokens, "cost_usd": further.cost_usd}
            rows.append(row)
        return rows or None
