"""One curve as a picture: both arms against the size, with their bounds, and the gap with its bounds below."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from markupsafe import Markup

from pytest_ood.report.blocks import Block
from pytest_ood.report.figures.axis import LEFT, RIGHT, Axis
from pytest_ood.report.figures.svg import element, polygon, polyline
from pytest_ood.report.published_figures import PublishedFigure, published_figures
from pytest_ood.report.sentences import gap_text, number, word
from pytest_ood.text.words import short_line

Row = Mapping[str, Any]

# Pixels: the width of the picture, the accuracies from 1 down to 0, and the gaps below the labels.
WIDTH = 420
TOP, BOTTOM = 12.0, 192.0
LABELS, SLANTED_LABELS = 40.0, 74.0
GAP_HEIGHT = 74.0
# The arms stand a little apart, so that one does not hide the other.
_ASIDE = {"control": -3.0, "shift": 3.0}
_LOWEST_GAP = -0.25
# Half the length of a line that belongs to one cell.
_TICK = 9.0
# Less cannot be told from the axis.
_LEAST_CHANCE = 0.01
# Two labels of the vertical axis that are closer than this would touch.
_LABEL_APART = 0.07


@dataclass(frozen=True)
class Point:
    """One cell of a figure.

    Attributes:
        label: the value of the parameter.
        cell: its row.
        link: where its questions and answers are, as an address within the page; empty if there are none.
    """

    label: str
    cell: Row
    link: str

    @property
    def title(self) -> str:
        """What a reader learns when pointing at it."""
        arms = [f"{name} {score(self.cell[name])}" for name in ("control", "shift") if self.cell[name] is not None]
        gap = [f"gap {gap_text(self.cell, ' ')}"] if self.cell["gap"] is not None else []
        return f"{short_line(self.label)}: {word(self.cell)}; {'; '.join([*arms, *gap])}"


def score(arm: Row | None) -> str:
    """Return ``12/21 [.31, .80]``: right of those asked, and the bounds of the accuracy."""
    if arm is None:
        return "-"
    if not arm["n"]:
        return "not asked"
    return f"{arm['correct']}/{arm['n']} [{number(arm['low'])}, {number(arm['high'])}]"


def published_lines(block: Block) -> dict[str, list[tuple[int, PublishedFigure]]]:
    """Return what papers report about the cells of a block, by model, year and paper, with the number of the cell."""
    lines: dict[str, list[tuple[int, PublishedFigure]]] = {}
    for place, cell in enumerate(block.cells):
        for figure in published_figures(cell["task"], cell["params"], cell["control_params"]):
            lines.setdefault(f"{figure.model} in {figure.date}; {figure.paper}", []).append((place, figure))
    return lines


@dataclass(frozen=True)
class Figure:
    """A drawn block.

    Attributes:
        contents: its elements, to be put into an SVG.
        height: its height in pixels; its width is `WIDTH`.
        name: what it shows, for those who do not see it.
        axis: where the values of the parameter stand.
    """

    contents: Markup
    height: float
    name: str
    axis: Axis

    def svg(self) -> Markup:
        """Return it as an element of a page."""
        # The points lead somewhere, so that it is a group, and no single image.
        view = f"0 0 {WIDTH} {self.height:.0f}"
        return element("svg", self.contents, viewBox=view, role="group", aria_label=self.name)


def draw(
    block: Block, points: Sequence[Point], curve: Row | None, bar: float, logarithmic: bool | None = None
) -> Figure:
    """Draw a block.

    Args:
        block: the cells of one probe under one condition.
        points: the same cells, with what leads from them to their traces.
        curve: what they show together; None if they are not a curve.
        bar: the accuracy that a model must clear.
        logarithmic: whether the axis is to be logarithmic, if it can be; by default if the sizes span enough.
    """
    return _Drawing(block, points, curve, bar, logarithmic).whole()


class _Drawing:
    def __init__(
        self, block: Block, points: Sequence[Point], curve: Row | None, bar: float, logarithmic: bool | None
    ) -> None:
        self._block, self._points, self._curve, self._bar = block, points, curve, bar
        sizes = [_number(cell["params"].get(block.parameter)) for cell in block.cells]
        known = [size for size in sizes if size is not None]
        self._control_size = None if curve is None else _number(curve["control_size"])
        more = [] if self._control_size is None else [self._control_size]
        is_numeric = len(known) == len(sizes) > 1 and len(set(known)) == len(known)
        labels = list(map(short_line, block.labels))
        self.axis = Axis(labels, known if is_numeric else None, more, logarithmic)
        self._gaps_at = BOTTOM + (SLANTED_LABELS if self.axis.slanted else LABELS)

    def whole(self) -> Figure:
        has_gaps = any(cell["gap"] is not None for cell in self._block.cells)
        height = self._gaps_at + (GAP_HEIGHT + 8 if has_gaps else 0)
        name = f"Accuracy of control and shift by {short_line(self._block.parameter) or 'what was moved'}"
        parts = [*self._frame(), *self._horizon(), *self._printed(), *self._arms(), *self._labels()]
        gaps = self._gap_panel() if has_gaps else ()
        return Figure(Markup("").join([*parts, *gaps]), height, name, self.axis)

    def _frame(self) -> Iterator[Markup]:
        for share in (0, 0.25, 0.5, 0.75, 1):
            yield _rule(_y(share), "grid")
            if share in (0, 0.5, 1) and abs(share - self._bar) > _LABEL_APART:
                yield _text(f"{share:g}", LEFT - 6, _y(share) + 4, "tick", "end")
        yield _rule(_y(self._bar), "bar")
        yield _text("bar", LEFT - 6, _y(self._bar) + 4, "note", "end")

    def _labels(self) -> Iterator[Markup]:
        for x, label in self.axis.ticks():
            y = BOTTOM + 16
            turned = {"transform": f"rotate(-32 {x:.1f} {y:.1f})"} if self.axis.slanted else {}
            yield element("text", label, x=x, y=y, class_="tick", text_anchor=_anchor(self.axis), **turned)
        if self._block.parameter:
            scale = " (log)" if self.axis.is_logarithmic else ""
            shown = self.axis.shortened(short_line(self._block.parameter))
            yield _text(f"{shown}{scale}", (LEFT + RIGHT) / 2, self._gaps_at - 8, "note", "middle")

    def _horizon(self) -> Iterator[Markup]:
        horizon = None if self._curve is None else self._curve["horizon"]
        if horizon is None or self.axis.sizes is None:
            return
        low = LEFT if horizon["low"] is None else self.axis.place(horizon["low"])
        high = RIGHT if horizon["high"] is None else self.axis.place(horizon["high"])
        yield element("rect", x=low, y=TOP, width=max(high - low, 1), height=BOTTOM - TOP, class_="horizon")
        if horizon["median"] is not None:
            x = self.axis.place(horizon["median"])
            yield element("line", x1=x, x2=x, y1=TOP, y2=BOTTOM, class_="horizon-line")
            side = "end" if x > (LEFT + RIGHT) / 2 else "start"
            aside = -4 if side == "end" else 4
            size = float(f"{horizon['median']:.2g}")
            yield _text(f"horizon {size:g}", x + aside, TOP + 9, "note", side)

    def _printed(self) -> Iterator[Markup]:
        """Chance, and what papers report, as thin lines."""
        arms = [cell["control"] if cell["shift"] is None else cell["shift"] for cell in self._block.cells]
        places = self.axis.places
        chances = [(x, arm["chance"]) for x, arm in zip(places, arms, strict=True)]
        if any(chance >= _LEAST_CHANCE for _, chance in chances):
            if self.axis.sizes is not None or len({chance for _, chance in chances}) == 1:
                chances = [(LEFT, chances[0][1]), *chances, (RIGHT, chances[-1][1])]
                yield polyline([(x, _y(chance)) for x, chance in chances], "chance")
            else:
                for x, chance in chances:
                    yield polyline([(x - _TICK, _y(chance)), (x + _TICK, _y(chance))], "chance")
            yield _text("chance", LEFT + 4, _y(chances[0][1]) - 4, "note", "start")
        for source, figures in published_lines(self._block).items():
            line = [(places[place], _y(figure.shift)) for place, figure in figures]
            title = element("title", f"{source}: {', '.join(number(figure.shift) for _, figure in figures)} on shift")
            ticks = [element("line", x1=x - _TICK, x2=x + _TICK, y1=y, y2=y, class_="published") for x, y in line]
            joined = [polyline(line, "published")] if self.axis.sizes is not None and len(line) > 1 else []
            yield element("g", title, *joined, *ticks)

    def _arms(self) -> Iterator[Markup]:
        cells, places = self._block.cells, self.axis.places
        for name, aside in _ASIDE.items():
            asked = [
                (x + aside, cell[name], point)
                for x, cell, point in zip(places, cells, self._points, strict=True)
                if cell[name] is not None and cell[name]["n"]
            ]
            if name == "control" and self._control_size is not None and asked:
                yield from self._shared_control(asked)
            elif self.axis.sizes is not None:
                yield from _band([(x, arm) for x, arm, _ in asked], name)
            for x, arm, point in asked:
                if name == "shift" or self._control_size is None or point.cell["shift"] is None:
                    yield from _marker(x, arm, name, point)

    def _shared_control(self, asked: Sequence[tuple[float, Row, Point]]) -> Iterator[Markup]:
        """One familiar twin of all sizes: a point at its own size, and a thin line at its height."""
        _, arm, point = max(asked, key=lambda one: int(one[1]["n"]))
        assert self._control_size is not None
        x = self.axis.place(self._control_size)
        estimate = _accuracy(arm)
        if estimate is not None:
            yield polyline([(x, _y(estimate)), (RIGHT, _y(estimate))], "control-level")
        yield from _marker(x, arm, "control", point)

    def _gap_panel(self) -> Iterator[Markup]:
        gaps = [cell["gap"] for cell in self._block.cells]
        lows: list[float] = [gap["low"] for gap in gaps if gap is not None and gap["low"] is not None]
        lowest = min([_LOWEST_GAP, *lows])
        top = self._gaps_at

        def y(gap: float) -> float:
            return top + (1 - gap) / (1 - lowest) * GAP_HEIGHT

        for share in (0, 1):
            yield _rule(y(share), "zero" if share == 0 else "grid")
            yield _text(f"{share:g}", LEFT - 6, y(share) + 4, "tick", "end")
        yield _text("gap", LEFT + 4, top + 12, "note", "start")
        for x, gap, point in zip(self.axis.places, gaps, self._points, strict=True):
            if gap is None:
                continue
            class_ = "gap shown" if gap["shown"] else "gap"
            parts = []
            if gap["low"] is not None and gap["high"] is not None:
                parts.append(element("line", x1=x, x2=x, y1=y(gap["low"]), y2=y(gap["high"]), class_="bound"))
            parts.append(element("circle", cx=x, cy=y(gap["estimate"]), r=3.5))
            yield element("g", element("title", point.title), *parts, class_=class_)


def _band(asked: Sequence[tuple[float, Row]], name: str) -> Iterator[Markup]:
    """A line through the estimates, and the area between the bounds; both end where an arm was not scored."""
    for is_scored, group in groupby(asked, lambda one: _accuracy(one[1]) is not None):
        run = list(group)
        if is_scored and len(run) > 1:
            upper = [(x, _y(arm["high"])) for x, arm in run]
            lower = [(x, _y(arm["low"])) for x, arm in reversed(run)]
            yield polygon([*upper, *lower], f"{name} area")
            yield polyline([(x, _y(_accuracy(arm) or 0.0)) for x, arm in run], f"{name} line")


def _marker(x: float, arm: Row, name: str, point: Point) -> Iterator[Markup]:
    """The bounds of an arm and its estimate, which leads to the traces: a ring for control, a square for shift."""
    low, high = _y(arm["low"]), _y(arm["high"])
    parts = [
        element("line", x1=x, x2=x, y1=low, y2=high, class_="bound"),
        element("line", x1=x - 3, x2=x + 3, y1=low, y2=low, class_="bound"),
        element("line", x1=x - 3, x2=x + 3, y1=high, y2=high, class_="bound"),
    ]
    estimate = _accuracy(arm)
    if estimate is not None:
        y = _y(estimate)
        if name == "control":
            parts.append(element("circle", cx=x, cy=y, r=4.5))
        else:
            parts.append(element("rect", x=x - 4, y=y - 4, width=8, height=8))
    title = element("title", point.title)
    yield element("a", title, *parts, href=point.link or None, class_=name, aria_label=f"{name} at {point.title}")


def _accuracy(arm: Row) -> float | None:
    """The estimate without the bias of having stopped early; older summaries only have the plain share."""
    estimate: float | None = arm["accuracy"] if arm["estimate"] is None else arm["estimate"]
    return estimate


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _anchor(axis: Axis) -> str:
    return "end" if axis.slanted else "middle"


def _y(share: float) -> float:
    return TOP + (1 - share) * (BOTTOM - TOP)


def _rule(y: float, class_: str) -> Markup:
    return element("line", x1=LEFT, x2=RIGHT, y1=y, y2=y, class_=class_)


def _text(text: str, x: float, y: float, class_: str, anchor: str) -> Markup:
    return element("text", text, x=x, y=y, class_=class_, text_anchor=anchor)
