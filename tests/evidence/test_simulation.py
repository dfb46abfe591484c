"""The stopping rule on arrays against the rule itself, and the figures that it must reach."""

import numpy as np
import pytest

from pytest_ood.evidence.sampling import Sampling
from pytest_ood.evidence.simulation import RIGHT, UNSCORED, WRONG, asked, play
from pytest_ood.evidence.verdict import Verdict
from tests.evidence.arms import draws, play_cell

WRITTEN = {RIGHT: "c", WRONG: "w", UNSCORED: "u"}
SAMPLINGS = [
    Sampling(),
    Sampling(0.5, max_samples=20, gap_alpha=0.05),
    Sampling(0.99, max_samples=60),
    Sampling(0.9, samples=25),
    Sampling(max_samples=5, bar=0.3),
]


def answers(rng, cells, draws, right, unscored=0.0):
    """Random answers, in the form that `play` takes."""
    made = np.where(rng.random((cells, draws)) < right, RIGHT, WRONG)
    return np.where(rng.random((cells, draws)) < unscored, UNSCORED, made).astype(np.int8)


@pytest.mark.parametrize("sampling", SAMPLINGS)
@pytest.mark.parametrize(
    ("control", "shift", "unscored"),
    [(0.95, 0.7, 0), (0.9, 0.05, 0.1), (0.6, 0.5, 0), (0.1, 0.2, 0), (0.9, 0.9, 0.4), (0.5, 0.5, 0.9)],
)
def test_cells_end_as_the_rule_says(sampling, control, shift, unscored):
    """The same judged draws, verdict and gap as one cell at a time."""
    rng = np.random.default_rng(7)
    firsts, seconds = (answers(rng, 40, sampling.limit, p, unscored) for p in (control, shift))
    played = play(firsts, seconds, sampling)
    alone = play(firsts, None, sampling)
    for cell, (first, second) in enumerate(zip(firsts, seconds, strict=True)):
        letters = ["".join(WRITTEN[answer] for answer in arm.tolist()) for arm in (first, second)]
        one = play_cell(draws(letters[0]), draws(letters[1]), sampling)
        assert one.shift is not None
        assert (played.control_n[cell], played.shift_n[cell]) == (one.control.judged, one.shift.judged)
        assert list(Verdict)[played.verdict[cell]] is one.finding.verdict
        assert played.gap_shown[cell] == one.rule.gap_is_shown
        lone = play_cell(draws(letters[0]), None, sampling)
        assert alone.control_n[cell] == lone.control.judged
        assert list(Verdict)[alone.verdict[cell]] is lone.finding.verdict


@pytest.mark.parametrize("sampling", SAMPLINGS)
@pytest.mark.parametrize(
    ("control", "shift"), [(0.97, 0.9), (0.95, 0.7), (0.9, 0.05), (0.6, 0.5), (0.05, 0.05), (0.3, 0.9), (1, 1)]
)
def test_waves_are_as_long_as_the_rule_says(sampling, control, shift):
    """The same draws asked as one cell at a time, those beyond the deciding one included."""
    rng = np.random.default_rng(11)
    firsts, seconds = (answers(rng, 40, sampling.limit, p) for p in (control, shift))
    of_control, of_shift = asked(firsts, seconds, sampling)
    alone, nothing = asked(firsts, None, sampling)
    assert not nothing.any()
    for cell, (first, second) in enumerate(zip(firsts, seconds, strict=True)):
        letters = ["".join(WRITTEN[answer] for answer in arm.tolist()) for arm in (first, second)]
        one = play_cell(draws(letters[0]), draws(letters[1]), sampling)
        assert one.shift is not None
        assert (of_control[cell], of_shift[cell]) == (one.control.n, one.shift.n)
        assert alone[cell] == play_cell(draws(letters[0]), None, sampling).control.n


# Of 100 cells: brittle, degraded, robust, below the bar, undecided. Each model is right so often in control and shift.
EXPECTED = {
    (0.99, 0.97): (0, 0, 100, 0, 0),
    (0.99, 0.90): (0, 25, 63, 0, 12),
    (0.99, 0.85): (0, 72, 18, 0, 10),
    (0.98, 0.60): (95, 5, 0, 0, 0),
    (0.95, 0.85): (0, 23, 19, 0, 58),
    (0.95, 0.70): (38, 58, 0, 0, 4),
    (0.95, 0.50): (100, 0, 0, 0, 0),
    (0.90, 0.75): (10, 28, 1, 0, 61),
    (0.90, 0.30): (100, 0, 0, 0, 0),
    (0.90, 0.05): (99.8, 0, 0, 0.2, 0),
    (1.0, 1.0): (0, 0, 100, 0, 0),
    (1.0, 0.0): (100, 0, 0, 0, 0),
    (0.85, 0.85): (0.1, 0.4, 20, 0.7, 79),
    (0.05, 0.05): (0, 0, 0, 100, 0),
    (0.5, 0.5): (0.5, 0, 0, 99.5, 0),
}
ORDER = (Verdict.BRITTLE, Verdict.DEGRADED, Verdict.ROBUST, Verdict.INCAPABLE, Verdict.UNDECIDED)
# How often each model occurs in a mix of plausible strong models.
STRONG_MIX = dict.fromkeys(list(EXPECTED)[:10], 0.1) | {(0.95, 0.70): 0.15, (0.90, 0.75): 0.05}


@pytest.fixture(scope="module")
def simulated():
    """What 4,000 cells of each model come to."""
    rng = np.random.default_rng(41)
    return {
        pair: play(answers(rng, 4000, 100, pair[0]), answers(rng, 4000, 100, pair[1]), Sampling()) for pair in EXPECTED
    }


@pytest.mark.parametrize("pair", EXPECTED)
def test_verdicts_of_models(simulated, pair):
    """Within three points of the figures that the design gives, in every column."""
    found = simulated[pair].verdict
    shares = [100 * float((found == list(Verdict).index(verdict)).mean()) for verdict in ORDER]
    assert shares == pytest.approx(EXPECTED[pair], abs=3)


def test_a_strong_model_is_mostly_decided(simulated):
    """At most 14 % of the mix stays undecided, at no more than 120 calls a cell (without the rest of the last wave)."""
    undecided = calls = 0.0
    for pair, weight in STRONG_MIX.items():
        played = simulated[pair]
        undecided += weight * float((played.verdict == list(Verdict).index(Verdict.UNDECIDED)).mean())
        calls += weight * float((played.control_n + played.shift_n).mean())
    assert undecided <= 0.14
    assert calls <= 120


@pytest.mark.parametrize("accuracy", [0.05, 0.2, 0.5, 0.8, 0.85, 0.95, 0.99])
def test_false_claims(accuracy):
    """Without a gap one is shown in at most 0.6 % of cells, and claims at the bar are wrong in at most 5 %."""
    rng = np.random.default_rng(round(1000 * accuracy))
    played = play(*(answers(rng, 20_000, 100, accuracy) for _ in range(2)), Sampling())
    assert played.gap_shown.mean() <= 0.006
    robust, incapable = (played.verdict == list(Verdict).index(one) for one in (Verdict.ROBUST, Verdict.INCAPABLE))
    if accuracy <= 0.8:
        assert robust.mean() <= 0.05
    if accuracy >= 0.8:
        assert incapable.mean() <= 0.05
