"""Save the answers of a store whose file is damaged, so that SQLite cannot read it any more.

An answer carries a digest of its row: whatever on a page of the file reads as such a row and matches its digest is an
answer as it was written. Traces are not saved: a run that finds its answers makes them again.
"""

import contextlib
import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_ood.asking.parts import parts
from pytest_ood.asking.store.pages import Pages, Value
from pytest_ood.asking.store.rows import COLUMNS, RUN_ID, is_intact
from pytest_ood.asking.store.schema import answer_columns
from pytest_ood.asking.store.store import Store, StoreError

_AT_ONCE = 500
_KEY = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Recovered:
    """How many answers were saved, and how many runs had asked for them."""

    answers: int
    runs: int


def recover(damaged: Path, new: Path) -> Recovered:
    """Copy every answer that can still be read into a new store.

    Where the list of free pages is damaged as well, answers that had been deleted may come back.

    Raises:
        StoreError: there is no such file, or the new store is there already or cannot be written.
    """
    if not damaged.is_file():
        raise StoreError(f"{damaged}: no such store; give the file that --ood-store names")
    if new.exists():
        raise StoreError(f"{new}: there is such a file already; name a new one")
    answers, runs = 0, set[str]()
    with Pages(damaged) as pages, Store(new) as store:
        for batch in parts(_answers(pages, _orders(damaged)), _AT_ONCE):
            store.insert(batch)
            answers += len(batch)
            runs.update(row[RUN_ID] for row in batch)
    return Recovered(answers, len(runs))


def _answers(pages: Pages, orders: Sequence[Sequence[str]]) -> Iterator[list[Any]]:
    """Yield the rows of answers among those of all tables, with their values in the order of `COLUMNS`."""
    for row in pages.rows():
        for order in orders:
            values, digest = _as_answer(row, order)
            if values and is_intact(digest, values):
                yield values
                break


def _as_answer(row: Sequence[Value], order: Sequence[str]) -> tuple[list[Any], str | None]:
    """Return a row as one of answers, if it may be one, and its digest; rows from before a column existed lack it."""
    by_name = dict(zip(order, row, strict=False))
    key, created_at = by_name.get("key"), by_name.get("created_at")
    if len(row) > len(order) or not isinstance(key, str) or not _KEY.fullmatch(key):
        return [], None
    if not isinstance(created_at, int | float) or not isinstance(by_name.get("model"), str):
        return [], None
    digest = by_name.get("digest")
    return [by_name.get(name) for name in COLUMNS], None if digest is None else str(digest)


def _orders(damaged: Path) -> list[tuple[str, ...]]:
    """Return the orders in which the columns of answers may stand: a migrated store has the later ones at the end."""
    # Immutable: not a byte of the file changes, and the log stays where it is.
    address = f"{damaged.absolute().as_uri()}?immutable=1"
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(address, uri=True)) as db:
        if names := tuple(name for _, name, *_ in db.execute("PRAGMA table_info(answers)")):
            return [names]
    return answer_columns()
