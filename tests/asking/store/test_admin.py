"""What a person does with a store: its numbers are right, damage is found, and only what was named is deleted."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_ood.asking.store import Store, StoreError
from pytest_ood.asking.store.admin import (
    ModelStats,
    Rows,
    Stats,
    check,
    count_of,
    forget,
    open_existing,
    stats,
    stats_table,
    vacuum,
)
from pytest_ood.asking.store.schema import SCHEMA_VERSION
from pytest_ood.models.request import Answer, Request
from tests.asking.first_edition.suite import STORE
from tests.asking.store.test_store import trace

PAID = Answer("x", run_id="run", input_tokens=10, output_tokens=2, cost_usd=0.25)


def ask(model: str, number: int) -> Request:
    """A question to a model."""
    return Request(model, [{"role": "user", "content": f"{number}"}])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Two models: one whose prices are known, asked in two runs and once in vain; one whose price is not known."""
    with Store(tmp_path / "store.db") as made:
        made.save([(ask("paid", n), PAID, 0.25) for n in range(3)])
        made.save([(ask("paid", 3), Answer(error="down", run_id="run"), 0.0)])
        made.save([(ask("paid", 0), replace(PAID, run_id="later"), 0.25)])
        made.save([(ask("free", n), Answer("y", run_id="run", input_tokens=1), 0.0) for n in range(2)])
        made.record(0, [(trace(n), ask("paid", n).key, "run") for n in range(3)])
        # A later run's trace of an answer that the first run paid for.
        made.record(0, [(trace(1, "later"), ask("paid", 1).key, "run")])
        made.record(1, [(trace(10 + n), ask("free", n).key, "run") for n in range(2)])
        yield made


def test_stats_count_what_is_there(store: Store) -> None:
    """Errors apart from answers; a cost is known only where every price is."""
    held = stats(store)
    assert (held.version, held.runs, held.answers, held.errors, held.traces) == (SCHEMA_VERSION, 2, 6, 1, 6)
    assert held.models == (ModelStats("free", 2, 0, 2, 0, None), ModelStats("paid", 4, 1, 40, 8, 1.0))
    assert held.size_bytes >= store.path.stat().st_size > 0


def test_stats_of_an_empty_store(tmp_path: Path) -> None:
    """Nothing is counted, and there is no table."""
    with Store(tmp_path / "store.db") as empty:
        held = stats(empty)
        assert (held.runs, held.answers, held.errors, held.traces, held.models) == (0, 0, 0, 0, ())
        assert len(stats_table(empty.path, held)) == 1
        assert check(empty) == []


def test_the_table_has_a_row_for_each_model(store: Store) -> None:
    """The columns are aligned, and a model's name cannot move the cursor."""
    store.save([(ask("\x1b[2J", 0), PAID, 0.25)])
    lines = stats_table(store.path, stats(store))
    assert [line.split() for line in lines[:4]] == [
        ["model", "answers", "errors", "tokens", "in", "tokens", "out", "cost"],
        ["\\x1b[2J", "1", "0", "10", "2", "$0.25"],
        ["free", "2", "0", "2", "0", "unknown"],
        ["paid", "4", "1", "40", "8", "$1.00"],
    ]
    assert len({len(line) for line in lines[:4]}) == 1
    # Names on the left, numbers on the right.
    assert lines[2].startswith("free ")
    assert lines[2].index("2") == lines[0].index("answers") + len("answers") - 1


def test_the_last_line_of_the_table_has_the_totals(tmp_path: Path) -> None:
    """Answers, errors, runs, traces, megabytes and version, in this order."""
    (line,) = stats_table(tmp_path, Stats(2, 3_400_000, 1, 5_000, 6, 7_000, ()))
    assert line.startswith(f"{tmp_path}: 5,000 answers and 6 errors of 1 run, 7,000 traces, 3.4 MB, version 2")
    (line,) = stats_table(tmp_path, Stats(2, 3_400_000, 2, 5_000, 6, 7_000, ()))
    assert " 2 runs, " in line


def test_the_size_includes_what_is_only_in_the_log(store: Store) -> None:
    """SQLite keeps the latest answers in a file of their own."""
    log = store.path.with_name("store.db-wal")
    assert log.stat().st_size > 0
    assert stats(store).size_bytes == store.path.stat().st_size + log.stat().st_size


