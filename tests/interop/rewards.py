"""What a reward should be, from the outcomes that the run stored."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pytest_ood import families
from pytest_ood.dataset.redraw import CaseKey
from pytest_ood.evidence.trace import Trace

Row = TypeVar("Row", bound=Mapping[str, Any])
#: The tasks whose cases are dialogues.
DIALOGUES = {task.name for task in families.tasks() if task.draw({}, 0, 0).reply is not None}
_ASKED = (*CaseKey._fields, "arm", "strategy")


def expected_scores(traces: Iterable[Trace], rows: Iterable[Row]) -> list[tuple[Row, Trace, float]]:
    """Return each trace whose question is among the rows, with its row and its score: 1 if it is correct, else 0."""
    by_case = {tuple(row[name] for name in _ASKED): row for row in rows}
    found = [(by_case.get(tuple(getattr(trace, name) for name in _ASKED)), trace) for trace in traces]
    return [(row, trace, float(trace.outcome == "correct")) for row, trace in found if row is not None]
