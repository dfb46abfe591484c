"""From a probe and its parameters to a cell; whatever is wrong with them is said before anything is asked."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from inspect import Parameter
from typing import Any

from pytest_ood.asking.outcome import Cell, Sampling
from pytest_ood.case import Params, Task
from pytest_ood.plugin.settings import Settings, SettingsError
from pytest_ood.text.canonical import canonical


class ProbeError(Exception):
    """A probe asks for what its task can't give; the message names the probe, the argument, the value and the fix."""


@dataclass(frozen=True)
class Probe:
    """What the marker `ood` carries; None leaves a value to the options."""

    task: Task
    _: KW_ONLY
    control: Mapping[str, Any] | None = None
    bar: float | None = None
    samples: int | None = None
    max_samples: int | None = None
    strategies: Sequence[str] | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.task, Task):
            raise TypeError(
                f"@probe needs a task, not {self.task!r}: put @task(control=...) on the function"
                " (rng, **params) -> Case and write @probe(that_function)"
            )
        if not isinstance(self.control, Mapping | None):
            raise TypeError(f"@probe needs control as a dict of the task's arguments, not {self.control!r}")


def make_cell(node_id: str, probe: Probe, params: Params, model: str, strategy: str | None, settings: Settings) -> Cell:
    """The cell of one probe item; `strategy` is None where the probe has but one.

    Raises:
        ProbeError: a parameter or a setting of the probe can't be.
    """
    task = probe.task
    try:
        sampling = settings.sampling(bar=probe.bar, samples=probe.samples, max_samples=probe.max_samples)
        strategies = settings.strategies(probe.strategies)
    except SettingsError as error:
        raise ProbeError(f"{node_id}: {error}") from error
    control = dict(task.control if probe.control is None else probe.control)
    _check_names(node_id, task, control, "control names")
    _check_names(node_id, task, params, "the probe gives")
    cell = Cell(
        node_id,
        node_id.partition("[")[0],
        task,
        _json(node_id, params),
        _json(node_id, {**params, **control}),
        model,
        strategy or strategies[0],
        _up_to(task.cases, sampling),
    )
    if canonical(cell.params) == canonical(cell.control_params):
        raise ProbeError(
            f"{node_id}: control and shift are the same, {_written(params)}: leave this value out of the"
            " parametrization, or name another twin with @probe(..., control={...})"
        )
    _check_draws(cell, settings.seed)
    return cell


def _up_to(cases: int | None, sampling: Sampling) -> Sampling:
    """The same sampling, ending where a finite task has no further case."""
    if cases is None:
        return sampling
    samples = None if sampling.samples is None else min(sampling.samples, cases)
    return replace(sampling, samples=samples, max_samples=min(sampling.max_samples, cases))


def _check_names(node_id: str, task: Task, params: Params, who: str) -> None:
    taken = task.parameters
    if any(parameter.kind is Parameter.VAR_KEYWORD for parameter in taken.values()):
        return
    for name in params:
        if name not in taken:
            raise ProbeError(
                f"{node_id}: {who} {name}={params[name]!r}, which the task {task.name} does not take:"
                f" it is {task.signature}. Rename the argument, or give it to the task"
            )


def _json(node_id: str, params: Params) -> dict[str, Any]:
    """The parameters as they come back from the dataset, so that a replay draws the same case."""
    for name, value in params.items():
        try:
            canonical(value)
        except (TypeError, ValueError) as error:
            raise ProbeError(
                f"{node_id}: {name}={value!r} can't be written down ({error}): use numbers, strings, lists and dicts"
            ) from error
    whole: dict[str, Any] = json.loads(canonical(dict(params)))
    return whole


def _check_draws(cell: Cell, seed: int) -> None:
    """Draw one case of each arm: what the task refuses comes out now and not in the middle of a paid run."""
    for params in (cell.control_params, cell.params):
        missing = [
            name
            for name, parameter in cell.task.parameters.items()
            if parameter.default is Parameter.empty
            and parameter.kind not in (Parameter.VAR_KEYWORD, Parameter.VAR_POSITIONAL)
            and name not in params
        ]
        if missing:
            raise ProbeError(
                f"{cell.id}: the task {cell.task.name} needs {', '.join(missing)}: it is {cell.task.signature}."
                f" Add @pytest.mark.parametrize({missing[0]!r}, [...]), or give it a default"
            )
        try:
            cell.task.draw(params, seed, 0)
        except Exception as error:
            raise ProbeError(
                f"{cell.id}: the task {cell.task.name} fails on {_written(params)}: {type(error).__name__}: {error}"
            ) from error


def _written(params: Params) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in params.items()) or "no parameters"
