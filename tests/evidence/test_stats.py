"""The evidence against two other ways of working it out, and its error rates by simulation on fixed seeds."""

import functools
import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood.evidence import stats

BAR, MOST = 0.8, 100
# Exact for polynomials of degree 399; the likelihoods below have at most 120.
NODES = np.polynomial.legendre.leggauss(200)
counts = st.integers(0, 60)
bars = st.floats(0.02, 0.98)


def quadrature(successes, failures, bar, low, high):
    """The likelihood of a uniform mixture over [low, high] against that of `bar`, by Gauss and Legendre."""
    nodes, weights = NODES
    u = (high - low) / 2 * nodes + (high + low) / 2
    ratio = successes * np.log(u / bar) + failures * np.log((1 - u) / (1 - bar))
    return float(np.sum(weights * np.exp(ratio)) / 2)


@given(counts, counts, bars)
def test_evidence_is_the_integral(successes, failures, bar):
    """Both kinds of evidence, by numeric integration of their definition."""
    misses, wide = quadrature(successes, failures, bar, 0, bar), quadrature(successes, failures, bar, bar, 1)
    clears = 0.9 * quadrature(successes, failures, bar, (1 + bar) / 2, 1) + 0.1 * wide
    assert stats.misses(successes, failures, bar) == pytest.approx(misses, rel=1e-9)
    assert stats.clears(successes, failures, bar) == pytest.approx(clears, rel=1e-9)


@pytest.mark.parametrize("bar", [0.05, 0.5, 0.8, 0.99])
def test_evidence_keeps_its_expectation(bar):
    """At exactly the bar the expected evidence after one more draw is the evidence now: a martingale."""
    for successes in range(0, 30, 3):
        for failures in range(0, 30, 3):
            for evidence in (stats.misses, stats.clears):
                after = bar * evidence(successes + 1, failures, bar) + (1 - bar) * evidence(
                    successes, failures + 1, bar
                )
                assert after == pytest.approx(evidence(successes, failures, bar), rel=1e-12)


@pytest.mark.parametrize(("successes", "failures"), [(0, 0), (0, 10**5), (10**5, 0), (10**4, 10**4), (0, 1), (1, 0)])
def test_evidence_never_overflows(successes, failures):
    """However many draws, a finite positive number; 1 at none."""
    for evidence in (stats.misses, stats.clears):
        found = evidence(successes, failures, BAR)
        assert 0 < found <= 1e300
        if not successes + failures:
            assert found == 1


@given(counts, counts, bars)
def test_more_of_one_kind_is_more_evidence_for_it(successes, failures, bar):
    """A success is evidence that the bar is cleared and against that it is missed; a failure the other way."""
    near = 1 + 1e-9
    assert stats.clears(successes + 1, failures, bar) * near >= stats.clears(successes, failures, bar)
    assert stats.misses(successes, failures + 1, bar) * near >= stats.misses(successes, failures, bar)
    assert stats.clears(successes, failures + 1, bar) <= stats.clears(successes, failures, bar) * near
    assert stats.misses(successes + 1, failures, bar) <= stats.misses(successes, failures, bar) * near


@given(counts, counts)
def test_bounds_enclose_the_mean(successes, failures):
    """0 <= low <= mean <= high <= 1; without failures no upper bound, without successes no lower one."""
    low, high = stats.lower_bound(successes, failures), stats.upper_bound(successes, failures)
    assert 0 <= low <= high <= 1
    if successes + failures:
        assert low <= successes / (successes + failures) <= high
    # One right answer alone rules out next to nothing: its bound lies below the precision of the bisection.
    assert (low > 0) == (successes > 0) or low < 1e-9
    assert (high < 1) == (failures > 0)


@given(counts, counts)
def test_bounds_are_monotone(successes, failures):
    """A success moves neither bound down, a failure neither up; a smaller alpha widens."""
    for bound in (stats.lower_bound, stats.upper_bound):
        assert bound(successes + 1, failures) >= bound(successes, failures) - 1e-9
        assert bound(successes, failures + 1) <= bound(successes, failures) + 1e-9
    assert stats.lower_bound(successes, failures, 0.01) <= stats.lower_bound(successes, failures, 0.05)
    assert stats.upper_bound(successes, failures, 0.01) >= stats.upper_bound(successes, failures, 0.05)


@given(counts, counts, bars)
def test_bounds_agree_with_the_evidence(successes, failures, bar):
    """The lower bound is above a bar just where the draws clear it, the upper one below just where they miss it."""
    low, high = stats.lower_bound(successes, failures), stats.upper_bound(successes, failures)
    if abs(low - bar) > 1e-6:
        assert (low > bar) == (stats.clears(successes, failures, bar) >= 1 / stats.ALPHA)
    if abs(high - bar) > 1e-6:
        assert (high < bar) == (stats.misses(successes, failures, bar) >= 1 / stats.ALPHA)


@functools.cache
def decisions(bar):
    """What each count decides: 1 clears, -1 misses, 0 neither; by successes and draws up to `MOST`."""
    table = np.zeros((MOST + 1, MOST + 1), dtype=int)
    for draws in range(1, MOST + 1):
        for successes in range(draws + 1):
            failures = draws - successes
            clears = stats.clears(successes, failures, bar) >= 1 / stats.ALPHA
            misses = stats.misses(successes, failures, bar) >= 1 / stats.ALPHA
            table[successes, draws] = int(clears) - int(misses)
    return table


