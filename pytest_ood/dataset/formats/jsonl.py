"""Plain JSON lines: a row of the dataset on each, with its JSON columns opened."""

import dataclasses
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pytest_ood.dataset.formats import Written
from pytest_ood.dataset.formats.lines import write_lines
from pytest_ood.dataset.tables import COLUMNS
from pytest_ood.evidence.trace import Trace

_JSON = ("params", "control_params", "model_args", "lures", "detail", "stopping", "condition")


def write(traces: Iterable[Trace], out: Path) -> Written:
    """Write the file `out`; the columns that people read come first, as in the dataset."""
    return Written("trace", write_lines(out, _rows(traces)))


def _rows(traces: Iterable[Trace]) -> Iterator[dict[str, Any]]:
    for trace in traces:
        values = dataclasses.asdict(trace)
        yield {name: opened(values[name]) if name in _JSON else values[name] for name in COLUMNS}


def opened(text: str | None) -> Any:
    """Return the value of a JSON text; in a file that was edited by hand it may be something else, and stays text."""
    try:
        return None if text is None else json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return text


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