def test_forget_deletes_a_model_and_nothing_else(store: Store) -> None:
    """Its answers of all runs, its errors and each trace that shows one of them are counted and deleted."""
    assert count_of(store, "paid") == Rows(5, 4)
    assert forget(store, "paid") == Rows(5, 4)
    held = stats(store)
    assert (held.models, held.traces) == ((ModelStats("free", 2, 0, 2, 0, None),), 2)
    assert [found.draw for found in store.traces("run")] == [10, 11]
    assert store.answers([ask("paid", 0).key], "run") == {}
    assert check(store) == []


@pytest.mark.parametrize(
    ("typed", "message"),
    [("piad", r"no answers of the model piad; did you mean paid\?$"), ("gpt-4o", "choose from free, paid$")],
)
def test_forget_knows_which_models_there_are(store: Store, typed: str, message: str) -> None:
    """An unknown name deletes nothing; the message suggests the nearest one, or lists all."""
    with pytest.raises(StoreError, match=message):
        forget(store, typed)
    assert stats(store).answers == 6


def test_forget_and_vacuum_refuse_a_store_in_use(store: Store) -> None:
    """A run that is still asking would record traces of answers that are gone, and would block."""
    with Store(store.path) as running:
        assert running.claim("a key", "now") == "mine"
        for work in (lambda: forget(store, "paid"), lambda: vacuum(store)):
            with pytest.raises(StoreError, match="a run is using this store"):
                work()
    assert forget(store, "paid") == Rows(5, 4)


def test_vacuum_gives_the_space_back(store: Store) -> None:
    """The file is as small as before something large was written to it and deleted."""
    store.save([(ask("large", n), Answer("x" * 100_000, run_id="run"), 0.0) for n in range(20)])
    forget(store, "large")
    assert 1_900_000 < vacuum(store) < 2_200_000
    assert stats(store).size_bytes == store.path.stat().st_size < 100_000
    assert stats(store).answers == 6
    assert vacuum(store) == 0


def test_check_finds_traces_without_their_answers(store: Store) -> None:
    """Counted by run."""
    assert check(store) == []
    store.connection.execute("DELETE FROM answers WHERE key = ?", (ask("paid", 1).key,))
    assert check(store) == ["run later: 1 trace whose answer is missing", "run run: 1 trace whose answer is missing"]
    store.connection.execute("DELETE FROM answers WHERE key = ?", (ask("paid", 2).key,))
    assert "run run: 2 traces whose answer is missing" in check(store)


def test_check_finds_damage(tmp_path: Path) -> None:
    """Pages in the middle of the file were overwritten."""
    path = Path(shutil.copyfile(STORE, tmp_path / "store.db"))
    with closing(sqlite3.connect(path)) as db:
        (size,) = db.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek(20 * size)
        file.write(b"\xff" * 3 * size)
    with Store(path) as store:
        assert any(fault.startswith("damaged: ") for fault in check(store))
        with pytest.raises(StoreError, match="pytest-ood store check"):
            vacuum(store)


def test_what_fails_in_the_file_names_the_file(store: Store) -> None:
    """Whatever is done with it, and whichever statement fails; nothing is deleted by half."""
    refuse = "BEFORE DELETE ON answers BEGIN SELECT RAISE(ABORT, 'no'); END"
    store.connection.execute(f"CREATE TRIGGER refuse {refuse}")
    with pytest.raises(StoreError, match=store.path.name):
        forget(store, "paid")
    assert count_of(store, "paid") == Rows(5, 4)
    store.connection.execute("DROP TABLE traces")
    for work in (stats, lambda damaged: count_of(damaged, "paid")):
        with pytest.raises(StoreError, match=store.path.name):
            work(store)


def test_a_store_that_is_there_is_opened(store: Store) -> None:
    """With everything in it."""
    with open_existing(store.path) as again:
        assert again.path == store.path
        assert stats(again).answers == 6


def test_a_store_is_not_made_by_looking(tmp_path: Path) -> None:
    """A mistyped name creates no file."""
    with pytest.raises(StoreError, match="no such store"):
        open_existing(tmp_path / "sotre.db")
    assert list(tmp_path.iterdir()) == []
