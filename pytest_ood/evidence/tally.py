"""How often which marks of a strategy came with which outcome."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from pytest_ood.evidence.outcomes import AnswerOutcome

Marks = Mapping[str, str | bool]
_Counted = tuple[AnswerOutcome, tuple[tuple[str, str | bool], ...]]


class Tally:
    """Counts of outcomes with their marks."""

    def __init__(self, counts: Mapping[_Counted, int] | None = None) -> None:
        self._counts: Counter[_Counted] = Counter(counts or {})

    def add(self, outcome: AnswerOutcome, marks: Marks) -> None:
        """Count a draw; one without marks is not counted."""
        if marks:
            self._counts[outcome, tuple(sorted(marks.items()))] += 1

    def count(self, *outcomes: AnswerOutcome, **marks: str | bool) -> int:
        """Return how many draws have one of these outcomes, by default any, and all of these marks."""
        wanted = set(marks.items())
        return sum(
            n
            for (outcome, marked), n in self._counts.items()
            if wanted <= set(marked) and (not outcomes or outcome in outcomes)
        )

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self._counts + other._counts)

    def __bool__(self) -> bool:
        return bool(self._counts)

    def rows(self) -> list[dict[str, Any]] | None:
        """Return the counts as in ``schemas/summary.schema.json``, the commonest first; None if there are none."""
        rows = [
            {"outcome": outcome, "marks": dict(marked), "n": n} for (outcome, marked), n in self._counts.most_common()
        ]
        return rows or None

    @classmethod
    def of_rows(cls, rows: Iterable[Mapping[str, Any]] | None) -> "Tally":
        """Return the tally that `rows` gave."""
        return cls({(row["outcome"], tuple(sorted(row["marks"].items()))): row["n"] for row in rows or ()})
