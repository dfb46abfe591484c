"""The file, which many processes may use at once.

The tables of interest are `answers` by the key of their request and the run that asked, `traces` by run, and `claims`,
which records who is asking what right now. An answer is on the disk before anything uses it, with a digest: one that
does not match it any more counts as not there. Traces, which can be computed again from the answers, are committed
without waiting for the disk."""

import contextlib
import json
import sqlite3
import threading
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from pytest_ood.asking.parts import parts
from pytest_ood.asking.store.rescue import (
    RECOVER,
    RESERVE_BYTES,
    Rescue,
    give_up_reserve,
    make_reserve,
    rescue_files,
    rows_of,
)
from pytest_ood.asking.store.rows import (
    ANSWER,
    COLUMNS,
    RUN_ID,
    Asked,
    answer_of,
    digest_of,
    is_intact,
    readable,
    row_of,
)
from pytest_ood.asking.store.schema import MOST_KEYS, migrate, version, write_ahead
from pytest_ood.asking.store.workers import Workers
from pytest_ood.errors import OodError
from pytest_ood.evidence.trace import FIELDS, Trace
from pytest_ood.models.request import Answer

#: The store of a run that names none, relative to the folder of its ini file.
DEFAULT_STORE = Path(".ood/store.db")

# A trace takes these fields, and `messages` and `response`, from its answer. The rest of its row is stored with the
# trace, and so are the sums over all turns of a dialogue, because the answer of a dialogue is its last one.
_FROM_ANSWER = tuple(name for name in ANSWER if name in FIELDS and name != "run_id")
_SUMS = ("input_tokens", "output_tokens", "cost_usd", "latency_s", "reasoning_tokens", "cached_tokens")
_OF_TRACE = tuple(name for name in FIELDS if name not in ("messages", "response", *_FROM_ANSWER) or name in _SUMS)
# Traces read at once.
_PAGE = 32
_BUSY_S = 60.0

_CHARGE = "INSERT INTO spent VALUES (?, ?) ON CONFLICT (run_id) DO UPDATE SET charged = charged + excluded.charged"

Claim = Literal["mine", "theirs", "answered", "over budget"]


