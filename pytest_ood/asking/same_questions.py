"""Cells that ask the same questions under several conditions."""

import itertools
from collections.abc import Hashable, Iterable, Sequence

from pytest_ood.asking.cell import ArmSpec, Cell
from pytest_ood.evidence.comparing import differ_in_one_thing
from pytest_ood.text.frozen import FrozenJson


def same_questions(cells: Iterable[Cell]) -> list[list[Cell]]:
    """Return the groups of at least two cells of one probe that differ in their condition alone, in order."""
    groups: dict[Hashable, list[Cell]] = {}
    for cell in cells:
        arms = tuple((arm.task.name, arm.task.version, _case(arm), arm.name, arm.draws) for arm in cell.arms)
        groups.setdefault((cell.probe, arms), []).append(cell)
    return [group for group in groups.values() if len(group) > 1]


def _case(arm: ArmSpec) -> FrozenJson:
    """Return the parameters that decide what is asked, without those that decide in which words."""
    return FrozenJson({name: value for name, value in arm.params.items() if name not in arm.condition.reserved})


def compared_pairs(cells: Sequence[Cell]) -> list[tuple[int, int]]:
    """Return which cells of a group are compared with each other, by their places."""
    axes = [cell.condition.axes() for cell in cells]
    places = range(len(cells))
    return [pair for pair in itertools.combinations(places, 2) if differ_in_one_thing(*(axes[one] for one in pair))]
