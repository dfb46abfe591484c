"""The parameters that an item passes to its task: read at collection, compared with the fixtures' values at set-up."""

import reprlib
from collections.abc import Iterable
from inspect import Parameter
from typing import Any

import pytest

from pytest_ood.plugin.probes import ProbeError
from pytest_ood.tasks import Task
from pytest_ood.text.canonical import canonical

FIXTURE = "ood"


def item_parameters(item: pytest.Function, task: Task) -> dict[str, Any]:
    """Return the parameters of an item under the names by which its task takes them.

    It makes no difference whether they come from `parametrize`, `pytest_generate_tests` or a parametrized fixture:
    whatever multiplies the items reaches the task.

    Raises:
        ProbeError: A parametrized fixture or a hook provides a parameter that the task does not take.
    """
    params = _parameters(item)
    on_the_test = _parametrized_on_the_test(item)
    for name, value in params.items():
        # Parameters of the test itself are checked with the other arguments of the probe.
        if name not in on_the_test and not _takes(task, name):
            raise ProbeError(
                f"{item.nodeid}: {name}={reprlib.repr(value)} comes from a parametrized fixture (or from"
                f" pytest_generate_tests), but the task {task.name} does not take {name}, so every value would ask the"
                " same questions again",
                fix=f"add {name} to {task.signature}, or define a fixture {name} without params next to the probe",
            )
    return params


def check_fixture_values(item: pytest.Function) -> None:
    """Fail an item if a fixture changed its parameter: the model was asked with the original value."""
    for name, parameter in _parameters(item).items():
        if name in item.funcargs and not _same(item.funcargs[name], parameter):
            pytest.fail(
                f"{name}: the model was asked with the parameter {reprlib.repr(parameter)}, but the fixture {name}"
                f" turned it into {reprlib.repr(item.funcargs[name])}; parametrize the test directly with the values"
                f" that the task takes: @pytest.mark.parametrize({name!r}, [...])",
                pytrace=False,
            )


def _parameters(item: pytest.Function) -> dict[str, Any]:
    values = dict(item.callspec.params) if hasattr(item, "callspec") else {}
    # This one holds the model and the strategy.
    values.pop(FIXTURE, None)
    return values


def _parametrized_on_the_test(item: pytest.Function) -> set[str]:
    """Return the arguments that `parametrize` passes to the test, its class or its module, not to a fixture."""
    direct: set[str] = set()
    for marker in item.iter_markers("parametrize"):
        argnames = marker.args[0] if marker.args else marker.kwargs["argnames"]
        names = [name.strip() for name in argnames.split(",")] if isinstance(argnames, str) else list(argnames)
        indirect: bool | Iterable[str] = marker.kwargs.get("indirect", False)
        if indirect is not True:
            direct.update(set(names) - set(indirect or ()))
    return direct


def _takes(task: Task, name: str) -> bool:
    parameters = task.parameters
    return name in parameters or any(one.kind is Parameter.VAR_KEYWORD for one in parameters.values())


def _same(value: object, parameter: object) -> bool:
    """Return whether a fixture's value equals its parameter, or has the same JSON (a tuple and a list)."""
    try:
        return bool(value == parameter) or canonical(value) == canonical(parameter)
    except (TypeError, ValueError):
        return value is parameter