class StoreError(OodError):
    """A file cannot be used as a store, at least not now; the message names the file and the fix."""


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals of a run.

    Attributes:
        calls: calls made.
        from_store: draws answered from the store.
        input_tokens: tokens of all prompts.
        output_tokens: tokens of all answers.
        cost_usd: US dollars; None if the price of any call is unknown.
        cached_tokens: how many of the prompts' tokens the providers had in their caches; None if none of them says so.
    """

    calls: int
    from_store: int
    input_tokens: int
    output_tokens: int
    cost_usd: float | None
    cached_tokens: int | None = None


class Store:
    """An open store; as a context manager it closes itself. Threads may share it: each gets its own connection."""

    def __init__(self, path: Path) -> None:
        """Open the store at `path`, creating the file and its folder if need be.

        A store of an earlier version is migrated first.

        Raises:
            StoreError: the path cannot be written, or the file is not a store or has a newer version.
        """
        self.path = path
        self._workers = Workers(path)
        self.worker = self._workers.mine
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        # For a store that nobody closes, and for one that is read again after it was closed.
        weakref.finalize(self, _close_all, self._connections)
        self.rescue = Rescue(path, self.worker)
        self.picked_up = 0
        try:
            _make_folder(path.parent)
            # Before anything is set: the database of another program is left as it is.
            with contextlib.closing(sqlite3.connect(path, timeout=_BUSY_S)) as db:
                version(db)
            with self.transaction() as db:
                migrate(db)
            self._pick_up()
        except (OSError, sqlite3.Error) as error:
            self.close()
            fix = "name another file, or move this one away"
            if "malformed" in str(error) or "not a database" in str(error):
                fix += f"; if it was a store, {RECOVER}"
            raise StoreError(f"{path}: cannot be used as a store ({error}); {fix}") from error

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection of this thread, in autocommit mode."""
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            # check_same_thread is off only so that close() can close the connections of threads that have ended.
            db = sqlite3.connect(self.path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
            self._connections.append(db)
            # Damaged text is still text, which its digest does not match.
            db.text_factory = lambda raw: raw.decode(errors="surrogateescape")
            write_ahead(db, _BUSY_S)
            db.execute("PRAGMA synchronous = NORMAL")
            self._local.db = db
        return db

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the write lock; everything done meanwhile is committed together, or rolled back if anything raises."""
        db = self.connection
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
            db.execute("COMMIT")
        except BaseException:
            # SQLite itself rolls back where the disk is full.
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise

    @contextlib.contextmanager
    def _named(self) -> Iterator[None]:
        """Report what SQLite finds wrong with the file as such; the run cannot go on."""
        try:
            yield
        except sqlite3.Error as error:
            self.rescue.error = self.rescue.error or error
            raise StoreError(str(self.rescue)) from error

    def answers(self, keys: Sequence[str], run_id: str, refresh: bool = False) -> dict[str, Answer]:
        """Return the stored answers to these keys: the latest of each, or with `refresh` only those of this run.

        An error counts only in the run in which it occurred: the next run asks again. An answer that was damaged on
        the disk is left out, and noted if there is no other.
        """
        with self._named():
            return self._answers(keys, run_id, refresh)

    def _answers(self, keys: Sequence[str], run_id: str, refresh: bool) -> dict[str, Answer]:
        answers: dict[str, Answer] = {}
        damaged: list[tuple[str, str]] = []
        for some in parts(keys, MOST_KEYS):
            marks = ",".join("?" * len(some))
            mine = "run_id = ?" if refresh else "(error IS NULL OR run_id = ?)"
            rows = self.connection.execute(
                f"SELECT digest, {', '.join(COLUMNS)} FROM answers WHERE key IN ({marks}) AND {mine}"
                " ORDER BY created_at",
                (*some, run_id),
            )
            for digest, *values in rows:
                if is_intact(digest, values):
                    answers[values[0]] = answer_of(values)
                else:
                    damaged.append((values[0], readable(values[RUN_ID])))
        if missing := [(*row, run_id) for row in damaged if row[0] in keys and row[0] not in answers]:
            self.connection.executemany("INSERT OR IGNORE INTO damaged VALUES (?, ?, ?)", missing)
        return answers

    def claim(
        self, key: str, run_id: str, *, refresh: bool = False, reserve: float = 0.0, budget: float | None = None
    ) -> Claim:
        """Claim the question `key` for this process, and reserve the maximum cost of asking it.

        Args:
            key: the key of the request.
            run_id: the run that asks.
            refresh: whether only answers of this run count.
            reserve: US dollars.
            budget: US dollars that the run may cost; None without a limit.

        Returns:
            "mine" if this process is to ask, "theirs" if another living process is asking, "answered" if the answer is
            in the store by now, and "over budget" if the run's charges, its reservations and `reserve` together exceed
            `budget`.
        """
        self._live()
        with self._named(), self.transaction() as db:
            # Looked up again inside the transaction: another process may have answered since the caller looked.
            if self.answers([key], run_id, refresh):
                return "answered"
            holder = db.execute("SELECT worker FROM claims WHERE key = ?", (key,)).fetchone()
            if holder is not None and holder[0] != self.worker and self._workers.alive(holder[0]):
                return "theirs"
            # A claim on this very question, our own or a dead process's, is replaced and does not count twice.
            db.execute("DELETE FROM claims WHERE key = ?", (key,))
            if budget is not None and sum(self._committed(db, run_id)) + reserve > budget:
                return "over budget"
            db.execute("INSERT INTO claims VALUES (?, ?, ?, ?)", (key, self.worker, run_id, reserve))
            return "mine"

    def release(self, key: str) -> None:
        """Give up our claim on a question, if there is one, and what it reserves."""
        with contextlib.suppress(sqlite3.Error):  # it ends with this process
            self.connection.execute("DELETE FROM claims WHERE key = ? AND worker = ?", (key, self.worker))

    def charge(self, run_id: str, usd: float) -> None:
        """Charge the budget of a run for a call that may have been billed and brought no answer."""
        with self._named():
            self.connection.execute(_CHARGE, (run_id, usd))

    def reserved(self, run_id: str) -> float:
        """Return the US dollars that calls in flight may still cost."""
        with self._named():
            return self._committed(self.connection, run_id)[1]

    @staticmethod
    def _committed(db: sqlite3.Connection, run_id: str) -> tuple[float, float]:
        (charged,) = db.execute("SELECT total(charged) FROM spent WHERE run_id = ?", (run_id,)).fetchone()
        (reserved,) = db.execute("SELECT total(reserved) FROM claims WHERE run_id = ?", (run_id,)).fetchone()
        return charged, reserved

    def _live(self) -> None:
        """Show others that this process lives, and make a reserve before anything is asked.

        Raises:
            StoreError: there is no room for one.
        """
        if self._workers.hold():
            try:
                make_reserve(self.path)
            except OSError as error:
                fix = f"free at least {RESERVE_BYTES / 1e6:.0f} MB before anything is asked"
                raise StoreError(f"{self.path}: {error.strerror}", fix=fix) from error

    def in_use(self) -> bool:
        """Return whether another living process has asked anything through this store and has not closed it."""
        return self._workers.has_others()

    def save(self, answered: Sequence[tuple[Asked, Answer, float]]) -> None:
        """Store answers, each with the US dollars it is charged; they are on the disk when this returns.

        Answers that cannot be stored are rescued, and `rescue` says so.
        """
        rows = [row_of(*one) for one in answered]
        try:
            self.insert(rows)
        except sqlite3.Error as error:
            self.rescue.keep(rows, self.insert, error)

    def insert(self, rows: Sequence[Sequence[Any]]) -> None:
        """Store rows of answers as `row_of` makes them, and charge them; they are on the disk when this returns.

        Raises:
            sqlite3.Error: none of them was stored.
        """
        columns = (*COLUMNS, "digest")
        marks = ", ".join("?" * len(columns))
        keys = [(row[0],) for row in rows]
        self.connection.execute("PRAGMA synchronous = FULL")
        try:
            with self.transaction() as db:
                self._drop_damaged(db, keys)
                db.executemany(
                    f"INSERT OR REPLACE INTO answers ({', '.join(columns)}) VALUES ({marks})",
                    [(*row, digest_of(row)) for row in rows],
                )
                db.executemany(_CHARGE, [(row[RUN_ID], row[-1]) for row in rows])
                db.executemany("DELETE FROM claims WHERE key = ?", keys)
                waited = [(row[RUN_ID], row[0]) for row in rows]
                db.executemany("DELETE FROM waiting WHERE run_id = ? AND key = ?", waited)
        finally:
            self.connection.execute("PRAGMA synchronous = NORMAL")

    def _pick_up(self) -> None:
        """Store what earlier runs have rescued; what still cannot be stored stays where it is."""
        for worker, path in rescue_files(self.path):
            if self._workers.alive(worker):
                continue
            rows, broken = rows_of(path)
            try:
                self.insert(rows)
            except sqlite3.Error:
                continue
            self.picked_up += len(rows)
            # Somebody may want to look at what is broken.
            path.replace(path.with_suffix(".broken")) if broken else path.unlink(missing_ok=True)

    @staticmethod
    def _drop_damaged(db: sqlite3.Connection, keys: Sequence[tuple[str]]) -> None:
        """Delete the damaged answers to these questions, and the traces that were made of them."""
        find = "SELECT DISTINCT key, answered_by FROM damaged WHERE key = ?"
        damaged = [row for key in keys for row in db.execute(find, key)]
        db.executemany("DELETE FROM traces WHERE key = ? AND answered_by = ?", damaged)
        db.executemany("DELETE FROM answers WHERE key = ? AND run_id = ?", damaged)

    def record(self, place: int, traces: Sequence[tuple[Trace, str, str]]) -> None:
        """Store the traces of the arm at `place`, each with the key of its answer and the run that asked for it."""
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
        with self._named(), self.transaction() as db:
            db.executemany("INSERT OR IGNORE INTO traces VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def traces(self, run_id: str, place: int | None = None) -> Iterator[Trace]:
        """Yield the traces of a run in the order of its arms and draws: of the arm at `place`, or of all arms.

        They are read page by page, so that an iterator that is not exhausted keeps no statement open.
        """
        arms = self.connection.execute("SELECT DISTINCT place FROM traces WHERE run_id = ? ORDER BY place", (run_id,))
        for arm in [arm for (arm,) in arms.fetchall()] if place is None else [place]:
            last = (-1, -1)
            while page := self._page(run_id, arm, *last):
                for _, _, row, messages, text, *values in page:
                    answered = dict(zip(_FROM_ANSWER, values, strict=True))
                    yield Trace(**{**answered, "messages": json.loads(messages), "response": text, **json.loads(row)})
                last = page[-1][:2]

    def _page(self, run_id: str, place: int, draw: int, rowid: int) -> list[tuple[Any, ...]]:
        columns = ", ".join(f"a.{name}" for name in ("messages", "text", *_FROM_ANSWER))
        query = (
            f"SELECT t.draw, t.rowid, t.row, {columns} FROM traces t"
            " JOIN answers a ON a.key = t.key AND a.run_id = t.answered_by"
            " WHERE t.run_id = ? AND t.place = ? AND (t.draw, t.rowid) > (?, ?) ORDER BY t.draw, t.rowid LIMIT ?"
        )
        with self._named():
            return self.connection.execute(query, (run_id, place, draw, rowid, _PAGE)).fetchall()

    def totals(self, run_id: str) -> Totals:
        """Return the totals of the run so far, over all its processes."""
        calls, priced, incoming, outgoing, cost, cached = self.connection.execute(
            "SELECT count(*), count(cost_usd) + count(error), total(input_tokens), total(output_tokens),"
            " total(cost_usd), sum(cached_tokens) FROM answers WHERE run_id = ?",
            (run_id,),
        ).fetchone()
        (stored,) = self.connection.execute(
            "SELECT count(*) FROM traces WHERE run_id = ? AND answered_by != run_id", (run_id,)
        ).fetchone()
        return Totals(calls, stored, int(incoming), int(outgoing), cost if priced == calls else None, cached)

    def errors(self, run_id: str) -> list[tuple[str, int]]:
        """Return why calls of the run failed, and how often: the commonest first."""
        return self.connection.execute(
            "SELECT error, count(*) AS n FROM answers WHERE run_id = ? AND error IS NOT NULL"
            " AND coalesce(finish_reason, '') NOT IN ('fatal', 'no tools') GROUP BY error ORDER BY n DESC, error",
            (run_id,),
        ).fetchall()

    def damaged(self, run_id: str) -> list[tuple[str, str]]:
        """Return the key and the run of each stored answer that this run found to be damaged."""
        return self.connection.execute(
            "SELECT key, answered_by FROM damaged WHERE found_by = ? ORDER BY key, answered_by", (run_id,)
        ).fetchall()

    def close(self) -> None:
        """Release every claim and close every connection; a later use opens them again."""
        if self._workers.holds:
            # On a full disk a claim cannot even be deleted: it ends with its lock.
            with contextlib.suppress(sqlite3.Error), self.transaction() as db:
                db.execute("DELETE FROM claims WHERE worker = ?", (self.worker,))
            self._workers.release()
            if not self.in_use():
                give_up_reserve(self.path)
        _close_all(self._connections)
        self._local = threading.local()


def _close_all(connections: list[sqlite3.Connection]) -> None:
    while connections:
        connections.pop().close()


def _make_folder(folder: Path) -> None:
    """Make the folder of a store; if it is new or ours, keep it out of version control, as pytest does its cache."""
    ours = folder.name == DEFAULT_STORE.parent.name or not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    if ours:
        # Never overwritten: a user who wants the store in git can leave an empty file there.
        with contextlib.suppress(FileExistsError), (folder / ".gitignore").open("x", encoding="utf-8") as file:
            file.write("# Created by pytest-ood.\n*\n")
