"""A task draws cases: a function with its twin parameters."""

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from reprlib import repr as _short
from typing import Any

import numpy as np

from pytest_ood.addresses import Address, address_of, home, module_name, value_at
from pytest_ood.case import Case
from pytest_ood.errors import CaseError, Origin, TaskError
from pytest_ood.parameters import sizes
from pytest_ood.rng import generator

Params = Mapping[str, Any]
# From what a prompt states (`Case.inputs`) to a right answer.
Solver = Callable[[Mapping[str, Any]], str]
# From what a prompt states and the states so far to the next state; None after the last.
Step = Callable[[Mapping[str, Any], Sequence[str]], str | None]

#: Parameters that any task may take, and that both arms get: they change how a question is asked, and not its answer.
RESERVED = ("wording", "spaced")
#: The values that `declared` may hold: what certification measures and holds, unless the task declares it.
MEASURES = ("prompt", "answer", "labels", "lures")


@dataclass(frozen=True, eq=False)
class Task:
    """A function ``(rng, **params) -> Case`` with its twin parameters. Made by `task`; call it like the function.

    A task pickles as its address (file and name), so that another process can draw its cases. Two loads of one task are
    equal. A subclass that adds state overrides `make` and defines how it pickles and compares.

    Attributes:
        function: the function that draws a case.
        name: the task's name in seeds, the store and datasets.
        family: the kind of move the task makes.
        control: the parameters that turn a case into its familiar twin.
        version: the version of the cases and of how they are judged.
        declared: the measures that certification does not hold it to.
        cases: how many cases there are, each drawn once; None if they never run out.
        moves, matched, source: what moves from control to shift, what stays matched, where the idea was published.
        chance: the accuracy of guessing, if it is the same for all parameters.
        size: the parameter whose values are sizes, over which a curve is drawn; None if there is none.
        solver: the function that solves a case from its `inputs`; None if there is none.
        step: the function that takes one step of the solution; None if there is none.
        wordings: how many wordings its question has, chosen by the parameter `wording`, which counts from 0.
        limits: the least and the most that a parameter from elsewhere may be, by its name; see `beyond_limits`.
    """

    function: Callable[..., Case]
    name: str
    family: str
    control: Params
    version: int
    declared: tuple[str, ...] = ()
    cases: int | None = None
    moves: str = ""
    matched: str = ""
    source: str = ""
    chance: float | None = None
    size: str | None = None
    solver: Solver | None = None
    step: Step | None = None
    wordings: int = 1
    limits: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # As functools.update_wrapper does, which does not work on a frozen class.
        for attribute in functools.WRAPPER_ASSIGNMENTS:
            if hasattr(self.function, attribute):
                self.__dict__[attribute] = getattr(self.function, attribute)
        self.__dict__["__wrapped__"] = self.function

    def __call__(self, rng: np.random.Generator, **params: Any) -> Case:
        return self.function(rng, **params)

    def draw(self, params: Params, seed: int, draw: int) -> Case:
        """Return the case identified by (task, version, parameters, seed, draw), the same on any machine.

        Raises:
            CaseError: the function makes a case that cannot be asked.
            TaskError: it returns something else, or has no such wording.
        """
        origin = Origin(self.name, params, seed, draw)
        wording = params.get("wording", 0)
        if self.wordings > 1 and wording not in range(self.wordings):
            fix = f"use a number from 0 to {self.wordings - 1}"
            raise TaskError(f"{origin}: there is no wording {wording!r}", task=self.name, fix=fix)
        try:
            case: object = self.make(params, seed, draw)
        except CaseError as error:
            if error.origin is None:
                error.locate(origin)
            raise
        if not isinstance(case, Case):
            raise TaskError(
                f"{origin}: the function returned {type(case).__name__}, not a pytest_ood.Case",
                task=self.name,
                fix="return Case(prompt, answer)",
            )
        for made in (case, case.comprehension):
            if made is not None:
                object.__setattr__(made, "origin", origin)
        return case

    def make(self, params: Params, seed: int, draw: int) -> Case:
        """Make a case for `draw`. A subclass that gets its cases from elsewhere overrides this."""
        return self.function(generator(self.name, self.version, seed, draw), **params)

    def states(self, inputs: Mapping[str, Any]) -> Iterator[str]:
        """Yield the states of a solution, step by step; the last one is a right answer.

        Raises:
            TaskError: the task has no `step`.
        """
        if self.step is None:
            raise TaskError(f"task {self.name} has no steps", task=self.name, fix="give @task(step=...)")
        states: list[str] = []
        while (state := self.step(inputs, states)) is not None:
            states.append(state)
            yield state

    def rehearse(self, params: Params, seed: int) -> Case:
        """Return the first case of an arm, after verifying its own answer as a run would.

        Raises:
            CaseError: the case cannot be asked, or its verifier does not accept the case's own answer.
            TaskError: the function returns something else.
        """
        case = self.draw(params, seed, 0)
        for made in (case, case.comprehension):
            if made is not None:
                _verify_own_answer(made)
        return case

    def beyond_limits(self, params: Params) -> str:
        """Return which parameter is beyond the task's limits, in words; empty if none is.

        The limits of a number are those of its value; of a text or a list those of its length and of its numbers.
        """
        for name, (least, most) in self.limits.items():
            if name in params and not all(least <= size <= most for size in sizes(params[name])):
                return f"{name}={_short(params[name])} is not within {least:g} to {most:g}"
        return ""

    @functools.cached_property
    def parameters(self) -> Mapping[str, inspect.Parameter]:
        """The parameters that the task takes besides its generator, by name."""
        return dict(list(inspect.signature(self.function).parameters.items())[1:])

    @property
    def signature(self) -> str:
        """The signature, for messages."""
        return f"{self.function.__name__}{inspect.signature(self.function)}"

    # A frozen value needs no copy; without these, copying would go through the address.
    def __copy__(self) -> "Task":
        return self

    def __deepcopy__(self, _: object) -> "Task":
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return task_at, (address_of(self.function, self, self.name), self.name, self.version)

    def __eq__(self, other: object) -> bool:
        if type(self) is not Task or type(other) is not Task:
            return self is other
        return self is other or self._identity == other._identity

    def __hash__(self) -> int:
        return hash((self.name, self.version))

    @property
    def _identity(self) -> tuple[Any, ...]:
        """Everything that identifies the task; its function by address and code, which two loads of a file share."""
        address, code = home(self.function), getattr(inspect.unwrap(self.function), "__code__", None)
        function = self.function if address is None or code is None else (address.file, address.qualname, code)
        return (self.name, self.version, self.family, self.control, self.declared, function)


