"""Providers that misbehave, over real HTTP and through the whole plugin: an outcome, or a message with the fix."""

import asyncio
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pytest_ood.models.litellm_model import LiteLLMModel
from pytest_ood.models.request import Message, Request
from tests.plugin.conftest import COULD_NOT_ASK, PROBE, Suite
from tests.server import Behaviour, Call, Reply, Server, drop, echo_key, fail, first, ok, raw

KEY = "sk-test-0123456789abcdef"
MODEL = "openai/some-model"
QUESTION: list[Message] = [{"role": "user", "content": "What is 2 + 2?"}]


def spelled(body: Any) -> str:
    """The right answer to the suite's probe."""
    word = re.findall(r"Spell (\w+) backward", body["messages"][-1]["content"])[-1]
    return f"<answer>{word[::-1]}</answer>"


good = ok(spelled)
HUGE = ok("x" * 10_000_000)


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """litellm takes seconds to import, some of it with the first call, and a run in this process forgets imports."""

    async def call(url: str) -> None:
        model = LiteLLMModel(MODEL, {"api_base": url, "api_key": KEY})
        await model.start()
        await asyncio.gather(*(model.ask(Request(MODEL, QUESTION)) for _ in range(2)), return_exceptions=True)
        await model.close()

    with Server(first(1, ok(), fail(500))) as server:
        asyncio.run(call(server.url))


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that answers right."""
    with Server(good) as made:
        yield made


@pytest.fixture
def ask(suite: Suite, server: Server) -> Callable[..., pytest.RunResult]:
    """Run one probe against the server behaving so, with little patience and so with short pauses."""
    suite.write(PROBE.replace("[2, 3]", "[2]"))

    def run(behaviour: Behaviour, *args: str) -> pytest.RunResult:
        server.behaviour = behaviour
        result = suite.run(
            f"--ood-model={MODEL}",
            f"--ood-api-base={server.url}",
            f"--ood-model-arg=api_key={KEY}",
            "--ood-json=out.json",
            "--ood-patience=3",
            *args,
        )
        assert KEY not in result.stdout.str() + result.stderr.str()
        return result

    return run


Ask = Callable[..., pytest.RunResult]


def cell(suite: Suite) -> dict[str, Any]:
    """The one cell of the summary."""
    (only,) = suite.summary()["cells"]
    return dict(only)


def test_a_good_provider(suite: Suite, server: Server, ask: Ask) -> None:
    """Each question is one request, and the key is sent as litellm sends it."""
    assert ask(good).parseoutcomes() == {"passed": 1}
    assert (cell(suite)["verdict"], server.count, suite.answers()) == ("robust", 38, 38)
    assert {call.headers["authorization"] for call in server.calls} == {f"Bearer {KEY}"}
    assert suite.summary()["totals"]["input_tokens"] == 38 * 11


@pytest.mark.parametrize(
    ("behaviour", "output"),
    [
        (fail(401, "Incorrect API key"), "check the provider's key"),
        (echo_key(401), "check the provider's key"),
        (fail(403, "no access"), "check the provider's key"),
        (fail(404, "the model some-model does not exist"), "check the model's name"),
        (fail(429, "You exceeded your quota", code="insufficient_quota"), "insufficient_quota|quota"),
    ],
    ids=["401", "401 with the key in it", "403", "404", "quota"],
)
def test_what_can_never_succeed_costs_one_call(
    suite: Suite, server: Server, ask: Ask, behaviour: Behaviour, output: str
) -> None:
    """One clear message, at the end; an exit status of its own."""
    result = ask(behaviour)
    assert (result.ret, result.parseoutcomes()) == (COULD_NOT_ASK, {"undecided": 1})
    assert server.count == 1
    (state,) = suite.summary()["model_states"]
    assert re.search(f"^{MODEL}.*{output}", state["dead"])
    shown = " ".join(line.strip() for line in result.outlines)
    assert f"could not be asked: {state['dead']}" in shown
    assert "Traceback" not in result.stdout.str() + result.stderr.str()
    assert suite.answers() == 0


def test_a_key_that_stops_working_loses_nothing(suite: Suite, server: Server, ask: Ask) -> None:
    """What was answered before stays, and the next run asks the rest."""
    assert ask(first(30, good, fail(401, "expired"))).ret == COULD_NOT_ASK
    kept = suite.answers()
    assert kept == 30
    before = server.count
    assert ask(good).parseoutcomes() == {"passed": 1}
    assert server.count - before == 38 - kept


def test_a_missing_key_costs_no_call(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Known before anything is sent; the message names the variable."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    result = suite.run("--ood-model=openai/gpt-4o")
    assert result.ret == COULD_NOT_ASK
    assert "set OPENAI_API_KEY in the environment" in result.stdout.str()
    assert suite.calls() == {}


def test_a_model_without_a_provider_costs_no_call(suite: Suite) -> None:
    """The message says how a name is written."""
    result = suite.run("--ood-model=unicorn-9000")
    assert result.ret == COULD_NOT_ASK
    assert "unicorn-9000: litellm does not recognise the provider; write PROVIDER/MODEL" in result.stdout.str()
    assert suite.calls() == {}


@pytest.mark.parametrize(
    "failure",
    [
        fail(429, "slow down", headers={"retry-after": "0.001"}),
        fail(500),
        fail(503),
        fail(529, "overloaded"),
        raw(b'{"choices": [{"mess'),
        raw(b"<html>Bad gateway</html>", 502),
        drop(),
        drop(after=100),
        ok(choices=[]),
    ],
    ids=["429", "500", "503", "529", "malformed", "html", "dropped", "cut", "no choices"],
)
def test_what_may_pass_is_tried_again(suite: Suite, server: Server, ask: Ask, failure: Behaviour) -> None:
    """Every question's first attempt fails; in the end each has its answer, and no failure is in the store."""
    seen: set[str] = set()

    def at_second(call: Call) -> Reply:
        question = call.body["messages"][-1]["content"]
        fresh = question not in seen
        seen.add(question)
        return (failure if fresh else good)(call)

    ask(at_second, "--ood-samples=6")
    assert (cell(suite)["control"]["correct"], cell(suite)["shift"]["correct"]) == (6, 6)
    assert (suite.answers(), server.count) == (12, 24)
    assert suite.summary()["totals"]["calls"] == 12


