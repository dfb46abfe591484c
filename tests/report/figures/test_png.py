"""Curves as PNG, made of the SVGs."""

import json
import struct
import sys
from pathlib import Path

import pytest

from pytest_ood.cli import main
from pytest_ood.report.figures.png import PngError, check_ready, to_png
from pytest_ood.report.figures.sheet import panels, picture
from tests.report.making import source, summary


def size(png: bytes) -> tuple[int, int]:
    """Width and height, as the file's header says."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_a_picture_is_twice_as_large_and_has_its_text() -> None:
    """A picture without text would be wrong without looking so."""
    svg = picture(panels(source()))
    width, height = (int(part) for part in svg.partition(' viewBox="0 0 ')[2].partition('"')[0].split())
    png = to_png(svg)
    assert size(png) == (2 * width, 2 * height)
    wordless = to_png(svg.replace("<text ", "<desc ").replace("</text>", "</desc>"))
    assert size(wordless) == size(png)
    assert len(wordless) < 0.8 * len(png)


def test_a_font_that_nobody_has_is_missed() -> None:
    """The usual ones are there, or the other tests would fail."""
    check_ready()
    with pytest.raises(PngError, match=r"no font .*; install one of Nothing Sans$"):
        check_ready("Nothing Sans")


def test_the_command_writes_svg_and_png(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each into its folder, under the same names."""
    run = tmp_path / "run.json"
    run.write_text(json.dumps(summary()), encoding="utf-8")
    assert main(["report", str(run), "--svg", str(tmp_path / "svg"), "--png", str(tmp_path / "png")]) == 0
    (svg,), (png,) = (list((tmp_path / kind).iterdir()) for kind in ("svg", "png"))
    assert (svg.suffix, png.suffix) == (".svg", ".png")
    assert svg.stem == png.stem
    assert png.read_bytes() == to_png(svg.read_text(encoding="utf-8"))
    assert capsys.readouterr().out.count(": 1 curve\n") == 2


def test_without_the_package_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And the message says what to install."""
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    run = tmp_path / "run.json"
    run.write_text(json.dumps(summary()), encoding="utf-8")
    assert main(["report", str(run), "--svg", str(tmp_path / "svg"), "--png", str(tmp_path / "png")]) == 1
    assert "pip install 'pytest-ood[png]'" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]
