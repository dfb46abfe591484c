"""Write the plugin's sections to the terminal."""

import contextlib
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from pytest_ood.plugin.layout import Line


def heading(reporter: pytest.TerminalReporter, title: str) -> None:
    """Begin a section."""
    # Otherwise the first line after the heading would end the line of the last test file again.
    reporter.ensure_newline()
    reporter.section(title)


def write_lines(reporter: pytest.TerminalReporter, lines: Iterable[Line]) -> None:
    """Write lines in their colours."""
    for line in lines:
        place = 0
        for start, end, color in line.marks:
            reporter.write(line.text[place:start])
            reporter.write(line.text[start:end], **{color: True})
            place = end
        reporter.write_line(line.text[place:], **({line.color: True} if line.color else {}))


def can_show(text: str) -> bool:
    """Return whether the terminal's encoding has these characters."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def width(reporter: pytest.TerminalReporter) -> int:
    """Return the number of columns."""
    return reporter.config.get_terminal_writer().fullwidth


def short(path: Path) -> str:
    """Return the path as a person would type it here."""
    with contextlib.suppress(ValueError):
        return str(path.relative_to(Path.cwd()))
    return str(path)
