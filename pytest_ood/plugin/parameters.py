"""What an item's parameters give its task: read at collection, compared with the fixtures' values at set-up."""

import reprlib
from collections.abc import Iterable
from inspect import Parameter
from typing import Any

import pytest

from pytest_ood.case import Task
from pytest_ood.plugin.probes import ProbeError
from pytest_ood.text.canonical import canonical

FIXTURE = "ood"


def item_parameters(item: pytest.Function, task: Task) -> dict[str, Any]:
    """Return the parameters of an item under the names by which its task takes them.

    Whether they come from `parametrize`, `pytest_generate_tests` or a parametrized fixture makes no difference: nothing
    that multiplies the items is left out of what is asked.

    Raises:
        ProbeError: A parametrized fixture or a hook gives something that the task does not take.
    """
    given = _given(item)
    on_the_test = _parametrized_on_the_test(item)
    for name, value in given.items():
        # What the test itself is parametrized with is checked with the other arguments of the probe.
        if name not in on_the_test and not _takes(task, name):
            raise ProbeError(
                f"{item.nodeid}: {name}={reprlib.repr(value)} comes from a parametrized fixture (or from"
                f" pytest_generate_tests), and the task {task.name} does not take {name}: every value would ask the"
                f" same questions again. Add {name} to {task.signature}, or define a fixture {name} without params"
                " next to the probe"
            )
    return given


def check_fixture_values(item: pytest.Function) -> None:
    """Fail an item in which a fixture has made something else of its parameter: the model was asked about that."""
    for name, asked in _given(item).items():
        if name in item.funcargs and not _same(item.funcargs[name], asked):
            pytest.fail(
                f"{name}: the model was asked with the parameter {reprlib.repr(asked)}, and the fixture {name} made"
                f" {reprlib.repr(item.funcargs[name])} of it. Parametrize the test directly with the values that the"
                f" task takes: @pytest.mark.parametrize({name!r}, [...])",
                pytrace=False,
            )


def _given(item: pytest.Function) -> dict[str, Any]:
    values = dict(item.callspec.params) if hasattr(item, "callspec") else {}
    # This one says which model is asked, and how.
    values.pop(FIXTURE, None)
    return values


def _parametrized_on_the_test(item: pytest.Function) -> set[str]:
    """Return the arguments that `parametrize` gives to the test, its class or its module, not to a fixture."""
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


def _same(value: object, asked: object) -> bool:
    """Return whether a fixture's value is its parameter, or is written down in the same way (a tuple as a list)."""
    try:
        return bool(value == asked) or canonical(value) == canonical(asked)
    except (TypeError, ValueError):
        return value is asked
