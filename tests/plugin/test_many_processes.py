"""--ood-workers: the models are asked in other processes, and nothing else is different."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.faults.provider import PerSecond, Provider
from tests.models.test_pool import is_alive, wait_for
from tests.plugin.conftest import COULD_NOT_ASK, PROBE, Suite
from tests.plugin.test_providers import spelled
from tests.plugin.test_store import distinct
from tests.server import Server, ok

MODEL = "openai/some-model"
KEY = "sk-test-0123456789abcdef"
LOADED = "import sys\ndef pytest_unconfigure():\n    print('litellm loaded:', 'litellm' in sys.modules)\n"
# Right about half of the words, and each line of the file is one call.
FUNCTION = """
import os
import pathlib
import re
import time

HERE = pathlib.Path(__file__).parent


def answer(messages):
    question = messages[-1]["content"].splitlines()[0]
    with (HERE / "calls.txt").open("a") as file:
        file.write(f"{os.getpid()} {question}\\n")
    time.sleep(0.02)
    word = re.findall(r"Spell (\\w+) backward", question)[-1]
    return f"<answer>{word[::-1] if word < 'd' else word}</answer>"


def fatal(messages):
    os.kill(os.getpid(), 9)
"""
linux = pytest.mark.skipif(sys.platform != "linux", reason="the processes that another one has started are in /proc")


@pytest.fixture
def function(suite: Suite) -> Suite:
    """The suite, and a function to ask."""
    suite.write(FUNCTION, "ood_mine.py")
    return suite


def calls(suite: Suite) -> list[list[str]]:
    """The process and the question of each call."""
    return [line.split(" ", 1) for line in (suite.path / "calls.txt").read_text().splitlines()]


def cells(suite: Suite, name: str = "out.json") -> list[dict[str, Any]]:
    """The cells of a run, without what a repetition does not cost."""
    rows: list[dict[str, Any]] = suite.summary(name)["cells"]
    return [{field: value for field, value in row.items() if field != "cost_usd"} for row in rows]


def workers_of(process: int) -> list[int]:
    """The processes that another one has started."""
    by_thread = Path(f"/proc/{process}/task").glob("*/children")
    return [int(child) for file in by_thread for child in file.read_text().split()]


def test_the_verdicts_are_those_of_one_process(function: Suite) -> None:
    """From the same questions, each asked once, in other processes."""
    args = ["--ood-model=python:ood_mine:answer", "--ood-samples=20", "--ood-undecided=fail"]
    function.run_apart(*args, "--ood-store=one.db", "--ood-json=one.json")
    alone = calls(function)
    (function.path / "calls.txt").unlink()
    function.run_apart(*args, "--ood-store=two.db", "--ood-json=two.json", "--ood-workers=2")
    shared = calls(function)
    assert cells(function, "one.json") == cells(function, "two.json")
    assert sorted(question for _, question in alone) == sorted(question for _, question in shared)
    assert len({pid for pid, _ in alone}) == 1
    assert len({pid for pid, _ in shared} - {pid for pid, _ in alone}) == 2


@pytest.mark.parametrize(("workers", "each"), [(4, 2), (1, 0)])
def test_processes_of_xdist_divide_the_workers_among_them(function: Suite, workers: int, each: int) -> None:
    """With fewer workers than processes these ask themselves, as there are several of them already."""
    function.write(PROBE.replace("[2, 3]", "range(2, 9)"))
    args = ["--ood-model=python:ood_mine:answer", "--ood-samples=20", "--ood-json=out.json", "-n2"]
    function.run_apart(*args, f"--ood-workers={workers}")
    pids = {pid for pid, _ in calls(function)}
    assert len(pids) == (2 * each or 2)
    assert len(calls(function)) == len({question for _, question in calls(function)}) == function.answers()


def test_a_model_that_no_other_process_can_open_is_asked_here(suite: Suite) -> None:
    """A fake answers sooner than it is asked elsewhere, and what a hook returns has no name there; the run says so."""
    suite.write(
        "def pytest_ood_model(name, args):\n    return (lambda messages: '4') if name == 'mine' else None\n",
        "conftest.py",
    )
    result = suite.run("--ood-model=fake/oracle", "--ood-model=mine", "--ood-workers=2", "--ood-samples=2")
    result.stdout.fnmatch_lines(["*--ood-workers: fake/oracle, mine: asked in this process, not in workers*"])
    assert suite.answers() == 2 * 6


@pytest.mark.skipif(os.name != "posix", reason="there is no such signal")
def test_a_model_that_ends_its_workers_ends_itself(function: Suite) -> None:
    """With a message that says how, and the status of a model that could not be asked."""
    result = function.run_apart("--ood-model=python:ood_mine:fatal", "--ood-workers=1", "--ood-patience=20")
    assert result.returncode == COULD_NOT_ASK, result.stdout
    assert "its workers ended 3 times in a row without an answer: the last one was killed (SIGKILL)" in " ".join(
        result.stdout.split()
    )


@linux
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda one: one.name)
def test_a_signal_ends_the_workers_after_their_calls(function: Suite, number: int) -> None:
    """What was asked is in the store, and no process stays."""
    process = function.begin("--ood-model=python:ood_mine:answer", "--ood-samples=100", "--ood-workers=2", "--tb=line")
    wait_for(lambda: (function.path / "calls.txt").exists() and len(calls(function)) >= 15)
    workers = workers_of(process.pid)
    process.send_signal(number)
    output, _ = process.communicate()
    assert process.returncode == pytest.ExitCode.INTERRUPTED, output
    assert "Traceback" not in output
    assert len(workers) == 2
    assert not any(map(is_alive, workers))
    assert function.answers() == len(calls(function)) < 300


@linux
def test_a_worker_killed_in_the_middle_loses_nothing(suite: Suite) -> None:
    """The real litellm, under a budget, with a key: each question has one answer, and no key is anywhere."""
    suite.write(LOADED, "conftest.py")
    args = [f"--ood-model={MODEL}", "-p", "no:anyio", "--ood-samples=20", "--ood-json=out.json", "--ood-budget=9"]
    args += [f"--ood-model-arg={price}_cost_per_token=0.001" for price in ("input", "output")]
    args += [f"--ood-model-arg=api_key={KEY}", "--ood-model-arg=max_tokens=20", "--ood-concurrency=4"]
    with Server(ok(spelled, delay=0.05)) as server:
        process = suite.begin(*args, f"--ood-api-base={server.url}", "--ood-workers=2")
        wait_for(lambda: server.count >= 15)
        workers = workers_of(process.pid)
        assert KEY not in "".join(Path(f"/proc/{pid}/cmdline").read_text() for pid in workers)
        os.kill(workers[0], signal.SIGKILL)
        output, _ = process.communicate()
    assert len(workers) == 2
    assert process.returncode == 0, output
    assert output.endswith("litellm loaded: False\n")
    assert suite.answers() == distinct(server) == 60
    assert suite.rows("SELECT count(*) FROM answers WHERE error IS NOT NULL") == [(0,)]
    # What was on its way may be asked twice, and was charged.
    assert 60 <= server.count <= 64
    assert {call.headers["authorization"] for call in server.calls} == {f"Bearer {KEY}"}
    assert KEY not in output
    assert KEY.encode() not in b"".join(
        file.read_bytes() for file in suite.store.parent.glob("store.db*") if file.is_file()
    )
    # One process finds every answer in the store.
    found = cells(suite)
    again = suite.run_apart(*args, "--ood-api-base=http://127.0.0.1:9")
    assert again.returncode == 0, again.stdout
    assert suite.summary()["totals"]["calls"] == 0
    assert cells(suite) == found


def test_a_limit_of_the_provider_holds_for_all_workers_together(suite: Suite) -> None:
    """The pace is one, whoever makes the calls: none is lost, and few are refused."""
    with Provider(PerSecond(20, 4), latency=0.05) as provider:
        result = suite.run_apart(
            *(f"--ood-model={MODEL}", f"--ood-api-base={provider.url}", f"--ood-model-arg=api_key={KEY}"),
            *("--ood-samples=10", "--ood-workers=2", "--ood-json=out.json"),
        )
    assert result.returncode == 0, result.stdout
    assert sum(provider.answered.values()) == suite.answers() == 30
    assert provider.received["some-model"] <= 1.5 * 30 + 20
    (state,) = suite.summary()["model_states"]
    assert state["refusals"] == provider.received["some-model"] - 30
