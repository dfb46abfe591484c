"""The live line: on a terminal while a test waits, in the logs of a CI server now and then, nowhere else."""

import contextlib
import os
import re
import subprocess
import sys
import time
from typing import Any

import pytest

from pytest_ood.asking.callers import Progress
from pytest_ood.plugin.status_line import progress_line
from tests.plugin.conftest import Suite

SLOW_MODEL = ("--ood-model=fake/oracle", "--ood-model-arg=delay=0.1", "--ood-concurrency=4")
# As if thirty seconds had passed.
IMPATIENT = """
def pytest_runtest_setup(item):
    from pytest_ood.plugin import status_line
    status_line.LOG_EVERY_S = 0.5
"""
LINE = re.compile(r"^ood: \d+ of (?:at most|about) \d+ answers \| \d+ in flight \| \$0\.00", re.MULTILINE)


def progress(**values: Any) -> Progress:
    """A run that began ten seconds ago and is half done."""
    usual = {"answers": 50, "calls": 40, "in_flight": 8, "at_most": 180, "possible": 200, "cost_usd": 0.25}
    return Progress(began=time.monotonic() - 10, **{**usual, "settled": 30, "settled_possible": 60, **values})


def test_what_is_expected() -> None:
    """Half of what was possible, as in the cells that are done; the rest at the price and speed of the calls so far."""
    assert progress_line(progress(), 100) == (
        "ood: 50 of about 100 answers | 8 in flight | $0.2500 of about $0.5625 | about 0:13 left"
    )
    assert progress_line(progress(), 20) == "ood: 50 of about 100"


def test_at_the_start_nothing_is_expected() -> None:
    """No cell is done: the line says only how many answers there may be."""
    line = progress_line(progress(settled=0, settled_possible=0), 100)
    assert line == "ood: 50 of at most 180 answers | 8 in flight | $0.2500"
    assert progress_line(Progress(at_most=100), 100) == "ood: 0 of at most 100 answers | 0 in flight | $0.00"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, 100),
        ({"settled": 3}, 58),  # never fewer than there are already
        ({"settled": 60}, 180),  # never more than there can be
        ({"answers": 180, "in_flight": 0, "settled": 10}, 180),
        ({"settled_possible": 0}, None),
    ],
)
def test_the_expected_answers_are_possible(values: dict[str, Any], expected: int | None) -> None:
    """Whatever the share of the cells that are done."""
    assert progress(**values).expected == expected


def test_an_unknown_price_is_unknown() -> None:
    """So is what the rest will cost."""
    assert progress(cost_usd=None).expected_cost_usd is None
    assert "| cost unknown |" in progress_line(progress(cost_usd=None), 100)


def test_answers_from_the_store_say_nothing_about_speed() -> None:
    """A run that goes on after Ctrl-C has many at once; the calls take their time."""
    now = time.monotonic()
    known = Progress(now - 10, answers=90, calls=10, at_most=100, possible=100, settled=1, settled_possible=1)
    assert known.seconds_left(now) == pytest.approx(10)
    only_stored = Progress(now - 1, answers=50, at_most=100, possible=100, settled=1, settled_possible=1)
    assert only_stored.seconds_left(now) == pytest.approx(1)


def test_no_live_line_without_a_terminal(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log file is spared it."""
    monkeypatch.delenv("CI", raising=False)
    suite.write(IMPATIENT, "conftest.py")
    result = suite.run(*SLOW_MODEL, "-s")
    assert not LINE.search(result.stdout.str() + result.stderr.str())


@pytest.mark.slow
def test_a_line_now_and_then_where_ci_is_set(suite: Suite) -> None:
    """Plain, on a line of its own, so that a log shows that the run goes on."""
    suite.write(IMPATIENT, "conftest.py")
    shown = suite.run_apart(*SLOW_MODEL, env={"CI": "true"}).stdout
    assert 1 <= len(LINE.findall(shown)) <= 10
    assert "\x1b" not in shown
    assert not LINE.search(suite.run_apart(*SLOW_MODEL, "-q", "--ood-refresh", env={"CI": "true"}).stdout)


def test_the_live_line_on_a_terminal(suite: Suite) -> None:
    """On a real one: below the cursor, written and returned from; erased before the verdict is shown."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    run = [sys.executable, "-m", "pytest", "--ood-model=fake/oracle", "--ood-model-arg=delay=0.3"]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80", "CI": "true"}
    with subprocess.Popen(run, cwd=suite.path, env=environment, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        # At the end of the other side a read fails on Linux, and is empty elsewhere.
        with contextlib.suppress(OSError):
            while some := os.read(ours, 65536):
                shown += some
    os.close(ours)
    assert process.returncode == 0
    lines = re.findall(r"\x1bD\x1b\[A\x1b7\x1b\[B\r\x1b\[2K([^\x1b]*)\x1b8", shown.decode())
    assert re.match(r"ood: \d+ of at most 300 answers \| \d+ in flight \| \$0\.00", lines[0])
    assert lines[-1] == ""