@pytest.mark.parametrize("failure", [fail(500, "broken"), drop()], ids=["500", "dropped"])
def test_a_provider_that_is_down_from_the_start_is_given_up(
    suite: Suite, server: Server, ask: Ask, failure: Behaviour
) -> None:
    """One call at a time, now and then, as long as --ood-patience says."""
    assert ask(failure, "--ood-patience=0.5").ret == COULD_NOT_ASK
    assert 3 <= server.count < 60
    (state,) = suite.summary()["model_states"]
    assert "no answer in 0.5" in state["dead"]
    assert suite.answers() == 0


def test_an_address_that_talks_nonsense_is_given_up_at_once(suite: Suite, server: Server, ask: Ask) -> None:
    """After two calls, and in our own words."""
    assert ask(raw(b"nonsense")).ret == COULD_NOT_ASK
    assert server.count == 2
    (state,) = suite.summary()["model_states"]
    assert state["dead"] == f"{MODEL}: what came is not an answer in the format of its API"


def test_a_provider_that_goes_down_is_given_up_and_nothing_is_wrong(suite: Suite, server: Server, ask: Ask) -> None:
    """The verdict is open, the reason says why, and the next run asks only what has no answer."""
    result = ask(first(3, good, fail(500, "broken")), "--ood-patience=1")
    assert result.ret == COULD_NOT_ASK
    assert (cell(suite)["verdict"], cell(suite)["reason_code"]) == ("undecided", "provider")
    assert (cell(suite)["control"]["wrong"], cell(suite)["shift"]["wrong"]) == (0, 0)
    assert f"{MODEL}: no answer in 1" in cell(suite)["reason"]
    before = server.count
    assert ask(good).parseoutcomes() == {"passed": 1}
    assert server.count - before == 38 - 3


