"""The curves of a run as one SVG: for each probe and model, the accuracy of both arms over what was shifted.

They are drawn from the rows of summaries alone. Text in these is not trusted: it is made printable and escaped.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from pytest_ood.text.printable import printable

Row = Mapping[str, Any]

# Pixels. A panel is a plot with its title above and the labels of its parameters below.
WIDTH, HEIGHT, COLUMNS, MARGIN = 320, 250, 3, 16
LEFT, RIGHT, TOP, BOTTOM = 34, 10, 44, 52
MOST_PANELS = 60
LONGEST_TITLE, LONGEST_LABEL = 44, 16
ARMS = {"control": ("#5b6472", -5), "shift": ("#c2410c", 5)}
STYLE = """\
text{font:11px system-ui,sans-serif;fill:#1f2933}.t{font-weight:600}.s{fill:#5b6472}
.g{stroke:#d9dee5}.b{stroke:#5b6472;stroke-dasharray:4 3}.a{fill:none;stroke-width:1.5}"""


def draw(runs: Sequence[Row]) -> str:
    """Return one SVG of all runs: small panels in rows of three on a white background; empty without runs."""
    panels = list(itertools.islice(_panels(runs), MOST_PANELS))
    rows = -(-len(panels) // COLUMNS)
    columns = min(COLUMNS, max(1, len(panels)))
    width, height = 2 * MARGIN + columns * WIDTH, 2 * MARGIN + 24 + rows * HEIGHT
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="Accuracy of control and shift">',
        f"<style>{STYLE}</style>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        *_legend(),
    ]
    for place, (title, model, bar, cells) in enumerate(panels):
        x, y = MARGIN + place % COLUMNS * WIDTH, MARGIN + 24 + place // COLUMNS * HEIGHT
        drawn += [f'<g transform="translate({x} {y})">', *_panel(title, model, bar, cells), "</g>"]
    return "\n".join([*drawn, "</svg>"]) + "\n"


def _panels(runs: Sequence[Row]) -> Iterator[tuple[str, str, float, list[Row]]]:
    """The probe, model (with its strategy), bar and cells of each panel; of a cell asked twice, the later run's."""
    panels: dict[tuple[str, str, float], dict[str, Row]] = {}
    for run in runs:
        for cell in run["cells"]:
            key = cell["probe"].rpartition("::")[2], f"{cell['model']}, {cell['strategy']}", run["bar"]
            panels.setdefault(key, {})[str(cell["params"])] = cell
    for (probe, model, bar), cells in panels.items():
        yield probe, model, bar, list(cells.values())


def _legend() -> Iterator[str]:
    x = MARGIN + LEFT
    for name, (color, _) in ARMS.items():
        yield f'<circle cx="{x}" cy="{MARGIN + 4}" r="4" fill="{color}"/>'
        yield f'<text x="{x + 9}" y="{MARGIN + 8}">{name}</text>'
        x += 70
    yield (
        f'<text class="s" x="{x}" y="{MARGIN + 8}">accuracy with 95 % bounds that hold at any time;'
        " dashed: the bar</text>"
    )


def _panel(title: str, model: str, bar: float, cells: Sequence[Row]) -> Iterator[str]:
    yield f'<text class="t" x="0" y="14">{_text(title, LONGEST_TITLE)}</text>'
    yield f'<text class="s" x="0" y="29">{_text(model, LONGEST_TITLE)}</text>'
    for share in (0, 0.5, 1):
        y = _y(share)
        yield f'<line class="g" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>'
        yield f'<text class="s" x="{LEFT - 6}" y="{y + 4}" text-anchor="end">{share:g}</text>'
    yield f'<line class="b" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{_y(bar)}" y2="{_y(bar)}"/>'
    step = (WIDTH - LEFT - RIGHT) / len(cells)
    places = [LEFT + step * (place + 0.5) for place in range(len(cells))]
    for arm, (color, aside) in ARMS.items():
        points = [(x + aside, cell[arm]) for x, cell in zip(places, cells, strict=True) if (cell[arm] or {}).get("n")]
        yield from _curve(points, color)
    for x, cell in zip(places, cells, strict=True):
        yield from _label(x, cell, slanted=len(cells) > 3)


def _curve(points: Sequence[tuple[float, Row]], color: str) -> Iterator[str]:
    """The bounds of each arm that was asked, and its accuracy if any answer could be scored."""
    scored = [(x, accuracy) for x, arm in points if (accuracy := _accuracy(arm)) is not None]
    if len(scored) > 1:
        line = " ".join(f"{x:.1f},{_y(accuracy):.1f}" for x, accuracy in scored)
        yield f'<polyline class="a" stroke="{color}" points="{line}"/>'
    for x, arm in points:
        ends = f'y1="{_y(arm["low"]):.1f}" y2="{_y(arm["high"]):.1f}"'
        yield f'<line stroke="{color}" stroke-opacity=".45" x1="{x:.1f}" x2="{x:.1f}" {ends}/>'
    for x, accuracy in scored:
        yield f'<circle cx="{x:.1f}" cy="{_y(accuracy):.1f}" r="3.5" fill="{color}"/>'


def _accuracy(arm: Row) -> float | None:
    """The estimate without the bias of having stopped early; older summaries only have the plain share."""
    estimate: float | None = arm.get("estimate")
    return arm["accuracy"] if estimate is None else estimate


def _label(x: float, cell: Row, slanted: bool) -> Iterator[str]:
    """What was shifted, and below it the verdict."""
    control = cell["control_params"]
    moved = [str(value) for name, value in cell["params"].items() if control.get(name) != value]
    fixed = [str(value) for name, value in cell["params"].items() if control.get(name) == value]
    aside = [f"({' '.join(fixed)})"] if fixed and moved else fixed
    label = _text(" ".join([*moved, *aside]), LONGEST_LABEL)
    y = _y(0) + 15
    if slanted:
        yield f'<text x="{x:.1f}" y="{y}" text-anchor="end" transform="rotate(-28 {x:.1f} {y})">{label}</text>'
    else:
        yield f'<text x="{x:.1f}" y="{y}" text-anchor="middle">{label}</text>'
        yield f'<text class="s" x="{x:.1f}" y="{y + 14}" text-anchor="middle">{_text(cell["verdict"], 12)}</text>'


def _y(share: float) -> float:
    return TOP + (1 - share) * (HEIGHT - TOP - BOTTOM)


def _text(text: str, longest: int) -> str:
    shown = printable(text).replace("\n", " ")
    return escape(shown if len(shown) <= longest else f"{shown[: longest - 3]}...")
