"""Solvers and steps: what a task offers besides its cases must be right."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from pytest_ood.case import Case
from pytest_ood.certify import certify
from pytest_ood.errors import TaskError
from pytest_ood.tasks import Task, task
from tests.certify.spelling import CONTROL, SHIFT, Broken, find_faults, spelled


def backward(inputs: Mapping[str, Any]) -> str:
    """The word backward."""
    return str(inputs["word"][::-1])


def one_letter_more(inputs: Mapping[str, Any], states: Sequence[str]) -> str | None:
    """As much of the word backward, and the next letter."""
    return backward(inputs)[: len(states) + 1] if len(states) < len(inputs["word"]) else None


def never_ends(_: Mapping[str, Any], states: Sequence[str]) -> str:
    """Always the next number."""
    return str(len(states))


def offering(inputs: Any = "word", **offered: Any) -> Task:
    """A task that spells backward, with these inputs, a solver or steps."""

    @task(control=CONTROL, family="spelling", **offered)
    def spelling(rng: np.random.Generator, *, size: int) -> Case:
        case = spelled(rng, size)
        return dataclasses.replace(case, inputs={"word": case.input} if inputs == "word" else inputs)

    return spelling


BROKEN: list[Broken] = [
    (offering(solver=lambda inputs: inputs["word"]), {"solving"}, "the solver's answer is wrong"),
    (offering(solver=lambda inputs: inputs["letters"]), {"solving"}, "the solver raises KeyError"),
    (offering(step=lambda inputs, states: None if states else inputs["word"]), {"solving"}, "do not lead"),
    (offering(step=lambda _inputs, _state: None), {"solving"}, "do not lead"),
    (offering(step=never_ends), {"solving"}, "do not lead"),
    (offering(step=lambda inputs, _: inputs["letters"]), {"solving"}, "a step raises KeyError"),
    (offering(None, solver=backward), {"solving"}, "the case has no inputs"),
    (offering({"word": {1}}, solver=backward), {"solving"}, "cannot be written as JSON"),
]


@pytest.mark.parametrize(("broken", "checks", "what"), BROKEN)
def test_what_is_wrong_is_found(broken: Task, checks: set[str], what: str) -> None:
    """Each by its name."""
    find_faults(broken, checks, what)


def test_a_right_solver_and_right_steps() -> None:
    """Nothing is found, and the states end in the answer."""
    made = offering(solver=backward, step=one_letter_more)
    assert certify(made, SHIFT, CONTROL) == []
    assert list(made.states({"word": "abc"})) == ["c", "cb", "cba"]


def test_a_task_without_steps_has_no_states() -> None:
    """The error says how to add them."""
    with pytest.raises(TaskError, match=r"@task\(step="):
        next(offering().states({"word": "abc"}))
