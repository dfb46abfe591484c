"""How the answers change with the number of solved examples shown, made from the rows of the summary.

The cells of a probe that differ in `shots` alone form a curve over the number of examples, for each arm. The law is
that the error is linear in the logarithm of the number, from one example on; none at all is shown apart.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pytest_ood.evidence.family import LINE
from pytest_ood.evidence.log_law import log_law
from pytest_ood.evidence.misfit import misfit
from pytest_ood.report.sentences import number
from pytest_ood.report.size_curves import ladder_of, point_of
from pytest_ood.text.canonical import canonical

Row = Mapping[str, Any]
# The law is judged on at least this many numbers of examples from 1 on: two lie on any line.
LEAST_NUMBERS = 3


def example_rows(cells: Iterable[Row]) -> list[dict[str, Any]]:
    """Return the curves over the number of examples, in the order of their first cells.

    Args:
        cells: the rows of the cells (``schemas/summary.schema.json``).
    """
    groups: dict[str, dict[int, Row]] = {}
    for cell in cells:
        if cell["condition"] is not None and cell["sampling"] is not None:
            shots = cell["condition"].get("shots", 0)
            groups.setdefault(_key(cell), {})[shots] = cell
    curves = (_curve(dict(sorted(group.items()))) for group in groups.values() if len(group) > 1)
    return [curve for curve in curves if len([one for one in curve["points"] if one["size"]]) >= LEAST_NUMBERS]


def _key(cell: Row) -> str:
    """What the cells of one curve have in common. Without examples it makes no difference where they come from."""
    others = {axis: value for axis, value in cell["condition"].items() if axis not in ("shots", "shots_from")}
    names = ("probe", "task", "task_version", "model", "params", "control_params", "sampling")
    return canonical([*(cell[name] for name in names), others])


def _curve(cells: Mapping[int, Row]) -> dict[str, Any]:
    first = next(iter(cells.values()))
    shown = {float(shots): cell for shots, cell in cells.items() if shots}
    row: dict[str, Any] = {
        **{name: first[name] for name in ("probe", "task", "task_version", "family", "model", "params")},
        "shots_from": next(iter(shown.values()))["condition"].get("shots_from", "control") if shown else "control",
        "points": [point_of(shots, cell) for shots, cell in cells.items()],
        "misfit": None,
        "law": None,
    }
    ladder = ladder_of(shown, None) if len(shown) >= LEAST_NUMBERS else None
    if ladder is not None and len(ladder.points) >= LEAST_NUMBERS:
        test = misfit(ladder, LINE)
        law = log_law(ladder) if test.fits else None
        row |= {"misfit": test.row(), "law": None if law is None else law.row()}
    return {**row, "sentence": " ".join(_sentence(row))}


def _sentence(row: Row) -> Iterator[str]:
    """Say what an example more is worth, or that no line fits."""
    counts = [int(point["size"]) for point in row["points"] if point["size"]]
    asked = " ".join(f"{name}={canonical(value)}" for name, value in row["params"].items())
    where = f"{row['probe'].rpartition('::')[2]}{f' at {asked}' if asked else ''}"
    yield f"{where} after {counts[0]} to {counts[-1]} examples:"
    if row["law"] is not None:
        slope = row["law"]["per_doubling"]
        low, high = number(slope["low"]), number(slope["high"])
        yield f"each doubling of their number adds {number(slope['median'], '+')} [{low}, {high}] right answers"
    elif row["misfit"] is not None:
        yield f"the error is no line over the logarithm of their number (p = {row['misfit']['p_value']:.2g})"
    else:
        yield "too few numbers were asked to tell"
