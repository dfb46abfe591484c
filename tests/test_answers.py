"""Reading the answer: the last pair of tags or nothing."""

import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pytest_ood import answers
from pytest_ood.certify.dresses import DRESSES

# Text that is much about tags, and text that is about nothing.
tagged = st.lists(st.sampled_from([answers.OPEN, answers.CLOSE, "<", "answer>", "</", "x", " ", "\n"])).map("".join)
anything = st.one_of(st.text(), tagged)


def is_plain(text):
    """Whether a text holds no tag, whole or in parts that its surroundings could make whole."""
    return "<" not in text and ">" not in text


def says_something(text):
    """Whether a text can be an answer: it is neither empty nor the dots of the form."""
    return is_plain(text) and text.strip() not in ("", "...")


@given(anything)
def test_read_never_raises(response):
    """Whatever the response is, it gives a stripped text without a closing tag, or None."""
    found = answers.read(response)
    assert found is None or (found == found.strip() and answers.CLOSE not in found and answers.OPEN not in found)


@given(st.text().filter(says_something))
def test_what_is_wrapped_is_read(answer):
    """Wrapping and reading give the answer back, stripped."""
    assert answer.strip() == answers.read(answers.wrap(answer))


@given(anything, st.text().filter(says_something), st.text().filter(is_plain))
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
        ("<answer></answer>", None),
        ("<answer>7</answer> I mean <answer> </answer>", "7"),
        ("<answer>7</answer>, as <answer>...</answer>", "7"),
        ("<answer></answer><answer>...</answer>", None),
        ("<think>Is it <answer>1</answer>?</think><answer>2</answer>", "2"),
        ("<answer>2</answer><think>Or <answer>1</answer>?</think>", "2"),
        ("<think>Is it <answer>1</answer>?", None),
        ("Is it <answer>1</answer>?</think> It is <answer>2</answer>.", "2"),
        ("Is it <answer>1</answer>?</think> I do not know.", None),
        ("<think>Tags as <think> are odd. <answer>1</answer></think><answer>2</answer>", "2"),
        ("<think>a</think><think>Is it <answer>1</answer>?", None),
        ("<thinking>Is it <answer>1</answer>?</thinking><answer>2</answer>", "2"),
        ("[THINK]Is it <answer>1</answer>?[/THINK]<answer>2</answer>", "2"),
        ("[THINK]Is it <answer>1</answer>?", None),
        ("<reasoning><answer>1</answer></reasoning> I do not know.", None),
        ("<answer>2</answer> as <answer>\N{HORIZONTAL ELLIPSIS}</answer>", "2"),
        ("<answer> 42\n</answer> I hope that helps.", "42"),
        ("<answer>1</answer> no, <answer>2</answer>", "2"),
        ("<answer>1</answer> no, <answer>2", None),
        ("The form is <answer>...</answer>.", None),
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


@pytest.mark.parametrize(
    "unit",
    [
        "x",
        "<",
        "<answer>",
        "</answer>",
        "<answer></answer>",
        "</answer><answer>",
        " ",
        "<think>",
        "</think>",
        "<think></think>",
    ],
)
def test_ten_megabytes_take_no_time(unit):
    """Linear in the length of a hostile response."""
    hostile = unit * (10_000_000 // len(unit))
    start = time.process_time()
    answers.read(hostile)
    answers.read(answers.wrap(hostile))
    # Quadratic time would be hours.
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    ("dressed", "plain"),
    [
        ("23", "23"),
        ("**Answer: $\\boxed{23}$.**", "23"),
        ("**Answer:** 23", "23"),
        ("```python\n1 0\n0 1\n```", "1 0\n0 1"),
        ("```23```", "23"),
        ("The final answer is: `x y z`.", "x y z"),
        ("n = 12", "12"),
        ("Answer:\n1 2\n3 4", "1 2\n3 4"),
        ("\u201cto be\u201d", "to be"),
        ("\u00a023\r\n", "23"),
        ("**Answer:** **23**", "23"),
        ("**Answer: 23**.", "23"),
        # No dress.
        ("**a** and **b**", "**a** and **b**"),
        ("wait...", "wait..."),
        ("a ** b", "a ** b"),
        ("x == 3", "= 3"),
        ("ab = 3", "ab = 3"),
        ("*", "*"),
        ("**", "**"),
        (".", "."),
        ("", ""),
    ],
)
def test_peel(dressed, plain):
    """Case by case; what is nothing but dress stays as it is."""
    assert answers.peel(dressed) == plain


def test_layers_come_off_one_by_one():
    """So that an answer with marks of its own is right with them, whatever is around it."""
    assert list(answers.layers('```\n"x".\n```')) == ['```\n"x".\n```', '"x".', '"x"', "x"]
    assert list(answers.layers(" 7 ")) == [" 7 ", "7"]
    assert list(answers.layers("7")) == ["7"]


@given(st.text(max_size=30))
def test_peeling_only_removes(text):
    """No character is added or moved, apart from blanks and line ends, and a second time changes nothing more."""
    peeled = answers.peel(text)
    assert peeled in text.replace("\r\n", "\n").replace("\u00a0", " ")
    assert answers.peel(peeled) == peeled or len(text) > 24


def marks(dress):
    """The marks of a dress, which may not occur in it twice."""
    return set(dress("1")) & set("*_`$\"'")


@given(
    st.text("abc 123", min_size=1).map(str.strip).filter(bool),
    st.sampled_from(list(DRESSES.values())),
    st.sampled_from(list(DRESSES.values())),
)
def test_any_dress_comes_off(text, inner, outer):
    """One over the other."""
    assume(not marks(inner) & marks(outer))
    assert answers.peel(outer(inner(text))) == text


@pytest.mark.parametrize("unit", ["*", "`", "$", "answer: ", ".", "\\boxed{", "\n"])
def test_a_hostile_dress_takes_no_time(unit):
    """A few layers of ten megabytes at most."""
    hostile = unit * (10_000_000 // len(unit))
    start = time.process_time()
    answers.peel(hostile)
    assert time.process_time() - start < 1
