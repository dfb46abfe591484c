"""Lines are as wide as they look."""

import pytest

from pytest_ood.report.terminal.lines import Line, beside, columns, pieces, plain, wrapped


@pytest.mark.parametrize(("text", "wide"), [("", 0), ("abc", 3), ("日本", 4), ("e\u0301", 1), ("\uff21b", 3)])
def test_the_width_is_that_on_a_screen(text: str, wide: int) -> None:
    """Wide characters count twice, combining ones not at all."""
    assert columns(text) == wide
    assert columns(Line.of(text).padded(10).text) == 10


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("one two three", ["one two", "three"]),
        ("one two  three", ["one two", "three"]),
        ("abcdefghijk", ["abcdefgh", "ijk"]),
        ("  indented text", ["  indented"[:8], "ed text"]),
        ("    ab cd", ["    ab", "cd"]),
        ("one\n\ntwo", ["one", "", "two"]),
        ("日本語日本語", ["日本語日", "本語"]),
        ("        ", ["        "]),
        ("12345678 9", ["12345678", "9"]),
    ],
)
def test_lines_are_broken_at_blanks(text: str, lines: list[str]) -> None:
    """A longer word is broken itself; an indentation and empty lines stay."""
    assert [line.text for line in wrapped(text, 8)] == lines


def test_a_text_of_blanks_ends() -> None:
    """Wherever it is broken."""
    assert list(pieces(" " * 20, 8))[-1][1] == 20


def test_columns_stand_beside_each_other() -> None:
    """The shorter one ends earlier."""
    lines = beside([Line.of("a"), Line.of("日本")], [Line.of("x"), Line.of("y"), Line.of("z")], 5, "|")
    assert plain(lines) == "a    |x\n日本 |y\n     |z\n"
