"""The store: nothing answered is lost, nothing is asked twice, the budget holds, whoever else uses the file."""

import contextlib
import dataclasses
import functools
import gc
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, TimeoutError
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_ood.asking.store import Store, StoreError, Totals
from pytest_ood.asking.store.admin import check
from pytest_ood.asking.store.schema import APPLICATION_ID, SCHEMA_VERSION
from pytest_ood.evidence.trace import Trace, trace_id
from pytest_ood.models.request import Answer, Request

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=50)
ANSWERS = st.builds(
    Answer,
    text=TEXT,
    reasoning=st.none() | TEXT,
    finish_reason=st.none() | TEXT,
    input_tokens=st.none() | st.integers(0, 2**62),
    output_tokens=st.none() | st.integers(0, 2**62),
    cost_usd=st.none() | st.floats(0, 1e6),
    latency_s=st.floats(0, 1e6),
    created_at=st.floats(0, 1e10),
    error=st.none() | TEXT,
    run_id=st.sampled_from(["run", "other"]),
    served_model=st.none() | TEXT,
    system_fingerprint=st.none() | TEXT,
    reasoning_tokens=st.none() | st.integers(0, 2**62),
    cached_tokens=st.none() | st.integers(0, 2**62),
    dropped=st.lists(TEXT, max_size=2).map(tuple),
)


def ask(number: int = 0, **args: Any) -> Request:
    """A question of its own for every number."""
    return Request("fake/x", [{"role": "user", "content": f"question {number}"}], args)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A new store."""
    with Store(tmp_path / "deep" / "store.db") as opened:
        yield opened


def trace(number: int, run_id: str = "run", outcome: Any = "correct", **fields: Any) -> Trace:
    """A trace of its own for every number, as it is recorded; what belongs to the answer is read from the answer."""
    return Trace(
        **{
            **dict.fromkeys(Trace.__dataclass_fields__, ""),
            "id": trace_id([number]),
            "run_id": run_id,
            "draw": number,
            "outcome": outcome,
            **fields,
        }
    )


def run_python(code: str, *args: object) -> "subprocess.Popen[str]":
    """Start a process of this Python; its first line of output says that it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, args)], env=ENVIRONMENT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def run_at_once(code: str, *args: object) -> list[int]:
    """Let four processes that have imported `Store` go on at the same time, and return their exit statuses."""
    ready = (
        "import pathlib, sys\nfrom pytest_ood.asking.store import Store\nprint('ready', flush=True)\nsys.stdin.read()\n"
    )
    command = [sys.executable, "-c", ready + code, *map(str, args)]
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "env": ENVIRONMENT}
    with contextlib.ExitStack() as stack:
        processes = [stack.enter_context(subprocess.Popen(command, **pipes)) for _ in range(4)]
        for process in processes:
            process.stdout.readline()
        for process in processes:
            process.stdin.close()
        return [process.wait() for process in processes]


# Answers.


@settings(max_examples=25, deadline=None)
@given(answers=st.lists(ANSWERS, max_size=6), number=st.integers(0, 2))
def test_answers_come_back_as_they_were_saved(answers: list[Answer], number: int) -> None:
    """Any text, number and null survives; of several answers the latest counts, an error only in its run."""
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "s.db") as store:
        saved: dict[str, Answer] = {}
        for answer in answers:
            store.save([(ask(number), answer, 0.0)])
            saved[answer.run_id] = answer
        for run_id in ("run", "other", "third"):
            mine = [saved[run_id]] if run_id in saved else []
            theirs = [answer for name, answer in saved.items() if name != run_id and answer.error is None]
            found = store.answers([ask(number).key], run_id)
            latest = max((answer.created_at for answer in mine + theirs), default=None)
            assert found.keys() == ({ask(number).key} if mine or theirs else set())
            assert all(answer in mine + theirs and answer.created_at == latest for answer in found.values())
            assert store.answers([ask(number).key], run_id, refresh=True) == {ask(number).key: a for a in mine}


