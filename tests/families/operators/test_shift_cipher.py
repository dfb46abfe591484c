"""Ciphers, decoded again letter by letter."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood.families.operators.shift_cipher import PATTERNS, WORDS, check_words, shift_cipher
from tests.families.drawing import pairs

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (shift_cipher, {"shift": 1}, "2cfe77387ff66e41146996c9d18f5f498980286971f733c2bab3c293f7259a30"),
    (shift_cipher, {"shift": 2}, "847fbc4338057af15d20e836c79421b26c827b1a44814ade135f58f97bbc4362"),
    (shift_cipher, {"shift": 12}, "0f867b2cb5bb5b4126a41a4823dc1992d1e2c507dbda8eef1bf364a1a01b7f54"),
    (shift_cipher, {"shift": 16, "ask": "encode"}, "03fcffb72172ba0881bae15a98bb5b72c04afc04b674a1e4c1fad54e2b782625"),
    (shift_cipher, {"shift": 25}, "01d91f06f7a09538dc7a63a94bd6a8a69ec30ef580d6934f6d8d2dccc0d11105"),
]


def forward(words, places):
    """The letters moved on one by one."""
    return "".join(chr((ord(letter) - 97 + places) % 26 + 97) if letter.islower() else letter for letter in words)


@pytest.mark.parametrize("ask", ["decode", "encode"])
@pytest.mark.parametrize("shift", range(1, 26))
def test_the_cipher_is_the_one_stated(shift, ask):
    """Message, example and lures, letter by letter; the number stated is the one that was asked for."""
    for draw in range(40):
        case = shift_cipher.draw({"shift": shift, "ask": ask}, 5, draw)
        stated = re.findall(r"(?:[Rr]ot-|the one |go )(\d+)", case.prompt)
        assert [str(shift)] * 4 == stated
        plain, coded = re.findall(r'"([a-z ]+)"', case.prompt)
        assert coded == forward(plain, shift)
        assert case.input in case.prompt.splitlines()
        assert case.answer not in case.prompt
        right, wrong = (26 - shift, shift) if ask == "decode" else (shift, 26 - shift)
        assert case.answer == forward(case.input, right)
        expected = {"rot_13": forward(case.input, 13), "copied": case.input, "wrong_way": forward(case.input, wrong)}
        if shift == 13:
            expected = {"copied": case.input}
        assert expected == dict(case.lures)


@pytest.mark.parametrize("ask", ["decode", "encode"])
def test_the_wrong_direction_is_forgiven_by_rot_13_alone(ask):
    """Whoever moves letters the wrong way is right in rot-13, and wrong with the second control and all shifts."""
    for draw in range(100):
        for shift in (3, 10, 12, 13, 16):
            case = shift_cipher.draw({"shift": shift, "ask": ask}, 2, draw)
            other_way = forward(case.input, shift if ask == "decode" else 26 - shift)
            assert case.check(other_way).correct == (shift == 13)


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
        assert 0 <= len(control.prompt) - len(shifted.prompt) <= 8
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
        ({"ask": "crack"}, "ask='crack': must be one of 'decode', 'encode'"),
        ({"shift": 26}, "shift=26: must be a whole number from 1 to 25"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        shift_cipher.draw(params, 0, 0)


@pytest.mark.parametrize("ask", ["decode", "encode"])
@pytest.mark.parametrize("wording", range(3))
def test_letters_set_apart(ask, wording):
    """A space between letters and three between words, in place of the message as it is."""
    params = {"ask": ask, "wording": wording}
    plain, spaced = (shift_cipher.draw({**params, "spaced": spaced}, 4, 0) for spaced in (False, True))
    apart = "   ".join(" ".join(word) for word in plain.input.split(" "))
    assert spaced.prompt.startswith(plain.prompt.replace(plain.input, apart))
    assert "Leave out the spaces within words." in spaced.prompt
