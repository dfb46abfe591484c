"""The answers of a damaged store are saved, each exactly as it was or not at all."""

import contextlib
import random
import shutil
import sqlite3
from pathlib import Path

import pytest

from pytest_ood.asking.store import Store, StoreError
from pytest_ood.asking.store.admin import forget
from pytest_ood.asking.store.recovery import recover
from pytest_ood.cli import main
from pytest_ood.models.request import Answer, Request
from tests.asking.first_edition.suite import STORE
from tests.asking.store.test_store import ask, trace

COUNT = 400


def made(path: Path) -> dict[str, Answer]:
    """A store of short and long answers with traces, all in the file and none in the log; what it holds."""
    rows = []
    for n in range(COUNT):
        text = f"{n} é😀" + "x" * (n % 7 == 0) * 30_000
        tokens = n if n % 3 else None
        rows.append((ask(n), Answer(text, created_at=1e9 + n / 7, input_tokens=tokens, run_id=f"run {n % 3}"), 0.25))
    with Store(path) as store:
        for start in range(0, COUNT, 16):
            store.save(rows[start : start + 16])
            store.record(0, [(trace(n), ask(n).key, f"run {n % 3}") for n in range(start, start + 16)])
    return {request.key: answer for request, answer, _ in rows}


def held(path: Path, keys: list[str]) -> dict[str, Answer]:
    """What a store has of these answers."""
    with Store(path) as store:
        assert store.connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return store.answers(keys, "later")


def overwrite(path: Path, place: int, data: bytes) -> None:
    """Damage a file."""
    with path.open("r+b") as file:
        file.seek(place)
        file.write(data)


def test_nothing_is_lost_where_nothing_is_damaged(tmp_path: Path) -> None:
    """Long answers lie on pages of their own; what was charged is charged in the new store."""
    answers = made(tmp_path / "store.db")
    found = recover(tmp_path / "store.db", tmp_path / "new.db")
    assert (found.answers, found.runs) == (COUNT, 3)
    assert held(tmp_path / "new.db", list(answers)) == answers
    with contextlib.closing(sqlite3.connect(tmp_path / "new.db")) as db:
        assert db.execute("SELECT sum(charged) FROM spent").fetchall() == [(0.25 * COUNT,)]


def test_the_first_page_says_where_everything_is(tmp_path: Path) -> None:
    """Without it SQLite reads nothing, and we lose nothing."""
    path = tmp_path / "store.db"
    answers = made(path)
    overwrite(path, 0, bytes(4096))
    with pytest.raises(StoreError, match="pytest-ood store recover"):
        Store(path)
    assert recover(path, tmp_path / "new.db").answers == COUNT
    assert held(tmp_path / "new.db", list(answers)) == answers


def test_an_inner_page_leads_to_many(tmp_path: Path) -> None:
    """Those below it are read all the same."""
    path = tmp_path / "store.db"
    answers = made(path)
    with contextlib.closing(sqlite3.connect(path)) as db:
        (root,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'answers'").fetchone()
    overwrite(path, (root - 1) * 4096, b"\xff" * 4096)
    with contextlib.closing(sqlite3.connect(path)) as db, pytest.raises(sqlite3.DatabaseError, match="malformed"):
        db.execute("SELECT count(text) FROM answers NOT INDEXED").fetchone()
    recover(path, tmp_path / "new.db")
    assert held(tmp_path / "new.db", list(answers)) == answers


@pytest.mark.parametrize("seed", range(8))
def test_any_damage(seed: int, tmp_path: Path) -> None:
    """Pieces of the file are overwritten with zeros, noise or other pieces, or it is cut: nothing false is saved.

    A piece of a few bytes destroys a few rows at most.
    """
    rng = random.Random(seed)
    path = tmp_path / "store.db"
    answers = made(path)
    size = path.stat().st_size
    pieces = rng.randrange(1, 6)
    for _ in range(pieces):
        place, length = rng.randrange(size), rng.choice([1, 40, 4096])
        whole = path.read_bytes()
        other = rng.randrange(size - length)
        damage = rng.choice([bytes(length), rng.randbytes(length), whole[other : other + length]])
        overwrite(path, place, damage[: size - place])
    if seed % 4 == 3:
        overwrite(path, 0, path.read_bytes()[: size // 2])
        with path.open("r+b") as file:
            file.truncate(size // 2 + rng.randrange(4096))
    recover(path, tmp_path / "new.db")
    found = held(tmp_path / "new.db", list(answers))
    assert found.items() <= answers.items()
    assert len(found) >= (COUNT // 6 if seed % 4 == 3 else COUNT - 60 * pieces)


def test_what_is_only_in_the_log(tmp_path: Path) -> None:
    """A run that was killed leaves it there; frames of an earlier log do not count."""
    path, killed = tmp_path / "store.db", tmp_path / "killed.db"
    answers = made(path)
    with Store(path) as store:
        later = Answer("later", created_at=2e9, run_id="run 9")
        store.save([(ask(COUNT), later, 0.0)])
        for suffix in ("", "-wal"):
            shutil.copy(f"{path}{suffix}", f"{killed}{suffix}")
    recover(killed, tmp_path / "new.db")
    assert held(tmp_path / "new.db", [*answers, ask(COUNT).key]) == answers | {ask(COUNT).key: later}


def test_what_was_forgotten_stays_so(tmp_path: Path) -> None:
    """Deleted answers lie on free pages, and in the gaps of others."""
    path = tmp_path / "store.db"
    answers = made(path)
    other = Request("fake/other", ask().messages)
    with Store(path) as store:
        store.save([(other, Answer("kept", run_id="run"), 0.0)])
        forget(store, "fake/x")
    assert recover(path, tmp_path / "new.db").answers == 1
    assert set(held(tmp_path / "new.db", [*answers, other.key])) == {other.key}


@pytest.mark.parametrize("first_page", [True, False], ids=["whole", "without its first page"])
@pytest.mark.parametrize("migrated", [True, False], ids=["migrated", "as it was"])
def test_a_store_of_the_first_edition(migrated: bool, first_page: bool, tmp_path: Path) -> None:
    """Its columns stand in another order, and its rows have no digest."""
    path = Path(shutil.copy(STORE, tmp_path / "store.db"))
    with contextlib.closing(sqlite3.connect(STORE)) as db:
        (count,) = db.execute("SELECT count(*) FROM answers").fetchone()
    if migrated:
        Store(path).close()
    if not first_page:
        overwrite(path, 0, bytes(4096))
    assert recover(path, tmp_path / "new.db").answers == count > 0


def test_no_file_is_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither the damaged one nor one that is there already."""
    path, new = tmp_path / "store.db", tmp_path / "new.db"
    made(path)
    overwrite(path, 8192, bytes(4096))
    before = path.read_bytes()
    assert main(["store", "recover", str(new), "--store", str(path)]) == 0
    assert f"--ood-store={new}" in capsys.readouterr().out
    assert path.read_bytes() == before
    assert main(["store", "recover", str(new), "--store", str(path)]) == 1
    assert "there is such a file already" in capsys.readouterr().err
    assert main(["store", "recover", str(tmp_path / "other.db"), "--store", str(tmp_path / "none.db")]) == 1
    assert "no such store" in capsys.readouterr().err
