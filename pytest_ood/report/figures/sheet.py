"""Figures as pictures of their own: one by one for a paper or a README, or side by side for the card of a dataset.

They are drawn from the rows of summaries alone. Text in these is not trusted: it is made printable and escaped.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from pytest_ood.report.figures import style
from pytest_ood.report.figures.figure import WIDTH, Figure, Point, draw
from pytest_ood.report.figures.svg import element
from pytest_ood.report.sentences import WORST_FIRST
from pytest_ood.report.source import Row, Source, SourceBlock
from pytest_ood.text.words import short_line

# Pixels.
_MARGIN, _TITLE, _LEGEND, _APART = 12, 46, 26, 20
_LONGEST_TITLE = 56
# The names of files.
_LONGEST_NAME = 80
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True)
class Panel:
    """A figure with its heading.

    Attributes:
        title: the name of the probe.
        subtitle: the model, and what else tells the figure from others of its probe.
        sentence: what it shows.
        verdict: the worst verdict of its cells.
        figure: the curve.
    """

    title: str
    subtitle: str
    sentence: str
    verdict: str
    figure: Figure

    @property
    def height(self) -> float:
        """The height with the heading, in pixels."""
        return _TITLE + self.figure.height

    def drawn(self, x: float, y: float) -> Markup:
        """Return the elements with the upper left corner at a place, in pixels."""
        heading = [
            element("text", short_line(self.title, _LONGEST_TITLE), x=0, y=16, class_="title"),
            element("text", short_line(self.subtitle, _LONGEST_TITLE), x=0, y=33, class_="tick"),
        ]
        below = element("g", self.figure.contents, transform=f"translate(0 {_TITLE})")
        title = element("title", f"{self.title}, {self.subtitle}: {self.sentence}")
        return element("g", title, *heading, below, transform=f"translate({x} {y})")


def panels(source: Source, logarithmic: bool | None = None) -> list[Panel]:
    """Draw the curves of a source, in the order of the report.

    Args:
        source: a run, or the runs of a dataset.
        logarithmic: whether axes are to be logarithmic where they can be; by default where the sizes span enough.
    """
    return [_panel(found, logarithmic) for found in source.blocks()]


def _panel(found: SourceBlock, logarithmic: bool | None) -> Panel:
    block, first = found.block, found.members[0].row
    points = [Point(label, cell, "") for label, cell in zip(block.labels, block.cells, strict=True)]
    return Panel(
        title=short_line(block.probe.rpartition("::")[2] or block.probe),
        subtitle=short_line(block.label if first["model"] in block.label else ", ".join(_named(first, block.label))),
        sentence=next(filter(None, found.sentences), ""),
        verdict=found.verdict,
        figure=draw(block, points, found.curve, found.bar, logarithmic),
    )


def _named(row: Row, label: str) -> Iterator[str]:
    """The model, which a label leaves out if it is the same everywhere, and what the label says."""
    yield row["model"]
    if label:
        yield label


def write_each(
    folder: Path,
    source: Source,
    prefix: str = "",
    logarithmic: bool | None = None,
    to_png: Callable[[str], bytes] | None = None,
) -> list[Path]:
    """Write each curve of a source to a file, named after its probe and model.

    Args:
        folder: where to write them; it is made if it does not exist.
        source: a run, or the runs of a dataset.
        prefix: what all names begin with.
        logarithmic: see `panels`.
        to_png: makes a PNG of an SVG; by default SVGs are written.

    Raises:
        OSError: a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for panel in panels(source, logarithmic):
        stem = _NOT_IN_NAMES.sub("-", " ".join([prefix, panel.title, panel.subtitle])).strip("-")[:_LONGEST_NAME]
        same = sum(path.stem == stem or path.stem.startswith(f"{stem}--") for path in paths)
        path = folder / f"{stem}{f'--{same + 1}' if same else ''}.{'png' if to_png else 'svg'}"
        drawn = picture([panel]).encode(errors="backslashreplace")
        path.write_bytes(to_png(drawn.decode()) if to_png else drawn)
        paths.append(path)
    return paths


def worst(all_panels: Sequence[Panel], count: int) -> list[Panel]:
    """Return so many panels, those with the worst verdicts, in their order."""
    ranked = sorted(range(len(all_panels)), key=lambda place: (WORST_FIRST.index(all_panels[place].verdict), place))
    return [all_panels[place] for place in sorted(ranked[:count])]


def picture(shown: Sequence[Panel], columns: int = 1, of: int | None = None) -> str:
    """Return one SVG of these panels in rows, readable on its own in light and dark surroundings.

    Args:
        shown: the panels, in their order.
        columns: how many there are in a row.
        of: how many panels there are in all; by default these.
    """
    columns = max(1, min(columns, len(shown)))
    width = 2 * _MARGIN + columns * WIDTH + (columns - 1) * _APART
    placed, y = [], float(_MARGIN)
    for start in range(0, len(shown), columns):
        row = shown[start : start + columns]
        placed += [panel.drawn(_MARGIN + place * (WIDTH + _APART), y) for place, panel in enumerate(row)]
        y += max(panel.height for panel in row) + _APART
    height = y + _LEGEND
    drawn = element(
        "svg",
        element("title", _name(shown)),
        element("style", Markup(style.for_picture())),
        element("rect", width=width, height=height, rx=6, class_="paper"),
        *placed,
        *_legend(_MARGIN, y + 6),
        *_rest(width - _MARGIN, y + 10, len(shown), of or len(shown)),
        xmlns="http://www.w3.org/2000/svg",
        width=f"{width}",
        height=f"{height:.0f}",
        viewBox=f"0 0 {width} {height:.0f}",
        role="img",
        class_=style.PICTURE,
    )
    return f"{drawn}\n"


def _rest(x: float, y: float, shown: int, of: int) -> Iterator[Markup]:
    """Say that there are more."""
    if shown < of:
        text = f"{shown} of {of} curves, those with the worst verdicts"
        yield element("text", text, x=x, y=y, class_="tick", text_anchor="end")


def _name(shown: Sequence[Panel]) -> str:
    if not shown:
        return "Accuracy of control and shift: nothing was asked"
    return f"Accuracy of control and shift in {', '.join(dict.fromkeys(panel.title for panel in shown))}"


def _legend(x: float, y: float) -> Iterator[Markup]:
    """What the marks mean, and that the bounds hold however often one looked."""
    marks = (
        (0, "control", element("circle", cx=12, cy=0, r=4.5), "control"),
        (84, "shift", element("rect", x=8, y=-4, width=8, height=8), "shift"),
        (152, "gap shown", element("circle", cx=12, cy=0, r=3.5), "gap, if shown"),
    )
    for place, class_, mark, text in marks:
        bound = element("line", x1=0, x2=24, y1=0, y2=0, class_="bound")
        label = element("text", text, x=29, y=4, class_="tick")
        yield element("g", element("g", bound, mark, class_=class_), label, transform=f"translate({x + place} {y})")
    yield element("text", "bounds hold at any time", x=x + 276, y=y + 4, class_="tick")
