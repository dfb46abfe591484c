"""Answers that cannot be stored are not lost: there is a reserve, a rescue file, and at last the standard error."""

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_ood.asking.store import Store, StoreError
from pytest_ood.asking.store.rescue import RESERVE_BYTES, append, rescue_files
from pytest_ood.models.request import Answer, Request
from tests.asking.store.test_store import ask

Batch = list[tuple[Request, Answer, float]]
MIB = 2**20


@contextlib.contextmanager
def small_disk(folder: Path, mib: int) -> Iterator[Path]:
    """A file system of so many MiB, which is really full when it is full; only root can make one."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={mib}m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def enlarge(folder: Path, mib: int) -> None:
    """Make a `small_disk` larger."""
    subprocess.run(["mount", "-o", f"remount,size={mib}m", str(folder)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A little more than a store needs, with its reserve."""
    with small_disk(tmp_path / "disk", 20) as folder:
        yield folder


def fill(folder: Path) -> Path:
    """Use up all the room that is left."""
    ballast = folder / "ballast"
    with contextlib.suppress(OSError), ballast.open("ab", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    return ballast


def batch(first: int, count: int, size: int = 100, run_id: str = "run") -> Batch:
    """Answers to questions of their own, each of so many characters."""
    return [(ask(n), Answer(f"{n}é" + "x" * size, run_id=run_id), 0.5) for n in range(first, first + count)]


def stored(path: Path, asked: Batch) -> set[str]:
    """The keys of those that the store has, exactly as they came."""
    with Store(path) as store:
        found = store.answers([request.key for request, *_ in asked], "later")
    assert found.items() <= {request.key: answer for request, answer, _ in asked}.items()
    return set(found)


def keys(asked: Batch) -> set[str]:
    """The keys of some questions."""
    return {request.key for request, *_ in asked}


def test_a_full_disk_gives_up_the_reserve(disk: Path) -> None:
    """The answers on their way are stored in its place, and the message says how to go on."""
    path = disk / "store.db"
    asked = batch(0, 16, 50_000)
    with Store(path) as store:
        assert store.claim(ask(0).key, "run") == "mine"
        ballast = fill(disk)
        store.save(asked)
        assert store.rescue.error is not None
        assert (store.rescue.lines, list(rescue_files(path))) == ([], [])
        report = str(store.rescue)
    assert str(path) in report
    assert "16 answers stored" in report
    assert "free some space" in report
    ballast.unlink()
    assert stored(path, asked) == keys(asked)


def test_what_does_not_even_fit_there_goes_to_the_standard_error(disk: Path) -> None:
    """Everything is in one of the three places, once, and a person can bring the lines back."""
    path = disk / "store.db"
    before, asked = batch(0, 3), batch(10, 16, 50_000)
    with Store(path) as store:
        store.save(before)
        fill(disk)
        store.save(asked)
        lines = list(store.rescue.lines)
        assert f"{len(lines)} answers written to the standard error" in str(store.rescue)
        ((_, file),) = rescue_files(path)
    in_file = file.read_text().splitlines()
    assert len(in_file) + len(lines) == 16
    assert lines
    (disk / "ballast").unlink()
    assert stored(path, before + asked) == keys(before) | {json.loads(line)["key"] for line in in_file}
    (disk / "store.db-rescued-lines.jsonl").write_text("".join(lines), encoding="utf-8")
    assert stored(path, asked) == keys(asked)
    assert list(rescue_files(path)) == []


def test_nothing_is_asked_without_room_for_the_reserve(tmp_path: Path) -> None:
    """Before the first call is made, with the room that is needed."""
    with small_disk(tmp_path / "disk", 8) as folder, Store(folder / "store.db") as store:
        with pytest.raises(StoreError, match=r"No space left.*; free at least 17 MB"):
            store.claim(ask().key, "run")
        assert not store.in_use()
        assert [path.name for path in folder.glob("*reserve*")] == []


def test_the_reserve_is_there_while_anybody_asks(tmp_path: Path) -> None:
    """It takes up its room from the first question on, and is gone with the last process."""
    path, reserve = tmp_path / "store.db", tmp_path / "store.db-reserve"
    with Store(path) as one:
        assert not reserve.exists()
        one.claim(ask(0).key, "run")
        assert reserve.stat().st_blocks * 512 >= RESERVE_BYTES == 16 * MIB
        with Store(path) as other:
            other.claim(ask(1).key, "run")
        assert reserve.exists()
    assert not reserve.exists()


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[Store]:
    """A store whose file may not grow; there is room for other files."""
    with Store(tmp_path / "store.db") as store:
        store.save(batch(0, 1))
        store.connection.execute("PRAGMA max_page_count = 1")
        yield store


def test_a_rescue_file_is_picked_up_by_the_next_run(limited: Store) -> None:
    """Every answer as it was, charged to its run; the file is gone, and nothing is picked up twice."""
    asked = batch(1, 40, 2000)
    limited.save(asked[:30])
    limited.save(asked[30:])
    ((worker, file),) = rescue_files(limited.path)
    assert worker == limited.worker
    assert f"40 answers kept in {file}" in str(limited.rescue)
    limited.close()
    with Store(limited.path) as again:
        assert again.picked_up == 40
        assert again.claim("a key", "run", reserve=0.5, budget=20.5) == "over budget"
        assert again.claim("a key", "run", reserve=0.5, budget=21.0) == "mine"
    assert stored(limited.path, asked) == keys(asked)
    assert not file.exists()
    with Store(limited.path) as third:
        assert third.picked_up == 0


def test_a_rescue_file_of_a_living_process_is_left_to_it(limited: Store) -> None:
    """It may not be whole yet."""
    assert limited.claim(ask(0).key, "run") == "answered"
    limited.save(batch(1, 20, 2000))
    with Store(limited.path) as other:
        assert other.picked_up == 0
    limited.close()
    with Store(limited.path) as other:
        assert other.picked_up == 20


def test_a_broken_rescue_file_gives_what_it_can(limited: Store) -> None:
    """Lines that are cut, changed or something else are left out, and the file is kept."""
    asked = batch(1, 20, 2000)
    limited.save(asked)
    limited.close()
    ((_, file),) = rescue_files(limited.path)
    lines = file.read_text().splitlines()
    lines[3] = lines[3].replace("xxx", "xyx", 1)
    lines[5:8] = [lines[5][:200], "[]", "Traceback (most recent call last):"]
    file.write_text("\n".join(lines), encoding="utf-8")
    with Store(limited.path) as again:
        assert again.picked_up == 16
    assert file.with_suffix(".broken").exists()
    assert list(rescue_files(limited.path)) == []
    assert len(stored(limited.path, asked)) == 16


def test_a_store_that_is_broken_rescues_too(limited: Store) -> None:
    """Whatever is wrong with the file: the answers are kept, and the message says where to look."""
    limited.connection.execute("ALTER TABLE answers RENAME TO gone")
    limited.save(batch(1, 2))
    ((_, file),) = rescue_files(limited.path)
    assert len(file.read_text().splitlines()) == 2
    assert "2 answers kept in" in str(limited.rescue)
    assert "pytest-ood store check" in str(limited.rescue)
    with pytest.raises(StoreError, match="no such table: answers"):
        limited.answers(["a key"], "run")


def test_lines_are_written_whole(disk: Path) -> None:
    """Where the room ends within a line, the file ends before it."""
    file = disk / "lines.jsonl"
    ballast = fill(disk)
    os.truncate(ballast, ballast.stat().st_size - 3 * 4096)
    lines = [f"{number}{'x' * 5000}\n" for number in range(5)]
    kept = append(file, lines)
    assert kept == 2
    assert file.read_text() == "".join(lines[:2])


def test_a_transaction_that_fails_leaves_none_behind(limited: Store) -> None:
    """SQLite rolls back by itself on a full disk; the next transaction begins as if nothing had been."""
    with pytest.raises(sqlite3.OperationalError, match="is full"), limited.transaction() as db:
        db.execute("INSERT INTO spent VALUES ('run-2', ?)", ["x" * 100_000])
    with limited.transaction() as db:
        assert db.execute("SELECT count(*) FROM spent").fetchone() == (1,)
