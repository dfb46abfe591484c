"""A router that knows where the model breaks, and asks a verified solver there."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pytest_ood.answers import wrap
from pytest_ood.asking.strategies.base import Ask, Asked, Done, Strategy, StrategyError, why_no_solver
from pytest_ood.evidence.tally import Tally
from pytest_ood.models.request import Answer
from pytest_ood.tasks import Task


class Routed(Strategy):
    """The question, and the solver's answer in place of the model's where an earlier run says that the model breaks.

    What perfect knowledge of its own horizon would give a model. The model is asked in any case, so that it is known
    what it would have answered. For tasks that have a solver.

    Marks: `route`, "solver" or "model"; `alone`, the outcome of the model's answer.

    Args:
        breaks: the size from which the model breaks, by the name of the task, as `--ood-horizons` reads them.
    """

    dialogues = False

    def __init__(self, breaks: Mapping[str, Any] | None = None) -> None:
        if breaks is None:
            raise StrategyError("routed: it is not known where the model breaks", fix="add --ood-horizons RUN.json")
        self._breaks = dict(breaks)

    def turns(self, asked: Asked, history: Sequence[Answer]) -> Ask | Done:
        """Ask, and replace the answer by the solver's where the model breaks."""
        if not history:
            return Ask(asked.messages())
        (answer,) = history
        outcome = asked.judged(answer) or "error"
        if not self._breaks_at(asked):
            return Done(answer, {"route": "model", "alone": outcome})
        assert asked.drawing is not None
        assert asked.drawing.task.solver is not None
        solved = asked.drawing.task.solver(asked.case.inputs or {})
        return Done(replace(answer, text=wrap(solved), finish_reason="stop"), {"route": "solver", "alone": outcome})

    def _breaks_at(self, asked: Asked) -> bool:
        if asked.drawing is None:
            return False
        breaks, size = self._breaks.get(asked.drawing.task.name), asked.drawing.size
        return breaks is not None and isinstance(size, int | float) and size >= breaks

    def why_not(self, task: Task) -> str:
        """A task without a solver has nothing to route to."""
        return why_no_solver(task)

    def remark(self, control: Tally, shift: Tally) -> str:
        """Say how many answers went to the solver, and how many of these the model would have given as well."""
        both = control + shift
        routed = both.count(route="solver")
        if not routed:
            return ""
        right = both.count(route="solver", alone="correct")
        return f"routed {routed} answers to the solver, {right} of which the model gets right alone"
