"""The tasks, one file a family, generator and verifier side by side. Here: what they all need."""

import importlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from pytest_ood.case import Task

DATA = Path(__file__).parent / "data"
T = TypeVar("T")

FILES = (
    "reversal", "operators", "symbols", "grids", "words", "digits", "chains", "dialogues", "wordle", "checking",
    "shortcuts",
)  # fmt: skip


def tasks() -> list[Task]:
    """Every task of the package, in the order of the files and of their lines."""
    modules = [importlib.import_module(f"{__name__}.{file}") for file in FILES]
    return [value for module in modules for value in vars(module).values() if isinstance(value, Task)]


def data_lines(name: str) -> list[str]:
    """The lines of a file under ``data/``, without those that are comments."""
    return [line for line in (DATA / name).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


def shuffled(things: Sequence[T], keys: Sequence[float]) -> list[T]:
    """The things in the order of their keys, of which there may be more."""
    return [things[place] for place in sorted(range(len(things)), key=keys.__getitem__)]


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
