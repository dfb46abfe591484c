"""Cases that cannot be drawn, and arms that are drawn once."""

import dataclasses

import numpy as np
import pytest

from pytest_ood.case import Case
from pytest_ood.certify.arms import DRAWS, DrawnArms, Subject, draw_arms
from pytest_ood.tasks import Task, task
from tests.certify.spelling import CONTROL, Broken, Rng, find_faults, spelled


@task(control=CONTROL, family="spelling")
def failing(rng: Rng, *, size: int) -> Case:
    """Some draws fail."""
    if rng.random() < 0.1:
        raise ZeroDivisionError("no such word")
    return spelled(rng, size)


@task(control=CONTROL, family="spelling")
def mistyped(rng: Rng, *, size: int) -> Case:
    """A count that is not a Python number."""
    return spelled(rng, size, rejected=np.int64(3))


@task(control=CONTROL, family="spelling")
def sized(rng: Rng, *, size: int, mark: str = ".") -> Case:
    """Return a sound case."""
    return dataclasses.replace(case := spelled(rng, size), prompt=case.prompt + mark)


BROKEN: list[Broken] = [
    (failing, {"draws"}, "cannot be drawn: ZeroDivisionError: no such word (control arm, seed 0, draw"),
    (mistyped, {"draws"}, "rejected=np.int64(3): expected an int from 0, got int64 (control arm, seed 0, draw 0)"),
]


@pytest.mark.parametrize(("broken", "checks", "what"), BROKEN, ids=[broken.name for broken, *_ in BROKEN])
def test_a_broken_task_is_at_fault_for_what_is_broken(broken: Task, checks: set[str], what: str) -> None:
    """The check is named, the words say what is wrong, and no other check fails."""
    find_faults(broken, checks, what)


def test_one_arm_where_the_parameters_are_the_same() -> None:
    """It is the control arm, also if the parameters are written in another order."""
    subject = Subject(sized, {"size": 1, "mark": "!"}, {"mark": "!", "size": 1})
    arms = draw_arms(subject, 0)
    assert (subject.arms, len(arms.control), len(arms.shift)) == (("control",), DRAWS, 0)
    assert len(list(arms.all())) == DRAWS


def test_an_arm_is_drawn_once() -> None:
    """Its cases are found again by task, parameters, arm and seed."""
    known = DrawnArms()
    one = draw_arms(Subject(sized, {"size": 2}, CONTROL), 0, known)
    two = draw_arms(Subject(sized, {"size": 3}, CONTROL), 0, known)
    assert one.control is two.control
    assert {drawn.arm for drawn in two.shift} == {"shift"}
    assert draw_arms(Subject(sized, {"size": 2}, CONTROL), 1, known).control is not one.control
