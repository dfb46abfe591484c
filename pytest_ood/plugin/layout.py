"""Lay out tables: aligned columns under headings, fitted to the width of the terminal."""

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from pytest_ood.text.printable import printable
from pytest_ood.text.words import one_line

if TYPE_CHECKING:
    from pytest_ood.asking.cell import Cell

Row = Mapping[str, Any]
# A column that has to give way keeps at least this much.
NARROWEST = 12
# This much of the parameters is enough to tell cells apart; the rest gives way first.
PARAMS_WIDTH = 24


# The space in ``71 %`` and in ``[24, 40]``, and what stands for it while lines are broken.
_KEPT_TOGETHER = re.compile(r"(?<=\d) (?=%)|(?<=,) (?=[^][ ]+\])")
_TIED = "\N{NO-BREAK SPACE}"


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


def wrapped(text: str, width: int, indent: str = "") -> Iterator[str]:
    """Break a text into lines, but neither ``71 %`` nor ``[24, 40]``; only a word longer than a line is broken."""
    unbroken = _KEPT_TOGETHER.sub(_TIED, one_line(text))
    width = max(width, len(indent) + NARROWEST)
    for line in textwrap.wrap(unbroken, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False):
        yield line.replace(_TIED, " ")


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


def aligned(table: Sequence[Sequence[str]], width: int, numbers: int = 0) -> list[str]:
    """Align columns, two spaces apart. If they are too wide, parameters give way, then the last column, then both.

    Args:
        table: the rows, each with the same number of texts.
        width: the width of the terminal.
        numbers: how many columns on the right hold numbers, which are right-aligned.
    """
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for column, least in ((0, PARAMS_WIDTH), (-1, NARROWEST), (0, NARROWEST)):
        excess = sum(widths) + 2 * (len(widths) - 1) - width
        if excess > 0:
            widths[column] = min(widths[column], max(least, widths[column] - excess))
    first_number = len(widths) - numbers
    return [
        "  ".join(
            fitted(text, size) if column < first_number else text.rjust(size)
            for column, (text, size) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]


def fitted(text: str, size: int) -> str:
    """Return the text padded or cut to exactly this length, with dots if it is cut."""
    return text.ljust(size) if len(text) <= size else text[: size - 3] + "..."
