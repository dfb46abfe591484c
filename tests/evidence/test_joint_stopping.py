"""When cells of several conditions are asked on."""

import pytest

from pytest_ood.evidence.arm import Arm
from pytest_ood.evidence.joint_stopping import JointStopping
from pytest_ood.evidence.sampling import Sampling
from tests.evidence.arms import draws


def arm(letters: str, max_samples: int = 100) -> Arm:
    """An arm that was asked these draws."""
    made = Arm(Sampling(max_samples=max_samples))
    for draw in draws(letters):
        made.add(draw)
    return made


def waves(*cells: list[Arm], pairs: tuple[tuple[int, int], ...] = ((0, 1),)) -> list[tuple[int, int]] | None:
    """The next draws of each cell."""
    found = JointStopping(cells, pairs).next_waves()
    return None if found is None else [tuple(wave) for wave in found]


def test_both_grow_by_a_wave():
    """From the draws that both were asked."""
    assert waves([arm("ccc"), arm("ccc")], [arm("ccc"), arm("ccc")]) == [(8, 8), (8, 8)]


def test_the_shorter_arm_catches_up_first():
    """The longer one has these draws already."""
    assert waves([arm("c" * 19), arm("c" * 19)], [arm("ccc"), arm("ccc")]) == [(0, 0), (8, 8)]
    assert waves([arm("c" * 10)], [arm("ccc")]) == [(1, 0), (8, 0)]


def test_no_arm_grows_beyond_its_limit():
    """And where all are there, nothing is asked."""
    assert waves([arm("c" * 20, 20)], [arm("c" * 17, 20)]) == [(0, 0), (3, 0)]
    assert waves([arm("c" * 20, 20)], [arm("c" * 20, 20)]) is None


def test_models_that_are_told_apart_are_asked_no_further():
    """In either direction, by the mean of their arms: 8 pairs make 56.8 in one arm, and only 28.9 with a tied one."""
    assert waves([arm("c" * 8)], [arm("w" * 8)]) is None
    assert waves([arm("w" * 8)], [arm("c" * 8)]) is None
    assert waves([arm("c" * 8), arm("c" * 8)], [arm("w" * 8), arm("c" * 8)]) == [(8, 8), (8, 8)]
    assert waves([arm("c" * 9), arm("c" * 9)], [arm("w" * 9), arm("c" * 9)]) is None


def test_the_level_is_that_of_the_run():
    """At alpha .2 evidence of 10 is enough."""
    first, second = Arm(Sampling(alpha=0.2)), Arm(Sampling(alpha=0.2))
    for one, letters in ((first, "ccccc"), (second, "wwwww")):
        for draw in draws(letters):
            one.add(draw)
    assert waves([first], [second]) is None
    assert waves([arm("ccccc")], [arm("wwwww")]) == [(8, 0), (8, 0)]


def test_an_arm_that_answers_nothing_is_not_asked_on():
    """Its answers would count against every claim."""
    assert waves([arm("c" * 20)], [arm("uuuuuu")]) is None
    assert waves([arm("c" * 20)], [arm("uuuuu")]) == [(0, 0), (8, 0)]


def test_a_budget_that_is_used_up_ends_it():
    """For all of them: the others have nobody to be compared with."""
    empty = arm("ccc")
    empty.out_of_budget = True
    assert waves([arm("ccc")], [empty]) is None


def test_a_shift_that_was_not_asked_yet_is_asked():
    """The cell of a model that cannot do the control ends after three draws."""
    assert waves([arm("www"), arm("")], [arm("c" * 11), arm("c" * 11)]) == [(8, 8), (0, 0)]


def test_of_three_conditions_only_the_open_pairs_ask():
    """The third is told from the others."""
    cells = [arm("c" * 20)], [arm("c" * 20)], [arm("w" * 20)]
    assert waves(*cells, pairs=((0, 1), (0, 2), (1, 2))) == [(8, 0), (8, 0), (0, 0)]
    assert waves(*cells, pairs=((0, 2), (1, 2))) is None


@pytest.mark.parametrize("letters", ["cccccccc", "wwwwwwww"])
def test_growing_changes_no_verdict(letters):
    """What is asked for the comparison is counted and shown, but not judged."""
    grown = arm("c" * 20)
    before = grown.judged, grown.decided, grown.bounds()
    for draw in draws(letters):
        grown.add(draw, judged=False)
    assert (grown.judged, grown.decided, grown.bounds()) == before
    assert grown.n == 28
