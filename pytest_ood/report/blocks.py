"""Blocks of the table of verdicts: the cells of one probe that are shown side by side, as columns.

A block has the cells of one probe under one model and condition. If the task has a size and it varies, the columns are
its values, and each combination of the other parameters is a block of its own. So it is with another parameter that
varies apart from the others. Otherwise every cell is a column, labelled by all parameters that vary.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pytest_ood.report.conditions import axes_of, differing, label_of, value_text
from pytest_ood.tasks import RESERVED
from pytest_ood.text.canonical import canonical
from pytest_ood.text.words import one_line

Row = Mapping[str, Any]
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

    @property
    def shared_verdict(self) -> bool:
        """Whether all cells have the same verdict, so that it can be said once."""
        return len({cell["verdict"] for cell in self.cells}) == 1


def blocks(rows: Sequence[Row]) -> Iterator[Block]:
    """Yield the blocks of these cells probe by probe, in the order in which the cells first appear."""
    labels, conditions = condition_labels(rows), [canonical(_axes(row)) for row in rows]
    of_probes = _grouped(range(len(rows)), lambda place: (str(rows[place]["family"]), str(rows[place]["probe"])))
    for (family, probe), places in of_probes.items():
        # A wording that the condition gives is said with the condition.
        said = {name for place in places for name in RESERVED if name in (rows[place].get("condition") or {})}
        varying = [name for name in differing(rows[place]["params"] for place in places) if name not in said]
        across = _across([rows[place] for place in places], varying)
        others = [name for name in varying if across and name != across]

        def block_key(place: int, others: Sequence[str] = others) -> Hashable:
            return conditions[place], canonical(_chosen(rows[place]["params"], others))

        for members in _grouped(places, block_key).values():
            cells = [rows[place] for place in members]
            if across and all(_is_number(cell["params"][across]) for cell in cells):
                cells.sort(key=lambda row: float(row["params"][across]))
            label = one_line(
                ", ".join(filter(None, [labels[members[0]], _assignments(_chosen(cells[0]["params"], others))]))
            )
            yield Block(family, probe, label, *_columns(cells, across, varying), tuple(cells))


def _grouped(members: Iterable[T], key: Callable[[T], Any]) -> dict[Any, list[T]]:
    """Group members by a key, both in the order of first appearance."""
    groups: dict[Any, list[T]] = {}
    for member in members:
        groups.setdefault(key(member), []).append(member)
    return groups


def _across(cells: Sequence[Row], varying: Sequence[str]) -> str:
    """Return the parameter whose values are the columns of these cells; empty if one does not suffice."""
    (size, *more) = {cell.get("size") for cell in cells}
    if not more and size in varying and all(_is_number(cell["params"].get(size)) for cell in cells):
        return str(size)
    shared = [name for name in varying if all(name in cell["params"] for cell in cells)]
    values = {name: {canonical(cell["params"][name]) for cell in cells} for name in shared}
    # The one with the most values; if there are several, one of numbers, which read best from left to right.
    ranked = sorted(
        shared, key=lambda name: (len(values[name]), all(_is_number(cell["params"][name]) for cell in cells))
    )
    if not ranked:
        return ""
    best = ranked[-1]
    rest = {canonical(_chosen(cell["params"], [name for name in varying if name != best])) for cell in cells}
    # Parameters that vary together would make blocks of a single column.
    is_grid = len({canonical(_chosen(cell["params"], varying)) for cell in cells}) >= 2 * len(rest)
    return best if is_grid else ""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _columns(cells: Sequence[Row], across: str, varying: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return the parameter that labels the columns, if it is a single one, and the labels."""
    names = [across] if across else list(varying)
    if not names and len(cells) == 1:
        # What moved.
        params, control = cells[0]["params"], cells[0]["control_params"]
        names = [name for name in params if name not in control or control[name] != params[name]]
        names = names or [name for name in params if name == cells[0].get("size")] or list(params)
    if len(names) == 1 and all(names[0] in cell["params"] for cell in cells):
        return one_line(names[0]), tuple(one_line(value_text(cell["params"][names[0]])) for cell in cells)
    return "", tuple(one_line(_assignments(_chosen(cell["params"], names))) for cell in cells)


def _chosen(params: Row, names: Iterable[str]) -> dict[str, Any]:
    return {name: params[name] for name in names if name in params}


def _assignments(values: Row) -> str:
    return " ".join(f"{name}={value_text(value)}" for name, value in values.items())


def condition_labels(rows: Sequence[Row]) -> list[str]:
    """Return for each row its model, its bar and those axes of its condition that are not the same in all rows."""
    axes = [_axes(row) for row in rows]
    names = differing(axes)
    return [label_of(one, names) for one in axes]


def _axes(row: Row) -> dict[str, Any]:
    """Return the bar and every axis of a condition by name."""
    asked = {**row.get("condition", {}), "model": row["model"], "strategy": row["strategy"]}
    return {**axes_of(asked), "bar": (row.get("sampling") or {}).get("bar")}
