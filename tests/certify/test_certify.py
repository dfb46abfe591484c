"""Certification finds what is wrong with a task, names it, and finds nothing else."""

import dataclasses
import subprocess
import sys
from collections import Counter

import pytest

from pytest_ood.case import Case
from pytest_ood.certify import CHECKS, Subject, certify, certify_all
from pytest_ood.certify.arms import AGAIN, DRAWS, draw_arms
from pytest_ood.tasks import Params, Task, task
from tests.certify import (
    test_arms,
    test_cases,
    test_dialogues,
    test_drawing,
    test_hostile,
    test_matching,
    test_mutants,
    test_solving,
    test_wordings,
)
from tests.certify.spelling import CONTROL, LETTERS, SHIFT, Rng, labelled, multiples, spelled


@task(control=CONTROL, family="spelling")
def sound(rng: Rng, *, size: int) -> Case:
    """Everything at once that a case may have, but a dialogue."""
    case = spelled(rng, size)
    question = Case(
        f"How many letters has {case.input}, plus {rng.random():.3f}? Give a number.", str(int(rng.integers(10, 99)))
    )
    return dataclasses.replace(case, comprehension=question)


@task(control=CONTROL, family="spelling")
def balanced(rng: Rng, *, size: int) -> Case:
    """Two labels, as often as it says."""
    return labelled(rng, size, 0.5, 0.5)


@task(control=CONTROL, family="spelling")
def several(rng: Rng, *, size: int) -> Case:
    """Two orders of the letters are right, one in 15 swaps of neighbours away from each other."""
    word = "".join(rng.choice(LETTERS, 16, replace=False).tolist())
    backward = word[::-1]
    right = (backward, backward[1] + backward[0] + backward[2:])
    prompt = f"Spell {word} backward in size {size}; the first two letters in any order. Give the word."
    return Case(prompt, backward, {"copied": word}, lambda given: given in right, word, unique=False)


@task(control=CONTROL, family="spelling")
def few(rng: Rng, *, size: int) -> Case:
    """No more than thirty questions, that seeds cannot help sharing."""
    word = LETTERS[int(rng.integers(26))] * 2
    return Case(f"What follows {word} in size {size}? Give it.", word.upper() + word, lures={"copied": word})


@task(control=CONTROL, family="spelling")
def together(rng: Rng, *, size: int) -> Case:
    """Draws are judged together."""
    return multiples(rng, size, True)


@task(control=CONTROL, family="spelling")
def losing(rng: Rng, *, size: int) -> Case:
    """In every second case of the shift arm, and in all of the control arm, one of its lures is the answer."""
    case = spelled(rng, size)
    other = case.answer if size == 1 or rng.random() < 0.5 else f"{case.answer}x"
    return dataclasses.replace(case, lures={"copied": case.input, "longer": other})


SOUND = [sound, balanced, several, few, together]


@pytest.mark.parametrize("good", SOUND, ids=lambda good: good.name)
def test_a_sound_task_has_no_faults(good: Task) -> None:
    """Nor has it any with other seeds, or with one arm only."""
    for seed in (0, 1, 12345):
        assert certify(good, SHIFT, CONTROL, seed) == []
    assert certify(good, CONTROL, CONTROL) == []


def test_every_check_has_a_broken_task() -> None:
    """A check that nothing fails shows nothing; `process` has its own test."""
    files = (
        test_arms,
        test_cases,
        test_dialogues,
        test_drawing,
        test_hostile,
        test_matching,
        test_mutants,
        test_solving,
        test_wordings,
    )
    failed: set[str] = set().union(*(checks for file in files for _, checks, _ in file.BROKEN))
    assert failed == {*CHECKS, "draws"}


def test_a_fault_shows_a_case_and_the_answer_to_it() -> None:
    """The case can be drawn again from what the fault says."""
    (fault,) = certify(test_cases.empty_is_right, SHIFT, CONTROL, seed=5)
    assert fault.drawn is not None
    assert fault.given == ""
    params = CONTROL if fault.drawn.arm == "control" else SHIFT
    assert fault.drawn.case.prompt == test_cases.empty_is_right.draw(params, 5, fault.drawn.draw).prompt


def test_what_differs_between_the_arms_is_not_looked_at_where_there_is_one() -> None:
    """Everything else is."""
    assert certify(test_matching.longer, SHIFT, SHIFT) == []
    assert certify(test_matching.unmoved, SHIFT, SHIFT) == []
    assert certify(test_cases.lureless, SHIFT, SHIFT) == []
    assert [fault.check for fault in certify(test_matching.unbalanced, SHIFT, SHIFT)] == ["chance"]
    assert [fault.check for fault in certify(test_drawing.unseeded, SHIFT, SHIFT)] == ["repeatable"]


@dataclasses.dataclass(frozen=True, eq=False)
class Finite(Task):
    """A task of a few cases, each drawn once, that differ between seeds in their order only."""

    def make(self, params: Params, seed: int, draw: int) -> Case:
        """Return the case at a place of the seed's order."""
        assert self.cases is not None
        assert draw < self.cases
        return sound.make(params, 0, (draw + seed) % self.cases)


def test_a_finite_task_is_looked_at_to_its_end() -> None:
    """Its seeds may share cases."""
    finite = Finite(sound.function, "finite", "spelling", CONTROL, 1, cases=60)
    assert certify(finite, SHIFT, CONTROL) == []
    assert len(draw_arms(Subject(finite, SHIFT, CONTROL), 0).control) == 60


def test_lures_that_are_the_answer_are_counted() -> None:
    """As the share of the shift arm's cases that lost one."""
    (found,) = certify_all([Subject(losing, SHIFT, CONTROL)])
    assert found.faults == ()
    assert 0.3 < found.dropped_lures < 0.7
    (found,) = certify_all([Subject(sound, SHIFT, CONTROL)])
    assert found.dropped_lures == 0


def test_all_subjects_in_their_order_and_control_arms_once() -> None:
    """One process for all, the draws of a shared control arm only once, progress reported."""
    drawn: Counter[int] = Counter()

    @task(control=CONTROL, family="spelling")
    def counted(rng: Rng, *, size: int) -> Case:
        drawn[size] += 1
        return spelled(rng, size)

    done: list[int] = []
    subjects = [Subject(counted, {"size": 2}, CONTROL), Subject(test_cases.unsolvable, SHIFT, CONTROL)]
    subjects += [Subject(counted, {"size": 3}, CONTROL), Subject(test_drawing.unseeded, SHIFT, CONTROL)]
    found = certify_all(subjects, 0, done.append)
    assert [{fault.check for fault in one.faults} for one in found] == [set(), {"oracle"}, set(), {"repeatable"}]
    assert [bool(one.unchecked) for one in found] == [True, False, True, False]
    assert done == [0, 1, 2, 3, 4]
    assert drawn[2] == drawn[3]
    assert drawn[1] == DRAWS + 2 * AGAIN


def test_certified_by_a_process_without_pytest() -> None:
    """It belongs to the lower floors."""
    code = "import sys, pytest_ood.certify; print('pytest' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
