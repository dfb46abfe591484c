"""The bundled tasks: a folder for each family, a file for each task.

Earlier editions kept these tasks in eleven modules. Their names still work: ``from pytest_ood.families import symbols``
gives the family that has the tasks of `symbols` now.
"""

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

from pytest_ood.tasks import Task

if TYPE_CHECKING:
    from pytest_ood.families import chains, grids, operators, reversal, shortcuts
    from pytest_ood.families import chains as checking
    from pytest_ood.families import chains as dialogues
    from pytest_ood.families import chains as wordle
    from pytest_ood.families import grids as digits
    from pytest_ood.families import grids as words
    from pytest_ood.families import operators as symbols

__all__ = [
    "chains",
    "checking",
    "dialogues",
    "digits",
    "find",
    "grids",
    "operators",
    "reversal",
    "shortcuts",
    "symbols",
    "tasks",
    "wordle",
    "words",
]

FAMILIES = ("reversal", "operators", "grids", "chains", "shortcuts")
# Names of earlier editions, which task names still begin with: a seed depends on the name, so names stay.
ALIASES = {
    "symbols": "operators",
    "words": "grids",
    "digits": "grids",
    "dialogues": "chains",
    "wordle": "chains",
    "checking": "chains",
}


def tasks() -> list[Task]:
    """Return every bundled task, family by family, in the order in which each family lists its own."""
    return [getattr(family, name) for family in map(_imported, FAMILIES) for name in family.__all__]


def find(name: str) -> Task | None:
    """Return the bundled task of this full name, such as ``"symbols.shift_cipher"``; None if there is no such task.

    Only the family that would have the task is imported.
    """
    prefix = name.partition(".")[0]
    family = ALIASES.get(prefix, prefix)
    if family not in FAMILIES:
        return None
    module = _imported(family)
    listed: list[Task] = [getattr(module, listed_name) for listed_name in module.__all__]
    return next((task for task in listed if task.name == name), None)


def _imported(family: str) -> ModuleType:
    return importlib.import_module(f"{__name__}.{family}")


if not TYPE_CHECKING:

    def __getattr__(name: str) -> ModuleType:
        # Families are imported on first use: most sessions need one of them.
        family = ALIASES.get(name, name)
        if family in FAMILIES:
            return _imported(family)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
