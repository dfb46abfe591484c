"""The models of a run against their number of parameters, made from the rows of the summary.

Models have a size if the user gives them one, as in ``--ood-model NAME@7b``. The cells that ask the same of several of
them, in the same way, form a curve over the number of parameters, and so do the horizons of their curves over a size.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pytest_ood.models import default_args
from pytest_ood.report.curve_sentence import horizon_text
from pytest_ood.report.size_curves import point_of
from pytest_ood.text.canonical import canonical

Row = Mapping[str, Any]
# One model is no curve.
LEAST_MODELS = 2
_UNITS = ((1e12, "T"), (1e9, "B"), (1e6, "M"))


def parameters_text(count: float) -> str:
    """Return ``7B`` or ``135M``, a number of parameters."""
    factor, unit = next((pair for pair in _UNITS if count >= pair[0]), _UNITS[-1])
    return f"{count / factor:.3g}{unit}"


def scale_rows(cells: Iterable[Row], curves: Iterable[Row], sizes: Mapping[str, float]) -> list[dict[str, Any]]:
    """Return the scale curves of a run, one for each probe and way of asking, in the order of their first cells.

    Args:
        cells: the rows of the cells (``schemas/summary.schema.json``).
        curves: the rows of their curves over a size.
        sizes: the number of parameters of each model that has a size.
    """
    of_cells = _grouped(cells, sizes, ("params", "control_params"))
    of_curves = _grouped(curves, sizes, ("parameter", "params"))
    return [
        _row(several, _of_several(of_curves.get(key, {})), sizes)
        for key, members in of_cells.items()
        if (several := _of_several(members))
    ]


def _grouped(
    rows: Iterable[Row], sizes: Mapping[str, float], what: Sequence[str]
) -> dict[str, dict[str, dict[str, Row]]]:
    """Group the rows of models with a size by probe and way of asking, then by `what`; each group by model."""
    groups: dict[str, dict[str, dict[str, Row]]] = {}
    for row in rows:
        if row["model"] in sizes and row["condition"] is not None:
            key = canonical([*(row[name] for name in ("probe", "task", "task_version")), _way(row)])
            group = groups.setdefault(key, {}).setdefault(canonical([row[name] for name in what]), {})
            group[row["model"]] = row
    return groups


def _of_several(groups: Mapping[str, Mapping[str, Row]]) -> list[Mapping[str, Row]]:
    return [group for group in groups.values() if len(group) >= LEAST_MODELS]


def _way(row: Row) -> dict[str, Any]:
    """Return how a model was asked, without the model and its own default arguments."""
    defaults = default_args(row["model"])
    args = {name: value for name, value in row["condition"].get("args", {}).items() if defaults.get(name) != value}
    return {**{axis: value for axis, value in row["condition"].items() if axis != "model"}, "args": args}


def _row(
    cells: Sequence[Mapping[str, Row]], curves: Sequence[Mapping[str, Row]], sizes: Mapping[str, float]
) -> dict[str, Any]:
    first = next(iter(cells[0].values()))
    asked = {model for group in cells for model in group}
    models = sorted(asked, key=lambda model: (sizes[model], model))

    def points(group: Mapping[str, Row]) -> list[dict[str, Any] | None]:
        return [point_of(sizes[model], group[model]) if model in group else None for model in models]

    def horizons(group: Mapping[str, Row]) -> list[dict[str, Any] | None]:
        return [_horizon(group[model]) if model in group else None for model in models]

    return {
        **{name: first[name] for name in ("probe", "task", "task_version", "family")},
        "condition": _way(first),
        "models": [{"model": model, "parameters": sizes[model]} for model in models],
        "cells": [{**_shared(group, ("params", "control_params")), "points": points(group)} for group in cells],
        "horizons": [{**_shared(group, ("parameter", "params")), "points": horizons(group)} for group in curves],
    }


def _horizon(curve: Row) -> dict[str, Any]:
    return {**{name: curve[name] for name in ("holds_to", "breaks_by", "horizon")}, "text": horizon_text(curve)}


def _shared(group: Mapping[str, Row], names: Sequence[str]) -> dict[str, Any]:
    first = next(iter(group.values()))
    return {name: first[name] for name in names}
