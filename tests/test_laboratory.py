"""Models that are trained here and now, by counting, and probed end to end: a planted break is found where it is."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from pytest_ood import Message, measure_curve
from pytest_ood.answers import wrap
from pytest_ood.families.grids import elementary_ca
from pytest_ood.models.toy.automata import AutomataReader

READER = AutomataReader()
WIDTHS = [8, 12, 16, 24]


class Counting:
    """Learns what usually follows from a part of a row: the cells around one, or the whole row."""

    def __init__(self, reach: int | None) -> None:
        self._reach = reach
        self._seen: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def train(self, rows: Iterable[tuple[str, str]]) -> None:
        """Count what follows what, in rows and their successors."""
        for row, following in rows:
            for place, cell in enumerate(following):
                self._seen[self._part(row, place)][cell] += 1

    def __call__(self, messages: Sequence[Message]) -> str:
        """Answer a question with what followed most often; a part that was never seen stays as it is."""
        tokens = READER.read(messages[-1]["content"])
        assert tokens is not None
        row = "".join(tokens[1:-1])
        counts = (self._seen.get(self._part(row, place), Counter(row[place])) for place in range(len(row)))
        return wrap("".join([count.most_common(1)[0][0] for count in counts]))

    def _part(self, row: str, place: int) -> str:
        turned = row[place:] + row[:place]
        return turned if self._reach is None else turned[-self._reach :] + turned[: self._reach + 1]


def trained(reach: int | None) -> Counting:
    """Return a model that has seen 2,000 rows of 8 cells, of another seed than those that probe it."""
    model = Counting(reach)
    cases = [elementary_ca.draw({"width": 8}, 2026, draw) for draw in range(2000)]
    model.train((case.input, case.answer) for case in cases)
    return model


@pytest.mark.parametrize(("reach", "holds_to", "breaks_by"), [(1, 24, None), (None, 8, 12)])
def test_what_was_trained_on_one_width(tmp_path: Path, reach: int | None, holds_to: int, breaks_by: int | None) -> None:
    """Who looks at neighbours knows every width; who looks at whole rows copies what it has never seen."""
    curve = measure_curve(elementary_ca, trained(reach), width=WIDTHS, store=tmp_path / "store.db")
    assert (curve.holds_to, curve.breaks_by) == (holds_to, breaks_by)
    assert [outcome.robust for _, outcome in curve] == [breaks_by is None or width < breaks_by for width in WIDTHS]
    wrong = sum(len(outcome.failures) for _, outcome in curve)
    assert sum(outcome.lures["copied"] for _, outcome in curve) == wrong
    assert (wrong > 0) == (breaks_by is not None)