@settings(max_examples=25, deadline=None)
@given(answers=st.lists(ANSWERS, max_size=4))
def test_answers_are_there_when_the_store_is_opened_again(answers: list[Answer]) -> None:
    """Every field of every answer is read back from the file alone."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "s.db"
        with Store(path) as store:
            store.save([(ask(number), answer, 0.0) for number, answer in enumerate(answers)])
        with Store(path) as store:
            for number, answer in enumerate(answers):
                assert store.answers([ask(number).key], answer.run_id) == {ask(number).key: answer}


def test_a_huge_answer_comes_back(store: Store) -> None:
    """Ten million characters, controls and all, are kept to the letter."""
    answer = Answer("\x00\x1b[2J\U0001f600é" * 2_000_000, run_id="run")
    store.save([(ask(), answer, 0.0)])
    assert {ask().key: answer} == store.answers([ask().key], "run")


def test_more_keys_than_a_statement_takes(store: Store) -> None:
    """Thousands of questions are looked up at once."""
    requests = [ask(number) for number in range(2000)]
    store.save([(request, Answer(str(number), run_id="run"), 0.0) for number, request in enumerate(requests)])
    found = store.answers([request.key for request in requests], "run")
    assert [str(number) for number in range(2000)] == [found[request.key].text for request in requests]


def test_the_request_decides_the_key() -> None:
    """Another model, message, argument, draw, crib or code is another question; another order of arguments is not."""
    one = ask(1, a=1, b=2)
    assert ask(1, b=2, a=1).key == one.key
    changes = ({"model": "y"}, {"draw": 1}, {"crib": {"answer": "1"}}, {"code": "c"})
    others = [dataclasses.replace(one, **change) for change in (*changes, {"code": "c", "crib": {"answer": "1"}})]
    assert len({request.key for request in [one, ask(2, a=1, b=2), ask(1, a=1), *others]}) == 8


# Claims.


def test_a_question_is_asked_by_one(store: Store) -> None:
    """Of two stores on one file the second waits, and takes over what the first gives back or has answered."""
    with Store(store.path) as other:
        key = ask().key
        assert store.claim(key, "run") == "mine"
        assert other.claim(key, "run") == "theirs"
        store.close()
        assert other.claim(key, "run") == "mine"
        assert store.claim(key, "run") == "theirs"
        other.save([(ask(), Answer("a", run_id="run"), 0.0)])
        assert store.claim(key, "run") == "answered"
        assert store.claim(key, "next") == "answered"
        assert store.claim(key, "next", refresh=True) == "mine"


def test_an_error_is_asked_again_by_the_next_run_only(store: Store) -> None:
    """A stored error answers its own run and no other."""
    store.save([(ask(), Answer(error="down", run_id="run"), 0.0)])
    assert store.claim(ask().key, "run") == "answered"
    assert store.claim(ask().key, "next") == "mine"


def test_closing_gives_claims_back(store: Store) -> None:
    """What a closed store had claimed is free, and its lock file is gone."""
    other = Store(store.path)
    assert other.claim(ask().key, "run") == "mine"
    other.close()
    assert store.claim(ask().key, "run") == "mine"
    assert [f"{store.worker}.lock"] == [path.name for path in store.path.with_name("store.db-workers").iterdir()]


def test_the_claims_of_a_killed_process_are_free_at_once(store: Store) -> None:
    """While it lives a claim is respected; kill -9 frees it, and what it had reserved for it."""
    process = run_python(
        "import sys, time, pathlib\nfrom pytest_ood.asking.store import Store\n"
        "store = Store(pathlib.Path(sys.argv[1]))\n"
        "print('ready' if store.claim(sys.argv[2], 'run', reserve=0.6) == 'mine' else 'no', flush=True)\n"
        "time.sleep(30)",
        store.path,
        ask().key,
    )
    with process:
        assert store.claim(ask().key, "run") == "theirs"
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert store.claim(ask().key, "run", reserve=0.6, budget=1.0) == "mine"
        assert store.reserved("run") == pytest.approx(0.6)


@pytest.mark.parametrize("left", [True, False])
def test_the_claim_of_a_process_that_holds_no_lock_is_free(store: Store, left: bool) -> None:
    """It is dead, and has left its lock file or somebody has tidied up."""
    workers = store.path.with_name("store.db-workers")
    workers.mkdir()
    if left:
        (workers / "dead.lock").touch()
    store.connection.execute("INSERT INTO claims VALUES (?, 'dead', 'run', 0.5)", (ask().key,))
    assert not store.in_use()
    assert store.claim(ask().key, "run") == "mine"


def test_a_store_closes_where_its_lock_file_is_gone(store: Store) -> None:
    """And gives its claims back all the same."""
    store.claim(ask().key, "run")
    for path in store.path.with_name("store.db-workers").iterdir():
        path.unlink()
    store.close()
    with Store(store.path) as other:
        assert other.claim(ask().key, "run") == "mine"


def test_who_has_asked_and_not_closed_uses_the_store(store: Store) -> None:
    """As another process sees it; a store that was only read is not in use."""
    with Store(store.path) as other:
        store.answers([ask().key], "run")
        assert not other.in_use()
        store.claim(ask().key, "run")
        assert other.in_use()
        assert not store.in_use(), "nobody else has asked"
        store.close()
        assert not other.in_use()


def test_threads_that_claim_first_do_not_wait_for_each_other(store: Store) -> None:
    """The first claims of a process may come from many threads at once."""
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda n: store.claim(ask(n).key, "run"), range(64), timeout=30)) == ["mine"] * 64


# Budget.


def test_a_claim_reserves_nothing_unless_it_says_so(store: Store) -> None:
    """A model that costs nothing is asked whatever the budget."""
    assert store.claim(ask().key, "run", budget=0.0) == "mine"
    assert store.reserved("run") == 0


def test_the_budget_counts_what_is_charged_and_what_is_reserved(store: Store) -> None:
    """A question is refused exactly when it could break the cap; other runs and earlier ones do not count."""
    store.save([(ask(0), Answer(run_id="run", cost_usd=0.5), 0.5), (ask(1), Answer(run_id="earlier"), 9.0)])
    assert store.claim(ask(2).key, "run", reserve=0.25, budget=1.0) == "mine"
    assert store.claim(ask(3).key, "run", reserve=0.5, budget=1.0) == "over budget"
    assert store.claim(ask(3).key, "run", reserve=0.25, budget=1.0) == "mine"
    assert store.reserved("run") == 0.5
    assert store.claim(ask(3).key, "run", reserve=0.25, budget=1.0) == "mine", "its own claim is not counted twice"
    store.save([(ask(2), Answer(run_id="run"), 0.125)])
    assert store.reserved("run") == 0.25
    assert store.claim(ask(4).key, "run", reserve=0.125, budget=1.0) == "mine"
    assert store.claim(ask(5).key, "run", reserve=0.001, budget=1.0) == "over budget"
    assert store.claim(ask(0).key, "run", reserve=5.0, budget=1.0) == "answered"


def test_a_call_without_an_answer_is_charged(store: Store) -> None:
    """It leaves less for the others of its run, and keeps what is reserved for asking again."""
    assert store.claim(ask(0).key, "run", reserve=0.25, budget=1.0) == "mine"
    store.charge("run", 0.25)
    store.charge("run", 0.25)
    store.charge("another", 0.25)
    assert store.reserved("run") == 0.25
    assert store.claim(ask(1).key, "run", reserve=0.375, budget=1.0) == "over budget"
    assert store.claim(ask(1).key, "run", reserve=0.25, budget=1.0) == "mine"


CLAIMER = """
import pathlib, sys, threading
from pytest_ood.models.request import Answer, Request
from pytest_ood.asking.store import Store
store = Store(pathlib.Path(sys.argv[1]))
print("ready", flush=True)
def work(offset):
    for number in range(offset, 120, 4):
        request = Request("m", [{"role": "user", "content": str(number)}])
        if store.claim(request.key, "run", reserve=0.125, budget=2.0) == "mine" and number % 3:
            store.save([(request, Answer(run_id="run", cost_usd=0.0625), 0.0625)])
