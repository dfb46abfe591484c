"""Long and strange answers."""

import dataclasses
import time

import pytest

from pytest_ood.case import Case
from pytest_ood.certify.arms import Subject, draw_arms
from pytest_ood.certify.hostile import hostile
from pytest_ood.tasks import Task, task
from tests.certify.spelling import CONTROL, SHIFT, Broken, Rng, find_faults, spelled


@task(control=CONTROL, family="spelling")
def raising(rng: Rng, *, size: int) -> Case:
    """A verifier that takes any answer for Unicode."""
    case = spelled(rng, size)
    return dataclasses.replace(case, verify=lambda given: given.encode() == case.answer.encode())


BROKEN: list[Broken] = [(raising, {"hostile"}, "the verifier raises UnicodeEncodeError")]


@pytest.mark.parametrize(("broken", "checks", "what"), BROKEN, ids=[broken.name for broken, *_ in BROKEN])
def test_a_broken_task_is_at_fault_for_what_is_broken(broken: Task, checks: set[str], what: str) -> None:
    """The check is named, the words say what is wrong, and no other check fails."""
    find_faults(broken, checks, what)


def test_a_slow_verifier_is_found_before_it_takes_hours() -> None:
    """Answers get longer step by step; it is processor time that counts, a busy machine's waits do not."""
    longest = []

    @task(control=CONTROL, family="spelling")
    def slow(rng: Rng, *, size: int) -> Case:
        case = spelled(rng, size)

        def check(given: str) -> bool:
            longest.append(len(given))
            until = time.thread_time() + 0.06 * (len(given) >= 10_000)
            while time.thread_time() < until:
                pass
            return given == case.answer

        return dataclasses.replace(case, verify=check)

    (finding,) = hostile(draw_arms(Subject(slow, SHIFT, CONTROL), 0), seconds=0.05)
    assert max(longest) == 10_000
    assert finding.what.endswith("s for 10,000 characters")
