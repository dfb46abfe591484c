"""What a run will probably cost, against the stopping rule played otherwise."""

import numpy as np
import pytest

from pytest_ood.evidence.prospects import PROSPECTS, Prospect, draws_asked
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.evidence.simulation import play
from pytest_ood.evidence.stopping import SMALLEST_WAVE

HOPELESS, MIDDLING, STRONG = PROSPECTS


def judged(prospect: Prospect, sampling: Sampling, cells: int = 4000) -> tuple[float, float]:
    """The draws of each arm that the vectorised rule judges on average, of answers drawn here."""
    generator = np.random.default_rng(3)
    shape = (cells, sampling.limit)
    control, shift = (
        (generator.random(shape) < accuracy).astype(np.int8) for accuracy in (prospect.control, prospect.shift)
    )
    played = play(control, shift, sampling)
    return float(played.control_n.mean()), float(played.shift_n.mean())


@pytest.mark.parametrize("prospect", PROSPECTS, ids=lambda prospect: prospect.name)
@pytest.mark.parametrize("sampling", [Sampling(), Sampling(max_samples=20, gap_alpha=0.05)], ids=["usual", "quick"])
def test_what_is_asked_is_what_is_judged_and_the_rest_of_its_wave(prospect: Prospect, sampling: Sampling) -> None:
    """Another implementation of the rule, on other answers."""
    asked = draws_asked(prospect, sampling)
    for found, least in zip(asked, judged(prospect, sampling), strict=True):
        assert 0.95 * least - 0.2 < found.mean() < 1.05 * least + SMALLEST_WAVE
        assert found.max() <= sampling.limit


def test_perfect_and_hopeless_models_need_no_chance() -> None:
    """Nothing is left to it: every simulated cell is the same."""
    perfect = draws_asked(Prospect("perfect", 1.0, 1.0), Sampling())
    assert set(perfect.control) == set(perfect.shift) == {19}
    wrong = draws_asked(Prospect("wrong", 0.0, 0.0), Sampling())
    assert (set(wrong.control), set(wrong.shift)) == ({3}, {0})


def test_partners_share_their_control_answers_only() -> None:
    """Where all is decided by the control they agree, elsewhere they differ."""
    ended_by_control = Prospect("ended", 0.05, 1.0)
    one, other = (draws_asked(ended_by_control, Sampling(), partner) for partner in (0, 1))
    runs = min(len(one.control), len(other.control))
    assert (one.control[:runs] == 3).mean() == (other.control[:runs] == 3).mean() > 0.8
    one, other = (draws_asked(STRONG, Sampling(), partner) for partner in (0, 1))
    runs = min(len(one.control), len(other.control))
    assert (one.control[:runs] != other.control[:runs]).any()
    # The seventh is like the first.
    assert draws_asked(STRONG, Sampling(), 6) is draws_asked(STRONG, Sampling(), 0)


def test_one_arm() -> None:
    """Only the control is asked, and against the bar alone."""
    lured = Prospect("lured", 1.0, 0.0)
    asked = draws_asked(lured.alone("control"), Sampling(), None)
    assert (set(asked.control), set(asked.shift)) == ({19}, {0})
    asked = draws_asked(lured.alone("shift"), Sampling(), None)
    assert (set(asked.control), set(asked.shift)) == ({3}, {0})


def test_a_fixed_number_of_draws() -> None:
    """Nothing to simulate."""
    asked = draws_asked(STRONG, Sampling(samples=10**6))
    assert (asked.control.tolist(), asked.shift.tolist()) == ([10**6], [10**6])
    assert draws_asked(STRONG, Sampling(samples=7), None).shift.tolist() == [0]


def test_a_cell_that_is_not_decided_in_long_goes_on_to_its_limit() -> None:
    """Without being simulated to the end."""
    at_the_bar = draws_asked(Prospect("open", 0.9, 0.9), Sampling(bar=0.9, max_samples=10**6))
    assert (at_the_bar.control == 10**6).mean() > 0.5
    assert len(at_the_bar.control) == 800
    assert set(at_the_bar.control[at_the_bar.control > 500]) == {10**6}
