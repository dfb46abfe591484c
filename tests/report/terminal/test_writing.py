"""Lines come out in colours where they are seen, and plain elsewhere."""

import io
import re
import sys

import pytest

from pytest_ood.report.terminal.lines import Line, Span, plain
from pytest_ood.report.terminal.writing import write

LINES = [Line((Span("fine ", "good"), Span("[red]日本[/red]"))), Line.of("wrong :smile: 12", "mark"), Line.of("  ")]


def written(encoding: str = "utf-8") -> str:
    """What is written to a stream of this encoding."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    write(LINES, stream)
    return raw.getvalue().decode(encoding)


def test_a_file_gets_the_text_alone() -> None:
    """Nothing in it is read as a mark of rich."""
    assert written() == plain(LINES) == "fine [red]日本[/red]\nwrong :smile: 12\n\n"


def test_colours_change_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever wants them gets them."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    coloured = written()
    assert "\x1b[32mfine \x1b[0m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain(LINES)


def test_without_rich_it_is_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an extra."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setitem(sys.modules, "rich.console", None)
    assert written() == plain(LINES)


def test_what_the_encoding_lacks_is_escaped() -> None:
    """An old terminal shows something all the same."""
    assert written("ascii").startswith("fine [red]\\u65e5\\u672c[/red]\n")