threads = [threading.Thread(target=work, args=(offset,)) for offset in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print("done", flush=True)
sys.stdin.read()
"""


def committed(store: Store) -> float:
    """US dollars that the run was charged or has reserved, at one moment."""
    with store.transaction() as db:
        (charged,) = db.execute("SELECT total(charged) FROM answers").fetchone()
        assert db.execute("SELECT total(charged) FROM spent").fetchone() == (charged,)
        (reserved,) = db.execute("SELECT total(reserved) FROM claims").fetchone()
    return float(charged + reserved)


def test_the_budget_holds_however_many_claim_at_once(store: Store) -> None:
    """Three processes of four threads each want more than there is: the cap is reached and never broken."""
    command = [sys.executable, "-c", CLAIMER, str(store.path)]
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": ENVIRONMENT}
    with contextlib.ExitStack() as stack:
        processes = [stack.enter_context(subprocess.Popen(command, **pipes)) for _ in range(3)]
        most = 0.0
        watching = True

        def watch() -> None:
            nonlocal most
            while watching:
                most = max(most, committed(store))

        thread = threading.Thread(target=watch)
        thread.start()
        assert [[p.stdout.readline(), p.stdout.readline()] for p in processes] == [["ready\n", "done\n"]] * 3
        watching = False
        thread.join()
        assert most <= 2.0
        assert 2.0 - 0.125 < committed(store) <= 2.0
        questions = store.connection.execute("SELECT count(DISTINCT key), count(*) FROM answers").fetchone()
        assert questions[0] == questions[1]
        for process in processes:
            process.stdin.close()


def test_a_damaged_answer_stays_charged(store: Store) -> None:
    """It was paid for, and so is the answer that replaces it."""
    store.save([(ask(0), Answer("one", run_id="run"), 0.5)])
    store.connection.execute("UPDATE answers SET text = 'two'")
    assert store.claim(ask(0).key, "run", reserve=0.6, budget=1.0) == "over budget"
    assert store.claim(ask(0).key, "run", reserve=0.5, budget=1.0) == "mine"
    store.save([(ask(0), Answer("one", run_id="run"), 0.25)])
    assert store.claim(ask(1).key, "run", reserve=0.3, budget=1.0) == "over budget"
    assert store.claim(ask(1).key, "run", reserve=0.25, budget=1.0) == "mine"


# Damage.


def flipped(path: Path, at: int, bit: int = 0) -> None:
    """Change one bit of a file."""
    with path.open("r+b") as file:
        file.seek(at)
        (byte,) = file.read(1)
        file.seek(at)
        file.write(bytes([byte ^ 1 << bit]))


def test_a_changed_digit_is_found_named_and_asked_again(tmp_path: Path) -> None:
    """Only the answer that was changed is missing; another answer takes its place, and that of its trace."""
    path = tmp_path / "store.db"
    with Store(path) as store:
        store.save([(ask(n), Answer(f"<answer>{n}5738</answer>", run_id="old"), 0.0) for n in range(3)])
        store.record(0, [(trace(n, "old"), ask(n).key, "old") for n in range(3)])
    flipped(path, path.read_bytes().index(b"15738</answer>"))
    with Store(path) as store:
        keys = [ask(n).key for n in range(3)]
        assert store.answers(keys, "new").keys() == {keys[0], keys[2]}
        assert store.damaged("new") == [(keys[1], "old")]
        assert store.damaged("old") == []
        (fault,) = check(store)
        assert keys[1][:12] in fault
        assert store.claim(keys[1], "new") == "mine"
        store.save([(ask(1), Answer("again", run_id="new"), 0.0)])
        assert store.answers(keys, "later")[keys[1]].text == "again"
        assert store.damaged("later") == []
        assert [found.draw for found in store.traces("old")] == [0, 2]
        assert check(store) == []


def test_a_damaged_answer_is_not_missed_where_there_is_another(store: Store) -> None:
    """The latest answer that is intact counts, and nothing is asked again."""
    store.save([(ask(), Answer(name, run_id=name, created_at=n), 0.0) for n, name in enumerate(("one", "two"))])
    store.connection.execute("UPDATE answers SET created_at = 5 WHERE run_id = 'two'")
    assert [answer.text for answer in store.answers([ask().key], "run").values()] == ["one"]
    assert store.damaged("run") == []


@pytest.mark.parametrize("column", ["text", "messages", "model", "args", "charged", "cost_usd", "digest"])
def test_every_column_of_an_answer_is_under_its_digest(store: Store, column: str) -> None:
    """Also those that a person reads, and those that are sums of money."""
    store.save([(ask(), Answer("text", run_id="run", cost_usd=1.0), 1.0)])
    store.connection.execute(f"UPDATE answers SET {column} = 7")
    assert store.answers([ask().key], "run") == {}


def test_no_flipped_bit_changes_an_answer(tmp_path: Path) -> None:
    """Wherever it is in the file: an answer is what it was or is missing, or the file is refused."""
    path, copy = tmp_path / "store.db", tmp_path / "copy.db"
    requests = [ask(number) for number in range(40)]
    keys = [request.key for request in requests]
    with Store(path) as store:
        store.save([(one, Answer(f"<answer>{n * 7919}</answer>"), 0.0) for n, one in enumerate(requests)])
        whole = store.answers(keys, "run")
    content, missing = path.read_bytes(), 0
    for number in range(150):
        for stale in tmp_path.glob("copy.db-*"):
            shutil.rmtree(stale) if stale.is_dir() else stale.unlink()
        copy.write_bytes(content)
        flipped(copy, (number * 1_000_003) % len(content), number % 8)
        with contextlib.suppress(sqlite3.Error, StoreError), Store(copy) as store:
            found = store.answers(keys, "run")
            assert found.items() <= whole.items()
            missing += found != whole
    assert missing > 10


def test_answers_without_a_digest_are_read(store: Store) -> None:
    """As those from before there were digests are, unless they cannot be text."""
    store.save([(ask(n), Answer(f"é {n}", run_id="run"), 0.0) for n in range(2)])
    store.connection.execute("UPDATE answers SET digest = NULL")
    store.connection.execute("UPDATE answers SET text = CAST(x'3132ff' AS TEXT) WHERE key = ?", (ask(1).key,))
    found = store.answers([ask(0).key, ask(1).key], "run")
    assert [answer.text for answer in found.values()] == ["é 0"]
    assert store.damaged("run") == [(ask(1).key, "run")]


# Traces and totals.


def test_traces_come_in_the_order_of_arms_and_draws(store: Store) -> None:
    """Whatever the order in which they were recorded, all or of one arm, with what was answered."""
    for number in range(6):
        store.save([(ask(number), Answer(f"answer {number}", run_id="run", created_at=7.0), 0.0)])
    for place, numbers in ((2, (5,)), (0, (1, 0)), (1, (3, 2, 4))):
        rows = [
            (trace(n, outcome="wrong" if n % 2 else "correct", lures='{"é":"\x00"}'), ask(n).key, "run")
            for n in numbers
        ]
        store.record(place, rows)
        store.record(place, rows)
    assert [found.draw for found in store.traces("run")] == [0, 1, 2, 3, 4, 5]
    assert [found.draw for found in store.traces("run", place=1)] == [2, 3, 4]
    assert list(store.traces("other")) == []
    assert [trace(3, outcome="wrong", lures='{"é":"\x00"}', response="answer 3", messages=ask(3).messages)] == [
        dataclasses.replace(
            found,
            # What comes from the answer, and not from the trace.
            **dict.fromkeys(["reasoning", "finish_reason", "input_tokens", "output_tokens", "cost_usd"], ""),
            **dict.fromkeys(["latency_s", "created_at", "served_model", "system_fingerprint"], ""),
            **dict.fromkeys(["reasoning_tokens", "cached_tokens"], ""),
        )
        for found in store.traces("run", place=1)
        if found.outcome == "wrong"
    ]
    assert next(store.traces("run")).created_at == 7.0


def test_a_trace_shows_the_answer_it_was_judged_by(store: Store) -> None:
    """A later answer to the same question, of another run, does not change what an earlier run's trace says."""
    store.save([(ask(), Answer("first", run_id="run", created_at=1.0), 0.0)])
    store.record(0, [(trace(0, "run"), ask().key, "run"), (trace(0, "next"), ask().key, "run")])
    store.save([(ask(), Answer("second", run_id="third", created_at=2.0), 0.0)])
    store.record(0, [(trace(0, "third"), ask().key, "third")])
    texts = [[found.response for found in store.traces(run_id)] for run_id in ("run", "next", "third")]
    assert texts == [["first"], ["first"], ["second"]]


def test_traces_are_read_while_others_write(store: Store) -> None:
    """A reader of many traces neither stops a writer nor is disturbed by it."""
    store.save([(ask(n), Answer(run_id="run"), 0.0) for n in range(50)])
    store.record(0, [(trace(n), ask(n).key, "run") for n in range(50)])
    with Store(store.path) as other:
        read = 0
        for _ in store.traces("run"):
            other.save([(ask(100 + read), Answer(run_id="run"), 0.0)])
            read += 1
    assert read == 50


@pytest.mark.parametrize("draws", [0, 31, 32, 33, 100])
def test_a_long_arm_is_read_whole(store: Store, draws: int) -> None:
    """Each trace once, however many there are, also where two traces of an arm have the same draw."""
    requests = [ask(number) for number in range(2 * draws)]
    store.save([(request, Answer(run_id="run"), 0.0) for request in requests])
    twice = [dataclasses.replace(trace(number), draw=number // 2) for number in range(2 * draws)]
    store.record(3, [(one, request.key, "run") for one, request in zip(twice, requests, strict=True)])
    assert [found.id for found in store.traces("run", place=3)] == [one.id for one in twice]


def test_totals_know_what_is_unknown(store: Store) -> None:
    """Calls, tokens and cost are this run's; a price that is unknown makes the cost unknown, an error does not."""
    assert Totals(0, 0, 0, 0, 0.0) == store.totals("run")
    paid = Answer(run_id="run", input_tokens=10, output_tokens=2, cost_usd=0.25)
    store.save([(ask(0), paid, 0.25), (ask(1), Answer(error="down", run_id="run"), 0.0)])
    store.save([(ask(2), dataclasses.replace(paid, run_id="earlier"), 0.25)])
    store.record(0, [(trace(0), ask(0).key, "run"), (trace(2), ask(2).key, "earlier")])
    assert Totals(2, 1, 10, 2, 0.25) == store.totals("run")
    store.save([(ask(3), Answer(run_id="run", input_tokens=1), 0.5)])
    assert Totals(3, 1, 11, 2, None) == store.totals("run")
    store.save([(ask(4), Answer(run_id="run", input_tokens=9, cached_tokens=4), 0.5)])
    assert Totals(4, 1, 20, 2, None, 4) == store.totals("run")


# Processes, threads, crashes.


def test_threads_share_a_store(store: Store) -> None:
    """Answers saved by many threads at once are all there, in each of them."""

    def work(number: int) -> int:
        store.save([(ask(number), Answer(str(number), run_id="run"), 0.0)])
        return len(store.answers([ask(number).key], "run"))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(100))) == [1] * 100
    assert store.totals("run").calls == 100


def test_a_new_file_that_is_being_written_is_waited_for(tmp_path: Path) -> None:
    """Another program holds the write lock for a moment; then the store opens, in write-ahead mode."""
    path = tmp_path / "store.db"
    with ThreadPoolExecutor(1) as pool, contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        opening = pool.submit(Store, path)
        with pytest.raises(TimeoutError):
            opening.result(timeout=0.3)
        other.execute("ROLLBACK")
        with opening.result(timeout=30) as store:
            assert store.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_new_file_is_opened_by_many_processes_at_once(tmp_path: Path) -> None:
    """Whoever is first makes the store; none of the others fails."""
    for number in range(2):
        assert run_at_once("Store(pathlib.Path(sys.argv[1])).close()", tmp_path / f"{number}.db") == [0] * 4


WRITER = """
import itertools, pathlib, sys
from pytest_ood.models.request import Answer, Request
from pytest_ood.asking.store import Store
store = Store(pathlib.Path(sys.argv[1]))
print("ready", flush=True)
for number in itertools.count():
    request = Request("m", [{"role": "user", "content": f"{sys.argv[2]} {number}"}])
    assert store.claim(request.key, "run") == "mine"
    store.save([(request, Answer("x" * 2000, run_id="run"), 0.0)])
    print(request.key, flush=True)
"""


def test_kill_nine_loses_no_answer_that_was_saved(tmp_path: Path) -> None:
    """A writer killed at any moment, time after time: whatever it reported as saved is there, and the store opens."""
    path = tmp_path / "store.db"
    reported: list[str] = []
    for round_ in range(8):
        with run_python(WRITER, path, round_) as process:
            assert process.stdout is not None
            reported += [process.stdout.readline().strip() for _ in range(3 + 5 * round_)]
            process.kill()
            # What it had written to the pipe was saved before; the last line may be cut.
            reported += [line.strip() for line in process.stdout if line.endswith("\n")]
        with Store(path) as store:
            assert set(reported) == set(store.answers(reported, "run"))
            assert [*store.connection.execute("PRAGMA integrity_check").fetchone()] == ["ok"]
    assert len(set(reported)) >= 100


# Files that are no store.


def other_database(path: Path) -> None:
    """A database of another program."""
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE theirs (a)")


def newer_store(path: Path) -> None:
    """A store of a version to come."""
    Store(path).close()
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda path: path.write_text("# notes\n" * 200), "not a database"),
        (lambda path: path.write_bytes(b"SQLite format 3\x00" + bytes(100)), "not a database|malformed|disk image"),
        (other_database, "another program"),
        (newer_store, f"version {SCHEMA_VERSION + 1}; .*reads versions up to {SCHEMA_VERSION}"),
    ],
    ids=["text", "corrupt", "other database", "newer"],
)
def test_a_file_that_is_not_a_store_is_refused_and_left_alone(tmp_path: Path, make: Any, why: str) -> None:
    """The message names the file and the fix; not a byte of the file changes."""
    path = tmp_path / "store.db"
    make(path)
    before = path.read_bytes()
    with pytest.raises(StoreError, match=why) as caught:
        Store(path)
    assert str(path) in str(caught.value)
    assert "name another file" in str(caught.value)
    assert before == path.read_bytes()


