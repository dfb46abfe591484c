"""Other wordings of a question: they must be other words, and ask for the same answer."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from pytest_ood.case import Case
from pytest_ood.certify import certify
from pytest_ood.errors import TaskError
from pytest_ood.tasks import Task, task
from tests.certify.spelling import CONTROL, SHIFT, Broken, find_faults, spelled

PROMPTS = ("{}", "Do this: {}", "{} Nothing else.")


def worded(reworded: Callable[[Case, int], Case], wordings: int = 3) -> Task:
    """A task that spells backward; `reworded` makes the case of a wording from its first one."""

    @task(control=CONTROL, family="spelling", wordings=wordings)
    def spelling(rng: np.random.Generator, *, size: int, wording: int = 0) -> Case:
        return reworded(spelled(rng, size), wording)

    return spelling


def in_other_words(case: Case, wording: int) -> Case:
    """The same question, as it should be."""
    return dataclasses.replace(case, prompt=PROMPTS[wording].format(case.prompt))


def in_no_other_words(case: Case, wording: int) -> Case:
    """Wordings 1 and 2 are the same."""
    return dataclasses.replace(case, prompt=PROMPTS[min(wording, 1)].format(case.prompt))


def another_answer(case: Case, wording: int) -> Case:
    """Wording 2 asks for the word itself."""
    prompt = PROMPTS[wording].format(case.prompt)
    return Case(prompt, case.input) if wording == 2 else dataclasses.replace(case, prompt=prompt)


def another_verifier(case: Case, wording: int) -> Case:
    """Wording 1 takes no answer for right."""
    prompt = PROMPTS[wording].format(case.prompt)
    return dataclasses.replace(case, prompt=prompt, verify=(lambda _: False) if wording == 1 else case.verify)


def other_lures(case: Case, wording: int) -> Case:
    """Wording 1 loses the lures."""
    lures = {} if wording == 1 else case.lures
    return dataclasses.replace(case, prompt=PROMPTS[wording].format(case.prompt), lures=lures)


def unfinished(case: Case, wording: int) -> Case:
    """There is no third wording."""
    return dataclasses.replace(case, prompt=PROMPTS[:2][wording].format(case.prompt))


@task(control=CONTROL, family="spelling")
def never_spaced(rng: np.random.Generator, *, size: int, spaced: bool = False) -> Case:
    """A task that says its letters can stand apart, and does nothing."""
    del spaced
    return spelled(rng, size)


BROKEN: list[Broken] = [
    (worded(in_no_other_words), {"wordings"}, "wording=2 asks in the same words as wording=1"),
    (worded(lambda case, _: case), {"wordings"}, "wording=1 asks in the same words as the question as it is"),
    (worded(another_answer), {"wordings"}, "with wording=2 the case has other answer"),
    (worded(another_verifier), {"wordings"}, "with wording=1 the right answer is wrong"),
    (worded(other_lures), {"wordings"}, "with wording=1 the case has other lures"),
    (worded(unfinished), {"wordings"}, "cannot be asked in other words: IndexError"),
    (never_spaced, {"wordings"}, "spaced=True asks in the same words as the question as it is"),
]


@pytest.mark.parametrize(("broken", "checks", "what"), BROKEN)
def test_what_is_wrong_is_found(broken: Task, checks: set[str], what: str) -> None:
    """Each by its name."""
    find_faults(broken, checks, what)


def test_other_words_for_the_same_question_are_in_order() -> None:
    """Whichever of them the probe asks in."""
    task = worded(in_other_words)
    for params in (SHIFT, {**SHIFT, "wording": 2}):
        assert not certify(task, params, {**params, **CONTROL})


def test_a_wording_that_does_not_exist() -> None:
    """It is refused by its number, also where Python would count from the end."""
    for wording in (3, -1, "polite"):
        with pytest.raises(TaskError, match="there is no wording"):
            worded(in_other_words).draw({**SHIFT, "wording": wording}, 0, 0)


def test_wordings_need_their_argument() -> None:
    """A task that says it has several must be able to tell them apart."""
    with pytest.raises(TypeError, match="wordings=2 needs the argument wording=0"):

        @task(control=CONTROL, family="spelling", wordings=2)
        def spelling(rng: np.random.Generator, *, size: int) -> Case:
            return spelled(rng, size)
