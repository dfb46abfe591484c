"""Cells: two arms, each a task with its parameters under one condition. Only values, no behaviour."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from pytest_ood.evidence.outcomes import ArmName
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.tasks import RESERVED, Task
from pytest_ood.text.frozen import FrozenJson

#: Where solved examples are drawn from.
ShotsFrom = Literal["control", "shift", "mixed"]
# The axes that are always part of a trace's id. Further axes follow only if they differ from their default, so that a
# new axis changes no existing id.
_ALWAYS_NAMED = ("strategy", "model", "args")
# Axes that came after the first summaries are left out where they have no effect, so that an older condition that is
# the same has the same axes.
_LATER = ("shots_from", "wording", "spaced")


@dataclass(frozen=True, slots=True)
class Condition:
    """How a case is asked. A new axis is a field here, and a line in `conversation` that uses it.

    Attributes:
        model: its name as the user gave it.
        args: the recorded arguments of every call (temperature, max_tokens, ...); no secrets.
        strategy: the name of the strategy, which decides what is added to the question.
        strategy_args: arguments of the strategy.
        shots: how many solved examples of the task precede the question.
        shots_from: the arm that the examples are drawn from, or "mixed" for both in turn.
        exchanges: how many of the exchanges that show the form of an answer precede it, 0 to 3.
        system: the system message, if there is one.
        wording: the wording of the question, for tasks that have several.
        spaced: whether the letters that a question is about stand apart, for tasks about letters.
    """

    model: str
    args: FrozenJson = field(default_factory=FrozenJson)
    strategy: str = "direct"
    strategy_args: FrozenJson = field(default_factory=FrozenJson)
    shots: int = 0
    shots_from: ShotsFrom = "control"
    exchanges: int = 3
    system: str | None = None
    wording: int = 0
    spaced: bool = False

    def __post_init__(self) -> None:
        # Without examples it makes no difference where they would come from.
        if not self.shots:
            object.__setattr__(self, "shots_from", "control")

    def axes(self) -> dict[str, Any]:
        """Return the axes as JSON values, by name."""
        values = {
            axis.name: getattr(self, axis.name)
            for axis in fields(self)
            if axis.name not in _LATER or getattr(self, axis.name) != axis.default
        }
        return {name: dict(value) if isinstance(value, FrozenJson) else value for name, value in values.items()}

    @property
    def reserved(self) -> dict[str, Any]:
        """The reserved parameters of tasks that differ from their defaults. Both arms get them."""
        axes = self.axes()
        return {name: axes[name] for name in RESERVED if name in axes}

    def identity(self) -> list[Any]:
        """Return what identifies this condition, as JSON values: part of the id of a trace."""
        axes, usual = self.axes(), Condition(self.model).axes()
        unusual = {name: axes[name] for name in axes if name not in _ALWAYS_NAMED and axes[name] != usual.get(name)}
        return [*(axes[name] for name in _ALWAYS_NAMED), *([unusual] if unusual else [])]


@dataclass(frozen=True, slots=True)
class Draws:
    """The cases that an arm asks, in order: those of a seed, or listed ones.

    Attributes:
        seed: the cases are draws 0, 1, 2, ... of this seed.
        places: the seed and draw of each listed case; None for the cases of `seed`.
        begun: the messages of listed cases that cannot be drawn again, as JSON; otherwise empty.
    """

    seed: int = 0
    places: tuple[tuple[int, int], ...] | None = None
    begun: tuple[str, ...] = ()

    def at(self, index: int) -> tuple[int, int]:
        """Return the seed and draw of the case at this place in the arm."""
        return (self.seed, index) if self.places is None else self.places[index]


@dataclass(frozen=True, slots=True)
class ArmSpec:
    """What one arm of a cell asks, and how many draws it may get.

    Attributes:
        params: the parameters of the task.
        name: the arm's name in traces.
        shown: the parameters of the solved examples, in turn; empty without any. Both arms of a cell show the same.
    """

    task: Task
    params: FrozenJson
    name: ArmName
    condition: Condition
    draws: Draws
    sampling: Sampling
    shown: tuple[FrozenJson, ...] = ()

    @property
    def questions_key(self) -> Hashable:
        """What the arm asks, regardless of its sampling: arms with the same key share their draws."""
        return (self.task.name, self.task.version, self.params, self.name, self.condition, self.draws, self.shown)

    def identity(self, seed: int, draw: int) -> list[Any]:
        """Return what identifies one case of the arm: the id of its trace is a digest of this."""
        task, condition = self.task, self.condition
        # Of examples that are drawn from the control arm, the rest says which they are.
        shown = [] if condition.shots_from == "control" else [[dict(params) for params in self.shown]]
        return [task.name, task.version, dict(self.params), self.name, seed, draw, *condition.identity(), *shown]


@dataclass(frozen=True, slots=True)
class Cell:
    """One probe item: the two arms that it compares, or the one that it measures against the bar.

    Attributes:
        id: the node id of the test, or another name that is unique in the run.
        probe: the id without parameters.
        shift: None in a cell of one arm.
        size: the parameter whose values are the sizes of a curve; None if the cell has none.
    """

    id: str
    probe: str
    control: ArmSpec
    shift: ArmSpec | None = None
    size: str | None = None

    @property
    def arms(self) -> Iterator[ArmSpec]:
        """The arms of the cell, the control first."""
        yield self.control
        if self.shift is not None:
            yield self.shift

    @property
    def subject(self) -> ArmSpec:
        """The arm that the cell is about: the shift, or the only one."""
        return self.control if self.shift is None else self.shift

    @property
    def task(self) -> Task:
        """The task of both arms."""
        return self.control.task

    @property
    def params(self) -> FrozenJson:
        """The parameters of the arm that the cell is about."""
        return self.subject.params

    @property
    def condition(self) -> Condition:
        """How both arms are asked."""
        return self.control.condition
