"""--ood-shard: this machine's part of the cells."""

from typing import TYPE_CHECKING

import pytest

from pytest_ood.asking.same_questions import same_questions
from pytest_ood.asking.shard import shard_of
from pytest_ood.plugin.selecting import deselect
from pytest_ood.plugin.stash import CELL

if TYPE_CHECKING:
    from pytest_ood.plugin.replaying import Replaying


class Sharding:
    """Deselects the items of the other shards."""

    def __init__(self, which: int, count: int, replaying: "Replaying | None", compare: bool) -> None:
        """Keep the `which`-th of `count` parts; with `compare`, cells that are asked on together stay together."""
        self._which, self._count, self._replaying, self._compare = which, count, replaying, compare

    # Before -k, -m and --lf, so that these move no cell to another shard.
    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Deselect what other machines ask."""
        cells = list({item.stash[CELL].id: item.stash[CELL] for item in items if CELL in item.stash}.values())
        together = self._replaying.reading_groups() if self._replaying is not None else []
        if self._compare:
            together = [*together, *([cell.id for cell in group] for group in same_questions(cells))]
        shards = dict(zip((cell.id for cell in cells), shard_of(cells, self._count, together), strict=True))
        # Other tests run in every shard. Replay items that cannot be asked are reported by shard 1 only.
        default = self._which if self._replaying is None else 1
        placed = [shards[item.stash[CELL].id] if CELL in item.stash else default for item in items]
        deselect(items, [item for item, shard in zip(items, placed, strict=True) if shard != self._which])

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Accept an empty shard: there may be fewer cells than machines."""
        if session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
            session.exitstatus = pytest.ExitCode.OK
