"""Both arms together."""

import dataclasses

import pytest

from pytest_ood.case import Case
from pytest_ood.tasks import Task, task
from tests.certify.spelling import CONTROL, Broken, Rng, find_faults, labelled, spelled


@task(control=CONTROL, family="spelling")
def longer(rng: Rng, *, size: int) -> Case:
    """The shifted prompt says more."""
    case = spelled(rng, size)
    return dataclasses.replace(case, prompt=case.prompt + " Take all the time you need." * (size - 1))


@task(control=CONTROL, family="spelling")
def bigger(rng: Rng, *, size: int) -> Case:
    """The shifted numbers have a digit more."""
    number = int(rng.integers(1000, 9999)) * 10 ** (size - 1)
    return Case(f"Negate {-number}, then {3 - size}. Give it.", f"{number}", lures={"copied": f"{-number}"})


@task(control=CONTROL, family="spelling")
def lopsided(rng: Rng, *, size: int) -> Case:
    """Yes is right more often in the shift arm, which says so by its chance alone."""
    return labelled(rng, size, 0.4 + 0.2 * size, 0.8)


@task(control=CONTROL, family="spelling")
def unmoved(rng: Rng, *, size: int) -> Case:
    """Nothing depends on the parameter."""
    return spelled(rng, 0 * size)


@task(control=CONTROL, family="spelling")
def unbalanced(rng: Rng, *, size: int) -> Case:
    """Yes is right in 7 of 10 cases."""
    return labelled(rng, size, 0.7, 0.0)


BROKEN: list[Broken] = [
    (longer, {"matched"}, "on average in the control arm and"),
    (bigger, {"matched"}, "answers have 4.0 digits on average in the control arm and 5.0 in the shift arm"),
    (lopsided, {"matched"}, "match them, or declare 'labels'"),
    (unmoved, {"moved"}, "nothing is moved"),
    (unbalanced, {"chance"}, "always answering 'yes' is right in"),
]


@pytest.mark.parametrize(("broken", "checks", "what"), BROKEN, ids=[broken.name for broken, *_ in BROKEN])
def test_a_broken_task_is_at_fault_for_what_is_broken(broken: Task, checks: set[str], what: str) -> None:
    """The check is named, the words say what is wrong, and no other check fails."""
    find_faults(broken, checks, what)
