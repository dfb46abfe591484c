"""Curves as files: each a picture of its own that needs nothing from elsewhere."""

import re
from pathlib import Path
from xml.etree import ElementTree

from pytest_ood.report.figures import style
from pytest_ood.report.figures.sheet import panels, picture, write_each
from pytest_ood.report.source import Source
from tests.dataset.making import HOSTILE
from tests.report.making import CONDITION, FALLING, cell, report, source, summary

SVG = "{http://www.w3.org/2000/svg}"
OTHER = [cell(size, "robust", model="gpt-5", condition={**CONDITION, "model": "gpt-5"}) for size in (4, 16)]


def texts(svg: str) -> list[str]:
    """All that is written in a picture."""
    return [text.text or "" for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_each_curve_is_a_file_named_after_its_probe_and_model(tmp_path: Path) -> None:
    """With both in it, and what it shows for those who do not see it."""
    paths = write_each(tmp_path / "new", source(cells=[*FALLING, *OTHER]))
    assert [path.name for path in paths] == ["test-larger-gpt-4o.svg", "test-larger-gpt-5.svg"]
    svg = paths[0].read_text(encoding="utf-8")
    assert {"test_larger", "gpt-4o", "control", "shift", "bar", "4", "16", "64", "size (log)"} <= set(texts(svg))
    assert "<title>test_larger, gpt-4o: holds to 16, breaks by 64; horizon " in svg
    assert ElementTree.fromstring(svg).get("role") == "img"


def test_a_single_model_is_named_as_well(tmp_path: Path) -> None:
    """Where a label would leave it out; and a prefix tells files of several runs apart."""
    (path,) = write_each(tmp_path, source(), "run.json")
    assert path.name == "run-json-test-larger-gpt-4o.svg"


def test_curves_of_one_name_have_files_of_their_own(tmp_path: Path) -> None:
    """Such as a probe of the same name in two files."""
    cells = [cell(4, "robust", probe=f"{name}.py::test_it") for name in "abc"]
    assert [path.name for path in write_each(tmp_path, source(cells=cells))] == [
        "test-it-gpt-4o.svg",
        "test-it-gpt-4o--2.svg",
        "test-it-gpt-4o--3.svg",
    ]
    assert len(list(tmp_path.iterdir())) == 3


def test_a_picture_needs_nothing_from_elsewhere() -> None:
    """No address, no font that somebody must have, no variable, and a paper to stand on; light and dark."""
    svg = picture(panels(source()))
    assert re.findall(r"(?:href|src|url)\b", svg) == []
    assert [address for address in re.findall(r"\w+://[^\"]+", svg) if address != "http://www.w3.org/2000/svg"] == []
    assert set(re.findall(r"font-family: ([^;]+);", svg)) == {"system-ui, sans-serif"}
    assert "var(" not in svg
    light, _, dark = svg.partition("@media (prefers-color-scheme: dark)")
    assert f".pytest-ood .paper {{ fill: {style.LIGHT['raised']};" in light
    assert f".pytest-ood .paper {{ fill: {style.DARK['raised']};" in dark
    (paper,) = [one for one in ElementTree.fromstring(svg).iter(f"{SVG}rect") if one.get("class") == "paper"]
    assert paper.get("width") == ElementTree.fromstring(svg).get("width")


def test_a_picture_in_a_page_leaves_other_pictures_alone() -> None:
    """In a notebook its style would be one of the whole page."""
    svg = picture(panels(source()))
    rules = re.findall(r"^([^@}\n][^{]*) \{", svg.partition("<style>")[2].partition("</style>")[0], re.MULTILINE)
    assert len(rules) > 20
    assert [rule for rule in rules if not all(part.startswith(".pytest-ood ") for part in rule.split(", "))] == []
    assert ElementTree.fromstring(svg).get("class") == "pytest-ood"


def test_the_page_has_the_same_colours() -> None:
    """As variables, which all that its style uses are."""
    css = report().partition("<style>")[2].partition("</style>")[0]
    assert f"--shift: {style.LIGHT['shift']};" in css
    assert set(re.findall(r"var\((--[\w-]+)\)", css)) <= set(re.findall(r"(--[\w-]+):", css))


def test_the_axis_is_as_it_is_wished() -> None:
    """Where the sizes span little, it is linear by itself."""
    narrow = source(cells=[cell(size, "robust") for size in (4, 5, 6)])
    assert "size" in texts(picture(panels(narrow)))
    assert "size (log)" in texts(picture(panels(narrow, logarithmic=True)))
    assert "size" in texts(picture(panels(source(), logarithmic=False)))


def test_any_text_is_only_text(tmp_path: Path) -> None:
    """And names no file outside the folder."""
    evil = f"../{HOSTILE}/../{'x' * 500}"
    hostile = Source("", [summary([cell(4, "robust", probe=f"p::{evil}", model=evil)])])
    (path,) = write_each(tmp_path / "new", hostile)
    assert path.parent == tmp_path / "new"
    assert re.fullmatch(r"[A-Za-z0-9-]{1,90}\.svg", path.name)
    svg = path.read_text(encoding="utf-8")
    kinds = {one.tag.removeprefix(SVG) for one in ElementTree.fromstring(svg).iter()}
    assert kinds == {"svg", "title", "style", "rect", "g", "text", "line", "circle", "a"}
    assert not re.search(r"[^\n\x20-\x7e]", svg)
    assert max(map(len, texts(svg))) < 100