def test_a_path_that_cannot_hold_a_store_is_refused(tmp_path: Path) -> None:
    """A folder, and a path below a file, are refused with a message."""
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "file" / "store.db"):
        with pytest.raises(StoreError):
            Store(path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    """No right to write is a StoreError too."""
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError):
        Store(tmp_path / "store.db")
    tmp_path.chmod(0o700)


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    """A file of no bytes, as mktemp leaves it, is as good as none; and a store opened again is what it was."""
    path = tmp_path / "store.db"
    path.touch()
    with Store(path) as store:
        store.save([(ask(), Answer("kept", run_id="run"), 0.0)])
    with Store(path) as store:
        assert store.answers([ask().key], "next")[ask().key].text == "kept"
    with contextlib.closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


def test_arguments_and_messages_are_kept_for_people(store: Store) -> None:
    """The file itself says what was asked, as JSON."""
    store.save([(ask(1, temperature=0), Answer(run_id="run"), 0.0)])
    model, args, messages = store.connection.execute("SELECT model, args, messages FROM answers").fetchone()
    assert (model, json.loads(args)) == ("fake/x", {"temperature": 0})
    assert list(ask(1).messages) == json.loads(messages)


def test_a_person_who_searches_the_file_finds_what_was_asked(store: Store) -> None:
    """Letters beyond ASCII stand in it as they are, in questions and in traces."""
    request = Request("fake/x", [{"role": "user", "content": "où est Ðó?"}])
    store.save([(request, Answer(run_id="run"), 0.0)])
    store.record(0, [(trace(0, detail="Ðó"), request.key, "run")])
    for column, table in (("messages", "answers"), ("row", "traces")):
        ((text,),) = store.connection.execute(f"SELECT {column} FROM {table}").fetchall()
        assert "Ðó" in text


