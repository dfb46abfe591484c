"""However a run is asked to end: what was answered is kept, files are written, and there is no traceback."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator

import pytest

from tests.plugin.conftest import PROBE, Suite
from tests.plugin.test_store import HTTP_MODEL, distinct
from tests.server import Server, ok

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there are no such signals")

# Lines, so that pytest parses no source for a traceback: CPython 3.11 breaks where a signal falls into ast.parse.
ARGS = ["--ood-model=mine", "--ood-concurrency=4", "--ood-samples=3", "--ood-json=out.json", "--tb=line"]
WHOLE = 3 + 28 * 3


@pytest.fixture
def server() -> Iterator[Server]:
    """A server whose answers are all wrong, and take a moment."""
    with Server(ok("<answer>wrong</answer>", delay=0.1)) as made:
        yield made


@pytest.fixture
def long(suite: Suite, server: Server) -> Suite:
    """A suite that is not over before it is interrupted."""
    suite.write(PROBE.replace("[2, 3]", "range(2, 30)"))
    suite.write(HTTP_MODEL.format(port=server.url.rpartition(":")[2].partition("/")[0]), "conftest.py")
    return suite


def wait_for(condition: Callable[[], bool]) -> None:
    """Until it holds, but not for ever."""
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.005)


def wait_for_words(process: "subprocess.Popen[str]", words: str) -> None:
    """Until a process says them, but not beyond its end."""
    assert process.stdout is not None
    while words not in (line := process.stdout.readline()):
        assert line, f"it ended without saying: {words}"


def output_of(process: "subprocess.Popen[str]") -> str:
    """What a process has said when it has ended; it has no other way to go on than to end."""
    output, _ = process.communicate(timeout=30)
    assert "Traceback" not in output
    assert "INTERNALERROR" not in output
    return output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda one: one.name)
def test_a_signal_keeps_what_was_answered(long: Suite, server: Server, number: int) -> None:
    """Asking stops at once, calls in flight are waited for, and the same command goes on from there."""
    process = long.begin(*ARGS, "--ood-export=out")
    wait_for(lambda: server.count >= 30)
    process.send_signal(number)
    output = output_of(process)
    assert process.returncode == pytest.ExitCode.INTERRUPTED, output
    asked = server.count
    assert long.answers() == asked < 60, "every request that was made has its answer in the store"
    assert long.summary()["totals"]["calls"] == asked
    assert (long.path / "out" / "README.md").exists()
    if number == signal.SIGTERM:
        again = long.run_apart(*ARGS)
        assert again.returncode == 1
        assert long.answers() == server.count == distinct(server) == WHOLE


NEVER = """
import asyncio
import pathlib

import pytest_ood


class Mine(pytest_ood.Model):
    async def ask(self, request):
        pathlib.Path("asked").touch()
        await asyncio.sleep(60)


def pytest_ood_model(name, args):
    return Mine(name, args) if name == "mine" else None
"""


def test_a_second_signal_waits_for_no_call(suite: Suite) -> None:
    """The calls in flight are given up, and the files are written all the same."""
    suite.write(NEVER, "conftest.py")
    process = suite.begin(*ARGS)
    wait_for((suite.path / "asked").exists)
    began = time.monotonic()
    for _ in range(2):
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
    output = output_of(process)
    assert time.monotonic() - began < 3
    assert process.returncode == pytest.ExitCode.INTERRUPTED, output
    assert suite.summary()["totals"]["calls"] == 0


HANGS = """
import time

def pytest_sessionfinish():
    while True:
        try:
            # Only here: a signal that comes before the `try` ends the session.
            print("hanging", flush=True)
            time.sleep(60)
        except BaseException:
            print("going on", flush=True)
"""


def test_a_third_signal_ends_at_once(suite: Suite) -> None:
    """Also where something does not end whatever happens; one line says where the answers are."""
    suite.write(HANGS, "conftest.py")
    process = suite.begin("--ood-model=fake/oracle", "-s")
    try:
        wait_for_words(process, "hanging")
        process.send_signal(signal.SIGTERM)
        wait_for_words(process, "going on")
        for _ in range(2):
            time.sleep(0.3)
            assert process.poll() is None
            process.send_signal(signal.SIGTERM)
        output = output_of(process)
    finally:
        process.kill()
    assert process.returncode == 128 + signal.SIGTERM
    assert "ended at once; every stored answer is kept in .ood/store.db" in output


def test_a_signal_while_files_are_written_ends_the_session(suite: Suite) -> None:
    """pytest expects no KeyboardInterrupt there."""
    writes = "import time\ndef pytest_sessionfinish():\n    print('writing', flush=True)\n    time.sleep(60)\n"
    suite.write(writes, "conftest.py")
    process = suite.begin("--ood-model=fake/oracle", "-s")
    wait_for_words(process, "writing")
    process.send_signal(signal.SIGINT)
    output = output_of(process)
    assert process.returncode == pytest.ExitCode.INTERRUPTED
    assert "interrupted at the end; every stored answer is kept in .ood/store.db" in output


def test_ctrl_c_under_xdist_writes_what_there_is(long: Suite, server: Server) -> None:
    """The terminal sends the signal to all processes; no test has ended, and still there are summary and dataset."""
    long.write(PROBE.replace("[2, 3]", "range(2, 30)").replace("assert ood", "import time; time.sleep(60); assert ood"))
    process = subprocess.Popen(
        long.command(*ARGS, "--ood-export=out", "-n2"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    wait_for(lambda: server.count >= 20)
    os.killpg(process.pid, signal.SIGINT)
    output = output_of(process)
    assert process.returncode == pytest.ExitCode.INTERRUPTED, output
    # What two processes had in flight may be lost.
    # What two processes had in flight may be lost, or be stored after the summary was written.
    assert long.summary()["totals"]["calls"] <= long.answers() <= server.count < WHOLE
    assert server.count - long.summary()["totals"]["calls"] <= 2 * 4
    assert (long.path / "out" / "README.md").exists()
    assert "verdicts: out.json" in output


def test_signals_are_left_as_they_were(suite: Suite) -> None:
    """A program that runs pytest keeps its own handlers, and one that ignores SIGHUP goes on ignoring it."""
    kept = (
        "import signal, sys, pytest\nown = lambda *_: None\nsignal.signal(signal.SIGTERM, own)\n"
        "signal.signal(signal.SIGHUP, signal.SIG_IGN)\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "pytest.main(sys.argv[1:])\n"
        "wanted = [own, signal.SIG_IGN, signal.default_int_handler]\n"
        "names = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)\n"
        "print('kept' if [signal.getsignal(name) for name in names] == wanted else 'changed')\n"
    )
    suite.write(kept, "outer.py")
    during = "import signal\ndef pytest_runtest_setup():\n    print(signal.getsignal(signal.SIGHUP).name)\n"
    suite.write(during, "conftest.py")
    done = suite.pytester.runpython_c(f"import runpy, sys; sys.argv = ['x', '--ood-model=fake/oracle', '-s']; {RUN}")
    done.stdout.fnmatch_lines(["*SIG_IGN*", "kept"])


RUN = "runpy.run_path('outer.py')"
