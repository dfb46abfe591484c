"""Figures from papers, shown next to a user's result and never mixed with it.

They are in ``data/anchors.json``. They come from other questions than ours, so that they only say what has been seen
before.
"""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "data" / "anchors.json"


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """What a paper reports about a model on a task like ours.

    Attributes:
        task: the full name of our task.
        params, control_params: the parameters of our task that the two figures belong to; others are not fixed.
        model: the model's name in the paper.
        date: the year of the paper.
        condition: how the model was asked, if it matters and is known.
        n: questions per arm; None if not known.
        control: the accuracy on the familiar twin; None if not known.
        shift: the accuracy on the shift.
        paper: authors, year, title and arXiv number.
        where: the place in the paper; None if not known.
    """

    task: str
    params: Mapping[str, Any]
    control_params: Mapping[str, Any]
    model: str
    date: str
    condition: str | None
    n: int | None
    control: float | None
    shift: float
    paper: str
    where: str | None

    def __str__(self) -> str:
        """Return it in one line, such as ``GPT-4 in 2023: .98 -> .39``."""
        shift = _accuracy(self.shift)
        accuracies = f"{shift} on shift" if self.control is None else f"{_accuracy(self.control)} -> {shift}"
        return f"{self.model} in {self.date}: {accuracies}"


def _accuracy(value: float) -> str:
    # Half a hundredth is rounded up, as a reader would.
    return f"{value + 1e-9:.2f}".removeprefix("0")


@functools.cache
def all_figures() -> tuple[PublishedFigure, ...]:
    """Return every figure. The file is read at the first call."""
    return tuple(PublishedFigure(**row) for row in json.loads(_FILE.read_text(encoding="utf-8"))["figures"])


def published_figures(
    task_name: str, params: Mapping[str, Any], control_params: Mapping[str, Any] | None = None
) -> list[PublishedFigure]:
    """Return the figures about a task that was asked with these parameters.

    Args:
        task_name: the full name of the task.
        params: the parameters of the shift arm.
        control_params: those of the control arm. A figure with another control is left out: rot-3 against rot-12 is not
            what a paper measured that compares rot-13 with rot-12.
    """
    return [
        figure
        for figure in all_figures()
        if figure.task == task_name
        and _agree(figure.params, params)
        and (control_params is None or _agree(figure.control_params, control_params))
    ]


def _agree(published: Mapping[str, Any], params: Mapping[str, Any]) -> bool:
    """Whether a cell states every parameter that a figure belongs to. True is not 1 here."""
    missing = object()
    return all(
        type(params.get(name, missing)) is type(value) and params[name] == value for name, value in published.items()
    )
