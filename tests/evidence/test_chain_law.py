"""The law of a chain against a Monte Carlo integration, and on answers without noise."""

from typing import Any

import numpy as np
import pytest

from pytest_ood.evidence.chain_law import ChainLaw, chain_law
from pytest_ood.evidence.posterior import Interval
from tests.evidence.ladders import make_ladder

FEW: dict[float, Any] = {2: (20, 1), 4: (18, 2), 16: (13, 9), 32: (3, 12)}
PERFECT: dict[float, Any] = {2: (17, 0), 8: (17, 0), 32: (12, 8)}


def noiseless(p: float, g: float, chance: float = 0.0) -> dict[float, Any]:
    """Many answers, as many of them right as the law says."""
    n, counts = 50_000, {}
    for size in (2, 4, 8, 16, 32):
        right = round(n * (chance + (1 - chance) * p ** (size**g)))
        counts[size] = (right, n - right)
    return counts


def sampled(counts: dict[float, Any]) -> tuple[Interval, Interval]:
    """Quantiles of p and g by importance sampling: parameters from the prior, weighted by the likelihood."""
    rng = np.random.default_rng(3)
    half = 2 ** rng.uniform(np.log2(min(counts)) - 3, np.log2(max(counts)) + 10, 1_000_000)
    g = 4 ** rng.uniform(-1, 1, 1_000_000)
    c = np.log(2) / half**g
    likelihood = np.zeros(len(g))
    for size, (right, wrong) in counts.items():
        q = np.exp(-c * size**g)
        likelihood += right * np.log(np.maximum(q, 1e-9)) + wrong * np.log(np.maximum(1 - q, 1e-9))
    weights = np.exp(likelihood - likelihood.max())
    quantiles = []
    for values in (np.exp(-c), g):
        order = np.argsort(values)
        shares = np.cumsum(weights[order]) / weights.sum()
        quantiles.append(Interval(*(values[order][np.searchsorted(shares, share)] for share in (0.0125, 0.5, 0.9875))))
    return quantiles[0], quantiles[1]


@pytest.mark.parametrize("counts", [FEW, PERFECT])
def test_the_posterior_is_that_of_importance_sampling(counts: dict[float, Any]) -> None:
    """Both intervals, within what a million samples can tell."""
    law = chain_law(make_ladder(counts))
    assert law is not None
    p, g = sampled(counts)
    assert tuple(law.p) == pytest.approx(tuple(p), abs=0.004)
    assert tuple(law.g) == pytest.approx(tuple(g), abs=0.04)


@pytest.mark.parametrize(
    ("p", "g", "reading"),
    [(0.98, 1, "compatible with p^k"), (0.99, 1.4, "worse than p^k"), (0.9, 0.7, "better than p^k")],
)
def test_a_law_is_found_again(p: float, g: float, reading: str) -> None:
    """With and without a chance of guessing right."""
    for chance in (0.0, 0.3):
        law = chain_law(make_ladder(noiseless(p, g, chance), chance=chance))
        assert law is not None
        assert (law.p.median, law.g.median) == pytest.approx((p, g), rel=0.02)
        assert law.reading == law.row()["reading"] == reading


def test_the_row_has_all_numbers() -> None:
    """Under the names of the schema."""
    law = ChainLaw(Interval(0.1, 0.2, 0.3), Interval(1.1, 1.2, 1.3))
    assert law.row() == {
        **{"p": 0.2, "p_low": 0.1, "p_high": 0.3, "g": 1.2, "g_low": 1.1, "g_high": 1.3},
        **{"compatible": False, "reading": "worse than p^k"},
    }


def test_a_law_needs_three_sizes_that_count_steps() -> None:
    """Two are not enough, and a half is not a number of steps."""
    assert chain_law(make_ladder({2: (9, 1), 8: (5, 5)})) is None
    assert chain_law(make_ladder({0.5: (9, 1), 2: (9, 1), 8: (5, 5)})) is None
    assert chain_law(make_ladder({1: (9, 1), 2: (9, 1), 8: (5, 5)})) is not None


def test_unscored_answers_count_both_ways() -> None:
    """Both intervals hold those of both ways of counting."""
    both = chain_law(make_ladder({2: (19, 1, 2), 8: (14, 2, 4), 32: (3, 13, 4)}))
    wrong = chain_law(make_ladder({2: (19, 3), 8: (14, 6), 32: (3, 17)}))
    right = chain_law(make_ladder({2: (21, 1), 8: (18, 2), 32: (7, 13)}))
    assert both is not None
    assert wrong is not None
    assert right is not None
    for name in ("p", "g"):
        ways = [getattr(law, name) for law in (wrong, right)]
        assert getattr(both, name).low == min(way.low for way in ways)
        assert getattr(both, name).high == max(way.high for way in ways)
    assert wrong.p.low < right.p.low
