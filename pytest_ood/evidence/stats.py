r"""Evidence on the accuracy of an arm that holds however often one looks.

Under the hypothesis "the accuracy is at least b" the likelihood ratio of a uniform mixture over [0, b] against b is a
supermartingale that starts at 1, so that by Ville's inequality it ever exceeds 1/alpha with a probability of at most
alpha (Ville 1939; Robbins 1970; Ramdas et al. 2023, "Game-theoretic statistics and safe anytime-valid inference"). With
S successes and F failures it is

    (1/b) \int_0^b u^S (1-u)^F du / (b^S (1-b)^F).
"""

import math

ALPHA = 0.05
# Evidence of at least this much decides an arm.
DECISIVE = 1 / ALPHA
# Evidence beyond this needs no exact value, and the sum must not overflow.
_OVERWHELMING = 1e300
# Bisection to 2^-40: far more precise than any table prints.
HALVINGS = 40


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


def clears(successes: int, failures: int, bar: float) -> float:
    """Return the evidence that the accuracy lies above `bar`: that the error rate misses ``1 - bar``."""
    return misses(failures, successes, 1 - bar)


def lower_bound(successes: int, failures: int, alpha: float = ALPHA) -> float:
    """Return the one-sided lower bound: the greatest accuracy that the draws clear at level alpha, 0 if none."""
    return 1 - upper_bound(failures, successes, alpha)


def upper_bound(successes: int, failures: int, alpha: float = ALPHA) -> float:
    """Return the one-sided upper bound: the least accuracy that the draws miss at level alpha, 1 if none."""
    if not failures:
        return 1.0
    low, high = successes / (successes + failures), 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if misses(successes, failures, middle) >= 1 / alpha:
            high = middle
        else:
            low = middle
    return high


def at_least(wanted: int, draws: int, successes: int, failures: int) -> float:
    """Return the probability of at least `wanted` successes in `draws` new draws, from a uniform prior.

    This is the tail of the beta-binomial distribution, given the successes and failures seen so far.
    """

    def log_beta(a: int, b: int) -> float:
        return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)

    a, b = successes + 1, failures + 1
    seen = log_beta(a, b)
    ways = [(math.comb(draws, j), log_beta(a + j, b + draws - j) - seen) for j in range(wanted, draws + 1)]
    return min(1.0, sum(math.exp(math.log(count) + log) for count, log in ways))
