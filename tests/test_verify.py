"""The shared verifiers: exact, never raising, linear."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood import verify
from pytest_ood.verify import Check

whole = st.integers(-(10**30), 10**30)


@given(whole)
def test_integer_accepts_its_forms(value):
    """Digits, thousands separated by commas, either minus sign, a plus sign."""
    forms = [
        f"{value}",
        f"{value:,}",
        f"{value:+}",
        f"{value}".replace("-", "\N{MINUS SIGN}"),
        f"{value}.0",
        f"{value}.00",
    ]
    forms.append("".join(chr(ord(sign) + 0xFEE0) for sign in f"{value}"))
    assert [Check(True)] * len(forms) == [verify.integer(form, value) for form in forms]


@given(whole, whole)
def test_integer_says_how_far_off(value, answer):
    """Right if equal; otherwise the detail is the difference."""
    check = verify.integer(str(value), answer)
    assert check.correct == (value == answer)
    assert check.detail.get("off_by", 0) == value - answer


@given(st.text() | st.text("0127,+-\N{MINUS SIGN} ", max_size=6))
def test_integer_never_raises(text):
    """What is read as an integer is one to Python too, and what Python cannot read is not."""
    check = verify.integer(text, 7)
    try:
        value = int(re.sub(r"\.0+$", "", text.replace(",", "").replace("\N{MINUS SIGN}", "-")))
    except ValueError:
        value = None
    assert check.correct == (value == 7 and "not_an_integer" not in check.detail)
    assert value is not None or "not_an_integer" in check.detail


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12 ",
        "1 2",
        "1,23",
        "12,3456",
        ",123",
        "1.5",
        "1.",
        ".0",
        "1e3",
        "0x7",
        "--7",
        "\N{SUPERSCRIPT TWO}",
        "\N{ARABIC-INDIC DIGIT SEVEN}",
        "7\n",
        "1_0",
    ],
)
def test_integer_refuses_other_forms(text):
    """Nothing is guessed, and no part of a text is read."""
    assert verify.integer(text, 7).detail == {"not_an_integer": True}


def test_integer_has_no_partial_credit():
    """The right digits inside other text are wrong."""
    assert [verify.integer(text, 12).correct for text in ("112", "12 or 13", "the answer is 12")] == [False] * 3


@given(st.text(), st.text())
def test_exact(given_, answer):
    """The same text and no other."""
    assert verify.exact(given_, answer).correct == (given_ == answer)
    assert verify.exact(answer, answer).correct


@given(st.lists(st.text("abcXYZé", min_size=1), min_size=1))
def test_text_ignores_case_space_and_full_stop(words):
    """The same words are right however they are set."""
    answer = " ".join(words)
    forms = [answer, answer.upper().lower(), "\n".join(words), f"  {answer}. ", answer.swapcase()]
    assert [True] * len(forms) == [verify.text(form, answer).correct for form in forms]


@given(st.text())
def test_text_never_raises(text):
    """Any text is compared, and extra words make it wrong."""
    assert verify.text(text, text).correct
    assert not verify.text(text + " more", text).correct


@given(st.lists(st.sampled_from("ab")), st.lists(st.sampled_from("ab")))
def test_sequence_names_the_first_place_that_differs(mine, theirs):
    """A place below both lengths, or the lengths where one list begins with the other."""
    check = verify.sequence(mine, theirs)
    assert check.correct == (mine == theirs)
    if "first_wrong" in check.detail:
        place = check.detail["first_wrong"]
        assert mine[:place] == theirs[:place]
        assert mine[place] != theirs[place]
    elif not check.correct:
        assert check.detail == {"given_length": len(mine), "expected_length": len(theirs)}
        assert mine[: len(theirs)] == theirs[: len(mine)]


@pytest.mark.parametrize("unit", ["1", "1,", "a ", ".", " ", "\u2212", "é"])
def test_ten_megabytes_take_no_time(unit):
    """A hostile answer costs what its length costs and no more."""
    hostile = unit * (10_000_000 // len(unit))
    start = time.process_time()
    assert not verify.integer(hostile, 1).correct
    assert not verify.text(hostile, "answer").correct
    assert not verify.exact(hostile, "answer").correct
    assert not verify.sequence(hostile, "answer").correct
    assert time.process_time() - start < 5
