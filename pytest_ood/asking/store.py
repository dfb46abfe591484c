"""Every answer ever paid for and every trace, in one SQLite file that many processes may use at once.

Three tables: `answers` by the key of their request and the run that asked, `traces` by run, and `claims`: who is asking
what right now. An answer is on the disk before anything looks at it; what can be worked out again from the answers (the
traces) is committed without waiting for the disk.
"""

import contextlib
import json
import sqlite3
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pytest_ood.errors import OodError
from pytest_ood.evidence.trace import FIELDS, Trace
from pytest_ood.models.request import Answer, Request

APPLICATION_ID = 0x6F6F6431
SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE answers (
    key TEXT, run_id TEXT, model TEXT, args TEXT, messages TEXT,
    text TEXT, reasoning TEXT, finish_reason TEXT, input_tokens INTEGER, output_tokens INTEGER,
    cost_usd REAL, latency_s REAL, created_at REAL, error TEXT,
    charged REAL,  -- US dollars that count against the budget: the cost, or where that is unknown the most it can be
    PRIMARY KEY (key, run_id)
);
CREATE INDEX answers_of_run ON answers (run_id, charged);
CREATE TABLE traces (
    run_id TEXT, id TEXT, key TEXT, answered_by TEXT,
    place INTEGER,  -- of the arm in the run, for a stable order
    draw INTEGER, outcome TEXT, row TEXT,
    PRIMARY KEY (run_id, id)
);
CREATE INDEX traces_in_order ON traces (run_id, place, draw);
CREATE TABLE claims (key TEXT PRIMARY KEY, worker TEXT, run_id TEXT, reserved REAL);
"""
# What a trace takes from its answer; the rest of its row is stored with the trace.
_FROM_ANSWER = {
    "messages": "messages",
    "response": "text",
    "reasoning": "reasoning",
    "finish_reason": "finish_reason",
    "input_tokens": "input_tokens",
    "output_tokens": "output_tokens",
    "cost_usd": "cost_usd",
    "latency_s": "latency_s",
    "created_at": "created_at",
}
# Of a dialogue the answer is the last one, and these are the sums over all of them.
_SUMS = ("input_tokens", "output_tokens", "cost_usd", "latency_s")
_OF_TRACE = tuple(name for name in FIELDS if name not in _FROM_ANSWER or name in _SUMS)
_ANSWER = (
    "text",
    "reasoning",
    "finish_reason",
    "input_tokens",
    "output_tokens",
    "cost_usd",
    "latency_s",
    "created_at",
    "error",
    "run_id",
)
# SQLite allows this many parameters in a statement everywhere.
_MOST_KEYS = 900
_BUSY_S = 60.0

Claim = Literal["mine", "theirs", "answered", "over budget"]


class StoreError(OodError):
    """The file can't be used as a store; the message names it and the fix."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What a run has asked: calls made, draws answered from the store, tokens and US dollars of the calls made.

    cost_usd is None when the price of any call is unknown.
    """

    calls: int
    from_store: int
    input_tokens: int
    output_tokens: int
    cost_usd: float | None


class Store:
    """An open store. Threads may share it: each has a connection of its own."""

    def __init__(self, path: Path) -> None:
        """Open the store at `path`, made if there is none.

        Raises:
            StoreError: the path can't be written, or holds something else.
        """
        self.path = path
        self.worker = uuid.uuid4().hex
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._lock: Any = None
        self._locking = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            raise StoreError(
                f"{path} can't be used as a store ({error}): name another file, or move this one away"
            ) from error

    def _prepare(self) -> None:
        # Before anything is set: the database of another program is left as it is.
        with contextlib.closing(sqlite3.connect(self.path, timeout=_BUSY_S)) as db:
            self._is_empty(db)
        with self._transaction() as db:
            if self._is_empty(db):
                for statement in _SCHEMA.split(";\n"):
                    db.execute(statement)
                db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    @staticmethod
    def _is_empty(db: sqlite3.Connection) -> bool:
        """Whether the database is new; raises if it is neither that nor a store."""
        # The tables first: another process may be making them, and makes them together with what follows.
        (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        (application,) = db.execute("PRAGMA application_id").fetchone()
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if tables and application != APPLICATION_ID:
            raise sqlite3.DatabaseError("a database of another program")
        if tables and version != SCHEMA_VERSION:
            raise sqlite3.DatabaseError(f"store version {version}; this pytest-ood reads version {SCHEMA_VERSION}")
        return not tables

    @property
    def _db(self) -> sqlite3.Connection:
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            # check_same_thread is off only so that close() can close the connections of threads that have ended.
            db = sqlite3.connect(self.path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
            self._connections.append(db)
            _write_ahead(db)
            db.execute("PRAGMA synchronous = NORMAL")
            self._local.db = db
        return db

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        db = self._db
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")

    def answers(self, keys: Sequence[str], run_id: str, refresh: bool = False) -> dict[str, Answer]:
        """The stored answers among `keys`: the latest of each, or with `refresh` only those of this run.

        An error counts only in the run that met it: the next one asks again.
        """
        found: dict[str, Answer] = {}
        for start in range(0, len(keys), _MOST_KEYS):
            some = keys[start : start + _MOST_KEYS]
            marks = ",".join("?" * len(some))
            mine = "run_id = ?" if refresh else "(error IS NULL OR run_id = ?)"
            rows = self._db.execute(
                f"SELECT key, {', '.join(_ANSWER)} FROM answers WHERE key IN ({marks}) AND {mine} ORDER BY created_at",
                (*some, run_id),
            )
            found.update((key, Answer(*values)) for key, *values in rows)
        return found

    def claim(
        self, key: str, run_id: str, *, refresh: bool = False, reserve: float = 0.0, budget: float | None = None
    ) -> Claim:
        """Take it on to ask the question `key`, reserving what it may cost at the most.

        Returns "mine" if it is now this process's to ask, "theirs" if another living process is asking it, "answered"
        if `answers` has come to know it, and "over budget" if what the run has been charged, what is reserved and
        `reserve` together exceed `budget` (US dollars).
        """
        self._live()
        with self._transaction() as db:
            # Looked up again inside the transaction: another process may have answered since the caller looked.
            if self.answers([key], run_id, refresh):
                return "answered"
            holder = db.execute("SELECT worker FROM claims WHERE key = ?", (key,)).fetchone()
            if holder is not None and holder[0] != self.worker and self._alive(holder[0]):
                return "theirs"
            # A claim on this very question, our own or a dead process's, is replaced and not counted beside itself.
            db.execute("DELETE FROM claims WHERE key = ?", (key,))
            if budget is not None and sum(self._committed(db, run_id)) + reserve > budget:
                return "over budget"
            db.execute("INSERT INTO claims VALUES (?, ?, ?, ?)", (key, self.worker, run_id, reserve))
            return "mine"

    def reserved(self, run_id: str) -> float:
        """US dollars that calls in flight may still cost."""
        return self._committed(self._db, run_id)[1]

    @staticmethod
    def _committed(db: sqlite3.Connection, run_id: str) -> tuple[float, float]:
        (charged,) = db.execute("SELECT total(charged) FROM answers WHERE run_id = ?", (run_id,)).fetchone()
        (reserved,) = db.execute("SELECT total(reserved) FROM claims WHERE run_id = ?", (run_id,)).fetchone()
        return charged, reserved

    def _live(self) -> None:
        """Hold a lock file for as long as this process lives: how others tell a claim from a dead one's."""
        with self._locking:
            if self._lock is None:
                from filelock import FileLock

                # The lock is the process's, whichever thread took it or gives it back.
                lock = FileLock(self._lock_path(self.worker), thread_local=False)
                lock.acquire()
                self._lock = lock

    def _alive(self, worker: str) -> bool:
        from filelock import FileLock, Timeout

        path = self._lock_path(worker)
        if not path.exists():
            return False
        try:
            with FileLock(path, timeout=0):
                pass
        except Timeout:
            return True
        path.unlink(missing_ok=True)
        return False

    def _lock_path(self, worker: str) -> Path:
        folder = self.path.with_name(self.path.name + "-workers")
        folder.mkdir(exist_ok=True)
        return folder / f"{worker}.lock"

    def save(self, answered: Sequence[tuple[Request, Answer, float]]) -> None:
        """Keep answers, each with the US dollars it is charged; on the disk when this returns."""
        rows = [
            (
                request.key,
                answer.run_id,
                request.model,
                json.dumps(request.args),
                json.dumps(request.messages, ensure_ascii=False),
                *(getattr(answer, name) for name in _ANSWER[:-1]),
                charged,
            )
            for request, answer, charged in answered
        ]
        columns = ("key", "run_id", "model", "args", "messages", *_ANSWER[:-1], "charged")
        self._db.execute("PRAGMA synchronous = FULL")
        with self._transaction() as db:
            marks = ", ".join("?" * len(columns))
            db.executemany(f"INSERT OR REPLACE INTO answers ({', '.join(columns)}) VALUES ({marks})", rows)
            db.executemany("DELETE FROM claims WHERE key = ?", [(row[0],) for row in rows])
        self._db.execute("PRAGMA synchronous = NORMAL")

    def record(self, place: int, traces: Sequence[tuple[Trace, str, str]]) -> None:
        """Keep the traces of the arm at `place`, each with the key of its answer and the run that asked for it."""
        rows = [
            (
                trace.run_id,
                trace.id,
                key,
                answered_by,
                place,
                trace.draw,
                trace.outcome,
                json.dumps({name: getattr(trace, name) for name in _OF_TRACE}, ensure_ascii=False),
            )
            for trace, key, answered_by in traces
        ]
        with self._transaction() as db:
            db.executemany("INSERT OR IGNORE INTO traces VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def traces(self, run_id: str, place: int | None = None) -> Iterator[Trace]:
        """The traces of a run in the order of its arms and draws, of one arm or all; one at a time."""
        where, values = "t.run_id = ?", list[str | int]([run_id])
        if place is not None:
            where, values = f"{where} AND t.place = ?", [*values, place]
        rows = self._db.execute(
            f"SELECT t.row, {', '.join('a.' + name for name in _FROM_ANSWER.values())} FROM traces t"
            f" JOIN answers a ON a.key = t.key AND a.run_id = t.answered_by WHERE {where} ORDER BY t.place, t.draw",
            values,
        )
        for row, messages, *rest in rows:
            answered = dict(zip(_FROM_ANSWER, [json.loads(messages), *rest], strict=True))
            yield Trace(**{**answered, **json.loads(row)})

    def totals(self, run_id: str) -> Totals:
        """What the run has asked so far, over all its processes."""
        calls, priced, incoming, outgoing, cost = self._db.execute(
            "SELECT count(*), count(cost_usd) + count(error), total(input_tokens), total(output_tokens),"
            " total(cost_usd) FROM answers WHERE run_id = ?",
            (run_id,),
        ).fetchone()
        (stored,) = self._db.execute(
            "SELECT count(*) FROM traces WHERE run_id = ? AND answered_by != run_id", (run_id,)
        ).fetchone()
        return Totals(calls, stored, int(incoming), int(outgoing), cost if priced == calls else None)

    def close(self) -> None:
        """Give back every claim and close every connection; a later use opens them again."""
        if self._lock is not None:
            with self._transaction() as db:
                db.execute("DELETE FROM claims WHERE worker = ?", (self.worker,))
            self._lock.release()
            self._lock_path(self.worker).unlink(missing_ok=True)
            self._lock = None
        for db in self._connections:
            db.close()
        self._connections.clear()
        self._local = threading.local()


def _write_ahead(db: sqlite3.Connection) -> None:
    """Switch to WAL. SQLite doesn't wait here for others that open a new file too, so this does."""
    until = time.monotonic() + _BUSY_S
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)
