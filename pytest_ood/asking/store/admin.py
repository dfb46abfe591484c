"""Manage a store outside a run: inspect it, check it, delete from it, shrink it."""

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pytest_ood.asking.store.rescue import RECOVER
from pytest_ood.asking.store.rows import COLUMNS, RUN_ID, is_intact, readable
from pytest_ood.asking.store.schema import SCHEMA_VERSION
from pytest_ood.asking.store.store import Store, StoreError
from pytest_ood.text.printable import printable
from pytest_ood.text.suggestions import did_you_mean

# Holds for a trace whose answer comes from this model.
_CARRIED = "EXISTS (SELECT * FROM answers a WHERE a.key = traces.key AND a.run_id = traces.answered_by AND a.model = ?)"


@dataclass(frozen=True, slots=True)
class ModelStats:
    """What a store holds of one model.

    Attributes:
        model: its name as the user gave it.
        answers: answers without errors.
        errors: calls that returned an error instead of an answer.
        input_tokens: tokens of all prompts, as far as they are known.
        output_tokens: tokens of all answers, as far as they are known.
        cost_usd: US dollars; None if the price of any answer is unknown.
    """

    model: str
    answers: int
    errors: int
    input_tokens: int
    output_tokens: int
    cost_usd: float | None


@dataclass(frozen=True, slots=True)
class Stats:
    """What a store holds: counts over all models, its size on the disk, and each model by name."""

    version: int
    size_bytes: int
    runs: int
    answers: int
    errors: int
    traces: int
    models: tuple[ModelStats, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """How many rows of a store belong to a model: all its answers, errors included, and the traces that they carry."""

    answers: int
    traces: int


def open_existing(path: Path) -> Store:
    """Open an existing store; one of an earlier version is migrated.

    Raises:
        StoreError: there is no such file, or it is not a store.
    """
    if not path.is_file():
        raise StoreError(f"{path}: no such store; give the file that --ood-store names")
    return Store(path)


def stats(store: Store) -> Stats:
    """Count what a store holds.

    Raises:
        StoreError: the file is damaged.
    """
    with _readable(store):
        rows = store.connection.execute(
            "SELECT model, count(*) - count(error), count(error), count(cost_usd) + count(error),"
            " total(input_tokens), total(output_tokens), total(cost_usd) FROM answers GROUP BY model ORDER BY model"
        ).fetchall()
        (runs,) = store.connection.execute("SELECT count(DISTINCT run_id) FROM answers").fetchone()
        (traces,) = store.connection.execute("SELECT count(*) FROM traces").fetchone()
    models = tuple(
        ModelStats(model, answers, errors, int(incoming), int(outgoing), cost if priced == answers + errors else None)
        for model, answers, errors, priced, incoming, outgoing, cost in rows
    )
    return Stats(
        SCHEMA_VERSION,
        _size(store.path),
        runs,
        sum(one.answers for one in models),
        sum(one.errors for one in models),
        traces,
        models,
    )


def stats_table(path: Path, held: Stats) -> list[str]:
    """Return the lines of a table with a row per model, and a line of totals."""
    rows = [["model", "answers", "errors", "tokens in", "tokens out", "cost"]]
    for one in held.models:
        counts = (one.answers, one.errors, one.input_tokens, one.output_tokens)
        cost = "unknown" if one.cost_usd is None else f"${one.cost_usd:,.2f}"
        rows.append([printable(one.model), *(f"{count:,}" for count in counts), cost])
    name_width, *widths = (max(map(len, column)) for column in zip(*rows, strict=True))
    lines = [
        "  ".join([name.ljust(name_width), *(cell.rjust(width) for cell, width in zip(cells, widths, strict=True))])
        for name, *cells in rows
    ]
    counts_text = f"{held.answers:,} answers and {held.errors:,} errors of {held.runs:,} run{'s' * (held.runs != 1)}"
    total = f"{path}: {counts_text}, {held.traces:,} traces, {held.size_bytes / 1e6:,.1f} MB, version {held.version}"
    return [*(lines if held.models else []), total]


def check(store: Store) -> list[str]:
    """Return what is wrong with a store, one line each.

    That is damage to the file, answers that do not match their digest, and traces whose answer is missing.
    """
    columns = ", ".join(COLUMNS)
    try:
        results = store.connection.execute("PRAGMA integrity_check").fetchall()
        damage = [line for (line,) in results if line != "ok"]
        changed = [
            f"answer {readable(values[0])[:12]} of run {readable(values[RUN_ID])} to {readable(values[1])}"
            for digest, *values in store.connection.execute(f"SELECT digest, {columns} FROM answers ORDER BY rowid")
            if not is_intact(digest, values)
        ]
        dangling = store.connection.execute(
            "SELECT t.run_id, count(*) FROM traces t LEFT JOIN answers a ON a.key = t.key AND a.run_id = t.answered_by"
            " WHERE a.key IS NULL GROUP BY t.run_id ORDER BY t.run_id"
        ).fetchall()
    except sqlite3.Error as error:
        return [f"damaged: {error}; {RECOVER}"]
    return [
        *(f"damaged: {line}" for line in damage),
        *(f"damaged: {printable(line)}; the next run that needs it asks again" for line in changed),
        *(f"run {run_id}: {count} trace{'s' * (count != 1)} whose answer is missing" for run_id, count in dangling),
    ]


def count_of(store: Store, model: str) -> Rows:
    """Count what `forget` would delete.

    Raises:
        StoreError: the store has no answers of this model, or it is damaged.
    """
    with _readable(store):
        (answers,) = store.connection.execute("SELECT count(*) FROM answers WHERE model = ?", (model,)).fetchone()
        if not answers:
            names = store.connection.execute("SELECT DISTINCT model FROM answers ORDER BY model").fetchall()
            models = [name for (name,) in names]
            choose = f"choose from {', '.join(models)}" if models else "it holds no answers"
            near = did_you_mean(model, models, 0.5) or f"; {choose}"
            raise StoreError(f"{store.path}: no answers of the model {model}{near}")
        (traces,) = store.connection.execute(f"SELECT count(*) FROM traces WHERE {_CARRIED}", (model,)).fetchone()
    return Rows(answers, traces)


def forget(store: Store, model: str) -> Rows:
    """Delete every answer of a model and the traces that depend on them; the file keeps its size until `vacuum`.

    Raises:
        StoreError: as `count_of`; also if a run is using the store.
    """
    _check_unused(store)
    count_of(store, model)
    with _readable(store), store.transaction() as db:
        traces = db.execute(f"DELETE FROM traces WHERE {_CARRIED}", (model,)).rowcount
        answers = db.execute("DELETE FROM answers WHERE model = ?", (model,)).rowcount
    return Rows(answers, traces)


def vacuum(store: Store) -> int:
    """Return the space of deleted rows to the file system.

    Returns:
        The bytes by which the file has shrunk.

    Raises:
        StoreError: a run is using the store, or it is damaged.
    """
    _check_unused(store)
    with _readable(store):
        _checkpoint(store)
        before = _size(store.path)
        store.connection.execute("VACUUM")
        _checkpoint(store)
    return before - _size(store.path)


def _checkpoint(store: Store) -> None:
    """Move everything from the write-ahead log into the file."""
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _check_unused(store: Store) -> None:
    if store.in_use():
        raise StoreError(f"{store.path}: a run is using this store; wait until it has ended")


@contextlib.contextmanager
def _readable(store: Store) -> Iterator[None]:
    """Report an error of SQLite as damage to the file."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"{store.path}: {error}; run `pytest-ood store check` for details") from error


def _size(path: Path) -> int:
    """The bytes on the disk, including the write-ahead log."""
    files = [path, path.with_name(path.name + "-wal")]
    return sum(file.stat().st_size for file in files if file.exists())
