"""A small suite of probes, and runs of pytest on it."""

import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import pytest_ood.asking.plan
import pytest_ood.asking.run

# A run in this process forgets what it imported, and numpy cannot be imported twice: so it is here before.
import pytest_ood.dataset.write
import pytest_ood.plugin.tables  # noqa: F401 -- as above

TASK = '''
import pytest
from pytest_ood import Case, probe, task

@task(control={"size": 1}, family="spelling")
def spell(rng, size, mark="."):
    """Spell a word backward."""
    word = "".join(rng.choice(list("abcdefgh"), 8))
    return Case(f"Spell {word} backward, size {size}{mark}", word[::-1], lures={"copied": word}, input=word)
'''
PROBE = f"""{TASK}
@probe(spell)
@pytest.mark.parametrize("size", [2, 3])
def test_spell(ood, size):
    assert ood.robust
"""
STRICT = """
[pytest]
strict = true
addopts = -ra -p no:hypothesispytest -p no:anyio
filterwarnings =
    error
"""


#: The exit status of a session in which nothing failed, but a model could not be asked.
COULD_NOT_ASK = 6


class Suite:
    """A folder with probes, and pytest on it."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.path = pytester.path
        self.store = self.path / ".ood" / "store.db"

    def write(self, text: str = PROBE, name: str = "test_probe.py") -> Path:
        """A file in the folder; a test file with the usual probe by default."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, *args: str) -> pytest.RunResult:
        """In this process: quick, and an exception of the plugin's own is one here."""
        return self.pytester.runpytest_inprocess(*args)

    def run_apart(self, *args: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """In a process of its own."""
        return subprocess.run(self.command(*args), env=os.environ | (env or {}), **_PIPES)

    def begin(self, *args: str) -> "subprocess.Popen[str]":
        """In a process of its own, without waiting for it; it heeds Ctrl-C.

        What a shell runs in the background does not, and neither would what is begun from there.
        """
        heed = "import signal, sys, pytest; signal.signal(signal.SIGINT, signal.default_int_handler)"
        return subprocess.Popen([sys.executable, "-c", f"{heed}; sys.exit(pytest.main())", *args], **_PIPES)

    @staticmethod
    def command(*args: str) -> list[str]:
        """What runs pytest on the folder."""
        return [sys.executable, "-m", "pytest", *args]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What a query finds in the store."""
        with closing(sqlite3.connect(self.store)) as db:
            return db.execute(sql).fetchall()

    def answers(self) -> int:
        """How many answers the store has, errors not counted."""
        return int(self.rows("SELECT count(*) FROM answers WHERE error IS NULL")[0][0])

    def calls(self) -> Counter[str]:
        """How many calls each run has made, errors counted."""
        return Counter(dict(self.rows("SELECT run_id, count(*) FROM answers GROUP BY run_id")))

    def summary(self, name: str = "out.json") -> dict[str, Any]:
        """What --ood-json wrote."""
        whole: dict[str, Any] = json.loads((self.path / name).read_text(encoding="utf-8"))
        return whole

    def verdicts(self, name: str = "out.json") -> dict[str, str]:
        """The verdict by test id without the file."""
        return {cell["id"].partition("::")[2]: cell["verdict"] for cell in self.summary(name)["cells"]}


_PIPES: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "encoding": "utf-8"}


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Suite:
    """The usual probe, in a strict suite, on a terminal of 100 columns, without anybody's keys."""
    monkeypatch.setenv("COLUMNS", "100")
    # Nobody's published seeds.
    monkeypatch.setenv("HF_HOME", str(pytester.path / "hf-home"))
    for name in ("PYTEST_ADDOPTS", "OPENAI_API_KEY", "PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT"):
        monkeypatch.delenv(name, raising=False)
    made = Suite(pytester)
    made.write(STRICT, "pytest.ini")
    made.write()
    return made
