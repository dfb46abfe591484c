"""Blocks of the table of verdicts: the cells of one probe that are shown side by side, as columns.

A block has the cells of one probe under one model and condition. If the task has a size and it varies, the columns are
its values, and each combination of the other parameters is a block of its own. Otherwise every cell is a column,
labelled by the parameters that vary.
"""

import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pytest_ood.plugin.layout import Row, one_line
from pytest_ood.text.canonical import canonical

# A system message is as long as its author likes.
_LONGEST_AXIS = 32

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Block:
    """Cells shown side by side.

    Attributes:
        family, probe: the heading, shared by all blocks of a probe.
        label: what tells the block from the others: model, condition, other parameters; empty if nothing does.
        parameter: the name of the parameter whose values label the columns; empty if the labels name theirs.
        labels: the label of each column.
        cells: the row of each column.
    """

    family: str
    probe: str
    label: str
    parameter: str
    labels: tuple[str, ...]
    cells: tuple[Row, ...]


def blocks(rows: Sequence[Row]) -> Iterator[Block]:
    """Yield the blocks of these cells probe by probe, in the order in which the cells first appear."""
    conditions = _condition_labels(rows)
    of_probes = _grouped(range(len(rows)), lambda place: (str(rows[place]["family"]), str(rows[place]["probe"])))
    for (family, probe), places in of_probes.items():
        varying = _varying(rows[place]["params"] for place in places)
        size = _size([rows[place] for place in places], varying)
        others = [name for name in varying if size and name != size]

        def block_key(place: int, others: Sequence[str] = others) -> Hashable:
            return conditions[place], canonical(_chosen(rows[place]["params"], others))

        for (condition, _), members in _grouped(places, block_key).items():
            cells = [rows[place] for place in members]
            if size:
                cells.sort(key=lambda row: float(row["params"][size]))
            label = one_line(", ".join(filter(None, [condition, _assignments(_chosen(cells[0]["params"], others))])))
            yield Block(family, probe, label, *_columns(cells, size, varying), tuple(cells))


def _grouped(members: Iterable[T], key: Callable[[T], Any]) -> dict[Any, list[T]]:
    """Group members by a key, both in the order of first appearance."""
    groups: dict[Any, list[T]] = {}
    for member in members:
        groups.setdefault(key(member), []).append(member)
    return groups


def _varying(params: Iterable[Row]) -> list[str]:
    """Return the names of the parameters that do not have the same value everywhere."""
    rows = list(params)
    names = dict.fromkeys(name for row in rows for name in row)
    return [name for name in names if len({canonical(row[name]) if name in row else None for row in rows}) > 1]


def _size(cells: Sequence[Row], varying: Sequence[str]) -> str:
    """Return the size parameter of these cells if it varies and takes numbers only; otherwise an empty string."""
    (name, *more) = {cell.get("size") for cell in cells}
    if more or name not in varying:
        return ""
    values = [cell["params"].get(name) for cell in cells]
    are_numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
    return str(name) if are_numbers else ""


def _columns(cells: Sequence[Row], size: str, varying: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return the parameter that labels the columns, if it is a single one, and the labels."""
    names = [size] if size else list(varying)
    if not names and len(cells) == 1:
        # What moved.
        params, control = cells[0]["params"], cells[0]["control_params"]
        names = [name for name in params if name not in control or control[name] != params[name]]
        names = names or [name for name in params if name == cells[0].get("size")] or list(params)
    if len(names) == 1 and all(names[0] in cell["params"] for cell in cells):
        return one_line(names[0]), tuple(one_line(_value(cell["params"][names[0]])) for cell in cells)
    return "", tuple(one_line(_assignments(_chosen(cell["params"], names))) for cell in cells)


def _chosen(params: Row, names: Iterable[str]) -> dict[str, Any]:
    return {name: params[name] for name in names if name in params}


def _assignments(values: Row) -> str:
    return " ".join(f"{name}={_value(value)}" for name, value in values.items())


def _value(value: object) -> str:
    """Return a JSON value as a person would write it; a string that would look like nothing at all in quotes."""
    if isinstance(value, str):
        return value if value.strip() else json.dumps(value)
    return canonical(value)


def _condition_labels(rows: Sequence[Row]) -> list[str]:
    """Return for each row its model, its bar and those axes of its condition that are not the same in all rows."""
    axes = [{**_axes(row), "bar": (row.get("sampling") or {}).get("bar")} for row in rows]
    varying = _varying(axes)
    labels = []
    for one in axes:
        values = {name: _value(one[name]) for name in varying if name in one}
        named = [values.pop(name) for name in ("model", "strategy") if name in values]
        named += [f"{name}={value[:_LONGEST_AXIS]}" for name, value in values.items()]
        labels.append(", ".join(named))
    return labels


def _axes(row: Row) -> dict[str, Any]:
    """Return every axis of a condition by name; arguments of the calls and of the strategy as axes of their own."""
    axes: dict[str, Any] = {}
    for name, value in {**row.get("condition", {}), "model": row["model"], "strategy": row["strategy"]}.items():
        axes.update(value if isinstance(value, Mapping) else {name: value})
    return axes
