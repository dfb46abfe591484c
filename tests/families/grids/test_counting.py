"""Letters counted again, one by one."""

import re
from collections import Counter

import pytest

from pytest_ood.families.grids.counting import counting
from tests.families.drawing import pairs

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (counting, {"length": 16}, "ddcc81bc7bee5883b6d5b86330437b6b02542ead15d729beb1509050884c80a3"),
    (counting, {"length": 64}, "b7ec37c218659b13b6c507b039c6be43d2012e3cfef32399c8204c856fe2d9ba"),
    (counting, {"length": 256}, "afe7b9d5716bf12303c9059e077f7111ec48057b808596f2d20c775bb52d7774"),
]


@pytest.mark.parametrize("length", [4, 8, 32, 256, 1000])
def test_the_letters_are_counted(length):
    """The letter that the question names, in the one line of letters; also in upper bounds of what it may be."""
    for draw in range(100):
        case = counting.draw({"length": length}, 1, draw)
        (letters,) = re.findall(r"^[a-z]+$", case.prompt, re.MULTILINE)
        (letter,) = re.findall(r"the letter ([a-z]) occur", case.prompt)
        assert len(letters) == length
        assert letters == case.input
        count = sum(one == letter for one in letters)
        assert int(case.answer) == count
        assert length / 4 <= count <= 3 * length / 4
        assert len(set(letters)) <= 4


@pytest.mark.parametrize("length", [8, 32])
def test_every_count_is_equally_likely(length):
    """So that no guess is better than the stated chance."""
    draws = 400 * (length // 2 + 1)
    counts = Counter(int(counting.draw({"length": length}, 0, draw).answer) for draw in range(draws))
    assert sorted(counts) == list(range(length // 4, 3 * length // 4 + 1))
    assert counting.draw({"length": length}, 0, 0).chance == pytest.approx(1 / len(counts))
    assert 320 < min(counts.values()) <= max(counts.values()) < 480


def test_lures():
    """Groups of the letter, by a pattern; one fewer; and the whole string."""
    named = Counter()
    for draw in range(300):
        case = counting.draw({"length": 32}, 0, draw)
        (letter,) = re.findall(r"the letter ([a-z]) occur", case.prompt)
        wrong = {
            "neighbours_once": len(re.findall(f"{letter}+", case.input)),
            "one_missed": int(case.answer) - 1,
            "everything": 32,
        }
        for name, given in case.lures.items():
            assert int(given) == wrong[name] != int(case.answer)
        named.update(case.lures.keys())
    assert named["everything"] == 300
    assert named["one_missed"] > 250
    assert named["neighbours_once"] > 250


def test_pairs_match():
    """The same letter is counted among the same others, with about the same share."""
    for control, shift in pairs(counting, {"length": 64}, 200):
        assert re.findall(r"the letter ([a-z])", control.prompt) == re.findall(r"the letter ([a-z])", shift.prompt)
        assert set(control.input) <= set(shift.input)
        assert abs(int(control.answer) / 8 - int(shift.answer) / 64) <= 1 / 8
        assert control.prompt.replace(control.input, "") == shift.prompt.replace(shift.input, "")


@pytest.mark.parametrize(
    ("length", "message"),
    [
        (0, "length=0: must be a whole number from 4 to 1000"),
        (1004, "length=1004: must be a whole number from 4 to 1000"),
        (True, "length=True: must be a whole number from 4 to 1000"),
        (10, "length=10: must be a multiple of 4"),
    ],
)
def test_bad_parameters(length, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        counting.draw({"length": length}, 0, 0)
