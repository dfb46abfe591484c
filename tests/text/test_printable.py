"""Nothing that a model says reaches the terminal as a command."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood.text.printable import LONGEST, clipped, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("two\nlines", "two\nlines"),
        ("naïve 日本 😀", "naïve 日本 😀"),
        ("\x1b[2J\x1b]0;owned\x07", "\\x1b[2J\\x1b]0;owned\\x07"),
        ("\rover", "\\rover"),
        ("tab\there", "tab\\there"),
        ("\x9b31m", "\\x9b31m"),
        ("\u202eright to left", "\\u202eright to left"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("\x00", "\\x00"),
        ("\ud800", "\\ud800"),
        ("\u2028", "\\u2028"),
    ],
)
def test_what_a_terminal_might_obey_is_shown_as_its_escape(text: str, shown: str) -> None:
    """Everything else is shown as it is."""
    assert printable(text) == shown


@given(st.text())
def test_all_that_is_left_is_printable(text: str) -> None:
    """Whatever comes in: one line feed is the only control character, and UTF-8 can hold the rest."""
    shown = printable(text)
    assert all(sign == "\n" or sign.isprintable() for sign in shown)
    shown.encode()


def test_a_short_text_is_whole() -> None:
    """Up to the limit, and the limit itself."""
    assert clipped("x" * LONGEST) == "x" * LONGEST


def test_a_long_text_loses_its_middle() -> None:
    """Both ends stay, and the cut says how much is gone."""
    text = "a" * 5_000_000 + "z" * 5_000_000
    shown = clipped(text)
    assert shown == "a" * 2000 + "\n[... 9,996,000 of 10,000,000 characters cut ...]\n" + "z" * 2000


@given(st.text(), st.integers(0, 50))
def test_a_clipped_text_is_printable_and_short(text: str, longest: int) -> None:
    """However it was cut."""
    shown = clipped(text, longest)
    assert all(sign == "\n" or sign.isprintable() for sign in shown)
    # Ten signs write any one character, and the cut takes a line of its own.
    assert len(shown) <= 10 * longest + 60


@pytest.mark.parametrize("command", ["::error::x", "no\n  ::add-mask::x", "wrapped ::set-output x::b", "##[error]x"])
def test_a_log_takes_nothing_for_a_command(command: str) -> None:
    """GitHub Actions strips a line and looks for two colons, and for ##[ anywhere."""
    shown = printable(command)
    assert not any(line.lstrip().startswith("::") for line in re.split(r"[\n ]", shown))
    assert "##[" not in shown


def test_colons_of_names_stay() -> None:
    """They begin nothing."""
    assert printable("test_a.py::test_b[x] A::B # [") == "test_a.py::test_b[x] A::B # ["
