r"""Evidence on the accuracy of an arm that holds however often one looks.

Under the hypothesis "the accuracy is at least b" the likelihood ratio of a mixture over accuracies below b, against b,
is a supermartingale that starts at 1, so that by Ville's inequality it ever reaches 1/alpha with a probability of at
most alpha (Ville 1939; Robbins 1970; Ramdas et al. 2023, "Game-theoretic statistics and safe anytime-valid inference").
With S successes and F failures, and a uniform mixture over [0, a] for some a <= b, it is

    (1/a) \int_0^a u^S (1-u)^F du / (b^S (1-b)^F).

That an arm misses its bar is judged with a = b. That it clears its bar is judged in terms of its errors, with more
weight where the errors of a model that is really above the bar lie (`clears`).
"""

import functools
import math
from collections.abc import Callable

ALPHA = 0.05
# The level of claims about gaps is stricter by this factor, because a run has dozens of cells.
GAP_STRICTNESS = 5
# Evidence beyond this needs no exact value, and the sum must not overflow.
_OVERWHELMING = 1e300
# Bisection to 2^-40: far more precise than any table prints.
_HALVINGS = 40
# The weight of the part of the mixture in `clears` that lies at most halfway from a perfect score to the bar.
_UPPER_HALF = 0.9


@functools.lru_cache(maxsize=1 << 16)
def misses(successes: int, failures: int, bar: float) -> float:
    """Return the evidence that the accuracy lies below `bar`; 1 without draws, at most `_OVERWHELMING`.

    The integral of the mixture is an incomplete beta function with whole parameters: a finite sum of positive terms, so
    that nothing cancels. The ratio of one term to the next is (failures - i) / (successes + 2 + i) * bar / (1 - bar).
    """
    odds = bar / (1 - bar)
    term = total = 1 / (successes + 1)
    for i in range(failures):
        term *= (failures - i) / (successes + 2 + i) * odds
        total += term
        if term < total * 1e-17 or total > _OVERWHELMING:
            break
    return min(total, _OVERWHELMING)


@functools.lru_cache(maxsize=1 << 16)
def clears(successes: int, failures: int, bar: float) -> float:
    """Return the evidence that the accuracy lies above `bar`; 1 without draws, at most `_OVERWHELMING`.

    In terms of errors: that their rate lies below 1 - bar. Nine tenths of the mixture are uniform from no errors to
    half of 1 - bar, where a model that is really above the bar is found; the rest is uniform up to 1 - bar.
    """
    bar_errors = 1 - bar
    half = bar_errors / 2
    # The likelihood at `half` against that at the bar turns evidence against the one into evidence against the other.
    log_ratio = failures * math.log(half / bar_errors) + successes * math.log((1 - half) / bar)
    log_upper = math.log(misses(failures, successes, half)) + log_ratio
    upper = math.exp(min(log_upper, math.log(_OVERWHELMING)))
    return min(_UPPER_HALF * upper + (1 - _UPPER_HALF) * misses(failures, successes, bar_errors), _OVERWHELMING)


def lower_bound(successes: int, failures: int, alpha: float = ALPHA) -> float:
    """Return the one-sided lower bound: the greatest accuracy that the draws clear at level alpha, 0 if none."""
    return greatest(lambda bar: clears(successes, failures, bar) >= 1 / alpha) if successes else 0.0


def upper_bound(successes: int, failures: int, alpha: float = ALPHA) -> float:
    """Return the one-sided upper bound: the least accuracy that the draws miss at level alpha, 1 if none."""
    return 1 - greatest(lambda errors: misses(successes, failures, 1 - errors) >= 1 / alpha) if failures else 1.0


def greatest(holds: Callable[[float], bool], low: float = 0.0, high: float = 1.0) -> float:
    """Return the greatest number in an interval up to which a condition holds; `low` if it holds nowhere.

    The condition is assumed to hold up to some point and to fail from there on. It is not asked at the ends.
    """
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def fisher(right: int, wrong: int, other_right: int, other_wrong: int) -> float:
    """Return the p-value of Fisher's exact test that a sample is right no more often than another one.

    This is the probability of at least `right` right answers among the first if the right answers of both samples
    together were distributed among them at random (Fisher 1935, "The Logic of Inductive Inference"). Unlike the
    evidence above, it holds for samples of a fixed size only.
    """
    first, other, all_right = right + wrong, other_right + other_wrong, right + other_right
    # At least `right` in the first means at most `other_right` in the other.
    ways = sum(
        math.comb(other, count) * math.comb(first, all_right - count)
        for count in range(max(0, all_right - first), other_right + 1)
    )
    return ways / math.comb(first + other, all_right)
