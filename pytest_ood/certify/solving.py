"""Checks of what a task offers besides its cases: a solver, and the steps of a solution."""

import itertools
import json
from collections.abc import Mapping
from typing import Any

from pytest_ood.certify.arms import AGAIN, Arms, CheckAborted, Drawn, Finding, Findings, describe_error, judged
from pytest_ood.tasks import Task
from pytest_ood.text.canonical import canonical

# No solution has more steps.
_MOST_STEPS = 10_000


def solving(arms: Arms) -> Findings:
    """Check that the solver solves every case from its inputs alone, and that the steps lead to a right answer."""
    task = arms.subject.task
    if task.solver is None and task.step is None:
        return
    for drawn in arms.first(AGAIN):
        inputs = _inputs(drawn)
        if inputs is None:
            yield Finding("the task has a solver or steps, but the case has no inputs", drawn)
            continue
        given = _solved(task, inputs, drawn)
        if given is not None and not judged(drawn, given).correct:
            yield Finding("the solver's answer is wrong", drawn, given)
        last = _last_state(task, inputs, drawn)
        if last is not None and not judged(drawn, last).correct:
            yield Finding("the steps do not lead to a right answer", drawn, last)


def _inputs(drawn: Drawn) -> Mapping[str, Any] | None:
    """Return the inputs as they arrive after a journey as JSON."""
    if drawn.case.inputs is None:
        return None
    try:
        inputs: Mapping[str, Any] = json.loads(canonical(dict(drawn.case.inputs)))
    except Exception as error:
        raise CheckAborted(Finding(f"the inputs cannot be written as JSON: {describe_error(error)}", drawn)) from error
    return inputs


def _solved(task: Task, inputs: Mapping[str, Any], drawn: Drawn) -> str | None:
    if task.solver is None:
        return None
    try:
        return task.solver(inputs)
    except Exception as error:
        raise CheckAborted(Finding(f"the solver raises {describe_error(error)}", drawn)) from error


def _last_state(task: Task, inputs: Mapping[str, Any], drawn: Drawn) -> str | None:
    if task.step is None:
        return None
    try:
        states = list(itertools.islice(task.states(inputs), _MOST_STEPS))
    except Exception as error:
        raise CheckAborted(Finding(f"a step raises {describe_error(error)}", drawn)) from error
    return states[-1] if states else ""
