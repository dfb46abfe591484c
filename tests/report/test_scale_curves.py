"""Which cells of which models are one curve over the number of parameters."""

from typing import Any

import pytest

from pytest_ood.plugin.scale_table import scale_lines
from pytest_ood.report.scale_curves import parameters_text, scale_rows
from pytest_ood.report.size_curves import curve_rows
from tests.report.making import CONDITION, cell


def asked(model: str, size: int, **axes: Any) -> dict[str, Any]:
    """A cell of a model, asked in its own way."""
    condition = {**CONDITION, "model": model, **axes}
    return cell(size, "robust", id=f"{model}-{size}-{axes}", model=model, condition=condition)


SIZES = {"a": 1e9, "b": 2e9, "d": 3e9, "local": 135e6}


@pytest.mark.parametrize(
    ("count", "text"), [(7e9, "7B"), (135e6, "135M"), (1.5e9, "1.5B"), (1e12, "1T"), (500e3, "0.5M"), (70.6e9, "70.6B")]
)
def test_a_number_of_parameters_in_words(count: float, text: str) -> None:
    """As people say it."""
    assert parameters_text(count) == text


def test_each_way_of_asking_is_apart() -> None:
    """An effort of its own is another way; a default argument of the model is not."""
    cells = [asked(model, 4) for model in ("b", "a")]
    cells += [asked(model, 4, args={"effort": "low"}) for model in ("a", "b")]
    cells.append(asked("local", 4, args={"temperature": 0}))
    usual, low = scale_rows(cells, [], SIZES)
    assert [model["model"] for model in usual["models"]] == ["local", "a", "b"]
    assert [model["model"] for model in low["models"]] == ["a", "b"]
    assert (usual["condition"]["args"], low["condition"]["args"]) == ({}, {"effort": "low"})


def test_what_a_model_was_not_asked_has_a_gap() -> None:
    """A cell of one model alone is left out; one that some were asked has a place for each."""
    cells = [asked("a", 4), asked("b", 4), asked("local", 4), asked("a", 8), asked("b", 8)]
    cells.append(asked("d", 16))
    (row,) = scale_rows(cells, curve_rows(cells), SIZES)
    assert [[None if point is None else point["id"] for point in one["points"]] for one in row["cells"]] == [
        ["local-4-{}", "a-4-{}", "b-4-{}"],
        [None, "a-8-{}", "b-8-{}"],
    ]
    (horizons,) = row["horizons"]
    assert [point is None for point in horizons["points"]] == [True, False, False]
    lines = [line.text.split() for line in scale_lines([row], 100)]
    assert [line[-3:] for line in lines if "size=8" in line] == [["-", "1", "1"]]
    assert scale_rows([asked("a", 4), asked("c", 4)], [], SIZES) == []


def test_a_control_of_its_own_for_each_cell_is_shown_with_it() -> None:
    """Where they share one, it stands once."""
    cells = [{**asked(model, size), "control_params": {"size": size - 1}} for size in (4, 8) for model in ("a", "b")]
    texts = [line.text.split()[:2] for line in scale_lines(scale_rows(cells, [], SIZES), 100)]
    assert texts[2:] == [["size=4", "control"], ["size=4", "shift"], ["size=8", "control"], ["size=8", "shift"]]
