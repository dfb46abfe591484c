"""A store of an earlier version becomes one of this version: at once or not at all, whoever else opens it."""

import contextlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_ood.asking.store import Store, StoreError
from pytest_ood.asking.store.schema import SCHEMA_VERSION
from pytest_ood.models.request import Answer, Request
from tests.asking.first_edition.suite import STORE
from tests.asking.store.test_store import ANSWERS, ENVIRONMENT, ask, run_at_once


def copy(folder: Path) -> Path:
    """A copy of the store of the first edition."""
    return Path(shutil.copyfile(STORE, folder / "store.db"))


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """What a query finds in a file, without the help of `Store`."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        return db.execute(sql).fetchall()


def tables(path: Path) -> dict[str, set[tuple[Any, ...]]]:
    """The columns of each table: their names, types and parts in the primary key."""
    names = [name for (name,) in rows(path, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: {(row[1], row[2], row[5]) for row in rows(path, f"PRAGMA table_info({name})")} for name in names}


def test_a_migrated_store_has_the_tables_of_a_new_one(tmp_path: Path) -> None:
    """Only the order of the columns may differ."""
    old = copy(tmp_path)
    for path in (old, tmp_path / "new.db"):
        Store(path).close()
    assert tables(old) == tables(tmp_path / "new.db")
    assert rows(old, "PRAGMA user_version") == [(SCHEMA_VERSION,)]


@settings(max_examples=15, deadline=None)
@given(answers=st.lists(ANSWERS, min_size=1, max_size=4))
def test_answers_of_the_first_version_read_back_equal(answers: list[Answer]) -> None:
    """Every field that there was, whatever is in it; what there was not is None."""
    with tempfile.TemporaryDirectory() as folder:
        path = copy(Path(folder))
        names = list(Answer.__dataclass_fields__)
        columns, later = names[: names.index("served_model")], names[names.index("served_model") :]
        with contextlib.closing(sqlite3.connect(path)) as db, db:
            for number, answer in enumerate(answers):
                values = [ask(number).key, *(getattr(answer, name) for name in columns)]
                marks = ", ".join("?" * len(values))
                db.execute(f"INSERT INTO answers (key, {', '.join(columns)}) VALUES ({marks})", values)
        with Store(path) as store:
            for number, answer in enumerate(answers):
                (found,) = store.answers([ask(number).key], answer.run_id).values()
                assert [getattr(found, name) for name in columns] == [getattr(answer, name) for name in columns]
                assert [getattr(found, name) for name in later] == [getattr(Answer(), name) for name in later]
            call = {"id": "1", "type": "function", "function": {"name": "solve", "arguments": "{}"}}
            told = {"served_model": "some-model-2026", "system_fingerprint": "fp_1"}
            counted = {"reasoning_tokens": 5, "cached_tokens": 0}
            served = Answer("new", run_id="run", tool_calls=(call,), dropped=("seed",), **told, **counted)
            store.save([(Request("m", []), served, 0.0)])
            assert list(store.answers([Request("m", []).key], "run").values()) == [served]


def test_what_runs_have_spent_is_migrated(tmp_path: Path) -> None:
    """A run that goes on after the migration keeps to its budget."""
    path = copy(tmp_path)
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE answers SET charged = 0.25")
    (before,) = rows(path, "SELECT run_id, total(charged) FROM answers GROUP BY run_id")
    with Store(path) as store:
        assert store.claim("a key", before[0], reserve=0.5, budget=before[1] + 0.25) == "over budget"
        assert store.claim("a key", before[0], reserve=0.25, budget=before[1] + 0.25) == "mine"


MIGRATES = """
import sqlite3, sys
from pytest_ood.asking.store import schema
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA journal_mode = WAL")
db.execute("BEGIN IMMEDIATE")
schema.migrate(db)
print(schema.version(db), flush=True)
sys.stdin.read()
"""


def test_killed_in_the_middle_of_a_migration(tmp_path: Path) -> None:
    """kill -9 before the commit: the file is what it was, and the next one migrates it."""
    path = copy(tmp_path)
    before = rows(path, "SELECT * FROM answers ORDER BY key")
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "env": ENVIRONMENT}
    with subprocess.Popen([sys.executable, "-c", MIGRATES, str(path)], **pipes) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"%d\n" % SCHEMA_VERSION
        process.kill()
    assert rows(path, "PRAGMA user_version") == [(1,)]
    assert rows(path, "SELECT * FROM answers ORDER BY key") == before
    Store(path).close()
    assert rows(path, "PRAGMA user_version") == [(SCHEMA_VERSION,)]
    assert [row[: len(before[0])] for row in rows(path, "SELECT * FROM answers ORDER BY key")] == before


def test_many_processes_open_an_old_store_at_once(tmp_path: Path) -> None:
    """The first migrates it, the others find it migrated; none fails."""
    code = "with Store(pathlib.Path(sys.argv[1])) as store:\n    assert len(list(store.traces(sys.argv[2]))) == 54"
    ((run_id,),) = rows(STORE, "SELECT DISTINCT run_id FROM answers")
    for number in range(2):
        (tmp_path / str(number)).mkdir()
        assert run_at_once(code, copy(tmp_path / str(number)), run_id) == [0] * 4


@pytest.mark.parametrize("version", [0, -1, SCHEMA_VERSION + 1, 1000])
def test_a_version_that_is_not_known_is_refused(tmp_path: Path, version: int) -> None:
    """The message has both versions; the file stays as it is."""
    path = copy(tmp_path)
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {version}")
    before = path.read_bytes()
    with pytest.raises(StoreError, match=rf"store version {version}\b.*up to {SCHEMA_VERSION}\b"):
        Store(path)
    assert path.read_bytes() == before
