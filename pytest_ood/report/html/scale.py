"""Models against their number of parameters: a picture of each cell, and one of the horizons."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from pytest_ood.report.blocks import Block
from pytest_ood.report.figures.axis import LEFT, RIGHT, Axis
from pytest_ood.report.figures.figure import BOTTOM, LABELS, TOP, WIDTH, Point, draw
from pytest_ood.report.figures.svg import element, polyline
from pytest_ood.report.scale_curves import parameters_text
from pytest_ood.text.canonical import canonical
from pytest_ood.text.words import one_line, short_line

Row = Mapping[str, Any]
PARAMETERS = "parameters"


@dataclass(frozen=True)
class ScaleFigure:
    """One picture.

    Attributes:
        title: the probe.
        subject: which cell it is about, or the horizon of which parameter.
        picture: the picture.
        remarks: the models in words, from the smallest on.
    """

    title: str
    subject: str
    picture: Markup
    remarks: Sequence[str]


def scale_figures(summary: Row) -> Iterator[ScaleFigure]:
    """Yield the pictures of a run, probe by probe: first the horizons, then the cells."""
    cells = {cell["id"]: cell for cell in summary["cells"]}
    for row in summary.get("scale", ()):
        title = short_line(row["probe"].rpartition("::")[2] or row["probe"])
        for curve in row["horizons"]:
            subject = ", ".join([f"horizon over {short_line(curve['parameter'])}", *_named(curve["params"])])
            drawn = [(model, point) for model, point in zip(row["models"], curve["points"], strict=True) if point]
            remarks = [f"{_named_model(model)}: {point['text']}" for model, point in drawn]
            yield ScaleFigure(title, subject, _horizons(drawn, short_line(curve["parameter"])), remarks)
        for cell in row["cells"]:
            asked = [(model, point) for model, point in zip(row["models"], cell["points"], strict=True) if point]
            subject = ", ".join(_named(cell["params"])) or "no parameters"
            members = [_as_member(cells[point["id"]], model["parameters"]) for model, point in asked]
            block = Block(
                row["family"],
                row["probe"],
                "",
                PARAMETERS,
                tuple(parameters_text(model["parameters"]) for model, _ in asked),
                tuple(members),
            )
            points = [Point(_named_model(model), one, "") for (model, _), one in zip(asked, members, strict=True)]
            figure = draw(block, points, None, summary["bar"])
            yield ScaleFigure(title, subject, figure.svg(), [one.title for one in points])


def _as_member(cell: Row, parameters: float) -> dict[str, Any]:
    """Return a cell as one of a block over the number of parameters."""
    # What papers report belongs to the parameters of the task.
    return {**cell, "task": "", "params": {PARAMETERS: parameters}, "control_params": {}, "size": PARAMETERS}


def _named(params: Row) -> list[str]:
    return [
        short_line(f"{name}={value if isinstance(value, str) else canonical(value)}") for name, value in params.items()
    ]


def _named_model(model: Row) -> str:
    return f"{parameters_text(model['parameters'])} {short_line(model['model'])}"


def _horizons(drawn: Sequence[tuple[Row, Row]], parameter: str) -> Markup:
    """Draw where each model breaks, with its interval; one that is not seen to break reaches the upper end."""
    sizes = [model["parameters"] for model, _ in drawn]
    axis = Axis([parameters_text(size) for size in sizes], sizes if len(set(sizes)) == len(sizes) > 1 else None)
    spans = [_span(point) for _, point in drawn]
    ends = [end for span in spans for end in span if end is not None and end > 0] or [1.0]
    # Room above and below, so that an open end is not the end of an interval.
    low, high = min(ends) / 1.5, max(ends) * 1.5

    def y(size: float) -> float:
        share = math.log(max(size, low) / low) / math.log(high / low)
        return TOP + (1 - share) * (BOTTOM - TOP)

    parts = []
    for size in sorted({min(ends), max(ends)}):
        parts.append(element("line", x1=LEFT, x2=RIGHT, y1=y(size), y2=y(size), class_="grid"))
        parts.append(element("text", f"{size:.2g}", x=LEFT - 6, y=y(size) + 4, class_="tick", text_anchor="end"))
    known = [(x, y(span[1])) for x, span in zip(axis.places, spans, strict=True) if span[1] is not None]
    if axis.sizes is not None and len(known) > 1:
        parts.append(polyline(known, "shift line"))
    for x, (model, point), (lower, median, upper) in zip(axis.places, drawn, spans, strict=True):
        title = element("title", f"{_named_model(model)}: {one_line(point['text'])}")
        ends_at = (y(low if lower is None else lower), y(high if upper is None else upper))
        marks = [element("line", x1=x, x2=x, y1=ends_at[0], y2=ends_at[1], class_="bound")]
        if median is not None:
            marks.append(element("rect", x=x - 4, y=y(median) - 4, width=8, height=8))
        parts.append(element("g", title, *marks, class_="shift"))
    parts += [
        element("text", label, x=x, y=BOTTOM + 16, class_="tick", text_anchor="middle") for x, label in axis.ticks()
    ]
    parts.append(element("text", parameter, x=LEFT + 4, y=TOP + 9, class_="note", text_anchor="start"))
    parts.append(element("text", PARAMETERS, x=(LEFT + RIGHT) / 2, y=BOTTOM + 32, class_="note", text_anchor="middle"))
    name = f"Horizon over {parameter} by the number of parameters"
    return element("svg", *parts, viewBox=f"0 0 {WIDTH} {BOTTOM + LABELS:.0f}", role="img", aria_label=name)


def _span(point: Row) -> tuple[float | None, float | None, float | None]:
    """Return the horizon with its ends; without one, between the sizes that hold and that break."""
    horizon = point["horizon"]
    if horizon is None:
        return point["holds_to"], None, point["breaks_by"]
    return horizon["low"], horizon["median"], horizon["high"]
