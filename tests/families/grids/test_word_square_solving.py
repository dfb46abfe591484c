"""The search for a square with given letters finds the first one that there is."""

import itertools

import pytest

from pytest_ood.families.english import word_list
from pytest_ood.families.grids.word_square_solving import filled

THREE = word_list(3)


def first_square(pattern):
    """The first square of common words that fits, by trying one word after another; None if there is none."""
    fitting = [
        [word for word in THREE if all(a in ("_", b) for a, b in zip(row, word, strict=True))] for row in pattern
    ]
    begins = {word[:2] for word in THREE}
    for first, second in itertools.product(*fitting[:2]):
        if all(a + b in begins for a, b in zip(first, second, strict=True)):
            for third in fitting[2]:
                columns = ["".join(letters) for letters in zip(first, second, third, strict=True)]
                if set(columns) <= set(THREE) and len({first, second, third, *columns}) == 6:
                    return [first, second, third]
    return None


@pytest.mark.parametrize(
    "pattern",
    [
        *([word, "___", "___"] for word in ("zoo", "emu", "vow")),
        *([f"{a}__", f"{b}__", f"{c}__"] for a, b, c in ("ebb", "egg", "nth", "ivy")),
        ["__q", "___", "___"],
        ["___", "_x_", "_y_"],
        ["a_e", "___", "e_r"],
        ["_oo", "_dd", "___"],
    ],
)
def test_the_first_square_is_found(pattern):
    """And no other; where there is none, an error says so."""
    expected = first_square(pattern)
    if expected is None:
        with pytest.raises(ValueError, match="no square of common words has these letters"):
            filled(pattern)
    else:
        assert filled(pattern) == expected
