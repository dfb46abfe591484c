"""The models of a run against their number of parameters: a few lines for each probe."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pytest_ood.plugin.layout import Line, Row
from pytest_ood.plugin.sparks import BLOCKS, spark
from pytest_ood.report.scale_curves import parameters_text
from pytest_ood.report.sentences import number
from pytest_ood.text.canonical import canonical
from pytest_ood.text.columns import aligned, wrapped
from pytest_ood.text.words import one_line


def scale_lines(rows: Sequence[Row], width: int, signs: str = BLOCKS) -> Iterator[Line]:
    """Show for each probe the accuracies of its cells, and where each model breaks, from the smallest model on.

    Args:
        rows: the scale curves of a summary.
        width: the width of the terminal.
        signs: the characters of spark lines.
    """
    for row in rows:
        sizes = [parameters_text(model["parameters"]) for model in row["models"]]
        named = ", ".join(f"{size} {model['model']}" for size, model in zip(sizes, row["models"], strict=True))
        yield from (Line(text) for text in wrapped(f"scale: {one_line(row['probe'])} ({named})", width))
        table = [["", "", *sizes], *_accuracies(row, signs), *_horizons(row)]
        yield from (Line(f"  {text}".rstrip()) for text in aligned(table, width - 2))


def _accuracies(row: Row, signs: str) -> Iterator[list[str]]:
    """Yield both arms of each cell; a control that all cells share stands above them, as far as it was asked."""
    shared = len({canonical(cell["control_params"]) for cell in row["cells"]}) == 1
    if shared:
        columns = zip(*(cell["points"] for cell in row["cells"]), strict=True)
        controls = [[point["control"] for point in points if point] for points in columns]
        longest = [max(arms, key=lambda arm: int(arm["n"]), default=None) for arms in controls]
        yield ["control", *_estimates(longest, signs)]
    for cell in row["cells"]:
        label = _label(row, cell)
        if not shared:
            yield [f"{label} control".strip(), *_estimates(_arms(cell, "control"), signs)]
        if any(arm is not None for arm in _arms(cell, "shift")):
            yield [f"{label} shift".strip(), *_estimates(_arms(cell, "shift"), signs)]


def _arms(cell: Row, name: str) -> list[Row | None]:
    return [None if point is None else point[name] for point in cell["points"]]


def _estimates(arms: Sequence[Row | None], signs: str) -> list[str]:
    estimates = [None if arm is None else arm["estimate"] for arm in arms]
    return [spark(estimates, signs), *("-" if one is None else number(one) for one in estimates)]


def _horizons(row: Row) -> Iterator[list[str]]:
    for curve in row["horizons"]:
        label = ", ".join(filter(None, ["horizon", _named(curve["params"], row["horizons"])]))
        yield [label, "", *("-" if point is None else str(point["text"]) for point in curve["points"])]


def _label(row: Row, cell: Row) -> str:
    return _named(cell["params"], row["cells"])


def _named(params: Mapping[str, Any], others: Sequence[Row]) -> str:
    """Return ``size=4``, the parameters that are not the same in all rows."""
    varying = [name for name in params if len({canonical(one["params"].get(name)) for one in others}) > 1]
    return one_line(" ".join(f"{name}={canonical(params[name])}" for name in varying))
