"""How far the gap of a cell depends on the wording of its question, from the rows of the summary."""

from collections.abc import Mapping, Sequence
from typing import Any

from pytest_ood.text.canonical import canonical

Row = Mapping[str, Any]
AXIS = "wording"


def with_wordings(cells: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the cells, each with the spread of the gap over the wordings that it was asked in, if these are several.

    Args:
        cells: the rows of the cells (``schemas/summary.schema.json``).
    """
    groups: dict[str, list[Row]] = {}
    for cell in cells:
        if cell["gap"] is not None and cell["condition"] is not None:
            groups.setdefault(_key(cell), []).append(cell)
    spreads = {id(cell): _spread(group) for group in groups.values() if len(group) > 1 for cell in group}
    return [{**cell, "gap_over_wordings": spreads[id(cell)]} if id(cell) in spreads else dict(cell) for cell in cells]


def _key(cell: Row) -> str:
    """What the cells have in common that differ in their wording alone."""
    names = ("probe", "task", "task_version", "model", "sampling")
    values = [cell[name] for name in (*names, "params", "control_params", "condition")]
    if AXIS in cell["condition"]:
        # Both arms take it as a parameter.
        values[len(names) :] = [{name: one[name] for name in one if name != AXIS} for one in values[len(names) :]]
    return canonical(values)


def _spread(cells: Sequence[Row]) -> dict[str, Any]:
    gaps = [cell["gap"]["estimate"] for cell in cells]
    wordings = sorted(cell["condition"].get(AXIS, 0) for cell in cells)
    return {"wordings": wordings, "smallest": min(gaps), "largest": max(gaps)}
