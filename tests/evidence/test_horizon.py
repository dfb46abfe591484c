"""The horizon against a dense integration in plain Python, at the edges of what was asked, and with chance."""

import math
from typing import Any

import pytest

from pytest_ood.evidence.horizon import Horizon, horizon
from tests.evidence.ladders import make_ladder

FALLING: dict[float, Any] = {2: (20, 0), 4: (19, 1), 8: (15, 5), 16: (9, 11), 32: (2, 18)}
SHALLOW: dict[float, Any] = {4: (18, 4), 8: (12, 9), 32: (9, 14)}
GUESSED: dict[float, Any] = {2: (30, 0), 8: (24, 6), 32: (9, 21), 128: (7, 23)}


def integrated(counts: dict[float, Any], level: float, chance: float = 0.0) -> tuple[float, ...]:
    """The quantiles of the posterior by the midpoint rule, on a grid of another spacing, one term after another."""
    first, last = math.log2(min(counts)) - 3, math.log2(max(counts)) + 3
    steps, slopes = 700, [math.exp(math.log(0.25) + math.log(48) * (j + 0.5) / 60) for j in range(60)]
    share = (level - chance) / (1 - chance)
    places, density = [], []
    for i in range(steps):
        place = first + (last - first) * (i + 0.5) / steps
        total = 0.0
        for slope in slopes:
            log_likelihood = 0.0
            for size, (right, wrong) in counts.items():
                odds = share / (1 - share) * math.exp(slope * (place - math.log2(size)))
                p = chance + (1 - chance) * odds / (1 + odds)
                log_likelihood += right * math.log(max(p, 1e-9)) + wrong * math.log(max(1 - p, 1e-9))
            total += math.exp(log_likelihood)
        places.append(place)
        density.append(total)
    ends, below, whole = [], 0.0, sum(density)
    wanted = [0.0125, 0.5, 0.9875]
    for place, mass in zip(places, density, strict=True):
        below += mass / whole
        while wanted and below >= wanted[0]:
            ends.append(2**place)
            del wanted[0]
    return tuple(ends)


@pytest.mark.parametrize(
    ("counts", "level", "chance"),
    [(FALLING, 0.5, 0.0), (FALLING, 0.8, 0.0), (SHALLOW, 0.5, 0.0), (GUESSED, 0.5, 0.25), (GUESSED, 0.8, 0.25)],
)
def test_the_posterior_is_that_of_a_dense_integration(counts: dict[float, Any], level: float, chance: float) -> None:
    """Median and both ends, within 1 %."""
    found = horizon(make_ladder(counts, chance=chance), level)
    assert found is not None
    assert found.beyond is None
    assert (found.low, found.median, found.high) == pytest.approx(integrated(counts, level, chance), rel=0.01)


def test_the_level_is_one_of_the_accuracy_itself() -> None:
    """Many draws from a curve that falls to chance: the size at which the accuracy is 0.5, not where it is half-way."""
    counts: dict[float, Any] = {}
    for size in (2, 4, 8, 16, 32, 64, 128):
        accuracy = 0.3 + 0.7 / (1 + (size / 16) ** 2)
        counts[size] = (round(20_000 * accuracy), 20_000 - round(20_000 * accuracy))
    found = horizon(make_ladder(counts, chance=0.3), 0.5)
    assert found is not None
    # 0.3 + 0.7 / (1 + x) = 0.5 at x = 2.5.
    assert found.median == pytest.approx(16 * math.sqrt(2.5), rel=0.02)


def test_little_chance_is_left_out() -> None:
    """Guessing that is right in one case of ten or fewer changes nothing."""
    assert horizon(make_ladder(FALLING, chance=0.1), 0.5) == horizon(make_ladder(FALLING), 0.5)
    assert horizon(make_ladder(FALLING, chance=0.11), 0.5) != horizon(make_ladder(FALLING), 0.5)


@pytest.mark.parametrize(("chance", "known"), [(0.44, True), (0.46, False), (0.5, False)])
def test_a_level_close_to_chance_has_no_horizon(chance: float, known: bool) -> None:
    """It would say how the model guesses."""
    assert (horizon(make_ladder(GUESSED, chance=chance), 0.5) is not None) == known


def test_a_model_that_never_fails_is_beyond_the_largest_size() -> None:
    """How far beyond, the answers cannot tell."""
    found = horizon(make_ladder({2: (17, 0), 8: (17, 0), 32: (17, 0)}), 0.5)
    assert found == Horizon(0.5, None, 32, None, "largest")


def test_a_model_that_always_fails_is_below_the_smallest_size() -> None:
    """Likewise."""
    found = horizon(make_ladder({2: (0, 17), 8: (0, 17), 32: (0, 17)}), 0.5)
    assert found == Horizon(0.5, None, None, 2, "smallest")


def test_an_interval_may_begin_within_the_sizes_and_have_no_end() -> None:
    """Half of the largest size is right, and few answers say so."""
    found = horizon(make_ladder({8: (10, 0), 16: (3, 3)}), 0.5)
    assert found is not None
    assert (found.beyond, found.high) == ("largest", None)
    assert found.low is not None
    assert 8 < found.low < 16


def test_nothing_known_is_no_horizon() -> None:
    """One size, no answers, or sizes without a logarithm."""
    assert horizon(make_ladder({2: (17, 0)}), 0.5) is None
    assert horizon(make_ladder({2: (0, 0), 8: (0, 0)}), 0.5) is None
    assert horizon(make_ladder({0: (17, 0), 8: (0, 17)}), 0.5) is None


def test_an_accuracy_that_does_not_depend_on_the_size_has_no_horizon_within_the_sizes() -> None:
    """0.85 everywhere never falls to 0.8, whatever a prior of falling curves says; it is beyond the largest for 0.5."""
    flat = make_ladder({2: (85, 15), 4: (85, 15), 8: (85, 15), 16: (85, 15), 32: (85, 15)})
    assert horizon(flat, 0.8) is None
    found = horizon(flat, 0.5)
    assert found is not None
    assert (found.low, found.beyond) == (32, "largest")


def test_unscored_answers_count_both_ways() -> None:
    """The interval holds those of both ways of counting, and is wider than either."""
    counts: dict[float, Any] = {2: (20, 0, 0), 8: (14, 2, 4), 32: (3, 13, 4)}
    both, wrong, right = (
        horizon(make_ladder({size: count(*numbers) for size, numbers in counts.items()}), 0.5)
        for count in (
            lambda r, w, u: (r, w, u),
            lambda r, w, u: (r, w + u),
            lambda r, w, u: (r + u, w),
        )
    )
    assert both is not None
    assert wrong is not None
    assert right is not None
    assert (both.low, both.high) == (wrong.low, right.high)
    assert wrong.median is not None
    assert right.median is not None
    assert both.median == pytest.approx(math.sqrt(wrong.median * right.median))
    assert wrong.high is not None
    assert right.high is not None
    assert wrong.high < right.high
