"""When a cell is asked more, and when it stops."""

import random

import pytest

from pytest_ood.evidence.arm import Arm, ScoredDraw
from pytest_ood.evidence.outcomes import OUTCOMES, UNSCORED
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.evidence.stopping import SMALLEST_WAVE, Stopping, Wave, ask_ahead
from pytest_ood.evidence.verdict import Verdict
from tests.evidence.arms import draws, judge_cell, make_arm, play_cell

ANY = Sampling()


def rule(sampling=ANY, lone=False):
    """The rule of a cell that has not been asked."""
    return Stopping(Arm(sampling), None if lone else Arm(sampling))


def total(cell):
    """The calls of a cell."""
    return cell.control.n + (0 if cell.shift is None else cell.shift.n)


@pytest.mark.parametrize("kind", UNSCORED)
def test_dead_start(kind):
    """Six unscored answers of the control and nothing else: the cell ends there, and the shift is not paid for."""
    cell = play_cell([ScoredDraw(kind)] * 100, draws("c" * 100), ANY)
    assert cell.waves == [Wave(3, 0), Wave(3, 0)]
    assert cell.control.dead_start
    lone = play_cell([ScoredDraw(kind)] * 100, None, ANY)
    assert lone.waves == [Wave(3, 0), Wave(3, 0)]


def test_dead_start_of_the_shift():
    """Six of each arm."""
    cell = play_cell(draws("c" * 100), draws("u" * 100), ANY)
    assert cell.waves == [Wave(3, 0), Wave(0, 3), Wave(3, 3)]
    assert cell.shift is not None
    assert cell.shift.dead_start


def test_one_scored_answer_is_not_a_dead_start():
    """The arm goes on."""
    made = make_arm(*["unparsed"] * 5, "wrong")
    assert not made.dead_start
    assert Stopping(made).next_wave() is not None


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_fixed_samples_are_all_asked(outcome):
    """Exactly N of both arms, in one wave, whatever comes back; and all are judged."""
    same = [ScoredDraw(outcome)] * 15
    cell = play_cell(same, same, Sampling(samples=15))
    assert cell.waves == [Wave(15, 15)]
    assert cell.shift is not None
    assert (cell.control.judged, cell.shift.judged, len(cell.pairs)) == (15, 15, 15)
    assert play_cell(same, None, Sampling(samples=15)).waves == [Wave(15, 0)]


@pytest.mark.parametrize(
    ("control", "shift", "verdict", "waves"),
    [
        # Perfect: 17 draws of the shift clear the bar. Nothing could decide earlier than nine pairs.
        ("c", "c", Verdict.ROBUST, [(3, 0), (0, 3), (8, 8), (8, 8)]),
        # A collapse: nine pairs show a gap.
        ("c", "w", Verdict.BRITTLE, [(3, 0), (0, 3), (8, 8)]),
        ("w", "w", Verdict.INCAPABLE, [(3, 0)]),
        ("w", "c", Verdict.INCAPABLE, [(3, 0)]),
    ],
)
def test_the_waves_of_extreme_models(control, shift, verdict, waves):
    """Three draws of the control, three of the shift, then both together; a hopeless control costs three calls."""
    cell = play_cell(draws(control * 100), draws(shift * 100), ANY)
    assert cell.finding.verdict is verdict
    assert [tuple(wave) for wave in cell.waves][: len(waves)] == waves[: len(cell.waves)]
    assert total(cell) <= sum(map(sum, waves))


def test_what_is_asked_beyond_the_decision_changes_nothing():
    """Nine pairs decide; the rest of their wave is counted and not judged."""
    cell = play_cell(draws("c" * 100), draws("w" * 100), ANY)
    assert cell.shift is not None
    assert (cell.control.judged, cell.shift.judged, len(cell.pairs)) == (9, 9, 9)
    assert cell.control.n >= cell.control.judged
    bounds = cell.pairs.bounds(0.01)
    cell.rule.add(draws("w" * 20), draws("c" * 20))
    assert cell.pairs.bounds(0.01) == bounds
    assert cell.finding.verdict is Verdict.BRITTLE
    assert cell.shift.correct == 20


def test_waves_are_no_smaller_than_what_could_decide():
    """Where nothing can be decided soon, more is asked at once; never beyond the limit."""
    # The shift misses, and 15 more pairs that all favour the control would show a gap at this level.
    assert judge_cell("c" * 20, "w" * 20, Sampling(gap_alpha=1e-9)).rule.next_wave() == Wave(15, 15)
    assert judge_cell("c" * 20, "w" * 20, Sampling(gap_alpha=1e-9, max_samples=25)).rule.next_wave() == Wave(5, 5)
    assert judge_cell("ccc", "cwc", ANY).rule.next_wave() == Wave(SMALLEST_WAVE, SMALLEST_WAVE)


