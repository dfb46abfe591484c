"""The vocabulary in which tasks draw: every outcome as likely as the others, and the same numbers used up."""

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood.drawing import bits, choice, integer, pick, sample, shuffled
from pytest_ood.rng import generator


class Prepared:
    """Stands in for a generator whose numbers are known."""

    def __init__(self, *numbers):
        self.numbers = list(numbers)

    def random(self):
        """The next number."""
        return self.numbers.pop(0)


def test_each_thing_is_as_likely_as_the_others():
    """All of 50 numbers spread over [0, 1), by ten for each of five things, in order."""
    spread = [number / 50 for number in range(50)]
    assert Counter(pick("abcde", number) for number in spread) == dict.fromkeys("abcde", 10)
    assert Counter(choice(Prepared(number), "abcde") for number in spread) == dict.fromkeys("abcde", 10)
    assert Counter(integer(Prepared(number), -1, 3) for number in spread) == dict.fromkeys(range(-1, 4), 10)


@pytest.mark.parametrize(("number", "place"), [(0.0, 0), (0.25, 1), (0.5, 2), (0.75, 3), (1 - 2**-53, 3)])
def test_no_thing_is_out_of_reach(number, place):
    """The least number gives the first thing, the greatest the last, and a border belongs to what follows."""
    assert pick(range(4), number) == place


def test_samples_are_even():
    """Every member comes to every place equally often, and none twice."""
    grid = [(i + 0.5) / 12 for i in range(12)]
    found = Counter(tuple(sample(Prepared(*numbers), "abcd", 2)) for numbers in itertools.product(grid, repeat=2))
    assert set(found) == set(itertools.permutations("abcd", 2))
    assert set(found.values()) == {12}


@given(st.integers(0, 1000), st.lists(st.integers(), max_size=20))
def test_a_shuffled_list_has_the_same_things(seed, things):
    """None is lost, and what was given stays as it was."""
    before = list(things)
    assert sorted(shuffled(np.random.default_rng(seed), things)) == sorted(things)
    assert things == before


def test_shuffled_orders_are_even():
    """Each of the six orders of three things comes up in a sixth of many draws."""
    rng = generator("orders", 1, 0, 0)
    found = Counter("".join(shuffled(rng, "abc")) for _ in range(6000))
    assert len(found) == 6
    assert min(found.values()) > 850


@pytest.mark.parametrize("count", [1, 63, 64, 65, 130])
def test_a_shorter_row_of_bits_begins_a_longer_one(count):
    """From the same generator; half of the bits are set."""
    rows = [bits(generator("bits", 1, 0, 0), length) for length in (count, 1000)]
    assert rows[1].startswith(rows[0])
    assert [len(row) for row in rows] == [count, 1000]
    assert 420 < rows[1].count("1") < 580


def test_draws_use_up_as_many_numbers_whatever_comes_of_them():
    """A number for each draw, each thing shuffled and each member of a sample."""
    for draw, count in (
        (lambda rng: choice(rng, "ab"), 1),
        (lambda rng: integer(rng, 1, 6), 1),
        (lambda rng: shuffled(rng, range(7)), 7),
        (lambda rng: sample(rng, range(7), 3), 3),
    ):
        used, other = generator("used", 1, 0, 0), generator("used", 1, 0, 0)
        draw(used)
        other.random(count)
        assert used.random() == other.random()
