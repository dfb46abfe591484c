"""The decorator that makes a parametrized test function a probe."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import pytest

from pytest_ood.case import Task
from pytest_ood.plugin.probes import Probe

F = TypeVar("F", bound=Callable[..., object])


def probe(
    task: Task,
    *,
    control: Mapping[str, Any] | None = None,
    bar: float | None = None,
    samples: int | None = None,
    max_samples: int | None = None,
    strategies: Sequence[str] | None = None,
) -> Callable[[F], F]:
    """Make a probe of a test function: its parametrized arguments reach the task by name, `ood` is the outcome.

    task: made by `pytest_ood.task`.
    control: the parameters that turn each case into its familiar twin; by default the task's own.
    bar: the accuracy that a model must clear, between 0 and 1.
    samples: ask exactly this many draws of both arms, without stopping early.
    max_samples: the most draws of an arm.
    strategies: the names of strategies to compare, each a cell of its own.

    An option on the command line goes before what stands here, and this before the ini file.

    Raises:
        TypeError: `task` is a plain function, or an argument is none of these.
    """
    carried = Probe(task, control=control, bar=bar, samples=samples, max_samples=max_samples, strategies=strategies)
    return pytest.mark.ood.with_args(carried)
