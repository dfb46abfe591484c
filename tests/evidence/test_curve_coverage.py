"""How often the intervals of curves hold the truth under the stopping rule; slow.

The interval is a posterior's, at 97.5 %, which holds the truth as often as it says on average over its prior. Simulated
truths are held in at least 93 % of runs each; `benchmarks/evidence_curves.py` shows every figure.
"""

import math

import pytest

from benchmarks.curve_simulation import LONG, SHORT, Truth, false_misfits, horizon_coverage, law_coverage, logistic
from pytest_ood.evidence.family import CHAIN, LOGISTIC, Family

pytestmark = pytest.mark.slow

TRUTHS = [
    *(Truth(f"{h}, {slope}", LONG, logistic(h, slope)) for h in (6, 20, 50) for slope in (0.7, 1.5, 4)),
    Truth("few sizes", SHORT, logistic(20, 1.5)),
    Truth("steep", SHORT, logistic(20, 4)),
    Truth("guessing", LONG, logistic(20, 1.5, 0.25), chance=0.25),
    Truth("unscored", LONG, logistic(20, 1.5), unscored=0.1),
]


@pytest.mark.parametrize("level", [0.5, 0.8])
def test_the_horizon_holds_the_truth(level: float) -> None:
    """On average in 95 % of runs or more, and for no truth in fewer than 93 %, less the noise of so few runs."""
    runs = 200
    found = [horizon_coverage(truth, level, runs, seed=1) for truth in TRUTHS]
    assert sum(held for held, _ in found) / len(found) >= 0.95
    assert min(held for held, _ in found) >= 0.93 - 3 * math.sqrt(0.93 * 0.07 / runs)
    assert min(given for _, given in found) >= 0.9


def test_the_law_of_a_chain_holds_the_truth() -> None:
    """p and g alike, on average in 93 % of runs; independent steps are called anything else in about 5 %."""
    runs = 120
    found = {
        (p, g): law_coverage(p, g, LONG, runs, seed=1) for p, g in ((0.98, 1.0), (0.9, 1.0), (0.98, 0.6), (0.99, 1.5))
    }
    held = [share for p_held, g_held, _ in found.values() for share in (p_held, g_held)]
    assert sum(held) / len(held) >= 0.93
    assert min(held) >= 0.93 - 3 * math.sqrt(0.93 * 0.07 / runs)
    assert max(found[p, 1.0][2] for p in (0.98, 0.9)) <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / runs)


@pytest.mark.parametrize(
    ("truth", "family"),
    [
        (Truth("logistic", LONG, logistic(20, 1.5)), LOGISTIC),
        (Truth("constant", LONG, lambda _: 0.85), LOGISTIC),
        (Truth("chain", LONG, lambda size: 0.98**size), CHAIN),
    ],
    ids=lambda value: value.name if isinstance(value, Truth) else "",
)
def test_a_misfit_is_rarely_claimed_falsely(truth: Truth, family: Family) -> None:
    """In about 5 % of runs, within three standard errors."""
    runs = 80
    assert false_misfits(truth, family, runs, seed=1) <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / runs)
