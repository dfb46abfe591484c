"""The tasks that may have drawn published cases. Nothing is imported by a name from a dataset."""

import sys
from collections.abc import Iterable

from pytest_ood.tasks import Task


def with_neighbours(tasks: Iterable[Task]) -> list[Task]:
    """Return the tasks and all others that are defined in the same modules, which are already imported."""
    tasks = distinct(tasks)
    names = dict.fromkeys(task.function.__module__ for task in tasks)
    modules = [sys.modules[name] for name in names if name in sys.modules]
    return distinct([*tasks, *(task for module in modules for task in _in_module(module))])


def distinct(tasks: Iterable[Task]) -> list[Task]:
    """Return each task once."""
    return list({id(task): task for task in tasks}.values())


def _in_module(module: object) -> list[Task]:
    return [value for value in vars(module).values() if isinstance(value, Task)]
