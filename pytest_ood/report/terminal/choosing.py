"""Which pairs of a dataset are shown."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_ood.evidence.trace import Trace
from pytest_ood.report.exchange import json_object
from pytest_ood.report.twins import Twins, paired
from pytest_ood.text.canonical import canonical


@dataclass(frozen=True)
class Choice:
    """Filters: a pair is shown if it passes all of those that are given.

    Attributes:
        ids: the beginnings of ids of traces.
        probe, task, model: parts of these names.
        outcomes: outcomes, of which either twin has one.
        lure: a part of the name of the shortcut that gives the answer of either twin.
        params: parameters of either twin by name, each as JSON or as plain text.
        draw: the number of the draw.
        text: what is in a question, a response or an expected answer of either twin, in any case.
    """

    ids: Sequence[str] = ()
    probe: str = ""
    task: str = ""
    model: str = ""
    outcomes: Sequence[str] = ()
    lure: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    draw: int | None = None
    text: str = ""

    def of(self, traces: Iterable[Trace]) -> list[Twins]:
        """Return the chosen pairs of a dataset, the telling ones first."""
        return [pair for pair in paired(traces) if self._has(pair)]

    def _has(self, pair: Twins) -> bool:
        last = pair.last
        names = ((self.probe, last.probe), (self.task, last.task), (self.model, last.model))
        return (
            all(part in whole for part, whole in names)
            and self.draw in (None, last.draw)
            and (not self.ids or any(trace.id.startswith(start) for trace in pair.both for start in self.ids))
            and (not self.outcomes or any(trace.outcome in self.outcomes for trace in pair.both))
            and (not self.lure or any(self.lure in (trace.lure or "") for trace in pair.both))
            and any(map(self._has_params, pair.both))
            and any(map(self._has_text, pair.both))
        )

    def _has_params(self, trace: Trace) -> bool:
        if not self.params:
            return True
        params = json_object(trace.params)
        return all(name in params and _is(params[name], typed) for name, typed in self.params.items())

    def _has_text(self, trace: Trace) -> bool:
        if not self.text:
            return True
        asked = [trace.question, *(message["content"] for message in trace.messages)]
        return any(self.text.lower() in one.lower() for one in (*asked, trace.response, trace.answer_expected))


def _is(value: Any, typed: str) -> bool:
    """Whether a parameter has a value as it was typed."""
    if value == typed:
        return True
    try:
        return canonical(json.loads(typed)) == canonical(value)
    except ValueError:
        return False
