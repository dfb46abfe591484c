"""Families of curves: what belongs to them."""

import math

import numpy as np
import pytest

from pytest_ood.evidence.family import CHAIN, LINE, LOGISTIC, Family
from tests.evidence.ladders import make_ladder

LADDER = make_ladder({2: (1, 0), 8: (1, 0), 32: (1, 0)})
PLACES = (np.arange(200) + 0.5) / 200


def nearest(family: Family, accuracies: list[float]) -> float:
    """How far the curves of a family are from these accuracies, at the size where they differ most."""
    made = family.accuracies(LADDER, PLACES[:, None], PLACES[None, :])
    made = made[family.belong(PLACES[:, None], PLACES[None, :])]
    return float(abs(made - accuracies).max(axis=-1).min())


@pytest.mark.parametrize(
    ("family", "accuracies"),
    [
        (LOGISTIC, [1 / (1 + (size / 10) ** 3) for size in (2, 8, 32)]),
        (LOGISTIC, [0.85, 0.85, 0.85]),
        (LOGISTIC, [1, 1, 0]),
        (LOGISTIC, [1, 0, 0]),
        (CHAIN, [0.97**size for size in (2, 8, 32)]),
        (CHAIN, [math.exp(-0.01 * size**1.5) for size in (2, 8, 32)]),
        (LINE, [0.2, 0.5, 0.8]),
        (LINE, [0.6, 0.4, 0.2]),
    ],
)
def test_a_curve_belongs_to_its_family(family: Family, accuracies: list[float]) -> None:
    """Constants and steps are falling curves, too."""
    assert nearest(family, accuracies) < 0.02


@pytest.mark.parametrize(
    ("family", "accuracies"),
    [(LOGISTIC, [0.2, 0.5, 0.8]), (CHAIN, [0.2, 0.5, 0.8]), (LOGISTIC, [0.9, 0.2, 0.7]), (LINE, [0.2, 0.8, 0.2])],
)
def test_another_curve_does_not(family: Family, accuracies: list[float]) -> None:
    """Neither one that rises, nor one that turns."""
    assert nearest(family, accuracies) > 0.2


@pytest.mark.parametrize("family", [LOGISTIC, CHAIN])
@pytest.mark.parametrize("holds_to", [2, 16, 512])
def test_a_step_on_a_long_ladder_fits(family: Family, holds_to: int) -> None:
    """All answers right up to a size, and none from there on: the steepest of curves."""
    sizes = [2**doubling for doubling in range(1, 11)]
    ladder = make_ladder({size: (40, 0) if size <= holds_to else (0, 40) for size in sizes})
    (observed,) = ladder.both_ways()
    found = family.likelihood(ladder, observed, 48)
    first, last = np.unravel_index(found.weights.argmax(), found.weights.shape)
    accuracies = family.accuracies(ladder, found.x[first], found.y[last])
    assert accuracies == pytest.approx([float(size <= holds_to) for size in sizes], abs=0.01)


def test_falling_curves_end_at_chance() -> None:
    """A line knows none."""
    guessing = make_ladder({2: (1, 0), 8: (1, 0), 32: (1, 0)}, chance=0.25)
    first, last = np.array([0.7]), np.array([0.1])
    for family in (LOGISTIC, CHAIN):
        known, accuracies = (family.accuracies(ladder, first, last) for ladder in (LADDER, guessing))
        assert accuracies == pytest.approx(0.25 + 0.75 * known)
    assert (LINE.accuracies(guessing, first, last) == LINE.accuracies(LADDER, first, last)).all()
