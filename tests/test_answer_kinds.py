"""Numbers, lists and grids are read however they are written, and nothing else is."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood import answers

# The minus sign is the one sign besides ASCII that `float` does not read.
SIGNS = {ord("\N{MINUS SIGN}"): "-"}
whole = st.integers(-(10**30), 10**30)
words = st.lists(st.text("abcdef", min_size=1, max_size=5), min_size=2, max_size=8)
cells = st.integers(2, 6).flatmap(
    lambda width: st.lists(st.text("01", min_size=width, max_size=width), min_size=2, max_size=6)
)


@given(whole)
def test_a_number_is_read_in_all_its_forms(value):
    """Plain digits come out, whatever the form."""
    forms = [f"{value}", f"{value}.0", f"{value:+}", f"{value:,}", f"{value}".replace("-", "\N{MINUS SIGN}")]
    forms.append("".join(chr(ord(sign) + 0xFEE0) for sign in f"{value}"))
    assert [str(value)] * len(forms) == [answers.number(form) for form in forms]


@given(st.text() | st.text("0127,+-. \N{MINUS SIGN}", max_size=8))
def test_a_number_is_what_python_reads_as_one(text):
    """And what is read as a number once is itself read as the same number."""
    found = answers.number(text)
    if found is not None:
        assert float(found) == float(text.translate(SIGNS).replace(",", ""))
        assert answers.number(found) == found


@pytest.mark.parametrize(
    "text", ["", "1,23", "1,2345", "12 or 13", "twelve", "1e3", "\N{SUPERSCRIPT TWO}", "--1", "1.", "0x7"]
)
def test_what_is_not_a_number(text):
    """Nothing is guessed."""
    assert answers.number(text) is None


@given(words, st.sampled_from([" ", ", ", ",", "; ", "\n", ";\n"]))
def test_items_are_read_whatever_is_between_them(listed, between):
    """Also in brackets, and with the last two joined by "and"."""
    assert answers.items(between.join(listed)) == listed
    assert answers.items(", ".join(listed[:-1]) + " and " + listed[-1]) == listed
    assert answers.items(json.dumps(listed)) == listed
    assert answers.items(f"[{', '.join(listed)}]") == listed


def test_items_with_blanks():
    """Where commas are expected and given, blanks are part of an item."""
    assert answers.items("New York, Paris and Rome", "a, b") == ["New York", "Paris", "Rome"]
    assert answers.items("Paris Rome", "a, b") == ["Paris", "Rome"]


def test_brackets_can_be_items():
    """They are taken off a list only where they are around it."""
    assert answers.items("[ ( ]") == ["[", "(", "]"]
    assert answers.items("[, (, ]") == ["[", "(", "]"]
    assert answers.items("[a, b]") == ["a", "b"]
    assert answers.items('["a", 007]') is not None


@given(cells)
def test_grids_are_read_in_all_their_forms(rows):
    """Blanks, commas, bars, tables, JSON, with or without blank lines."""
    expected, like = [list(row) for row in rows], "\n".join(rows)
    table = ["| " + " | ".join(row) + " |" for row in rows]
    forms = [
        "\n".join(" ".join(row) for row in rows),
        "\n\n".join(", ".join(row) for row in rows),
        "\n".join(table),
        "\n".join([table[0], "|" + ":-:|" * len(rows[0]), *table[1:]]),
        "\n".join(f"[{', '.join(row)}]," for row in rows),
        json.dumps(expected),
        json.dumps([[int(cell) for cell in row] for row in rows]),
    ]
    assert [expected] * len(forms) == [answers.grid(form, like) for form in forms]
    written = [answers.readings(form, "grid", like)[-1] for form in [*forms, json.dumps(rows), like]]
    assert set(written) == {like}


def test_what_is_not_a_grid():
    """One line where several are asked for, and letters where digits are."""
    assert answers.grid("0110", "01\n10") is None
    assert answers.grid("01\nab", "01\n10") is None
    assert answers.grid("", "01") is None
    assert answers.grid("0 1, 1 0", "0110") == [["0", "1", "1", "0"]]


@given(
    st.text(max_size=40), st.sampled_from(answers.KINDS), st.sampled_from(["12", "a b", "a, b", "01\n10", "a b\nc d"])
)
def test_the_first_reading_is_the_text_itself(text, kind, like):
    """Whatever it is; a verbatim answer has no other."""
    readings = answers.readings(text, kind, like)
    assert readings[0] == text
    if kind == "verbatim":
        assert readings == [text]


@pytest.mark.parametrize("kind", answers.KINDS)
@pytest.mark.parametrize("unit", ["0", "[", "[[1],", "|", "a and ", ", ", "\n", "-", "'"])
def test_a_hostile_answer_takes_no_time(kind, unit):
    """Ten megabytes, read in one go or not at all."""
    hostile = unit * (10_000_000 // len(unit))
    start = time.process_time()
    answers.readings(hostile, kind, "01\n10")
    answers.readings(hostile[:49_000], kind, "01\n10")
    assert time.process_time() - start < 2
