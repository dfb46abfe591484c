"""The picture in the card of a dataset: the curves of its runs as one SVG."""

from collections.abc import Mapping, Sequence
from typing import Any

from pytest_ood.report.figures.sheet import panels, picture, worst
from pytest_ood.report.source import Source

#: More would be a wall of small pictures; `pytest-ood report` draws them all.
MOST_CURVES = 12
_COLUMNS = 2


def draw(runs: Sequence[Mapping[str, Any]]) -> str:
    """Return one SVG of the curves of these runs; if there are many, of those with the worst verdicts.

    Args:
        runs: the summaries, oldest first. A cell that several of them have counts as in the last.
    """
    drawn = panels(Source("", runs))
    return picture(worst(drawn, MOST_CURVES), _COLUMNS, of=len(drawn))
