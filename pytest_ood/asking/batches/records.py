"""What a store knows of questions that are answered elsewhere: the files they are in, and the batches made of these.

A question waits from the moment that its file is there until its answer is stored, which ends the wait in the same
transaction. So it is neither asked twice nor paid for twice, whenever a process dies, and the store alone is enough to
go on from on another machine.
"""

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pytest_ood.asking.parts import parts
from pytest_ood.asking.store import Store, StoreError
from pytest_ood.asking.store.schema import MOST_KEYS
from pytest_ood.models.request import Message

_COLUMNS = ("key", "file", "model", "args", "messages", "dropped", "tools", "reserved", "attempts")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question that waits for its answer.

    Attributes:
        key, model, args, messages: as in a `Request`.
        dropped: the arguments that are not in the file, because the model does not take them.
        has_tools: whether it offers tools.
        most_usd: the most that its answer can cost, in US dollars; None if that is unknown.
        attempts: how often it was written, this time included.
        file: the file it is in; None if it has to be written once more.
    """

    key: str
    model: str
    args: Mapping[str, Any]
    messages: Sequence[Message]
    dropped: tuple[str, ...] = ()
    has_tools: bool = False
    most_usd: float | None = None
    attempts: int = 1
    file: str | None = None


@dataclass(frozen=True, slots=True)
class BatchFile:
    """A file of questions.

    Attributes:
        file: its name.
        model: whom it asks.
        wave: how many files of the same model may have come before it.
        state: "written", "sent" to a provider, or "over".
        questions: how many there are.
        left: how many of them have no answer yet.
        most_usd: the most that these can cost, in US dollars; None if that is unknown.
        input_file, handle: the provider's names for the file and the batch; None if there are none.
    """

    file: str
    model: str
    wave: int
    state: str
    questions: int
    left: int
    most_usd: float | None
    input_file: str | None = None
    handle: str | None = None


class Batches:
    """The files and the waiting questions of one run."""

    def __init__(self, store: Store, run_id: str, folder: str) -> None:
        """Take up a run where it stood: what a process that died was about to write was never written.

        Args:
            store: the store.
            run_id: the run.
            folder: the name of the folder of its files.

        Raises:
            StoreError: the store cannot be used.
        """
        self._store, self._run_id, self._folder = store, run_id, folder
        with self._changing() as db:
            self._forget_drafts(db)
            # They are made again from the answers; the places of the arms may have changed.
            db.execute("DELETE FROM traces WHERE run_id = ?", (run_id,))

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._store.transaction() as db:
                yield db
        except sqlite3.Error as error:
            raise StoreError(f"{self._store.path}: {error}; run the same command again once that is mended") from error

    def _forget_drafts(self, db: sqlite3.Connection) -> None:
        drafts = "SELECT file FROM batches WHERE run_id = ? AND state = 'draft'"
        # A question that is written once more was there before its draft.
        db.execute(
            f"UPDATE waiting SET file = NULL, attempts = attempts - 1 WHERE run_id = ? AND file IN ({drafts})"
            " AND attempts > 1",
            (self._run_id, self._run_id),
        )
        db.execute(f"DELETE FROM waiting WHERE run_id = ? AND file IN ({drafts})", (self._run_id, self._run_id))
        db.execute("DELETE FROM batches WHERE run_id = ? AND state = 'draft'", (self._run_id,))

    def discard(self) -> None:
        """Forget what was added since the last `publish`."""
        with self._changing() as db:
            self._forget_drafts(db)

    def add(self, wave: int, questions: Sequence[Waiting]) -> None:
        """Note questions, each with the file that it was written to; they wait once these are published."""
        files = {one.file: one.model for one in questions}
        with self._changing() as db:
            for file, model in files.items():
                db.execute(
                    "INSERT OR IGNORE INTO batches VALUES (?, ?, ?, ?, ?, 0, 'draft', NULL, NULL)",
                    (self._run_id, file, self._folder, model, wave),
                )
            marks = ", ".join("?" * len(_COLUMNS))
            db.executemany(
                f"INSERT OR REPLACE INTO waiting (run_id, {', '.join(_COLUMNS)}) VALUES (?, {marks})",
                [(self._run_id, *_row(one)) for one in questions],
            )

    def publish(self) -> None:
        """Let the files that were added count as written."""
        with self._changing() as db:
            db.execute(
                "UPDATE batches SET state = 'written', questions = (SELECT count(*) FROM waiting w"
                " WHERE w.run_id = batches.run_id AND w.file = batches.file) WHERE run_id = ? AND state = 'draft'",
                (self._run_id,),
            )

    def uploaded(self, file: str, input_file: str) -> None:
        """Note the provider's name for a file."""
        with self._changing() as db:
            where = "WHERE run_id = ? AND file = ?"
            db.execute(f"UPDATE batches SET input_file = ? {where}", (input_file, self._run_id, file))

    def sent(self, file: str, handle: str) -> None:
        """Note the provider's name for the batch that a file became."""
        with self._changing() as db:
            where = "WHERE run_id = ? AND file = ?"
            db.execute(f"UPDATE batches SET handle = ?, state = 'sent' {where}", (handle, self._run_id, file))

    def over(self, file: str) -> None:
        """Note that a file gets no more answers; what has none is written once more, which is not its own fault."""
        with self._changing() as db:
            where = "WHERE run_id = ? AND file = ?"
            db.execute(f"UPDATE waiting SET file = NULL, attempts = attempts - 1 {where}", (self._run_id, file))
            db.execute(f"UPDATE batches SET state = 'over' {where}", (self._run_id, file))

    def again(self, questions: Sequence[tuple[str, bool]]) -> None:
        """Have questions written once more, each with whether the attempt counts."""
        with self._changing() as db:
            db.executemany(
                "UPDATE waiting SET file = NULL, attempts = attempts - ? WHERE run_id = ? AND key = ?",
                [(not counts, self._run_id, key) for key, counts in questions],
            )

    def find(self, keys: Collection[str]) -> dict[str, Waiting]:
        """Return those of these questions that wait for an answer, or to be written once more."""
        found: dict[str, Waiting] = {}
        for some in parts(keys, MOST_KEYS):
            rows = self._store.connection.execute(
                f"SELECT {', '.join(_COLUMNS)} FROM waiting WHERE run_id = ? AND key IN ({', '.join('?' * len(some))})",
                (self._run_id, *some),
            )
            found.update((row[0], _waiting(row)) for row in rows)
        return found

    def committed(self) -> float:
        """Return the US dollars that the run was charged, and that what waits in files may cost."""
        db, of_run = self._store.connection, (self._run_id,)
        (charged,) = db.execute("SELECT total(charged) FROM spent WHERE run_id = ?", of_run).fetchone()
        reserved = "SELECT total(reserved) FROM waiting WHERE run_id = ? AND file IS NOT NULL"
        return float(charged) + float(db.execute(reserved, of_run).fetchone()[0])

    def has_answers_of(self, model: str) -> bool:
        """Return whether the run has an answer of this model that is not an error."""
        query = "SELECT 1 FROM answers WHERE run_id = ? AND model = ? AND error IS NULL LIMIT 1"
        return self._store.connection.execute(query, (self._run_id, model)).fetchone() is not None

    def last_wave(self) -> int:
        """Return the number of the last wave; 0 without any."""
        query = "SELECT max(wave) FROM batches WHERE run_id = ?"
        return int(self._store.connection.execute(query, (self._run_id,)).fetchone()[0] or 0)

    def files(self) -> list[BatchFile]:
        """Return the files that were published, in their order."""
        rows = self._store.connection.execute(
            "SELECT b.file, b.model, b.wave, b.state, b.questions, count(w.key),"
            " CASE WHEN count(w.key) = count(w.reserved) THEN total(w.reserved) END, b.input_file, b.handle"
            " FROM batches b LEFT JOIN waiting w ON w.run_id = b.run_id AND w.file = b.file"
            " WHERE b.run_id = ? AND b.state != 'draft' GROUP BY b.file ORDER BY b.wave, b.rowid",
            (self._run_id,),
        )
        return [BatchFile(*row) for row in rows]


def run_in(store: Store, folder: str) -> str | None:
    """Return the latest run with files in a folder of this name that were sent to a provider and are not over."""
    query = "SELECT run_id FROM batches WHERE folder = ? AND state = 'sent' ORDER BY run_id DESC LIMIT 1"
    row = store.connection.execute(query, (folder,)).fetchone()
    return None if row is None else str(row[0])


def _row(one: Waiting) -> tuple[Any, ...]:
    texts = [json.dumps(value, ensure_ascii=False) for value in (dict(one.args), list(one.messages), one.dropped)]
    return (one.key, one.file, one.model, *texts, one.has_tools, one.most_usd, one.attempts)


def _waiting(row: Sequence[Any]) -> Waiting:
    key, file, model, args, messages, dropped, tools, most_usd, attempts = row
    said = json.loads(args), json.loads(messages), tuple(json.loads(dropped))
    return Waiting(key, model, *said, bool(tools), most_usd, attempts, file)
