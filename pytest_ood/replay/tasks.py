"""The tasks that may have drawn published cases. Nothing is imported by a name that a dataset gives."""

import sys
from collections.abc import Iterable

from pytest_ood.case import Task


def with_neighbours(tasks: Iterable[Task]) -> list[Task]:
    """Return the tasks, and those that were defined in the same modules, which are imported already."""
    tasks = distinct(tasks)
    names = dict.fromkeys(task.function.__module__ for task in tasks)
    modules = [sys.modules[name] for name in names if name in sys.modules]
    return distinct([*tasks, *(task for module in modules for task in _in_module(module))])


def distinct(tasks: Iterable[Task]) -> list[Task]:
    """Return each task once."""
    return list({id(task): task for task in tasks}.values())


def _in_module(module: object) -> list[Task]:
    return [value for value in vars(module).values() if isinstance(value, Task)]
