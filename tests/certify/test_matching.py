"""Both arms together."""

import dataclasses

import pytest

from pytest_ood.case import Case
from pytest_ood.families.lures import wrong_answers
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


@task(control=CONTROL, family="spelling")
def stranger(rng: Rng, *, size: int) -> Case:
    """As many characters, but rare ones, of which each is several tokens."""
    case = spelled(rng, size)
    padding = "a plain sentence of the same length" if size == 1 else "\u1c5a\u1c5b\u1c5c\u1c5d\u1c5e" * 7
    return dataclasses.replace(case, prompt=f"{case.prompt} {padding}")


@task(control=CONTROL, family="spelling")
def lucky(rng: Rng, *, size: int) -> Case:
    """A shortcut is right in seven of ten cases of the shift arm."""
    case = spelled(rng, size)
    loud = case.answer if size > 1 and rng.random() < 0.7 else case.input
    return dataclasses.replace(case, lures=wrong_answers(case.answer, {"loud": loud, "copied": case.input}))


@task(control=CONTROL, family="spelling")
def copied(rng: Rng, *, size: int) -> Case:
    """The last word of the material is the answer in half of the cases, which is not the chance they state."""
    case = spelled(rng, size)
    other = case.answer if rng.random() < 0.5 else case.answer[::-1]
    material = f"{case.input} {other}"
    return dataclasses.replace(case, prompt=f"{case.prompt} {other}", input=material, lures={"longer": case.answer * 2})


BROKEN: list[Broken] = [
    (stranger, {"matched"}, "tokens of o200k_base on average in the control arm and"),
    (lucky, {"matched"}, "a shortcut gives the right answer in 68%"),
    (copied, {"chance"}, "its last part is right in"),
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