def test_a_request_that_is_refused_is_an_error_of_its_draw(suite: Suite, server: Server, ask: Ask) -> None:
    """400 is not tried again; the others go on."""
    assert ask(first(3, good, lambda call: (fail(400) if call.number == 7 else good)(call))).ret == 0
    assert cell(suite)["control"]["error"] == 1
    assert server.count == cell(suite)["control"]["n"] + cell(suite)["shift"]["n"]


@pytest.mark.parametrize(
    ("behaviour", "outcome"),
    [
        (ok(""), "unparsed"),
        (ok(None), "unparsed"),
        (HUGE, "unparsed"),
        (ok("\x00\x01\ud800\ufffe binary"), "unparsed"),
        (ok("<answer>\x1b[2J\x1b]0;owned\x07\u202e</answer>"), "wrong"),
        (ok("<answer>cut", finish_reason="length"), "truncated"),
        (ok("", finish_reason="content_filter"), "refused"),
        (ok(None, message={"refusal": "I can't help with that"}), "refused"),
        (fail(400, "rejected by our content management policy"), "refused"),
    ],
    ids=["empty", "null", "10 MB", "binary", "escapes", "length", "filter", "refusal", "policy"],
)
def test_an_odd_answer_has_its_outcome(suite: Suite, ask: Ask, behaviour: Behaviour, outcome: str) -> None:
    """In the summary; what is printed of it is short, and no terminal obeys it."""
    # As failures, so that the answers are printed.
    result = ask(behaviour, "--ood-samples=3", "--ood-export=data", "--ood-undecided=fail", "-vv")
    assert result.parseoutcomes() == {"failed": 1}
    assert (cell(suite)["control"][outcome], cell(suite)["shift"][outcome]) == (3, 3)
    shown = result.stdout.str()
    assert len(shown) < 30_000
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", shown)
    # The answer is kept whole.
    (kept,) = suite.rows("SELECT max(length(text)) FROM answers")[0]
    assert kept == (10_000_000 if behaviour is HUGE else kept)


def test_a_slow_provider_is_given_up(suite: Suite, ask: Ask) -> None:
    """An answer that does not come in `timeout` seconds is an error, not a run that hangs."""
    result = ask(first(1, good, ok(spelled, delay=30)), "--ood-model-arg=timeout=0.2", "--ood-samples=2")
    assert result.parseoutcomes() == {"undecided": 1}
    assert cell(suite)["control"]["error"] == 1
    assert suite.answers() == 1


def test_a_bad_key_under_xdist_costs_one_call_in_all(suite: Suite, server: Server) -> None:
    """Two workers, one call, one message."""
    server.behaviour = fail(401, "Incorrect API key")
    result = suite.run_apart(
        "-n2", f"--ood-model={MODEL}", f"--ood-api-base={server.url}", f"--ood-model-arg=api_key={KEY}"
    )
    assert result.returncode != 0
    assert "check the provider's key" in result.stdout
    assert "During handling" not in result.stdout
    assert KEY not in result.stdout
    assert server.count == 1


def test_a_suite_that_makes_errors_of_warnings(suite: Suite, server: Server) -> None:
    """litellm is imported while tests go by, each with filters of its own; what it warns of is not the suite's."""
    suite.write(
        "import time\nimport pytest\n@pytest.mark.parametrize('n', range(9))\ndef test_wait(n):\n    time.sleep(0.2)\n",
        "test_a.py",
    )
    result = suite.run_apart(f"--ood-model={MODEL}", f"--ood-api-base={server.url}", f"--ood-model-arg=api_key={KEY}")
    assert result.returncode == 0, result.stdout
    assert "11 passed" in result.stdout