def simulated(accuracy, bar, runs=4000):
    """Draws until the decision and the decision, of many arms looked at after every answer."""
    correct = np.random.default_rng(20260101).random((runs, MOST)) < accuracy
    found = decisions(bar)[np.cumsum(correct, axis=1), np.arange(1, MOST + 1)]
    decided = (found != 0).any(axis=1)
    first = np.where(decided, np.argmax(found != 0, axis=1), MOST - 1)
    return first + 1, found[np.arange(runs), first]


@pytest.mark.parametrize(("percent", "expected"), [(0, 3), (30, 7), (50, 18), (100, 17)])
def test_draws_to_a_decision(percent, expected):
    """Bar 0.8, looked at after every answer, at most 100 draws: the mean number of draws, within 15 %."""
    draws, _ = simulated(percent / 100, BAR)
    assert draws.mean() == pytest.approx(expected, rel=0.15)


@pytest.mark.parametrize(("bar", "draws"), [(0.8, 17), (0.9, 37), (0.95, 75), (0.99, 384)])
def test_perfect_draws_to_clear_a_bar(bar, draws):
    """So many right answers, and no fewer, clear it."""
    assert stats.clears(draws, 0, bar) >= 1 / stats.ALPHA > stats.clears(draws - 1, 0, bar)


@pytest.mark.parametrize(("accuracy", "expected"), [(0.8, 0.034), (0.9, 0.33), (0.95, 0.75), (0.97, 0.92)])
def test_chance_to_clear_the_bar_in_40_draws(accuracy, expected):
    """Exactly, path by path; the mixture bets where a model that is really above the bar would be."""
    alive, cleared = {0: 1.0}, 0.0
    for draws in range(1, 41):
        after: dict[int, float] = {}
        for successes, chance in alive.items():
            for more, part in ((1, accuracy), (0, 1 - accuracy)):
                found = decisions(BAR)[successes + more, draws]
                cleared += chance * part if found == 1 else 0
                if not found:
                    after[successes + more] = after.get(successes + more, 0) + chance * part
        alive = after
    assert cleared == pytest.approx(expected, abs=0.006)


@pytest.mark.parametrize("bar", [0.5, 0.8, 0.9])
def test_wrong_verdicts_at_the_bar_stay_under_alpha(bar):
    """A model exactly at the bar is wrongly decided in less than 5 % of runs, each way."""
    _, found = simulated(bar, bar)
    assert 0 < (found == 1).mean() < stats.ALPHA
    assert 0 < (found == -1).mean() < stats.ALPHA


@pytest.mark.parametrize(("accuracy", "right"), [(0.5, -1), (0.6, -1), (0.95, 1), (1.0, 1)])
def test_clear_cases_are_decided_right(accuracy, right):
    """Models away from the bar are nearly always decided, and nearly never wrongly."""
    _, found = simulated(accuracy, BAR)
    assert (found == right).mean() > 0.9
    assert (found == -right).mean() < 0.01


def test_brute_force_error_rate():
    """The exact chance of a wrong decision, path by path through all counts, stays under alpha too."""
    table = decisions(BAR)
    alive, wrong = {0: 1.0}, {1: 0.0, -1: 0.0}
    for draws in range(1, MOST + 1):
        after: dict[int, float] = {}
        for successes, chance in alive.items():
            for more, part in ((1, BAR), (0, 1 - BAR)):
                found = table[successes + more, draws]
                if found:
                    wrong[found] += chance * part
                else:
                    after[successes + more] = after.get(successes + more, 0) + chance * part
        alive = after
    assert max(wrong.values()) < stats.ALPHA
    assert math.isclose(sum(alive.values()) + sum(wrong.values()), 1)


@pytest.mark.parametrize(("first", "other"), [((3, 0), (0, 3)), ((2, 1), (1, 3)), ((0, 3), (2, 2)), ((1, 0), (4, 0))])
def test_fishers_exact_test_is_the_share_of_all_arrangements(first, other):
    """Of all ways to deal the right answers out to both samples, counted one by one."""
    answers = [True] * (first[0] + other[0]) + [False] * (first[1] + other[1])
    deals = list(itertools.combinations(answers, sum(first)))
    expected = sum(sum(deal) >= first[0] for deal in deals) / len(deals)
    assert math.isclose(stats.fisher(*first, *other), expected, rel_tol=1e-12)


def test_fishers_exact_test_of_the_lady_tasting_tea():
    """All four cups of eight right: one of 70 ways; three of four: 17 of 70 (Fisher 1935)."""
    assert math.isclose(stats.fisher(4, 0, 0, 4), 1 / 70)
    assert math.isclose(stats.fisher(3, 1, 1, 3), 17 / 70)


def test_fishers_exact_test_of_few_and_of_many():
    """Nothing to compare is no evidence; large counts do not overflow."""
    assert stats.fisher(0, 0, 5, 16) == stats.fisher(3, 2, 0, 0) == stats.fisher(0, 7, 5, 16) == 1
    assert stats.fisher(20_000, 0, 10, 11) < 1e-30
    assert stats.fisher(10_000, 10_000, 10, 11) > 0.3
