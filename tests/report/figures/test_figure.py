"""One curve as a picture: every point at its place, and nothing drawn that is not known."""

from typing import Any
from xml.etree import ElementTree

import pytest

from pytest_ood.report.blocks import blocks
from pytest_ood.report.figures.axis import LEFT, RIGHT, Axis
from pytest_ood.report.figures.figure import BOTTOM, TOP, Point, draw, score
from pytest_ood.report.size_curves import curve_rows
from tests.dataset.making import HOSTILE
from tests.report.making import FALLING, arm, cell


def drawn(*cells: dict[str, Any], curve: dict[str, Any] | None = None) -> ElementTree.Element:
    """The picture of one block, as XML."""
    (block,) = blocks(cells)
    points = [Point(label, row, f"#{label}") for label, row in zip(block.labels, block.cells, strict=True)]
    return ElementTree.fromstring(draw(block, points, curve, 0.8).svg())


def all_of(picture: ElementTree.Element, tag: str, class_: str = "") -> list[ElementTree.Element]:
    """The elements of a kind with this class."""
    return [one for one in picture.iter(tag) if not class_ or class_ in (one.get("class") or "").split()]


def share(y: float) -> float:
    """The accuracy that stands at this height."""
    return 1 - (y - TOP) / (BOTTOM - TOP)


def squares(picture: ElementTree.Element) -> list[tuple[float, float]]:
    """The place and the accuracy of each point of the shift."""
    found = [one for group in all_of(picture, "a", "shift") for one in group.iter("rect")]
    return [(float(one.get("x") or 0) + 4, share(float(one.get("y") or 0) + 4)) for one in found]


def test_points_stand_at_their_accuracy_and_size() -> None:
    """Equal ratios of sizes are equally far apart."""
    points = squares(drawn(*FALLING))
    assert [accuracy for _, accuracy in points] == pytest.approx([1, 0.95, 0.1], abs=0.01)
    first, second, third = (x for x, _ in points)
    assert second - first == pytest.approx(third - second, abs=0.5)
    assert LEFT < first < third < RIGHT


def test_bounds_are_drawn_as_they_are() -> None:
    """From low to high, for each arm that was asked."""
    picture = drawn(cell(4, "undecided", "cw"))
    (group,) = all_of(picture, "a", "shift")
    heights = {share(float(line.get(end) or 0)) for line in group.iter("line") for end in ("y1", "y2")}
    assert sorted(heights) == pytest.approx([0.1, 0.9], abs=0.01)


def test_each_point_leads_to_its_traces() -> None:
    """And says what it is."""
    points = all_of(drawn(*FALLING), "a", "shift")
    assert [one.get("href") for one in points] == ["#4", "#16", "#64"]
    assert points[2].findtext("title") == (
        "64: brittle; control 20/20 [.10, .90]; shift 2/20 [.10, .90]; gap +.50 [.20, .80]"
    )


def test_a_control_that_all_sizes_share_is_one_point() -> None:
    """At its own size, left of the others."""
    (curve,) = curve_rows(FALLING)
    picture = drawn(*FALLING, curve=curve)
    (control,) = all_of(picture, "a", "control")
    (ring,) = control.iter("circle")
    assert float(ring.get("cx") or 0) < min(x for x, _ in squares(picture))
    assert len(all_of(picture, "polyline", "control-level")) == 1
    assert {"2", "4", "16", "64"} <= {one.text for one in picture.iter("text")}


def test_a_shared_control_is_shown_as_far_as_it_was_asked() -> None:
    """Its cells judge different beginnings of it: the longest has the most to say."""
    cells = [cell(4, "robust", control=arm("c")), cell(64, "brittle", control=arm("cw" * 10))]
    (curve,) = curve_rows(cells)
    (control,) = all_of(drawn(*cells, curve=curve), "a", "control")
    (ring,) = control.iter("circle")
    assert share(float(ring.get("cy") or 0)) == pytest.approx(0.5, abs=0.01)


def test_the_shading_lies_between_the_bounds() -> None:
    """Of each arm at each size."""
    cells = [cell(size, "robust", shift=arm("cw", low, high)) for size, low, high in ((4, 0.3, 0.6), (8, 0.1, 0.5))]
    (area,) = all_of(drawn(*cells), "polygon", "shift")
    heights = [share(float(point.partition(",")[2])) for point in (area.get("points") or "").split()]
    assert heights == pytest.approx([0.6, 0.5, 0.1, 0.3], abs=0.01)


def test_controls_of_their_own_are_points_of_their_own() -> None:
    """Without a curve nothing says that they are the same."""
    assert len(all_of(drawn(*FALLING), "a", "control")) == 3


def test_the_horizon_is_marked() -> None:
    """With its interval, between the sizes where the model is right and where it is wrong."""
    (curve,) = curve_rows(FALLING)
    assert curve["horizon"] is not None
    picture = drawn(*FALLING, curve=curve)
    (line,) = all_of(picture, "line", "horizon-line")
    (area,) = all_of(picture, "rect", "horizon")
    sizes = [x for x, _ in squares(picture)]
    x, left, width = (float(value or 0) for value in (line.get("x1"), area.get("x"), area.get("width")))
    assert sizes[1] < x < sizes[2]
    assert left < x < left + width
    assert not all_of(drawn(*FALLING), "rect", "horizon")


@pytest.mark.parametrize(("end", "left", "right"), [("low", True, False), ("high", False, True)])
def test_a_horizon_without_an_end_goes_on_to_the_edge(end: str, left: bool, right: bool) -> None:
    """On that side only."""
    (curve,) = curve_rows(FALLING)
    horizon = {"level": 0.5, "median": None, "low": 10, "high": 30, "beyond": "largest", end: None}
    picture = drawn(*FALLING, curve={**curve, "horizon": horizon})
    (area,) = all_of(picture, "rect", "horizon")
    x, width = (float(area.get(name) or 0) for name in ("x", "width"))
    assert (x == LEFT, x + width == pytest.approx(RIGHT)) == (left, right)
    assert not all_of(picture, "line", "horizon-line")


