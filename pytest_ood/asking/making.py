"""Build cells from tasks and parameters. Mistakes in them are reported before any call is paid for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from inspect import Parameter
from typing import Any

from pytest_ood.asking.cell import ArmSpec, Cell, Condition, Draws
from pytest_ood.errors import OodError, TaskError
from pytest_ood.evidence.outcomes import ArmName
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.tasks import Params, Task
from pytest_ood.text.canonical import canonical
from pytest_ood.text.frozen import FrozenJson

_ANY_NUMBER = (Parameter.VAR_KEYWORD, Parameter.VAR_POSITIONAL)


class CellError(OodError):
    """A task and its parameters do not form a cell; the message names the parameter, its value and the fix."""


@dataclass(frozen=True)
class Place:
    """The id of a cell, unique in the run, and the probe that the cell belongs to."""

    id: str
    probe: str


def build_cell(
    place: Place,
    task: Task,
    params: Params,
    control: Mapping[str, Any] | None,
    condition: Condition,
    sampling: Sampling,
    seed: int,
    size: str | None = None,
) -> Cell:
    """Return the cell that asks a task with these parameters and its control twin, under one condition.

    If the parameters are those of the twin, the cell has one arm.

    Args:
        place: the id and the probe of the cell.
        task: the task of both arms.
        params: the parameters of the shift arm.
        control: the parameters that turn a case into its familiar twin; None for the task's own.
        condition: how both arms are asked.
        sampling: how many draws an arm may get.
        seed: the seed of the cases.
        size: the parameter whose values are sizes; None for the task's own.

    Raises:
        CellError: the task does not take a parameter or fails on it, or it cannot be written as JSON.
    """
    control = dict(task.control if control is None else control)
    _check_names(task, control, "control names")
    _check_names(task, params, "the probe gives")
    size = task.size if size is None else size
    if size is not None and not _takes(task, size):
        raise CellError(
            f"the size is {size!r}, which the task {task.name} does not take: it is {task.signature}",
            fix="name the parameter that says how large a case is",
        )
    draws, limited = Draws(seed), _up_to(task.cases, sampling)

    if condition.shots and task.cases is not None:
        raise CellError(
            f"the task {task.name} has {task.cases} cases, each of which is asked once: none is left for an example",
            fix="leave out the examples (--ood-shots)",
        )
    params = {**params, **condition.reserved}
    twin_params, shift_params = _frozen({**params, **control}), _frozen(params)
    sources = {"control": (twin_params,), "shift": (shift_params,), "mixed": (twin_params, shift_params)}
    shown = sources[condition.shots_from] if condition.shots else ()

    def arm(name: ArmName, values: FrozenJson) -> ArmSpec:
        return ArmSpec(task, values, name, condition, draws, limited, shown)

    twin, shift = arm("control", twin_params), arm("shift", shift_params)
    shown_size = size if size in params else None
    cell = Cell(place.id, place.probe, twin, None if shift.params == twin.params else shift, shown_size)
    for spec in cell.arms:
        _rehearse(spec, seed)
    return cell


def _up_to(cases: int | None, sampling: Sampling) -> Sampling:
    """The sampling, limited to the number of cases that the task has."""
    if cases is None:
        return sampling
    samples = None if sampling.samples is None else min(sampling.samples, cases)
    return replace(sampling, samples=samples, max_samples=min(sampling.max_samples, cases))


def _check_names(task: Task, params: Params, who: str) -> None:
    for name in params:
        if not _takes(task, name):
            raise CellError(
                f"{who} {name}={params[name]!r}, which the task {task.name} does not take: it is {task.signature}",
                fix="rename the argument, or add it to the task",
            )


def _takes(task: Task, name: str) -> bool:
    any_name = any(parameter.kind is Parameter.VAR_KEYWORD for parameter in task.parameters.values())
    return any_name or name in task.parameters


def _frozen(params: Params) -> FrozenJson:
    """The parameters as a dataset stores them, so that a replay draws the same case."""
    for name, value in params.items():
        try:
            canonical(value)
        except (TypeError, ValueError) as error:
            raise CellError(
                f"{name}={value!r} cannot be written as JSON ({error})", fix="use numbers, strings, lists and dicts"
            ) from error
    return FrozenJson(params)


def _rehearse(spec: ArmSpec, seed: int) -> None:
    """Draw the first case of an arm and verify its own answer."""
    task = spec.task
    missing = [
        name
        for name, parameter in task.parameters.items()
        if parameter.default is Parameter.empty and parameter.kind not in _ANY_NUMBER and name not in spec.params
    ]
    if missing:
        raise CellError(
            f"the task {task.name} needs {', '.join(missing)}: it is {task.signature}",
            fix=f"add @pytest.mark.parametrize({missing[0]!r}, [...]), or give it a default",
        )
    try:
        task.rehearse(spec.params, seed)
    except TaskError as error:
        # The message already names the task, its parameters and the fix.
        raise CellError(str(error)) from error
    except Exception as error:
        params = ", ".join(f"{name}={value!r}" for name, value in spec.params.items()) or "no parameters"
        raise CellError(f"the task {task.name} fails on {params}: {type(error).__name__}: {error}") from error
