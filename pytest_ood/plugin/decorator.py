"""The decorator that makes a parametrized test function a probe."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import pytest

from pytest_ood.plugin.probes import Probe
from pytest_ood.tasks import Task

# Evaluated by pytest before it looks up the fixture `ood`, which only the plugin defines.
NOT_LOADED = "not hasattr(config.option, 'ood_model')"
WITHOUT_PLUGIN = "a probe needs the plugin pytest-ood, which is not loaded in this session (-p no:ood?)"

F = TypeVar("F", bound=Callable[..., object])


def probe(
    task: Task,
    *,
    control: Mapping[str, Any] | None = None,
    bar: float | None = None,
    samples: int | None = None,
    max_samples: int | None = None,
    strategies: Sequence[str] | None = None,
    size: str | None = None,
) -> Callable[[F], F]:
    """Turn a test function into a probe: its parametrized arguments reach the task by name, and `ood` is the outcome.

    An option on the command line takes precedence over these arguments, and these over the ini file. In a session
    without the plugin (``-p no:ood``) the probe is skipped.

    Args:
        task: made by `pytest_ood.task` or `pytest_ood.pairs_task`.
        control: the parameters that turn each case into its familiar twin; the task's own by default.
        bar: the accuracy that a model must clear, between 0 and 1.
        samples: ask exactly this many draws of both arms, without stopping early.
        max_samples: the maximum number of draws per arm.
        strategies: the names of strategies to compare, each in a cell of its own.
        size: the parameter whose values are the sizes of a curve; the task's own by default.

    Raises:
        TypeError: `task` is a plain function, or an argument is unknown.
    """
    attached = Probe(
        task,
        control=control,
        bar=bar,
        samples=samples,
        max_samples=max_samples,
        strategies=strategies,
        size=size,
    )
    marks = [pytest.mark.skipif(NOT_LOADED, reason=WITHOUT_PLUGIN)]
    if _marker_is_known():
        marks.append(pytest.mark.ood.with_args(attached))

    def decorate(function: F) -> F:
        for mark in marks:
            function = mark(function)
        return function

    return decorate


def _marker_is_known() -> bool:
    """Return whether the marker is registered: without the plugin, it would be an error under strict markers."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", pytest.PytestUnknownMarkWarning)
        try:
            return bool(pytest.mark.ood)
        # The second is raised under strict markers.
        except (pytest.PytestUnknownMarkWarning, pytest.fail.Exception):
            return False
