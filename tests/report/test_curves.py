"""The picture of a dataset's card: the curves of all its runs, or the worst of many."""

from xml.etree import ElementTree

from pytest_ood.report import curves
from tests.report.making import FALLING, cell, summary

SVG = "{http://www.w3.org/2000/svg}"


def titles(picture: str) -> list[str]:
    """The probes whose curves are drawn."""
    found = ElementTree.fromstring(picture).iter(f"{SVG}text")
    return [text.text or "" for text in found if text.get("class") == "title"]


def test_the_curves_of_several_runs_are_drawn() -> None:
    """Of a cell asked twice the later run's counts."""
    other = summary([cell(4, "robust", probe="t.py::test_other")])
    assert titles(curves.draw([summary(), other])) == ["test_larger", "test_other"]
    again = summary([cell(64, "robust")])
    assert titles(curves.draw([summary(), again])) == ["test_larger"]
    in_parts = curves.draw([summary(FALLING[:2]), summary(FALLING[2:])])
    assert in_parts.count('aria-label="shift at') == len(FALLING)


def test_of_many_curves_the_worst_are_drawn() -> None:
    """In the order of the run, and the picture says that there are more."""
    many = [cell(4, "robust", probe=f"t.py::test_{number}") for number in range(40)]
    worse = [cell(4, "brittle", probe="t.py::test_worse"), cell(4, "degraded", probe="t.py::test_bad")]
    picture = curves.draw([summary([*many[:20], worse[1], *many[20:], worse[0]])])
    shown = titles(picture)
    assert len(shown) == curves.MOST_CURVES
    assert shown[-2:] == ["test_bad", "test_worse"]
    assert "12 of 42 curves, those with the worst verdicts" in picture
    assert "of 1 curve" not in curves.draw([summary()])


def test_of_nothing_it_is_a_picture_all_the_same() -> None:
    """With a width, a height and a name."""
    picture = ElementTree.fromstring(curves.draw([]))
    assert picture.findtext(f"{SVG}title") == "Accuracy of control and shift: nothing was asked"
    assert float(picture.get("width") or 0) > float(picture.get("height") or 0) > 0
