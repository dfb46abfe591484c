"""Reading the answer: the last pair of tags or nothing."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood import answers

# Text that is much about tags, and text that is about nothing.
tagged = st.lists(st.sampled_from([answers.OPEN, answers.CLOSE, "<", "answer>", "</", "x", " ", "\n"])).map("".join)
anything = st.one_of(st.text(), tagged)


def is_plain(text):
    """Whether a text holds no tag, whole or in parts that its surroundings could make whole."""
    return "<" not in text and ">" not in text


@given(anything)
def test_read_never_raises(response):
    """Whatever the response is, it gives a stripped text without a closing tag, or None."""
    found = answers.read(response)
    assert found is None or (found == found.strip() and answers.CLOSE not in found and answers.OPEN not in found)


@given(st.text().filter(is_plain))
def test_what_is_wrapped_is_read(answer):
    """Wrapping and reading give the answer back, stripped."""
    assert answer.strip() == answers.read(answers.wrap(answer))


@given(anything, st.text().filter(is_plain), st.text().filter(is_plain))
def test_the_last_pair_wins(before, answer, after):
    """Whatever stands before the last pair, and whatever text without tags after it."""
    assert answer.strip() == answers.read(before + answers.wrap(answer) + after)


@given(anything)
def test_an_unclosed_answer_is_not_read(before):
    """A response that opens a further answer and never closes it was cut off."""
    assert answers.read(before + answers.OPEN + "42") is None


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        ("", None),
        ("42", None),
        ("</answer>", None),
        ("<answer>", None),
        ("</answer><answer>", None),
        ("<answer></answer>", ""),
        ("<answer> 42\n</answer> I hope that helps.", "42"),
        ("<answer>1</answer> no, <answer>2</answer>", "2"),
        ("<answer>1</answer> no, <answer>2", None),
        ("The form is <answer>...</answer>.", "..."),
        ("<answer>1<answer>2</answer>", "2"),
        ("<answer>Paris</answer></answer>", "Paris"),
        ("<answer>1</answer>2</answer>", "1"),
        ("<ANSWER>1</ANSWER>", None),
        ("<answer >1</answer>", None),
        ("<answer>\x00\x1b[31m\ud800</answer>", "\x00\x1b[31m\ud800"),
    ],
)
def test_read(response, expected):
    """Case by case."""
    assert expected == answers.read(response)


@pytest.mark.parametrize("unit", ["x", "<", "<answer>", "</answer>", "<answer></answer>", "</answer><answer>", " "])
def test_ten_megabytes_take_no_time(unit):
    """Linear in the length of a hostile response."""
    hostile = unit * (10_000_000 // len(unit))
    start = time.process_time()
    answers.read(hostile)
    answers.read(answers.wrap(hostile))
    assert time.process_time() - start < 1
