"""The tasks, one file a family, generator and verifier side by side. Here: what they all need."""

import importlib
from collections.abc import Mapping, Sequence

from pytest_ood.case import Task

FILES = (
    "reversal", "operators", "symbols", "grids", "words", "digits", "chains", "dialogues", "wordle", "checking",
    "shortcuts",
)  # fmt: skip


def tasks() -> list[Task]:
    """Every task of the package, in the order of the files and of their lines."""
    modules = [importlib.import_module(f"{__name__}.{file}") for file in FILES]
    return [value for module in modules for value in vars(module).values() if isinstance(value, Task)]


def expect_whole(name: str, value: object, least: int, most: int) -> None:
    """Refuse what is not a whole number from `least` to `most`.

    Raises:
        ValueError: it names the parameter, the value and what is allowed.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ValueError(f"{name}={value!r}: must be a whole number from {least} to {most}")


def expect_one_of(name: str, value: object, allowed: Sequence[str]) -> None:
    """Refuse what is not one of `allowed`.

    Raises:
        ValueError: it names the parameter, the value and what is allowed.
    """
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name}={value!r}: must be one of {', '.join(map(repr, allowed))}")


def wrong_ones(answer: str, shortcuts: Mapping[str, str]) -> dict[str, str]:
    """The lures of a case: those shortcuts whose answer is wrong; of several that agree the first."""
    taken, lures = {answer}, {}
    for name, given in shortcuts.items():
        if given not in taken:
            taken.add(given)
            lures[name] = given
    return lures
