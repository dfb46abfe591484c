"""Ciphers, decoded again letter by letter."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood.families.operators.shift_cipher import PATTERNS, WORDS, check_words, shift_cipher
from tests.families.drawing import pairs

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (shift_cipher, {"shift": 1}, "9b1d322bea2bd19e18d1a74363a052eb7e6ef9f44b82d8888a63171afb54fe3d"),
    (shift_cipher, {"shift": 2}, "4e9474c7c5721f8310b970e945e771032d1fbe50b6cfc712f0d6fc645de175f5"),
    (shift_cipher, {"shift": 12}, "b82bafcf93f313055f90c9a26b5ec7cdfd1f2d6212291e043ae2be04d69c0cab"),
    (shift_cipher, {"shift": 25}, "295de4cdcaf478b5ddad088dfdb0266a9b54053b5b98e0a77f37fbaea31426df"),
]


def forward(words, places):
    """The letters moved on one by one."""
    return "".join(chr((ord(letter) - 97 + places) % 26 + 97) if letter.islower() else letter for letter in words)


@pytest.mark.parametrize("shift", range(1, 26))
def test_the_cipher_is_the_one_stated(shift):
    """Message, example and lures, letter by letter; the number stated is the one that was asked for."""
    for draw in range(40):
        case = shift_cipher.draw({"shift": shift}, 5, draw)
        stated, places, back = re.findall(r"(?:Rot-|moved )(\d+)", case.prompt)
        assert {shift} == {int(stated), int(places), int(back)}
        plain, coded = re.findall(r'"([a-z ]+)"', case.prompt)
        assert coded == forward(plain, shift)
        assert case.input == forward(case.answer, shift)
        assert case.input in case.prompt.splitlines()
        assert case.answer not in case.prompt
        expected = {
            "rot_13": forward(case.input, 13),
            "copied": case.input,
            "encoded_again": forward(case.input, shift),
        }
        if shift == 13:
            expected = {"copied": case.input}
        assert expected == dict(case.lures)


def test_sentences_are_plain_and_many():
    """Six to ten lower-case words, no two sentences of 2,000 alike but by rare chance, every pattern and word used."""
    sentences = [shift_cipher.draw({}, 0, draw).answer for draw in range(2000)]
    assert len(set(sentences)) > 1990
    assert all(re.fullmatch("[a-z]+(?: [a-z]+){5,9}", sentence) for sentence in sentences)
    assert not [sentence for sentence in sentences if re.search(r"\ba [aeiou]", sentence)]
    listed = {word for words in WORDS.values() for word in words}
    fixed = {word for pattern in PATTERNS for word in pattern.split() if word.islower()}
    assert listed | fixed == {word for sentence in sentences for word in sentence.split()}


@pytest.mark.parametrize("shift", [1, 2, 12, 25])
def test_cipher_pairs_match(shift):
    """The same sentence in both arms; prompts that differ by the digits of four numbers and the s of "places"."""
    for control, shifted in pairs(shift_cipher, {"shift": shift}):
        assert control.answer == shifted.answer
        assert 0 <= len(control.prompt) - len(shifted.prompt) <= 6
        assert control.input != shifted.input


def test_detail_and_score_of_a_wrong_sentence():
    """The first wrong word and the share of right ones, of right answers too."""
    answer = "the old farmer met my aunt"
    right = check_words("The old  farmer met\nmy aunt.", answer)
    assert (right.correct, dict(right.detail), dict(right.scores)) == (True, {}, {"words": 1.0})
    wrong = check_words("the old farmer met by aunt", answer)
    assert (wrong.correct, dict(wrong.detail), dict(wrong.scores)) == (False, {"first_wrong": 4}, {"words": 5 / 6})
    short = check_words("the old", answer)
    assert dict(short.detail) == {"given_length": 2, "expected_length": 6}
    assert dict(short.scores) == {"words": 2 / 6}
    twice = check_words(f"{answer} {answer}", answer)
    assert (twice.correct, dict(twice.scores)) == (False, {"words": 0.5})
    assert dict(check_words("", answer).scores) == {"words": 0.0}
    assert dict(check_words("the " * 1000, answer).detail) == {"too_long": True}


@given(st.text(alphabet="the oldfarm.\nTE", max_size=60))
def test_a_sentence_is_right_only_if_its_words_are(words):
    """White space, letter case and full stops at the end are all that does not count."""
    answer = "the old farm"
    check = check_words(words, answer)
    assert check.correct == (re.fullmatch(r"\s*the\s+old\s+farm\s*\.*", words.lower()) is not None)
    assert 0 <= check.scores["words"] <= 1


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"shift": 0}, "shift=0: must be a whole number from 1 to 25"),
        ({"shift": 26}, "shift=26: must be a whole number from 1 to 25"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        shift_cipher.draw(params, 0, 0)
