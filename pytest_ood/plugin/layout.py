"""Lay out tables: aligned columns under headings, fitted to the width of the terminal."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from pytest_ood.text.printable import printable
from pytest_ood.text.words import one_line

if TYPE_CHECKING:
    from pytest_ood.asking.cell import Cell

Row = Mapping[str, Any]


class Mark(NamedTuple):
    """A coloured stretch of a line, from column `start` up to `end`."""

    start: int
    end: int
    color: str


class Line(NamedTuple):
    """One line with the colour of its verdict, if it has one, or with coloured words."""

    text: str
    color: str | None = None
    marks: tuple[Mark, ...] = ()


def described(cell: "Cell") -> dict[str, Any]:
    """Return what tables show about a cell that has not been asked, under the names of its row."""
    return {
        "family": cell.task.family,
        "probe": cell.probe,
        "params": cell.params,
        "model": cell.condition.model,
        "strategy": cell.condition.strategy,
        "condition": cell.condition.axes(),
        "sampling": cell.control.sampling.row(),
    }


def varying(rows: Sequence[Row]) -> list[str]:
    """Return which of model and strategy need a column, because there are several."""
    return [name for name in ("model", "strategy") if len({row[name] for row in rows}) > 1]


def under_headings(probes: Iterable[tuple[str, str]], lines: Iterable[Line], width: int) -> Iterator[Line]:
    """Put a heading of family and probe above the lines of each probe."""
    for (family, probe), group in groupby(zip(probes, lines, strict=True), lambda pair: pair[0]):
        yield Line(f"{family} - {printable(probe)}"[:width])
        yield from (line for _, line in group)


def params_texts(rows: Sequence[Row]) -> list[str]:
    """Return ``size=2 rule=110`` for each row, the parameters that tell the cells of a probe apart first."""
    values: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        for name, value in row["params"].items():
            values.setdefault((row["probe"], name), set()).add(str(value))
    return [
        one_line(
            " ".join(
                f"{name}={value}"
                for name, value in sorted(
                    row["params"].items(), key=lambda item: len(values[row["probe"], item[0]]) == 1
                )
            )
        )
        for row in rows
    ]
