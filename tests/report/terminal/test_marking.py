"""What differs is marked, where marks say something."""

import pytest

from pytest_ood.report.terminal.lines import plain
from pytest_ood.report.terminal.marking import differences, marked


def signs(text: str, other: str, width: int = 40) -> str:
    """The text with its marks."""
    return plain(marked(text, differences(text, other) or [], width, "mark"))


def test_a_grid_of_digits() -> None:
    """Each cell that differs, below it."""
    assert signs("0110\n1001\n0110", "0110\n1000\n0111") == "0110\n1001\n   ^\n0110\n   ^\n"


def test_cells_of_several_characters() -> None:
    """Also of different lengths: the whole cell is marked."""
    assert signs("1 12 3\n4 5 6", "1 2 3\n4 5 6") == "1 12 3\n  ^^\n4 5 6\n"
    assert signs("cat, dog, cow", "cat, hen, cow") == "cat, dog, cow\n     ^^^\n"


def test_rows_that_are_too_long_are_broken_with_their_marks() -> None:
    """Between cells if there are blanks."""
    assert signs("01100110", "01100111", 5) == "01100\n110\n  ^\n"
    assert signs("aa bb cc dd", "aa bb cc dx", 6) == "aa bb\ncc dd\n   ^^\n"


def test_a_wide_character_has_a_wide_mark() -> None:
    """Marks stand below what they are about."""
    assert signs("日本語ab", "日木語ab") == "日本語ab\n  ^^\n"


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("01\n10", "01\n10\n11"),
        ("010", "01"),
        ("a b c", "a b"),
        ("12", "34"),
        ("0000\n0000", "1111\n1110"),
    ],
)
def test_other_shapes_are_not_marked(text: str, other: str) -> None:
    """Nor are texts with little in common."""
    assert differences(text, other) is None
