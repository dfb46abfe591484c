"""Numbers and texts as they stand in a sentence."""

import pytest

from pytest_ood.text.words import counted, one_line, percent, short_line


@pytest.mark.parametrize(
    ("share", "shown"), [(0.71, "71 %"), (1, "100 %"), (0.001, "0.1 %"), (0.01, "1 %"), (0, "0 %")]
)
def test_percent(share: float, shown: str) -> None:
    """Small levels keep a digit."""
    assert percent(share) == shown


def test_a_counted_noun() -> None:
    """With a comma in thousands."""
    assert [counted(count, "cell") for count in (0, 1, 2, 1234)] == ["0 cells", "1 cell", "2 cells", "1,234 cells"]


def test_one_line_of_any_text() -> None:
    """Printable, and without a break."""
    assert one_line("a\x1b\nb") == "a\\x1b\\nb"


def test_a_short_line_is_at_most_so_long() -> None:
    """Dots show that something is missing, also where signs become longer by being made visible."""
    assert short_line("abcdef", 6) == "abcdef"
    assert short_line("abcdefg", 6) == "abc..."
    assert short_line("\x1b" * 9, 8) == "\\x1b\\..."
    assert len(short_line("x" * 10**6)) == 300