def _verify_own_answer(case: Case) -> None:
    try:
        correct = case.check(case.answer).correct
    except CaseError:
        raise
    except Exception as error:
        raise CaseError(
            f"the verifier raises {type(error).__name__}: {error} on the case's own answer {_short(case.answer)}",
            field="verify",
            origin=case.origin,
        ) from error
    if not correct:
        raise CaseError(
            f"the verifier rejects the case's own answer {_short(case.answer)}",
            field="verify",
            fix="make it return True for `answer`",
            origin=case.origin,
        )


def task_at(address: Address, name: str, version: int) -> Task:
    """Return the task at an address, as unpickling does.

    Raises:
        TaskError: it cannot be imported, or the value there has another name or version.
    """
    try:
        value: Any = value_at(address)
    except Exception as error:
        raise TaskError(
            f"task {name} cannot be imported from {address}: {type(error).__name__}: {error}",
            task=name,
            fix="make its imports work in this process too",
        ) from error
    if not isinstance(value, Task) or value.name != name:
        there = f"the task {value.name}" if isinstance(value, Task) else f"of type {type(value).__name__}"
        raise TaskError(f"task {name}: {address} is {there}", task=name, fix="use the same code in every process")
    if value.version != version:
        raise TaskError(
            f"task {name} has version {value.version} in {address.file}, but version {version} was expected",
            task=name,
            fix="use the same code in every process",
        )
    return value


