"""Which cells a machine asks where several share a run."""

from collections.abc import Sequence

from pytest_ood.asking.engine import identity
from pytest_ood.asking.outcome import Cell
from pytest_ood.text.canonical import digest


def shard_of(cells: Sequence[Cell], count: int) -> list[int]:
    """For each cell its shard, from 1 to `count`; the same whatever the order of the cells.

    Cells that ask the same question of the same model, as those with a common control arm do, stay together: it is
    asked on one machine, so that the shards have no answer twice and no two answers to it. Such groups are dealt out
    largest first, each to the shard that has least.
    """
    groups = _together(cells)
    shards, load = [0] * len(cells), [0] * count
    names = [min(digest(cells[place].id) for place in group) for group in groups]
    for _, _, group in sorted((-len(group), name, group) for name, group in zip(names, groups, strict=True)):
        lightest = load.index(min(load))
        load[lightest] += len(group)
        for place in group:
            shards[place] = lightest + 1
    return shards


def _together(cells: Sequence[Cell]) -> list[list[int]]:
    """The places of the cells, in groups that have no arm in common."""
    leaders: dict[str, str] = {}

    def leader(arm: str) -> str:
        while leaders.setdefault(arm, arm) != arm:
            arm = leaders[arm]
        return arm

    controls = [identity(cell, "control") for cell in cells]
    for cell, control in zip(cells, controls, strict=True):
        leaders[leader(identity(cell, "shift"))] = leader(control)
    groups: dict[str, list[int]] = {}
    for place, control in enumerate(controls):
        groups.setdefault(leader(control), []).append(place)
    return list(groups.values())
