"""A store that the first edition wrote: it opens, loses nothing, and answers what it answered then."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pytest_ood.asking.store import Store
from pytest_ood.asking.store.schema import SCHEMA_VERSION
from tests.asking.first_edition.suite import FAKE, FUNCTION, PROVIDER, STORE, command, write

# Nobody listens there: a question that is asked again is an error.
NOWHERE = "http://127.0.0.1:9"
# The exchanges of then, which are part of a request and so of its key. They have been replaced since, because the last
# one showed `+` as addition and the second one an order; with those of today every question is asked anew.
EXCHANGES_THEN = """
from pytest_ood.answers import wrap
from pytest_ood.asking.conversation import EXCHANGES

THEN = [
    ("What is the capital of France?", "Paris"),
    ("Three letters are given:\\nk\\nb\\nt\\n\\nWrite them in this order, separated by spaces.", "k b t"),
    ("What is 2 + 3? Give its value as a whole number in decimal digits.", "5"),
]
for strategy in EXCHANGES:
    EXCHANGES[strategy] = tuple(
        [{"role": "user", "content": question}, {"role": "assistant", "content": wrap(answer)}]
        for question, answer in THEN
    )
"""


@pytest.fixture
def path(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the store, next to the suite that wrote it."""
    monkeypatch.setenv("HF_HOME", str(pytester.path / "hf-home"))
    for name in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT"):
        monkeypatch.delenv(name, raising=False)
    write(pytester.path)
    with (pytester.path / "conftest.py").open("a", encoding="utf-8") as conftest:
        conftest.write(EXCHANGES_THEN)
    return Path(shutil.copyfile(STORE, pytester.path / "store.db"))


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """What a query finds in a file, without the help of `Store`."""
    with closing(sqlite3.connect(path)) as db:
        return db.execute(sql).fetchall()


def totals(pytester: pytest.Pytester, *models: str) -> dict[str, Any]:
    """The totals of the command that wrote the store, run with these models."""
    result = pytester.runpytest_subprocess("-p", "no:anyio", *command(models, NOWHERE))
    outcomes = result.parseoutcomes()
    # The suite only asks; three draws leave some of its cells undecided.
    assert outcomes.pop("passed", 0) + outcomes.pop("undecided", 0) == 3 * len(models)
    assert outcomes == {}
    found: dict[str, Any] = json.loads((pytester.path / "out.json").read_text(encoding="utf-8"))["totals"]
    return found


def test_nothing_is_asked_again(pytester: pytest.Pytester, path: Path) -> None:
    """The keys are those of then: of single questions, dialogues and both strategies, for a fake and a provider."""
    before = rows(path, "SELECT key FROM answers ORDER BY key")
    assert len(before) == 96
    found = totals(pytester, FAKE, PROVIDER)
    assert (found["calls"], found["from_store"]) == (0, 36)
    assert rows(path, "SELECT key FROM answers ORDER BY key") == before


def test_a_function_is_asked_once_more(pytester: pytest.Pytester, path: Path) -> None:
    """Its key has changed on purpose: it now holds the function's code, which the first edition did not look at."""
    assert totals(pytester, FUNCTION)["calls"] == 26
    assert totals(pytester, FUNCTION)["calls"] == 0
    assert rows(path, "SELECT count(*) FROM answers WHERE model = 'mine'") == [(56,)]


def test_nothing_is_lost(path: Path) -> None:
    """Each answer and each trace of the file is there after it was migrated, and reads as it did."""
    columns = "key, run_id, model, args, messages, text, finish_reason, input_tokens, latency_s, created_at, charged"
    before = rows(path, f"SELECT {columns} FROM answers ORDER BY key")
    traced = rows(path, "SELECT id, outcome FROM traces ORDER BY place, draw")
    ((run_id,),) = rows(path, "SELECT DISTINCT run_id FROM answers")
    with Store(path) as store:
        traces = list(store.traces(run_id))
        answers = store.answers([row[0] for row in before], "another run")
    assert rows(path, "PRAGMA user_version") == [(SCHEMA_VERSION,)]
    assert rows(path, f"SELECT {columns} FROM answers ORDER BY key") == before
    assert [(trace.id, trace.outcome) for trace in traces] == traced
    assert {key: answer.text for key, answer in answers.items()} == {row[0]: row[5] for row in before}
    assert {answer.served_model for answer in answers.values()} == {None}
    assert {trace.response for trace in traces} <= {answer.text for answer in answers.values()}
    assert all(trace.messages[-1]["role"] == "user" for trace in traces)
