"""The tables of a store, and the migrations from earlier versions."""

import contextlib
import itertools
import re
import sqlite3
import time

APPLICATION_ID = 0x6F6F6431
#: SQLite allows this many parameters in a statement everywhere.
MOST_KEYS = 900
SCHEMA_VERSION = 6

# Running totals of what is charged to the budgets of runs.
_SPENT = "CREATE TABLE spent (run_id TEXT PRIMARY KEY, charged REAL)"
_DAMAGED = """
    CREATE TABLE damaged (
        key TEXT, answered_by TEXT,  -- of an answer that does not match its digest
        found_by TEXT,  -- the run that asked it again
        PRIMARY KEY (key, answered_by, found_by)
    )
    """
# Files of questions that are answered elsewhere, and the questions that wait for that.
_BATCHES = """
    CREATE TABLE batches (
        run_id TEXT, file TEXT,
        folder TEXT,  -- the name of their folder
        model TEXT, wave INTEGER, questions INTEGER,
        state TEXT,  -- draft, written, sent or over
        input_file TEXT, handle TEXT,  -- the provider's names for the file and the batch
        PRIMARY KEY (run_id, file)
    )
    """
_WAITING = """
    CREATE TABLE waiting (
        run_id TEXT, key TEXT,
        file TEXT,  -- NULL if the question has to be written once more
        model TEXT, args TEXT, messages TEXT, dropped TEXT, tools INTEGER,
        reserved REAL,  -- the most that the answer can cost, in US dollars; NULL if that is unknown
        attempts INTEGER,
        PRIMARY KEY (run_id, key)
    )
    """
_TABLES = (
    """
    CREATE TABLE answers (
        key TEXT, run_id TEXT, model TEXT, args TEXT, messages TEXT,
        text TEXT, reasoning TEXT, finish_reason TEXT, input_tokens INTEGER, output_tokens INTEGER,
        cost_usd REAL, latency_s REAL, created_at REAL, error TEXT,
        charged REAL,  -- US dollars that count against the budget: the cost, or if that is unknown the most it can be
        served_model TEXT,
        tool_calls TEXT,  -- as JSON; NULL without any
        system_fingerprint TEXT, reasoning_tokens INTEGER, cached_tokens INTEGER,
        dropped TEXT,  -- as JSON; NULL without any
        digest TEXT,  -- of the other columns; NULL in rows from before there were digests
        PRIMARY KEY (key, run_id)
    )
    """,
    "CREATE INDEX answers_of_run ON answers (run_id, charged)",
    """
    CREATE TABLE traces (
        run_id TEXT, id TEXT, key TEXT, answered_by TEXT,
        place INTEGER,  -- of the arm in the run, for a stable order
        draw INTEGER, outcome TEXT, row TEXT,
        PRIMARY KEY (run_id, id)
    )
    """,
    "CREATE INDEX traces_in_order ON traces (run_id, place, draw)",
    "CREATE TABLE claims (key TEXT PRIMARY KEY, worker TEXT, run_id TEXT, reserved REAL)",
    _SPENT,
    _DAMAGED,
    _BATCHES,
    _WAITING,
)
_SPENT_BEFORE = "INSERT INTO spent SELECT run_id, total(charged) FROM answers GROUP BY run_id"
# By the version that they migrate from.
_MIGRATIONS = {
    1: ("ALTER TABLE answers ADD COLUMN served_model TEXT",),
    2: ("ALTER TABLE answers ADD COLUMN tool_calls TEXT",),
    3: (
        "ALTER TABLE answers ADD COLUMN system_fingerprint TEXT",
        "ALTER TABLE answers ADD COLUMN reasoning_tokens INTEGER",
        "ALTER TABLE answers ADD COLUMN cached_tokens INTEGER",
        "ALTER TABLE answers ADD COLUMN dropped TEXT",
        _SPENT,
        _SPENT_BEFORE,
    ),
    4: ("ALTER TABLE answers ADD COLUMN digest TEXT", _DAMAGED),
    5: (_BATCHES, _WAITING),
}


def version(db: sqlite3.Connection) -> int:
    """Return the version of a store; 0 for an empty database.

    Raises:
        sqlite3.DatabaseError: the database belongs to another program or to a newer version.
    """
    # The tables first: another process may be creating them, together with the ids below.
    (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    (application,) = db.execute("PRAGMA application_id").fetchone()
    (stored,) = db.execute("PRAGMA user_version").fetchone()
    if not tables:
        return 0
    if application != APPLICATION_ID:
        raise sqlite3.DatabaseError("the database belongs to another program")
    if not 1 <= stored <= SCHEMA_VERSION:
        raise sqlite3.DatabaseError(
            f"it has store version {stored}; this pytest-ood reads versions up to {SCHEMA_VERSION}"
        )
    return int(stored)


def migrate(db: sqlite3.Connection) -> None:
    """Create the tables of an empty database, or bring those of an earlier version up to date.

    Call it in a transaction that was begun with ``BEGIN IMMEDIATE``: a second process then finds the work done.

    Raises:
        sqlite3.DatabaseError: as `version`.
    """
    current = version(db)
    if current == SCHEMA_VERSION:
        return
    steps = [_TABLES] if current == 0 else [_MIGRATIONS[start] for start in range(current, SCHEMA_VERSION)]
    for statement in itertools.chain.from_iterable(steps):
        db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def answer_columns() -> list[tuple[str, ...]]:
    """Return the columns of the table of answers in the orders that they have: in a new store, and in migrated ones."""
    with contextlib.closing(sqlite3.connect(":memory:")) as db:
        db.execute(_TABLES[0])
        names = tuple(name for _, name, *_ in db.execute("PRAGMA table_info(answers)"))
    orders = {names: None}
    for first in _MIGRATIONS:
        added = _added_since(first)
        orders[(*(name for name in names if name not in added), *added)] = None
    return list(orders)


def _added_since(first: int) -> list[str]:
    statements = itertools.chain.from_iterable(_MIGRATIONS[start] for start in range(first, SCHEMA_VERSION))
    added = (re.match(r"ALTER TABLE answers ADD COLUMN (\w+)", statement) for statement in statements)
    return [match[1] for match in added if match]


def write_ahead(db: sqlite3.Connection, patience_s: float) -> None:
    """Switch to WAL. SQLite does not wait for others that open a new file at the same time, so wait here."""
    until = time.monotonic() + patience_s
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)
