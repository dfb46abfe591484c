"""Divide the cells of a run between several machines."""

from collections.abc import Collection, Hashable, Sequence

from pytest_ood.asking.cell import Cell
from pytest_ood.text.canonical import digest


def shard_of(cells: Sequence[Cell], count: int, together: Sequence[Collection[str]] = ()) -> list[int]:
    """Return the shard of each cell, from 1 to `count`, regardless of the order of the cells.

    Cells that ask the same question of the same model, such as those with a common control arm, stay together, so that
    no two shards have an answer to it. Groups of cells are dealt out largest first, each to the shard that has least.

    Args:
        cells: all cells of the run.
        count: the number of shards.
        together: groups of ids of further cells that must stay together.
    """
    groups = _groups(cells, together)
    shards, load = [0] * len(cells), [0] * count
    names = [min(digest(cells[place].id) for place in group) for group in groups]
    for _, _, group in sorted((-len(group), name, group) for name, group in zip(names, groups, strict=True)):
        lightest = load.index(min(load))
        load[lightest] += len(group)
        for place in group:
            shards[place] = lightest + 1
    return shards


def _groups(cells: Sequence[Cell], together: Sequence[Collection[str]]) -> list[list[int]]:
    """The indices of the cells, in groups that have no arm in common."""
    leaders: dict[Hashable, Hashable] = {}

    def leader(one: Hashable) -> Hashable:
        while leaders.setdefault(one, one) != one:
            one = leaders[one]
        return one

    for cell in cells:
        for arm in cell.arms:
            leaders[leader(arm.questions_key)] = leader(cell.id)
    for first, *others in map(sorted, filter(None, together)):
        for other in others:
            leaders[leader(other)] = leader(first)
    groups: dict[Hashable, list[int]] = {}
    for place, cell in enumerate(cells):
        groups.setdefault(leader(cell.id), []).append(place)
    return list(groups.values())
