"""Which cells a machine asks."""

import math
from collections.abc import Hashable
from typing import Any

import pytest

from pytest_ood.asking.cell import ArmSpec, Cell, Condition, Draws
from pytest_ood.asking.shard import shard_of
from pytest_ood.case import Case
from pytest_ood.evidence.outcomes import ArmName
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.tasks import Task
from pytest_ood.text.frozen import FrozenJson


def spell(rng: Any, length: int) -> Case:
    """A word to be spelt backward."""
    word = "".join(rng.choice(list("abcdefgh"), length))
    return Case(f"Spell {word}.", word[::-1])


SPELL = Task(spell, "toys.spell", "toys", {"length": 3}, 1)


def arm(name: ArmName, length: int) -> ArmSpec:
    """An arm of words of one length."""
    return ArmSpec(SPELL, FrozenJson({"length": length}), name, Condition("model"), Draws(), Sampling())


def cells(*controls: int) -> list[Cell]:
    """Cells whose controls have these lengths."""
    pairs = [(arm("control", length), arm("shift", 100 + i)) for i, length in enumerate(controls)]
    return [Cell(f"cell{i}", "probe", *pair) for i, pair in enumerate(pairs)]


@pytest.mark.parametrize("count", [1, 2, 3, 7, 50])
def test_shards_are_even_and_share_no_arm(count: int) -> None:
    """The same whatever the order; groups that share a control stay whole."""
    all_cells = cells(*range(20), *[99] * 5, *[98] * 3)
    shards = dict(zip([cell.id for cell in all_cells], shard_of(all_cells, count), strict=True))
    turned = all_cells[::-1]
    assert dict(zip([cell.id for cell in turned], shard_of(turned, count), strict=True)) == shards
    of_arm: dict[Hashable, set[int]] = {}
    for cell in all_cells:
        of_arm.setdefault(cell.control.questions_key, set()).add(shards[cell.id])
    assert {len(found) for found in of_arm.values()} == {1}
    sizes = [list(shards.values()).count(which) for which in range(1, count + 1)]
    assert sum(sizes) == len(all_cells)
    assert max(sizes) == max(5, math.ceil(28 / count)), "only a whole group is larger than an even share"


def test_a_cell_of_one_arm_stays_with_its_probe() -> None:
    """The control's own value is a cell that shares its arm with the others."""
    pair = cells(3, 3, 4)
    alone = Cell("alone", "probe", arm("control", 3))
    one, two, _, own = shard_of([*pair, alone], 2)
    assert one == two == own


def test_cells_that_belong_together_are_not_parted() -> None:
    """Whoever says so knows why."""
    apart = cells(*range(8))
    shards = shard_of(apart, 4, [["cell0", "cell7", "cell3"], []])
    assert shards[0] == shards[7] == shards[3]
    assert sorted({shards.count(which) for which in range(1, 5)}) == [1, 2, 3]
