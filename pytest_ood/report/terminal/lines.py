"""Lines of styled text, as wide as they look: wide characters count twice, combining ones not at all."""

import itertools
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

#: What a stretch of text is, for those who see colours; everything can be read without them.
Style = Literal["", "heading", "label", "good", "bad", "doubtful", "mark"]


class Span(NamedTuple):
    """A stretch of printable text."""

    text: str
    style: Style = ""


class Line(NamedTuple):
    """One line of text without line breaks."""

    spans: tuple[Span, ...] = ()

    @classmethod
    def of(cls, text: str, style: Style = "") -> "Line":
        """Return a line of one style."""
        return cls((Span(text, style),))

    @property
    def text(self) -> str:
        """The text alone."""
        return "".join(span.text for span in self.spans)

    def padded(self, width: int) -> "Line":
        """Return the line with blanks at its end, so that it has this width."""
        return Line((*self.spans, Span(" " * max(0, width - columns(self.text)))))


def columns(text: str) -> int:
    """Return how many columns a printable text takes."""
    return sum(map(_width, text)) if not text.isascii() else len(text)


def _width(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def pieces(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Yield where the lines begin and end into which a line is broken: at its blanks, or a longer word itself.

    The blanks at a break belong to neither line. There is at least one line.
    """
    start = 0
    while (end := _fitting(text, start, width)) < len(text):
        # Blanks at the beginning are an indentation, and no place to break.
        indented = _after_blanks(text, start)
        blank = text.rfind(" ", indented, end + 1)
        cut = blank if blank > indented else end
        yield start, start + len(text[start:cut].rstrip(" "))
        start = _after_blanks(text, cut)
    yield start, len(text)


def _fitting(text: str, start: int, width: int) -> int:
    """Return where the characters end that fit from a place on; at least one does."""
    used = 0
    for place in range(start, len(text)):
        used += _width(text[place])
        if used > width and place > start:
            return place
    return len(text)


def _after_blanks(text: str, place: int) -> int:
    while place < len(text) and text[place] == " ":
        place += 1
    return place


def wrapped(text: str, width: int, style: Style = "") -> Iterator[Line]:
    """Break a printable text of several lines to a width."""
    for line in text.split("\n"):
        yield from (Line.of(line[start:end], style) for start, end in pieces(line, width))


def beside(left: Sequence[Line], right: Sequence[Line], width: int, apart: str) -> Iterator[Line]:
    """Put two columns next to each other.

    Args:
        left: lines that have at most `width` columns.
        right: the same.
        width: the width of each column.
        apart: what stands between them.
    """
    for one, other in itertools.zip_longest(left, right, fillvalue=Line()):
        yield Line((*one.padded(width).spans, Span(apart, "label"), *other.spans))


def plain(lines: Iterable[Line]) -> str:
    """Return lines as a text without styles."""
    return "".join(f"{line.text.rstrip()}\n" for line in lines)
