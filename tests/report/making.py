"""Runs for reports: rows of cells, traces of twins, and what a written report has in it."""

import base64
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from pytest_ood.evidence.sampling import Sampling
from pytest_ood.evidence.trace import Trace, trace_id
from pytest_ood.report.html import Source, render
from pytest_ood.report.size_curves import curve_rows
from pytest_ood.text.canonical import canonical
from tests.dataset import making

PROBE = "probes/test_grids.py::test_larger"
CONDITION: Mapping[str, Any] = {
    **{"model": "gpt-4o", "args": {}, "strategy": "direct", "strategy_args": {}},
    **{"shots": 0, "exchanges": 3, "system": None},
}
NAMES = {"c": "correct", "w": "wrong", "u": "unparsed", "t": "truncated", "r": "refused", "e": "error"}


def arm(outcomes: str, low: float = 0.1, high: float = 0.9, **values: Any) -> dict[str, Any]:
    """An arm's row, from the outcomes of its draws."""
    counts = {name: outcomes.count(letter) for letter, name in NAMES.items()}
    scored = counts["correct"] + counts["wrong"]
    accuracy = counts["correct"] / scored if scored else None
    return {
        **{"n": len(outcomes), "judged": len(outcomes), **counts, "outcomes": outcomes},
        **{"accuracy": accuracy, "estimate": accuracy, "low": low, "high": high, "rejected": 0, "chance": 0.0},
        **{"beats_chance": None, "uniform": None, "scores": {}, "understood": None, **values},
    }


def cell(number: int, verdict: str, outcomes: str | None = "c" * 20, **values: Any) -> dict[str, Any]:
    """A cell's row, with a number that is its size; the control has size 2."""
    probe = values.get("probe", PROBE)
    gap = {"estimate": 0.5, "low": 0.2, "high": 0.8, "pairs": 20, "evidence": 300.0, "alpha": 0.01, "shown": True}
    return {
        **{"id": f"{probe}[{number}]", "probe": probe, "task": "grids.grow", "task_version": 1, "family": "grids"},
        **{"params": {"size": number}, "control_params": {"size": 2}, "size": "size"},
        **{"model": "gpt-4o", "strategy": "direct", "condition": dict(CONDITION)},
        **{"verdict": verdict, "reason_code": "gap_shown", "reason": "a gap is shown", "reason_arm": None},
        **{
            "sampling": Sampling().row(),
            "control": arm("c" * 20),
            "shift": None if outcomes is None else arm(outcomes),
        },
        **{"gap": None if outcomes is None else gap, "gap_understood": None, "lures": {}, "cost_usd": None},
        **values,
    }


FALLING = [
    cell(4, "robust", "c" * 20),
    cell(16, "robust", "c" * 19 + "w"),
    cell(64, "brittle", "c" * 2 + "w" * 18, lures={"copied": 12}),
]


def summary(cells: Sequence[Mapping[str, Any]] = FALLING, **values: Any) -> dict[str, Any]:
    """A summary of these cells."""
    models = list(dict.fromkeys(str(one["model"]) for one in cells))
    whole = {**making.summary(), "models": models, "cells": list(cells), "curves": curve_rows(cells)}
    return {**whole, "seed": 0, **values}


def twin(name: str, draw: int, size: int, outcome: Any = "correct", **fields: Any) -> Trace:
    """A trace of one half of a pair of the cells above."""
    params = {"size": 2 if name == "control" else size}
    named = ["grids.grow", 1, fields.get("model"), draw]
    values = {
        **{"probe": PROBE, "task": "grids.grow", "family": "grids", "seed": 0, "params": canonical(params)},
        **{"arm": name, "control_params": canonical({"size": 2}), "condition": canonical(CONDITION)},
        "lure": None,
    }
    made = making.trace(draw, outcome=outcome, **{**values, **fields})
    return replace(made, id=trace_id([*named, params]), pair_id=trace_id([*named, {"size": 2}]))


def pair(draw: int, size: int = 64, outcome: Any = "wrong", **fields: Any) -> list[Trace]:
    """Both twins of a draw: the control is right, and the shift has these fields."""
    model = {name: value for name, value in fields.items() if name in ("model", "condition")}
    return [twin("control", draw, size, **model), twin("shift", draw, size, outcome, **fields)]


def source(traces: Sequence[Trace] = (), cells: Sequence[Mapping[str, Any]] = FALLING, **values: Any) -> Source:
    """A run with these cells and traces."""
    whole = [summary(cells, **values)]
    return Source("run.json", whole, lambda: traces) if traces else Source("run.json", whole)


def report(*traces: Trace, cells: Sequence[Mapping[str, Any]] = FALLING, **values: Any) -> str:
    """The report of a run with these cells and traces."""
    return render([source(traces, cells, **values)])


def unpacked(html: str) -> dict[str, Any]:
    """What the traces of a report are, as its script gets them."""
    (text,) = re.findall(r'<script type="application/octet-stream" id="packed">([A-Za-z0-9+/=]*)</script>', html)
    whole: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(text)))
    return whole


class Document(HTMLParser):
    """The elements of a page, and the text of each, as a browser would have them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))
        if tag in ("td", "th", "li", "p", "tr"):
            self.texts.append(" ")

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.texts.append(data)

    @property
    def text(self) -> str:
        """All that is written, without white space at its ends and in runs."""
        return " ".join("".join(self.texts).split())

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        """The attributes of the elements of this kind that have these."""
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        return [attrs for name, attrs in self.elements if name == tag and wanted.items() <= attrs.items()]
