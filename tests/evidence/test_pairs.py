"""The evidence on the gap against other ways of working it out."""

import functools
import itertools
import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood.evidence import stats
from pytest_ood.evidence.outcomes import OUTCOMES, AnswerOutcome
from pytest_ood.evidence.pairs import Gap, Pairs, evidence_against, favours, greatest_margin

few = st.integers(0, 40)
margins = st.floats(-0.95, 0.95)
RIGHT_OR_WRONG: dict[int, tuple[AnswerOutcome, AnswerOutcome]] = {
    1: ("correct", "wrong"),
    0: ("correct", "correct"),
    -1: ("wrong", "correct"),
}


def of(*differences: int) -> Pairs:
    """Pairs with these differences."""
    pairs = Pairs()
    for difference in differences:
        pairs.add(*RIGHT_OR_WRONG[difference])
    return pairs


@given(few, few)
def test_the_test_of_no_gap_is_the_mixture_at_margin_zero(a, b):
    """Two derivations, one number: a sum of binomial terms, and an integral over bets; ties make no difference."""
    for ties in (0, 17):
        assert evidence_against(0.0, a, ties, b) == pytest.approx(favours(a, b), rel=1e-9)


@given(margins, few, few, few)
def test_the_mixture_is_the_mean_over_bets(margin, a, c, b):
    """By the midpoint rule over the bets, with the factors as they are defined."""
    bets = (np.arange(20_000) + 0.5) / 20_000 / (1 + margin)
    factors = (1 + bets * (1 - margin)) ** a * (1 - bets * margin) ** c * (1 - bets * (1 + margin)) ** b
    assert evidence_against(margin, a, c, b) == pytest.approx(factors.mean(), rel=1e-3)


@pytest.mark.parametrize("margin", [-0.5, 0.0, 0.3])
def test_the_evidence_is_a_martingale(margin):
    """Where the gap is exactly the margin, the expected evidence after one more pair is the evidence now."""
    for tie in (0.0, 0.2):
        plus = (1 - tie + margin) / 2
        minus = 1 - tie - plus
        for a, c, b in itertools.product(range(0, 12, 3), repeat=3):
            after = (
                plus * evidence_against(margin, a + 1, c, b)
                + tie * evidence_against(margin, a, c + 1, b)
                + minus * evidence_against(margin, a, c, b + 1)
            )
            assert after == pytest.approx(evidence_against(margin, a, c, b), rel=1e-9)


@given(few, few, few)
def test_bounds_invert_the_evidence(a, c, b):
    """Margins below the bound are ruled out, and margins above it are not."""
    bound = greatest_margin(np.array([[a, c, b]], dtype=float), 0.05)
    for step in (1e-6, 0.01, 0.3):
        if bound - step > -1:
            assert evidence_against(bound - step, a, c, b) >= 20 * (1 - 1e-9)
        if bound + step < 1:
            assert evidence_against(bound + step, a, c, b) < 20 * (1 + 1e-9)


@pytest.mark.parametrize(("margin", "pairs"), [(0.2, 20), (0.1, 43)])
def test_a_perfect_model_holds_within_a_margin(margin, pairs):
    """Ties alone rule out a gap of that size, in so many pairs and no fewer."""
    assert of(*[0] * pairs).bounds(0.05)[1] < margin
    assert of(*[0] * (pairs - 1)).bounds(0.05)[1] > margin


@functools.cache
def shown(a: int, b: int) -> bool:
    """Whether such counts show a gap at 20 to 1."""
    return favours(a, b) >= 20


@pytest.mark.parametrize(("control", "shift", "median"), [(0.95, 0.75, 41), (0.75, 0.05, 10), (1.0, 0.0, 7)])
def test_median_pairs_to_show_a_gap(control, shift, median):
    """Exactly, by the distribution of the counts after each pair."""
    plus, minus = control * (1 - shift), shift * (1 - control)
    alive, done, n = {(0, 0): 1.0}, 0.0, 0
    while done < 0.5:
        n += 1
        after: dict[tuple[int, int], float] = {}
        for (a, b), chance in alive.items():
            for counts, part in (((a + 1, b), plus), ((a, b + 1), minus), ((a, b), 1 - plus - minus)):
                if shown(*counts):
                    done += chance * part
                else:
                    after[counts] = after.get(counts, 0) + chance * part
        alive = after
    assert n == pytest.approx(median, abs=1)


