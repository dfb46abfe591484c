"""Where an answer differs from the right one, row by row and cell by cell."""

import re
from collections.abc import Iterator, Sequence

from pytest_ood.report.terminal.lines import Line, Span, Style, columns, pieces

# The cells of a row with blanks or commas in it; other rows have a cell in each character.
_WORDS = re.compile(r"[^\s,;|]+")
MARK = "^"

#: Where stretches of a row begin and end.
Stretches = Sequence[tuple[int, int]]


def differences(text: str, other: str) -> list[Stretches] | None:
    """Return for each row of a text the cells that differ from those of another text.

    Returns:
        None if the texts have different shapes, or so little in common that marks would say nothing.
    """
    rows, others = text.split("\n"), other.split("\n")
    if len(rows) != len(others):
        return None
    found: list[Stretches] = []
    total = 0
    for row, expected in zip(rows, others, strict=True):
        mine, theirs = _cells(row), _cells(expected)
        if len(mine) != len(theirs):
            return None
        total += len(mine)
        pairs = zip(mine, theirs, strict=True)
        found.append([cell for cell, due in pairs if row[slice(*cell)] != expected[slice(*due)]])
    return found if 2 * sum(map(len, found)) <= total else None


def _cells(row: str) -> list[tuple[int, int]]:
    words = [match.span() for match in _WORDS.finditer(row)]
    return words if len(words) > 1 else [(place, place + 1) for place in range(len(row))]


def marked(
    text: str, stretches: Sequence[Stretches], width: int, style: Style, is_signed: bool = True
) -> Iterator[Line]:
    """Yield the rows of a printable text, broken at the width, with a line of marks under each that has any.

    Args:
        text: the text.
        stretches: what to mark in each row.
        width: the width of the lines.
        style: the style of what is marked.
        is_signed: whether there are lines of marks, or only the style.
    """
    for row, marks in zip(text.split("\n"), stretches, strict=True):
        places = {place for start, end in marks for place in range(start, end)}
        for start, end in pieces(row, width):
            spans = [Span(row[place], style if place in places else "") for place in range(start, end)]
            yield Line(tuple(_joined(spans)))
            if is_signed and places & set(range(start, end)):
                signs = (MARK if place in places else " " for place in range(start, end))
                widths = (columns(row[place]) for place in range(start, end))
                line = "".join(sign * wide for sign, wide in zip(signs, widths, strict=True))
                yield Line.of(line.rstrip(), style)


def _joined(spans: Sequence[Span]) -> Iterator[Span]:
    """Join neighbours of one style."""
    text, style = "", spans[0].style if spans else ""
    for span in spans:
        if span.style != style:
            yield Span(text, style)
            text, style = "", span.style
        text += span.text
    yield Span(text, style)
