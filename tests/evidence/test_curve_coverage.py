"""The intervals of curves hold the truth as often as they say, under the stopping rule; slow."""

import pytest

from benchmarks.curve_simulation import LONG, SHORT, Truth, false_misfits, horizon_coverage, law_coverage, logistic
from pytest_ood.evidence.family import CHAIN, LOGISTIC, Family

pytestmark = pytest.mark.slow
RUNS = 400


@pytest.mark.parametrize(
    "truth",
    [
        Truth("early", LONG, logistic(6, 1.5)),
        Truth("middle", LONG, logistic(20, 0.7)),
        Truth("late", LONG, logistic(50, 1.5)),
        Truth("steep", SHORT, logistic(20, 4)),
        Truth("guessing", LONG, logistic(20, 1.5, 0.25), chance=0.25),
        Truth("unscored", LONG, logistic(20, 1.5), unscored=0.1),
    ],
    ids=lambda truth: truth.name,
)
@pytest.mark.parametrize("level", [0.5, 0.8])
def test_the_horizon_holds_the_truth(truth: Truth, level: float) -> None:
    """In 95 % of runs; 93 % is two standard errors below that."""
    held, given = horizon_coverage(truth, level, RUNS, seed=1)
    assert held >= 0.93
    assert given >= 0.95


@pytest.mark.parametrize(("p", "g"), [(0.98, 1.0), (0.9, 1.0), (0.98, 0.6)])
def test_the_law_of_a_chain_holds_the_truth(p: float, g: float) -> None:
    """p and g alike; independent steps are called anything else in about 5 % of runs."""
    p_held, g_held, incompatible = law_coverage(p, g, LONG, RUNS, seed=1)
    assert min(p_held, g_held) >= 0.93
    assert g != 1 or incompatible <= 0.07


@pytest.mark.parametrize(
    ("truth", "family"),
    [
        (Truth("logistic", LONG, logistic(20, 1.5)), LOGISTIC),
        (Truth("constant", LONG, lambda _: 0.85), LOGISTIC),
        (Truth("chain", LONG, lambda size: 0.98**size), CHAIN),
    ],
)
def test_a_misfit_is_rarely_claimed_falsely(truth: Truth, family: Family) -> None:
    """In about 5 % of runs; three standard errors of 200 runs are 4.6 %."""
    assert false_misfits(truth, family, 200, seed=1) <= 0.096