def test_what_was_not_scored_has_no_point() -> None:
    """Nor has an arm that was not asked; the line does not bridge it."""
    unscored = cell(16, "undecided", "uuu")
    picture = drawn(cell(4, "robust"), unscored, cell(64, "robust"), cell(128, "robust"))
    assert len(squares(picture)) == 3
    lines = [one.get("points") or "" for one in all_of(picture, "polyline", "shift")]
    assert [len(line.split()) for line in lines] == [2]
    assert len(all_of(drawn(cell(4, "robust"), cell(16, "undecided", "")), "a", "shift")) == 1


def test_guessing_is_drawn_where_it_matters() -> None:
    """At its height."""
    cells = [cell(size, "robust", shift=arm("c" * 20, chance=0.25)) for size in (4, 8)]
    (line,) = all_of(drawn(*cells), "polyline", "chance")
    heights = [share(float(point.partition(",")[2])) for point in (line.get("points") or "").split()]
    assert heights == pytest.approx([0.25] * 4, abs=0.01)
    assert not all_of(drawn(*FALLING), "polyline", "chance")
    words = [cell(n, "robust", params={"word": n * "x"}, size=None, shift=arm("c", chance=1 / n)) for n in (2, 4)]
    places = [one.get("points") or "" for one in all_of(drawn(*words), "polyline", "chance")]
    assert [share(float(points.rpartition(",")[2])) for points in places] == pytest.approx([0.5, 0.25], abs=0.01)
    (line,) = all_of(drawn(words[0]), "polyline", "chance")
    assert len((line.get("points") or "").split()) == 3


def test_published_figures_are_drawn_and_named() -> None:
    """Those of the same parameters, with the paper."""
    digits = {"task": "digits.long_arithmetic", "size": "digits", "control_params": {"digits": 2}}
    cells = [cell(n, "brittle", **digits, params={"operation": "product", "digits": n}) for n in (3, 4, 5)]
    picture = drawn(*cells)
    ticks = all_of(picture, "line", "published")
    assert [share(float(one.get("y1") or 0)) for one in ticks] == pytest.approx([0.59, 0.04, 0], abs=0.01)
    titles = [one.text or "" for one in picture.iter("title")]
    assert any("Dziri et al. 2023" in title for title in titles)


def test_gaps_have_a_panel_of_their_own() -> None:
    """Filled where a gap is shown; none without gaps."""
    hidden = {"estimate": 0.1, "low": -0.2, "high": 0.4, "pairs": 9, "evidence": 1.0, "alpha": 0.01, "shown": False}
    picture = drawn(cell(4, "robust", gap=hidden), cell(8, "brittle"))
    gaps = all_of(picture, "g", "gap")
    assert [one.get("class") for one in gaps] == ["gap", "gap shown"]
    low, high = (float(one.find("circle").get("cy") or 0) for one in gaps)  # type: ignore[union-attr]
    assert low > high > BOTTOM
    assert not all_of(drawn(cell(4, "robust", None)), "g", "gap")


def test_values_without_an_order_are_not_joined() -> None:
    """They stand side by side, with all their labels."""
    cells = [cell(n, "robust", params={"word": word}, size=None) for n, word in enumerate(["one", "two", "three"])]
    picture = drawn(*cells)
    assert not all_of(picture, "polyline", "shift")
    assert len(squares(picture)) == 3
    texts = [one.text for one in picture.iter("text")]
    assert {"one", "two", "three"} <= set(texts)


def test_any_text_is_only_text() -> None:
    """XML as before, with the text where it belongs."""
    picture = drawn(cell(1, "robust", params={"word": HOSTILE}, size=None))
    assert {one.tag for one in picture.iter()} == {"svg", "line", "text", "a", "title", "circle", "rect", "g"}
    assert "<script>" in (all_of(picture, "a", "shift")[0].findtext("title") or "")


@pytest.mark.parametrize(
    ("sizes", "is_logarithmic"),
    [([1, 2, 4, 8], True), ([2, 4, 8], False), ([0, 100], False), ([-5, 5], False), ([3], False)],
)
def test_which_axes_are_logarithmic(sizes: list[float], is_logarithmic: bool) -> None:
    """From a ratio of eight on, if all sizes are positive; their order is kept, and they are on the axis."""
    axis = Axis([str(size) for size in sizes], sizes)
    assert axis.is_logarithmic is is_logarithmic
    assert axis.places == sorted(axis.places)
    assert all(LEFT < x < RIGHT for x in axis.places)


def test_what_is_beyond_the_axis_stands_at_its_end() -> None:
    """Such as the end of the interval of a horizon."""
    axis = Axis(["4", "64"], [4, 64])
    assert (axis.place(10**9), axis.place(0.001)) == (RIGHT, LEFT)


def test_labels_do_not_touch() -> None:
    """Those without room are left out, and the first is there."""
    sizes = [float(size) for size in range(1000, 1040)]
    axis = Axis([f"{size:g}" for size in sizes], sizes)
    ticks = list(axis.ticks())
    assert ticks[0][1] == "1000"
    assert 3 <= len(ticks) < 12


def test_a_score() -> None:
    """Right of those asked, with the bounds."""
    assert score(arm("ccw", 0.25, 0.75)) == "2/3 [.25, .75]"
    assert score(arm("")) == "not asked"
    assert score(None) == "-"