def test_a_cell_ends():
    """In each of the ways that the rule names, and in no other."""
    assert judge_cell("c" * 17, "c" * 17, ANY).rule.done
    assert not judge_cell("c" * 16, "c" * 16, ANY).rule.done
    assert judge_cell("c" * 9, "w" * 9, ANY).rule.done
    # A gap is shown, and the shift may still clear the bar or miss it.
    degraded = judge_cell("c" * 40, "ccccw" * 8, ANY)
    assert degraded.finding.verdict is not Verdict.BRITTLE
    # Both miss, evenly.
    evenly = judge_cell("cw" * 15, "cw" * 15, ANY)
    assert evenly.rule.done
    assert not evenly.control.hopeless
    assert evenly.finding.verdict is Verdict.INCAPABLE
    # The control misses, but the pairs may still show a gap.
    uneven = judge_cell("cw" * 11, "ww" * 11, Sampling(gap_alpha=1e-9))
    assert uneven.control.decided == "misses"
    assert not uneven.rule.done


def test_no_more_is_asked_once_it_is_over():
    """Decided, out of budget, or at the limit."""
    assert judge_cell("www", "", ANY).rule.next_wave() is None
    for spent in ("control", "shift"):
        cell = judge_cell("ccc", "ccc", ANY)
        getattr(cell, spent).out_of_budget = True
        assert cell.rule.next_wave() is None
    assert judge_cell("ccc", "ccc", Sampling(0.5, max_samples=3)).rule.next_wave() is None


def test_draws_without_a_partner_are_not_judged():
    """The budget ran out in the middle of a wave."""
    cell = judge_cell("ccccc", "cccw", ANY)
    assert cell.shift is not None
    assert (cell.control.n, cell.control.judged, cell.shift.judged) == (5, 4, 4)


def test_the_fewest_draws():
    """A hopeless control ends a cell first; a fixed number of draws is what it is."""
    assert rule().fewest() == Wave(3, 0)
    assert rule(Sampling(0.5)).fewest() == Wave(6, 0)
    assert rule(Sampling(samples=10)).fewest() == Wave(10, 10)
    assert rule(Sampling(0.05), lone=True).fewest() == Wave(3, 0)


def test_the_most_draws():
    """What is decided asks no more."""
    assert rule().most() == Wave(100, 100)
    assert rule(lone=True).most() == Wave(100, 0)
    assert judge_cell("www", "", ANY).rule.most() == Wave(3, 0)
    assert judge_cell("c" * 20, "c" * 20, ANY).rule.most() == Wave(20, 20)
    assert judge_cell("ccc", "cwc", ANY).rule.most() == Wave(100, 100)


@pytest.mark.parametrize("seed", range(8))
def test_waves_decide_as_looking_after_every_answer_does(seed):
    """Verdict, bounds and judged draws are the same, however the draws are cut into waves; few are wasted."""
    rng = random.Random(seed)
    asked = judged = 0
    for _ in range(60):
        unscored, control, shift = rng.choice([0, 0, 0.3]), rng.random(), rng.random()
        letters = [
            "".join("u" if rng.random() < unscored else "c" if rng.random() < p else "w" for _ in range(100))
            for p in (control, shift)
        ]
        waved, single = play_cell(draws(letters[0]), draws(letters[1]), ANY), judge_cell(*letters, ANY)
        assert waved.shift is not None
        assert single.shift is not None
        assert waved.finding == single.finding or waved.finding.reason_code == "unscored"
        assert waved.finding.verdict is single.finding.verdict
        assert waved.pairs.bounds(0.01) == single.pairs.bounds(0.01)
        for arm, other in ((waved.control, single.control), (waved.shift, single.shift)):
            assert (arm.judged, arm.decided, arm.bounds()) == (other.judged, other.decided, other.bounds())
        asked += total(waved)
        judged += waved.control.judged + waved.shift.judged
    assert asked <= 1.3 * judged


@pytest.mark.parametrize(
    ("waves", "ends"), [(1, [100]), (2, [25, 100]), (3, [12, 45, 100]), (4, [7, 25, 57, 100]), (20, [1, 1, 3, 4, 7])]
)
def test_asking_ahead_reaches_the_limit_in_so_many_waves(waves: int, ends: list[int]) -> None:
    """Whatever was asked before, there is always more to ask; the first waves are the shortest."""
    draws, reached = 0, []
    while draws < 100:
        draws = ask_ahead(draws, 100, waves)
        reached.append(draws)
    assert len(reached) <= waves
    assert reached[: len(set(ends))] == sorted(set(ends))
    assert ask_ahead(100, 100, waves) == 100
