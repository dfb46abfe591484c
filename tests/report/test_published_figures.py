"""Published figures: their form, their tasks, and which of them belong to a cell."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pytest_ood.families import find
from pytest_ood.report import published_figures as module
from pytest_ood.report.published_figures import PublishedFigure, all_figures, published_figures

PRODUCTS = "digits.long_arithmetic"
ACCURACY = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
TEXT = {"type": "string", "minLength": 1}
SCHEMA = {
    "type": "object",
    "properties": {
        "about": TEXT,
        "figures": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "task": TEXT,
                    "params": {"type": "object", "minProperties": 1},
                    "control_params": {"type": "object", "minProperties": 1},
                    "model": TEXT,
                    "date": {"type": "string", "pattern": "^20[0-9]{2}(-[0-9]{2})?$"},
                    "condition": {"type": ["string", "null"]},
                    "n": {"type": ["integer", "null"], "minimum": 1},
                    "control": ACCURACY,
                    "shift": {**ACCURACY, "type": "number"},
                    "paper": {"type": "string", "pattern": r"\([0-9]{4}\.[0-9]{5}\)$"},
                    "where": {"type": ["string", "null"]},
                },
                "required": list(PublishedFigure.__dataclass_fields__),
                "additionalProperties": False,
            },
        },
    },
    "required": ["about", "figures"],
    "additionalProperties": False,
}


def test_the_file_has_its_form() -> None:
    """What was not seen is null and not left out."""
    path = Path(module.__file__).parent / "data" / "anchors.json"
    Draft202012Validator(SCHEMA).validate(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("figure", all_figures(), ids=lambda figure: f"{figure.task}-{figure.params}")
def test_a_figure_belongs_to_a_task_that_can_be_asked_so(figure: PublishedFigure) -> None:
    """Its parameters draw a case in both arms, and the task names the paper."""
    task = find(figure.task)
    assert task is not None
    assert re.findall(r"\d{4}\.\d{5}", figure.paper)[0] in (task.__doc__ or "")
    control = task.draw({**figure.params, **figure.control_params}, 0, 0)
    assert control.prompt != task.draw(figure.params, 0, 0).prompt


@pytest.mark.parametrize(
    ("name", "params", "control", "lines"),
    [
        ("operators.number_base", {"base": 9}, {"base": 9, "usual": True}, ["GPT-4-0314 in 2023: .98 -> .39"]),
        ("operators.number_base", {"base": 9, "usual": False}, None, ["GPT-4-0314 in 2023: .98 -> .39"]),
        ("operators.number_base", {"base": 11}, None, ["GPT-4-0314 in 2023: .98 -> .57"]),
        ("operators.number_base", {"base": 12}, {"base": 12, "usual": True}, []),
        ("operators.number_base", {}, None, []),
        ("operators.arithmetic", {"base": 9}, None, []),
        ("symbols.shift_cipher", {"shift": 12, "ask": "decode"}, {"shift": 13}, ["GPT-4 in 2023: .51 -> .00"]),
        ("symbols.shift_cipher", {"shift": 12, "ask": "decode"}, {"shift": 3}, []),
        (
            "digits.long_arithmetic",
            {"operation": "product", "digits": 3},
            {"digits": 2},
            ["GPT-4 in 2023: .59 on shift"],
        ),
        ("digits.long_arithmetic", {"operation": "product", "digits": True}, {"digits": 2}, []),
    ],
)
def test_a_cell_has_the_figures_of_its_parameters(
    name: str, params: dict[str, Any], control: dict[str, Any] | None, lines: list[str]
) -> None:
    """Both arms must be those of the paper; a parameter that the paper does not fix may be anything."""
    assert [str(figure) for figure in published_figures(name, params, control)] == lines
