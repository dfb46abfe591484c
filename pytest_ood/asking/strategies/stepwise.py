"""One step of the solution at a time, with the state fed back."""

from collections.abc import Mapping, Sequence
from typing import Any

from pytest_ood.asking.strategies.base import FORM, Ask, Asked, Done, Strategy
from pytest_ood.evidence.tally import Tally
from pytest_ood.models.request import Answer
from pytest_ood.tasks import Task

FIRST = "This takes {steps} steps. Do not give the final result: give only the result of step 1. " + FORM
NEXT = (
    "This takes {steps} steps. The result of step {done} is:\n{state}\n\n"
    "Do not give the final result: give only the result of step {next}. " + FORM
)
LAST = "This takes {steps} steps. The result of step {done} is:\n{state}\n\nGive the result of the last step. " + FORM


class Stepwise(Strategy):
    """The question cut into its steps, each asked on its own, with the model's last result in front of it.

    The memory is outside the model, and each answer is one step long. The answer to the last step is the answer to the
    question. For tasks that have steps.

    Marks: `first_wrong_step`, its number or "none"; `later_steps`, "right" if every step after the first wrong one
    follows from the wrong result before it, "wrong" if one of them does not, and "none" if there are no such steps.
    """

    dialogues = False

    def turns(self, asked: Asked, history: Sequence[Answer]) -> Ask | Done:
        """Ask for the next step; end early if a result cannot be read."""
        task, inputs = _task_of(asked)
        right = list(task.states(inputs))
        results = [asked.read(answer) for answer in history]
        if history and (results[-1] is None or len(history) == len(right)):
            return Done(history[-1], _marks(task, inputs, right, [result or "" for result in results]))
        return Ask(
            asked.messages(_instruction(len(right), results[-1] if results else None, len(results))),
            expected=right[len(results)],
        )

    def most_calls(self, asked: Asked) -> int:
        """One for each step."""
        task, inputs = _task_of(asked)
        return sum(1 for _ in task.states(inputs))

    def why_not(self, task: Task) -> str:
        """A task without steps cannot be cut into them."""
        return "" if task.step is not None else f"the task {task.name} has no steps"

    def remark(self, control: Tally, shift: Tally) -> str:
        """Say whether what comes after a wrong step follows from it."""
        both = control + shift
        right, wrong = (both.count(later_steps=kind) for kind in ("right", "wrong"))
        if not right + wrong:
            return ""
        return f"after a wrong step, all later ones follow from it in {right} of {right + wrong} answers"


def _task_of(asked: Asked) -> tuple[Task, Mapping[str, Any]]:
    if asked.drawing is None or asked.drawing.task.step is None or asked.case.inputs is None:
        raise ValueError("the case has no steps")
    return asked.drawing.task, asked.case.inputs


def _instruction(steps: int, state: str | None, done: int) -> str:
    if state is None:
        return FIRST.format(steps=steps) if steps > 1 else FORM
    form = LAST if done == steps - 1 else NEXT
    return form.format(steps=steps, done=done, state=state, next=done + 1)


def _marks(task: Task, inputs: Mapping[str, Any], right: Sequence[str], results: Sequence[str]) -> dict[str, str]:
    wrong = [
        number for number, (mine, state) in enumerate(zip(results, right, strict=False), 1) if not _same(mine, state)
    ]
    if not wrong:
        return {"first_wrong_step": "none", "later_steps": "none"}
    first = wrong[0]
    follows = [_same(results[place], _next(task, inputs, results[:place])) for place in range(first, len(results))]
    later = "none" if not follows else "right" if all(follows) else "wrong"
    return {"first_wrong_step": str(first), "later_steps": later}


def _next(task: Task, inputs: Mapping[str, Any], results: Sequence[str]) -> str | None:
    """Return the step that follows from a model's results; None if nothing does."""
    try:
        return task.step(inputs, results) if task.step is not None else None
    except Exception:
        # From a result that is no state at all.
        return None


def _same(one: str, other: str | None) -> bool:
    return other is not None and one.split() == other.split()
