"""Whoever waits at a terminal sees how far the reading is; nobody else sees anything."""

import io
from pathlib import Path

import pytest

from pytest_ood.dataset import progress
from pytest_ood.dataset.folder import parquet_files, scan
from pytest_ood.dataset.progress import clear, report, shown
from tests.dataset.making import export, some, summary


class Terminal(io.StringIO):
    """Text that goes to a person."""

    def isatty(self) -> bool:
        """It does."""
        return True


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every step is shown."""
    monkeypatch.setattr(progress, "_EVERY_S", 0.0)


@pytest.mark.usefixtures("eager")
def test_a_terminal_shows_how_far_a_file_is_read(tmp_path: Path) -> None:
    """The file, the part and the rows; the line is empty in the end."""
    export(tmp_path, some(), summary())
    out = Terminal()
    with shown(out):
        assert len([*scan(*parquet_files(tmp_path, "traces"), ["id"])]) == 1
    lines = out.getvalue().split("\r")
    assert lines[1] == f"traces/run-1.parquet [{'#' * 20}] 100% of 10 rows"
    assert (lines[2].strip(), len(lines[2]), lines[3]) == ("", len(lines[1]), "")


@pytest.mark.usefixtures("eager")
def test_a_shorter_line_leaves_nothing_of_a_longer_one() -> None:
    """Half of a file, then the whole of one without rows."""
    out = Terminal()
    with shown(out):
        report(Path("traces/long-name.parquet"), 500_000, 1_000_000)
        report(Path("traces/b.parquet"), 0, 0)
    first, second = out.getvalue().split("\r")[1:3]
    assert first == f"traces/long-name.parquet [{'#' * 10}{'.' * 10}]  50% of 1,000,000 rows"
    assert (len(second), second.rstrip()) == (len(first), f"traces/b.parquet [{'.' * 20}]   0% of 0 rows")


@pytest.mark.usefixtures("eager")
def test_the_line_makes_room_for_others() -> None:
    """What is written next begins on an empty line, and it is cleared once."""
    out = Terminal()
    with shown(out):
        report(Path("traces/a.parquet"), 1, 1)
        clear()
        out.write("done\n")
    _, bar, empty, rest = out.getvalue().split("\r")
    assert (empty, rest) == (" " * len(bar), "done\n")


def test_nothing_is_shown_elsewhere() -> None:
    """Into a file or a pipe, without a reader, and for what is quick."""
    out, terminal = io.StringIO(), Terminal()
    report(Path("a.parquet"), 1, 2)
    with shown(out):
        report(Path("a.parquet"), 1, 2)
    with shown(terminal):
        report(Path("a.parquet"), 1, 2)
    assert (out.getvalue(), terminal.getvalue()) == ("", "")