# The folder.


def test_a_folder_that_the_store_makes_is_ignored_by_git(tmp_path: Path) -> None:
    """As pytest's cache is; also the default folder where it is there already."""
    (tmp_path / ".ood").mkdir()
    for folder in (tmp_path / "made" / "here", tmp_path / ".ood"):
        Store(folder / "store.db").close()
        assert (folder / ".gitignore").read_text(encoding="utf-8").splitlines()[-1] == "*"
    assert not (tmp_path / "made" / ".gitignore").exists()


def test_a_folder_of_the_users_is_left_as_it_is(tmp_path: Path) -> None:
    """Nothing in it becomes invisible to git; and a file that is in the way in the default folder stays as it is."""
    Store(tmp_path / "store.db").close()
    assert not (tmp_path / ".gitignore").exists()
    (tmp_path / ".ood").mkdir()
    (tmp_path / ".ood" / ".gitignore").write_text("")
    Store(tmp_path / ".ood" / "store.db").close()
    assert (tmp_path / ".ood" / ".gitignore").read_text() == ""


# Connections.


class Connection(sqlite3.Connection):
    """A connection that notes whether it is open: Python 3.13 warns of each that nobody closes."""

    open: ClassVar[set[int]] = set()

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.open.add(id(self))

    def close(self) -> None:
        """Close and note it."""
        super().close()
        self.open.discard(id(self))


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """The connections that are open."""
    monkeypatch.setattr(sqlite3, "connect", functools.partial(sqlite3.connect, factory=Connection))
    Connection.open.clear()
    return Connection.open