@pytest.mark.parametrize("accuracy", [0.05, 0.5, 0.9])
def test_a_gap_is_rarely_shown_where_there_is_none(accuracy):
    """At 100 to 1 and after every of 100 pairs: an exact chance of less than 1 %."""
    discordant = accuracy * (1 - accuracy)
    alive, wrong = {(0, 0): 1.0}, 0.0
    for _ in range(100):
        after: dict[tuple[int, int], float] = {}
        for (a, b), chance in alive.items():
            for counts, part in (((a + 1, b), discordant), ((a, b + 1), discordant), ((a, b), 1 - 2 * discordant)):
                if favours(*counts) >= 100:
                    wrong += chance * part
                else:
                    after[counts] = after.get(counts, 0) + chance * part
        alive = after
    assert 0 < wrong < 0.006


@given(st.lists(st.sampled_from([1, 0, -1]), max_size=60))
def test_bounds_are_the_tightest_of_all_looks(differences):
    """Each look by itself never beats them, and the gap is shown exactly where the lower one is positive."""
    pairs = of(*differences)
    low, high = pairs.bounds(0.01)
    counts = [(0, 0, 0)]
    for difference in differences:
        a, c, b = counts[-1]
        counts.append((a + (difference == 1), c + (difference == 0), b + (difference == -1)))
    alone = [np.array([look], dtype=float) for look in counts]
    assert low == pytest.approx(max(greatest_margin(look, 0.01) for look in alone), abs=1e-9)
    assert high == pytest.approx(-max(greatest_margin(look[:, ::-1], 0.01) for look in alone), abs=1e-9)
    assert -1 <= low <= high <= 1
    assert (low > 0) == (pairs.evidence >= 100)


@given(st.lists(st.tuples(st.sampled_from(OUTCOMES), st.sampled_from(OUTCOMES)), max_size=40))
def test_unscored_answers_count_against_each_bound(outcomes):
    """The bounds hold whatever the unscored answers would have been: they enclose those of any way to fill them in."""
    pairs = Pairs()
    for pair in outcomes:
        pairs.add(*pair)
    low, high = pairs.bounds(0.05)
    for control_right, shift_right in itertools.product((True, False), repeat=2):
        filled = Pairs()
        for control, shift in outcomes:
            filled.add(scored(control, control_right), scored(shift, shift_right))
        other_low, other_high = filled.bounds(0.05)
        assert low <= other_low + 1e-9
        assert other_high <= high + 1e-9


def scored(outcome: AnswerOutcome, right: bool) -> AnswerOutcome:
    """The outcome, or if it is unscored the one that it is taken for."""
    if outcome in ("correct", "wrong"):
        return outcome
    return "correct" if right else "wrong"


def test_bounds_of_many_pairs():
    """Ten thousand pairs: still narrow, still on both sides of the truth."""
    rng = np.random.default_rng(5)
    differences = rng.choice([1, 0, -1], p=[0.3, 0.6, 0.1], size=10_000).tolist()
    low, high = of(*differences).bounds(0.01)
    assert 0.17 < low < 0.2 < high < 0.23


def test_no_pairs_show_nothing():
    """The widest bounds there are."""
    assert Pairs().bounds(0.01) == (-1, 1)
    assert Pairs().evidence == 1
    assert Pairs().last == (0, 0, 0)
    assert len(Pairs()) == 0


def test_a_gap_is_a_number():
    """With what the pairs show about it; it pickles, and its row is JSON."""
    gap = Gap(0.25, low=0.01, high=0.5, pairs=40, evidence=120.0, alpha=0.01)
    assert gap > 0.2
    assert f"{gap:+.2f}" == "+0.25"
    assert gap.shown
    assert not Gap(0.25, low=-0.1, high=0.5, pairs=40, evidence=99.0, alpha=0.01).shown
    again = pickle.loads(pickle.dumps(gap))
    assert again == 0.25
    assert again.row() == gap.row()
    assert gap.row() == {
        "estimate": 0.25,
        "low": 0.01,
        "high": 0.5,
        "pairs": 40,
        "evidence": 120.0,
        "alpha": 0.01,
        "shown": True,
    }


def test_overwhelming_evidence_stays_finite():
    """A thousand pairs that all favour the control."""
    assert math.isfinite(favours(2000, 0))
    assert favours(2000, 0) == stats.misses(0, 2000, 0.5)
    assert of(*[1] * 2000).bounds(0.01)[0] > 0.9
