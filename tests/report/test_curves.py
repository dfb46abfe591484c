"""The curves of a dataset: every cell in its panel, at its place, whatever texts it has."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from pytest_ood.report import curves

SVG = "{http://www.w3.org/2000/svg}"


def arm(accuracy: float | None, n: int = 20) -> dict[str, Any]:
    """An arm's row."""
    low, high = (0.0, 1.0) if accuracy is None else (max(0.0, accuracy - 0.2), min(1.0, accuracy + 0.1))
    return {"n": n, "accuracy": accuracy, "low": low, "high": high}


def cell(size: int, shift: float | None = 0.5, **values: Any) -> dict[str, Any]:
    """A cell's row."""
    return {
        **{"probe": "probes/test_grids.py::test_larger", "model": "m", "strategy": "direct", "verdict": "brittle"},
        **{"params": {"size": size}, "control_params": {"size": 1}, "control": arm(1.0), "shift": arm(shift)},
        **values,
    }


def drawn(*cells: dict[str, Any], bar: float = 0.8) -> ElementTree.Element:
    """The picture of one run, as XML."""
    return ElementTree.fromstring(curves.draw([{"bar": bar, "cells": list(cells)}]))


def texts(picture: ElementTree.Element) -> list[str]:
    """All that is written in it."""
    return [element.text or "" for element in picture.iter(f"{SVG}text")]


def heights(picture: ElementTree.Element, color: str) -> list[float]:
    """How far down the points of an arm stand, the legend's left out."""
    circles = [circle for circle in picture.iter(f"{SVG}circle") if circle.get("fill") == color]
    return [float(circle.get("cy") or 0) for circle in circles[1:]]


def test_a_panel_has_a_point_for_each_arm() -> None:
    """Higher accuracy stands higher; a line joins the points, bounds surround them."""
    picture = drawn(cell(2, 0.9), cell(4, 0.5), cell(8, 0.1))
    high, middle, low = heights(picture, curves.ARMS["shift"][0])
    assert high < middle < low
    assert len(set(heights(picture, curves.ARMS["control"][0]))) == 1
    assert (low - middle) == pytest.approx(middle - high, abs=0.2)
    assert len(list(picture.iter(f"{SVG}polyline"))) == 2
    assert {"test_larger", "m, direct", "2", "4", "8", "brittle"} <= set(texts(picture))


def test_panels_by_probe_model_and_strategy() -> None:
    """What differs in one of them is not joined; of a cell asked again the later one counts."""
    picture = drawn(
        cell(2), cell(2, model="n"), cell(2, strategy="cot"), cell(2, probe="t.py::test_other"), cell(2, 0.7)
    )
    assert [text for text in texts(picture) if text.startswith("test_")] == ["test_larger"] * 3 + ["test_other"]
    assert len(heights(picture, curves.ARMS["shift"][0])) == 4


def test_a_point_is_the_unbiased_estimate_where_there_is_one() -> None:
    """Rows of older summaries only have the plain share."""
    plain, none, estimated = (
        heights(drawn({**cell(2), "shift": {**arm(0.5), **more}}), curves.ARMS["shift"][0])
        for more in ({}, {"estimate": None}, {"estimate": 0.7})
    )
    assert plain == none
    assert estimated == heights(drawn(cell(2, 0.7)), curves.ARMS["shift"][0])


def test_what_was_not_asked_or_not_scored_has_no_point() -> None:
    """Nothing is made up: bounds without a point, or nothing at all."""
    picture = drawn(cell(2, shift=None), cell(4, shift=None))
    assert heights(picture, curves.ARMS["shift"][0]) == []
    unasked = {"n": 0, "accuracy": None, "low": 0.0, "high": 1.0}
    lines = len(list(picture.iter(f"{SVG}line")))
    assert len(list(drawn(cell(2, shift=None), {**cell(4), "shift": unasked}).iter(f"{SVG}line"))) == lines - 1


def test_hostile_text_stays_text() -> None:
    """Markup, control characters and endless names do no harm."""
    evil = "<script>alert(1)</script>\x1b[31m&\n" + "x" * 1000
    svg = curves.draw([{"bar": 0.8, "cells": [cell(2, probe=f"p::{evil}", model=evil, params={evil: evil})]}])
    picture = ElementTree.fromstring(svg)
    assert not list(picture.iter(f"{SVG}script"))
    assert not re.search(r"[^\n\x20-\x7e]", svg)
    assert max(map(len, texts(picture))) < 100


def test_many_panels_are_cut_and_none_is_a_picture_too() -> None:
    """It ends somewhere, and it begins somewhere."""
    many = [cell(2, probe=f"t.py::test_{number}") for number in range(500)]
    assert sum(text.startswith("test_") for text in texts(drawn(*many))) == curves.MOST_PANELS
    assert drawn().get("width")