def test_every_connection_is_closed(tmp_path: Path, opened: set[int]) -> None:
    """Those of threads that have ended too, and also while traces are half read."""
    with Store(tmp_path / "store.db") as store:
        store.save([(ask(n), Answer(run_id="run"), 0.0) for n in range(50)])
        store.record(0, [(trace(n), ask(n).key, "run") for n in range(50)])
        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(lambda _: len(list(store.traces("run"))), range(8))) == [50] * 8
        half_read = store.traces("run")
        next(half_read)
        assert opened
    assert not opened
    half_read.close()


@pytest.mark.parametrize("make", [other_database, lambda path: path.mkdir()], ids=["other database", "folder"])
def test_a_store_that_does_not_open_leaves_no_connection(tmp_path: Path, opened: set[int], make: Any) -> None:
    """Whatever the reason is."""
    make(tmp_path / "store.db")
    with pytest.raises(StoreError):
        Store(tmp_path / "store.db")
    assert not opened


def test_a_store_that_nobody_closes_closes_itself(tmp_path: Path, opened: set[int]) -> None:
    """Also one that is read again after it was closed, as the outcome of a run may be."""
    store = Store(tmp_path / "store.db")
    store.close()
    assert store.totals("run").calls == 0
    assert opened
    del store
    gc.collect()
    assert not opened
