"""Rate limits and outages, with the real litellm: nothing is lost, nothing is asked twice, and the others do not wait.

The clock is scaled by twenty: a provider of one call a second allows twenty, and patience is thirty seconds instead of
ten minutes, which makes the pauses shorter in proportion. The figures at full length are those of
``benchmarks/pace.py``.
"""

import itertools
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pytest_ood import ModelError, Outcome
from pytest_ood.models import IGNORED_WARNINGS
from tests.faults.provider import Call, PerSecond, Provider, failed, outage
from tests.faults.running import ask
from tests.plugin.conftest import COULD_NOT_ASK, PROBE, Suite

pytestmark = [pytest.mark.filterwarnings(line) for line in IGNORED_WARNINGS]

SCALE = 20
PATIENCE_S = 600 / SCALE


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store of its own."""
    return tmp_path / "store.db"


def lost(outcome: Outcome) -> int:
    """How many draws are not right answers."""
    return sum(arm.n - arm.correct for _, arm in outcome.arms)


@pytest.mark.parametrize(
    "limit",
    [
        PerSecond(1 * SCALE),
        PerSecond(1 * SCALE, headers={"retry-after": str(5 / SCALE)}),
        PerSecond(5 * SCALE, burst=5, headers={"retry-after-ms": str(1000 / SCALE)}),
        PerSecond(5 * SCALE, burst=5, status=529),
    ],
    ids=["1/s", "1/s and Retry-After", "5/s and Retry-After", "5/s, overloaded"],
)
def test_a_rate_limit_loses_nothing(store: Path, limit: PerSecond) -> None:
    """Every draw is answered, once; what is refused is no attempt, and does not become a storm of calls."""
    with Provider(limit) as provider:
        outcome = ask(provider, store, 10, patience=PATIENCE_S)
    assert (lost(outcome), outcome.control.n, outcome.shift.n if outcome.shift else 0) == (0, 10, 10)
    assert set(provider.answered.values()) == {1}
    assert len(provider.answered) == 20
    # Up to twenty calls are on their way when the first is refused.
    assert 20 < provider.received.total() <= 20 + 20 + 15


@pytest.mark.parametrize("status", [500, 503])
def test_an_outage_loses_nothing(store: Path, status: int) -> None:
    """A minute, scaled, in which every call fails: no draw is lost, and it goes on soon after."""
    end = 60 / SCALE / 3 + 0.1
    with Provider(outage(0.1, end, status), latency=0.02) as provider:
        outcome = ask(provider, store, 40, concurrency=4, patience=PATIENCE_S)
    assert (lost(outcome), set(provider.answered.values())) == (0, {1})
    assert provider.received.total() - 80 < 40
    assert provider.answered_at["some-model"][1] < end + 30 / SCALE + 2


def test_a_server_that_restarts_loses_nothing(store: Path) -> None:
    """Connections that drop are an outage, too."""

    def cut(call: Call) -> Any:
        if 0.1 < call.now < 0.8 and call.request.transport is not None:
            call.request.transport.abort()
            return failed(503, "nobody hears this")
        return None

    with Provider(cut, latency=0.02) as provider:
        assert lost(ask(provider, store, 40, concurrency=4, patience=PATIENCE_S)) == 0
    assert set(provider.answered.values()) == {1}


def test_what_was_answered_under_a_limit_is_not_asked_again(store: Path) -> None:
    """A model that is given up keeps its answers: the next run asks the rest, and only that."""
    allowed = itertools.count()

    def quota(_: Call) -> Any:
        return failed(429, "slow down") if next(allowed) >= 12 else None

    with Provider(quota) as provider:
        with pytest.raises(ModelError, match=r"openai/some-model: no answer in .* s \(--ood-patience\): .*slow down"):
            ask(provider, store, 15, patience=0.6)
        provider.faults = ()
        assert lost(ask(provider, store, 15, patience=PATIENCE_S)) == 0
    assert (len(provider.answered), set(provider.answered.values())) == (30, {1})


TWO = (
    "--ood-model=openai/limited",
    "--ood-model=openai/free",
    "--ood-model-arg=api_key=sk-test",
    "--ood-json=out.json",
)


def test_the_free_model_does_not_wait_for_the_limited_one(suite: Suite) -> None:
    """Both are answered completely; the free one is done long before; the summary says what was refused."""
    suite.write(PROBE.replace("[2, 3]", "[2]"))
    with Provider(PerSecond(1 * SCALE, model="limited")) as provider:
        options = ("--ood-samples=17", f"--ood-patience={PATIENCE_S}")
        result = suite.run(*TWO, f"--ood-api-base={provider.url}", *options)
    assert result.parseoutcomes() == {"passed": 2}
    assert set(provider.answered.values()) == {1}
    free, limited = (provider.answered_at[name][1] for name in ("free", "limited"))
    assert free < 0.7 * limited
    (state,) = suite.summary()["model_states"]
    assert (state["model"], state["dead"]) == ("openai/limited", None)
    assert state["refusals"] == provider.received["limited"] - 34 > 0
    assert 0.3 * SCALE < state["pace"] < 5 * SCALE
    result.stdout.re_match_lines([rf"openai/limited: rate limited: {state['refusals']} refusals, pace [0-9.]+/s"])


@pytest.mark.parametrize("bad", ["gone", "refuses"])
def test_one_bad_model_of_two(suite: Suite, bad: str) -> None:
    """The other one has its verdicts; the end says which is dead and why; nothing of litellm's hides it."""

    def refuse(call: Call) -> Any:
        return failed(404, "no such model") if call.body["model"] == "limited" else None

    suite.write(
        "def pytest_ood_model(name, args):\n"
        "    from pytest_ood.models import open_model\n"
        "    if name == 'openai/limited' and args.pop('gone', None):\n"
        "        return open_model(name, args, 'http://127.0.0.1:9/v1')\n",
        "conftest.py",
    )
    args = ["--ood-model-arg=gone=true"] if bad == "gone" else []
    with Provider(refuse) as provider:
        begun = time.monotonic()
        result = suite.run(*TWO, f"--ood-api-base={provider.url}", *args)
    assert time.monotonic() - begun < 30
    assert (result.ret, result.parseoutcomes()) == (COULD_NOT_ASK, {"passed": 2, "undecided": 2})
    (state,) = suite.summary()["model_states"]
    assert state["model"] == "openai/limited"
    assert ("nothing answers at http://127.0.0.1:9/v1" if bad == "gone" else "no such model") in state["dead"]
    assert "RuntimeError" not in result.stdout.str() + result.stderr.str()