def task(
    *,
    control: Params,
    family: str | None = None,
    version: int = 1,
    declared: Sequence[str] = (),
    name: str | None = None,
    moves: str = "",
    matched: str = "",
    source: str = "",
    chance: float | None = None,
    size: str | None = None,
    solver: Solver | None = None,
    step: Step | None = None,
    wordings: int = 1,
    limits: Mapping[str, tuple[float, float]] | None = None,
) -> Callable[[Callable[..., Case]], Task]:
    """Turn a function ``(rng, **params) -> Case`` into a task.

    Args:
        control: the parameters that turn any case into its familiar twin; they replace those of the same name.
        family: what the task moves; by default the name of its module.
        version: raise it whenever the same parameters, seed and draw would give another case or another judgement.
        declared: what certification does not hold the cases to: that the lengths of "prompt" and "answer" and the
            frequencies of "labels" are the same in both arms, and that a shortcut of the "lures" gives the right answer
            by accident in at most half of the shift arm.
        name: pins the task's name, which is part of the seeds and the store; by default ``module.function``. A task
            with a pinned name can move to another file and keep its cases.
        moves: what changes from control to shift, in a sentence for readers.
        matched: what stays the same.
        source: where the idea was published.
        chance: the accuracy of guessing, if it is the same for all parameters.
        size: the parameter that says how large a case is, if there is one. The cells of a probe that differ in it alone
            form a curve, which has a horizon.
        solver: a function that gives a right answer from a case's `inputs` (to a dialogue, all turns of it as `answer`
            has them). It reads nothing else, so that it can be offered to a model as a tool.
        step: a function ``(inputs, states)`` that takes one step of the solution: from the states so far, at first
            none, to the next one, and to None once the last of them is a right answer. States are text.
        wordings: how many wordings of equal content the question has. If there are several, the function takes a
            parameter `wording`, 0 by default, and asks in the wording of that number.
        limits: for parameters that decide how long the function takes: the least and the most that they may be where
            they come from a downloaded dataset, as in ``limits={"width": (1, 1000)}``. Without limits, a replay first
            tries the parameters of a dataset in another process, which has ten seconds.

    Raises:
        TypeError: `control`, `size`, `wordings` or `limits` needs an argument that the function does not take,
            `declared` names an unknown measure, or `name`, `chance` or `limits` is invalid.
    """
    if name is not None and (not isinstance(name, str) or not name.strip()):
        raise TypeError(f"name={name!r}: give the task a name, as in name='words.spell'")
    if chance is not None and not 0 <= chance <= 1:
        raise TypeError(f"chance={chance!r}: give a number from 0 to 1, or leave it out")
    if isinstance(declared, str) or not set(declared) <= set(MEASURES):
        raise TypeError(f"declared={declared!r}: give a tuple of any of {', '.join(map(repr, MEASURES))}")

    def decorate(function: Callable[..., Case]) -> Task:
        module = module_name(function)
        made = Task(
            function,
            f"{module}.{function.__name__}" if name is None else name,
            family or module.replace("_", " "),
            dict(control),
            version,
            tuple(declared),
            moves=moves,
            matched=matched,
            source=source,
            chance=chance,
            size=size,
            solver=solver,
            step=step,
            wordings=wordings,
            limits=dict(limits or {}),
        )
        unknown = sorted(set(control) - set(made.parameters))
        if unknown:
            names = ", ".join(unknown)
            raise TypeError(f"task {made.name}: control names {names}, which {made.signature} does not take")
        for limited, bounds in made.limits.items():
            if limited not in made.parameters:
                raise TypeError(f"task {made.name}: limits names {limited}, which {made.signature} does not take")
            if not (isinstance(bounds, tuple) and len(bounds) == 2 and bounds[0] <= bounds[1]):
                raise TypeError(f"task {made.name}: limits of {limited}: {bounds!r}; give (least, most)")
        if size is not None and size not in made.parameters:
            raise TypeError(f"task {made.name}: size names {size}, which {made.signature} does not take")
        if wordings > 1 and "wording" not in made.parameters:
            raise TypeError(f"task {made.name}: wordings={wordings} needs the argument wording=0: {made.signature}")
        return made

    return decorate