def test_reasons_of_errors_are_in_the_summary(suite: Suite) -> None:
    """How many, and why."""
    seen: set[str] = set()

    def too_long(call: Call) -> Any:
        seen.add(call.question)
        return failed(400, "context length 4096 exceeded") if len(seen) % 3 == 0 else None

    suite.write(PROBE.replace("[2, 3]", "[2]"))
    with Provider(too_long) as provider:
        options = ("--ood-samples=6", "--ood-concurrency=1", "--ood-model-arg=api_key=sk-test", "--ood-json=out.json")
        result = suite.run("--ood-model=openai/some-model", f"--ood-api-base={provider.url}", *options)
    (row,) = suite.summary()["errors"]
    assert row["count"] == 4
    assert "context length 4096 exceeded" in row["error"]
    assert f"4 error: {row['error']}" in " ".join(result.outlines)


def test_a_question_that_hangs_costs_two_calls(store: Path) -> None:
    """The others do not wait for it."""
    questions: Counter[str] = Counter()

    def hang(call: Call) -> float | None:
        questions[call.question] += 1
        return 1.0 if list(questions)[4:5] == [call.question] else None

    with Provider(hang) as provider:
        outcome = ask(provider, store, 10, model_args={"api_key": "sk-test", "timeout": 0.3}, patience=PATIENCE_S)
    assert (questions.most_common(1)[0][1], questions.total()) == (2, 21)
    assert lost(outcome) == 1
