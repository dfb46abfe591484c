"""Every way in which a provider can misbehave has its mapping, and no key ever gets into a message."""

import asyncio
import contextlib
import email.utils
import json
import re
import socket
import time
import traceback
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from typing import Any

import pytest

from pytest_ood.models import IGNORED_WARNINGS, litellm_model
from pytest_ood.models.base import (
    CallFailed,
    Dropped,
    ModelError,
    NoTools,
    RateLimited,
    TimedOut,
    TryAgain,
    Unreachable,
    Unreadable,
)
from pytest_ood.models.litellm_model import LiteLLMModel, price
from pytest_ood.models.request import Answer, Message, Request, recorded
from tests.models.shapes import SHAPES, body
from tests.server import Behaviour, Call, Reply, Server, drop, echo_key, fail, first, ok, raw

# litellm's own filters last only for the test that imports it, and which one that is depends on order and worker.
pytestmark = [pytest.mark.filterwarnings(line) for line in IGNORED_WARNINGS]

NAME = "openai/some-model"
KEY = "sk-test-0123456789abcdef"
Ask = Callable[..., Answer]
Run = Callable[[Coroutine[Any, Any, Any]], Any]
Start = Callable[..., LiteLLMModel]
QUESTION: list[Message] = [{"role": "user", "content": "What is 2 + 2?"}]


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """Run a coroutine on the one event loop of these tests: litellm's background work does not change loops well."""
    loop = asyncio.new_event_loop()
    yield loop.run_until_complete
    model = LiteLLMModel(NAME, {"api_key": KEY})
    loop.run_until_complete(model.start())
    loop.run_until_complete(model.close())
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One server for all tests: litellm takes longer to make a client than to ask."""
    with Server() as server:
        yield server


@pytest.fixture
def ask(run: Run, server: Server) -> Ask:
    """Ask one question of a server that behaves so."""

    def ask(behaviour: Behaviour, name: str = NAME, **args: Any) -> Answer:
        server.behaviour = behaviour
        before = server.count
        model = LiteLLMModel(name, {"api_base": server.url, "api_key": KEY, **args})
        run(model.start())
        try:
            answer: Answer = run(model.ask(Request(name, QUESTION)))
            return answer
        finally:
            assert server.count <= before + 1, "a call is never repeated behind the engine's back"

    return ask


@pytest.fixture
def start(run: Run) -> Start:
    """A model, started."""

    def start(name: str, **args: Any) -> LiteLLMModel:
        model = LiteLLMModel(name, args)
        run(model.start())
        return model

    return start


# Answers


def test_answer_has_every_field(ask: Ask) -> None:
    """Text, finish reason, tokens and time come through; the cost of an unpriced model is unknown, not 0."""
    before = time.time()
    answer = ask(ok("<answer>4</answer>", delay=0.05))
    assert (answer.text, answer.finish_reason, answer.reasoning) == ("<answer>4</answer>", "stop", None)
    assert (answer.input_tokens, answer.output_tokens, answer.cost_usd) == (11, 7, None)
    assert 0.05 <= answer.latency_s < 10
    assert before <= answer.created_at <= time.time()
    assert answer.error is None


def test_request_arrives_as_asked(run: Run, start: Start, server: Server) -> None:
    """Messages, arguments of the model and of the request are sent; prices and the draw are not."""
    server.behaviour = ok()
    prices = {"input_cost_per_token": 0.1, "output_cost_per_token": 0.1}
    model = start(NAME, api_base=server.url, api_key=KEY, temperature=0.5, **prices)
    run(model.ask(Request(NAME, QUESTION, {"temperature": 0.5, "max_tokens": 9, **prices}, draw=3)))
    expected = {"model": "some-model", "messages": QUESTION, "temperature": 0.5, "max_tokens": 9}
    assert server.requests[-1] == expected
    assert server.calls[-1].headers["authorization"] == f"Bearer {KEY}"


def test_secrets_within_arguments_are_sent(run: Run, start: Start, server: Server) -> None:
    """A request is recorded without them, and the model has them; what varies is the request's."""
    server.behaviour = ok()
    args = {"extra_body": {"my_secret": "swordfish!", "size": 2}, "stop": ["a"]}
    model = start(NAME, api_base=server.url, api_key=KEY, **args)
    run(model.ask(Request(NAME, QUESTION, {**recorded(args), "stop": ["b"]})))
    assert server.requests[-1] == {
        **{"model": "some-model", "messages": QUESTION},
        **{"my_secret": "swordfish!", "size": 2, "stop": ["b"]},
    }


def test_calls_in_flight_share_connections(run: Run, start: Start) -> None:
    """A hundred calls at once, twice: all are answered, over a hundred connections or fewer."""

    async def hundred(model: LiteLLMModel) -> list[Answer]:
        return await asyncio.gather(*(model.ask(Request(NAME, QUESTION, draw=draw)) for draw in range(100)))

    with Server(ok("4", delay=0.2)) as server:
        model = start(NAME, api_base=server.url, api_key=KEY)
        assert [answer.text for answer in run(hundred(model)) + run(hundred(model))] == ["4"] * 200
        assert server.count == 200
        assert server.connections <= 101, "one to see whether anything listens"
        run(model.close())


def test_a_closed_model_leaves_litellm_usable(ask: Ask, run: Run, start: Start) -> None:
    """Closing one closes the connections of all, and the next call opens its own."""
    assert ask(ok("one")).text == "one"
    run(start(NAME, api_key=KEY).close())
    assert ask(ok("two")).text == "two"


@pytest.mark.parametrize(
    ("behaviour", "text"),
    [
        (ok(None), ""),
        (ok(""), ""),
        (ok("x" * 10_000_000), "x" * 10_000_000),
        (ok("a\ud800b"), "a?b"),
        (ok("\x1b[31mred\x00"), "\x1b[31mred\x00"),
    ],
    ids=["null", "empty", "10 MB", "lone surrogate", "terminal escapes"],
)
def test_odd_texts(ask: Ask, behaviour: Behaviour, text: str) -> None:
    """Whatever the text is, it is kept whole, and can be written as UTF-8."""
    answer = ask(behaviour, timeout=60)
    assert answer.text == text
    answer.text.encode()


def test_reasoning_is_kept_apart(ask: Ask) -> None:
    """The reasoning is not part of the text."""
    answer = ask(ok("4", message={"reasoning_content": "2 and 2"}))
    assert (answer.text, answer.reasoning) == ("4", "2 and 2")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("length", "length"),
        ("max_tokens", "length"),
        ("model_length", "length"),
        ("content_filter", "content_filter"),
        ("SAFETY", "content_filter"),
        ("refusal", "content_filter"),
        ("eos", "eos"),
        ("something_new", "something_new"),
    ],
)
def test_finish_reasons(ask: Ask, sent: str, kept: str) -> None:
    """A cut-off or refused answer is known as one, whatever its provider calls it; other words are kept."""
    assert ask(ok("x", finish_reason=sent)).finish_reason == kept


def test_refusal_field_is_a_refusal(ask: Ask) -> None:
    """OpenAI's own field for it; its text is kept."""
    answer = ask(ok(None, message={"refusal": "I can't help with that."}))
    assert (answer.finish_reason, answer.text) == ("refusal", "I can't help with that.")


@pytest.mark.parametrize(
    "behaviour",
    [
        fail(400, "blocked", code="content_policy_violation"),
        fail(400, "The response was filtered due to Azure OpenAI's content management policy"),
        fail(403, "Your input was flagged by moderation"),
    ],
    ids=["code", "words", "moderation"],
)
def test_refused_by_the_provider(ask: Ask, behaviour: Behaviour) -> None:
    """A prompt that the provider's filter stops is a refused answer, no failed call."""
    answer = ask(behaviour)
    assert (answer.text, answer.finish_reason, answer.error) == ("", "content_filter", None)


# Failures


FAILURES = {
    "401": (fail(401, "Incorrect API key provided"), ModelError, "Incorrect API key provided.*HTTP 401.*key"),
    "402": (fail(402, "Insufficient credits"), ModelError, "Insufficient credits"),
    "403": (fail(403, "Country not supported"), ModelError, "Country not supported"),
    "404": (fail(404, "No such thing", code="model_not_found"), ModelError, "No such thing.*HTTP 404"),
    "429 quota": (fail(429, "You exceeded your quota", code="insufficient_quota"), ModelError, "exceeded your quota"),
    "400": (fail(400, "bad top_p"), CallFailed, "bad top_p"),
    "400 context": (
        fail(400, "maximum context length is 10", code="context_length_exceeded"),
        CallFailed,
        "context length",
    ),
    "413": (fail(413, "too large"), CallFailed, "too large"),
    "422": (fail(422, "cannot be processed"), CallFailed, "cannot be processed"),
    "408": (fail(408, "slow"), TimedOut, "slow"),
    "409": (fail(409, "conflict"), TryAgain, "conflict"),
    "429": (fail(429, "slow down"), RateLimited, "slow down"),
    "500": (fail(500, "oops"), TryAgain, "oops"),
    "502": (fail(502, "bad gateway"), TryAgain, "bad gateway"),
    "503": (fail(503, "unavailable"), TryAgain, "unavailable"),
    "529": (fail(529, "overloaded"), RateLimited, "overloaded"),
    "html": (raw(b"<html>502</html>", 502), TryAgain, "502"),
    "cut json": (raw(b'{"choices": [{'), Unreadable, ""),
    "no body": (raw(b""), Unreadable, ""),
    "null": (raw(b"null"), Unreadable, ""),
    "no choices": (raw(b"{}"), Unreadable, ""),
    "binary": (raw(bytes(range(256))), Unreadable, ""),
    "dropped": (drop(), Dropped, ""),
    "dropped midway": (drop(300), Dropped, ""),
    "503 overloaded": (fail(503, "The model is overloaded"), RateLimited, "overloaded"),
    "html 200": (raw(b"<!DOCTYPE html><html>Please log in</html>"), Unreadable, "not an answer.*HTML"),
}


@pytest.mark.parametrize("provider", ["openai", "hosted_vllm", "anthropic"])
@pytest.mark.parametrize(("behaviour", "failure", "words"), FAILURES.values(), ids=FAILURES)
def test_failures(ask: Ask, provider: str, behaviour: Behaviour, failure: type[Exception], words: str) -> None:
    """Fatal, failed for good, or worth another try; the provider's words are in the message, on one line."""
    with pytest.raises(failure, match=f"^{provider}/some-model: .*{words}") as raised:
        ask(behaviour, f"{provider}/some-model", max_tokens=5)
    assert type(raised.value) is failure
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 700
    assert "Exception" not in str(raised.value)


@pytest.mark.parametrize(
    "behaviour",
    [ok(choices=[]), ok(choices=[{"index": 0, "finish_reason": "stop"}]), ok("half an ans", finish_reason="error")],
    ids=["no choices", "no message", "broken off"],
)
def test_answers_that_are_none(ask: Ask, behaviour: Behaviour) -> None:
    """An answer without content, or one that its provider broke off, is worth another try."""
    with pytest.raises(TryAgain):
        ask(behaviour)


def test_slow_provider(ask: Ask) -> None:
    """The argument `timeout` is the most that a call may take, in seconds."""
    begun = time.perf_counter()
    with pytest.raises(TryAgain, match=r"timed out|no answer in 0\.3 s"):
        ask(ok(delay=20), timeout=0.3)
    assert time.perf_counter() - begun < 10


@pytest.mark.parametrize(
    ("base", "why"),
    [
        ("http://127.0.0.1:9/v1", r"\[Errno 111\] Connection refused"),
        ("http://no-such-host.invalid/v1", r"\[Errno -\d\] .*"),
    ],
)
def test_nothing_at_the_address(start: Start, base: str, why: str) -> None:
    """Known before litellm is loaded; the message names address, cause and fix."""
    begun = time.perf_counter()
    with pytest.raises(ModelError) as raised:
        start(NAME, api_base=base, api_key=KEY)
    expected = f"{NAME}: nothing answers at {re.escape(base)} \\({why}\\); start the server or mend --ood-api-base"
    assert re.fullmatch(expected, str(raised.value))
    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize("provider", ["openai", "hosted_vllm"])
def test_a_server_that_went_away(run: Run, start: Start, provider: str) -> None:
    """A call says so, too: the cause is deep in what the client raises."""
    name = f"{provider}/some-model"
    with Server() as gone:
        url = gone.url
        model = start(name, api_base=url, api_key=KEY)
    with pytest.raises(Unreachable) as raised:
        run(model.ask(Request(name, QUESTION)))
    run(model.close())
    assert str(raised.value) == (
        f"{name}: nothing answers at {url} ([Errno 111] Connection refused); start the server or mend --ood-api-base"
    )


def test_an_address_that_swallows_connections(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten seconds for a connection, here less; the backlog of a socket that accepts nothing is soon full."""
    monkeypatch.setattr(litellm_model, "CONNECT_S", 0.3)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf, contextlib.ExitStack() as waiting:
        for _ in range(3):
            knock = waiting.enter_context(socket.socket())
            knock.setblocking(False)
            knock.connect_ex(deaf.getsockname())
        with pytest.raises(ModelError, match=r"nothing answers at .* \(no connection in 0\.3 s\)"):
            start(NAME, api_base=f"http://127.0.0.1:{deaf.getsockname()[1]}/v1", api_key=KEY)


@pytest.mark.parametrize(
    ("name", "args", "room", "seconds"),
    [
        ("gpt-4o", {}, 300, 90),
        ("gpt-4o", {}, 8_500, 600),
        ("gpt-4o", {"max_tokens": 100}, 300, 70),
        ("gpt-4o", {"timeout": 7}, 300, 7),
        ("o3-mini", {}, 300, 600),
        (NAME, {}, 300, 600),
    ],
)
def test_how_long_a_call_may_take(start: Start, name: str, args: dict[str, Any], room: int, seconds: float) -> None:
    """As long as the response needs; models that think, and those of which nothing is known, get ten minutes."""
    model = start(name, api_key=KEY, **args)
    assert model.timeout(Request(name, QUESTION, room=room)) == seconds


def test_closing_several_models(run: Run, start: Start, server: Server) -> None:
    """They share litellm's connections: each can be closed after another."""
    server.behaviour = ok("4")
    models = [start(f"openai/model-{i}", api_base=server.url, api_key=KEY) for i in range(3)]
    for model in models:
        assert run(model.ask(Request(model.name, QUESTION))).text == "4"
    for model in models:
        run(model.close())


def test_huge_hostile_error(ask: Ask) -> None:
    """A long message full of terminal escapes is cut and made harmless; litellm takes 10 s for each MB of it."""
    with pytest.raises(TryAgain) as raised:
        ask(fail(500, "\x1b[2J\x07 boom\n" * 5_000), timeout=60)
    assert len(str(raised.value)) < 700
    assert str(raised.value).isprintable()


def test_a_call_may_work_later(run: Run, start: Start) -> None:
    """Two 429s and then an answer: nothing of a failure stays behind in the model."""
    with Server(first(2, fail(429), ok("4"))) as server:
        model = start(NAME, api_base=server.url, api_key=KEY)
        for _ in range(2):
            with pytest.raises(TryAgain):
                run(model.ask(Request(NAME, QUESTION)))
        assert run(model.ask(Request(NAME, QUESTION))).text == "4"
        run(model.close())


@pytest.mark.parametrize("status", [429, 500, 503, 529])
@pytest.mark.parametrize(
    ("header", "low", "high"),
    [("3", 3, 3), ("0.5", 0.5, 0.5), ("-1", 0, 0), ("soon", None, None), ("nan", None, None), ("DATE", 15, 20)],
)
def test_retry_after(ask: Ask, status: int, header: str, low: float | None, high: float | None) -> None:
    """Seconds or an HTTP date; what is neither is ignored."""
    if header == "DATE":
        header = email.utils.formatdate(time.time() + 20, usegmt=True)
    with pytest.raises(TryAgain) as raised:
        ask(fail(status, headers={"retry-after": header}))
    after = raised.value.after
    assert after == low if low is None or high is None else after is not None and low <= after <= high


@pytest.mark.parametrize(
    ("message", "headers", "seconds"),
    [
        ("Please try again in 20s. Visit https://x", {}, 20.0),
        ("Please try again in 150ms.", {}, 0.15),
        ("Please retry in 34.07s.", {"retry-after": "12"}, 12.0),
        ("no", {"retry-after": "2", "retry-after-ms": "1500"}, 1.5),
        ('{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34s"}', {}, 34.0),
        ("try it in 3 weeks", {}, None),
    ],
)
def test_other_ways_to_ask_for_a_wait(ask: Ask, message: str, headers: dict[str, str], seconds: float | None) -> None:
    """In words, in milliseconds, in the body; a header takes precedence."""
    with pytest.raises(RateLimited) as raised:
        ask(fail(429, message, headers=headers))
    assert raised.value.after == seconds


def test_retry_info_of_gemini(ask: Ask) -> None:
    """In the form in which Gemini sends it."""
    details = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "17s"}]
    error = {"error": {"code": 429, "message": "Quota exceeded", "status": "RESOURCE_EXHAUSTED", "details": details}}
    with pytest.raises(RateLimited) as raised:
        ask(raw(json.dumps(error).encode(), 429), "gemini/gemini-2.5-flash")
    assert raised.value.after == 17


# Keys


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
@pytest.mark.parametrize("key", [KEY, "a-key-without-a-known-form"])
def test_echoed_key_is_struck_out(ask: Ask, status: int, key: str) -> None:
    """A provider that repeats the key does not get it into the message, whatever the key looks like."""
    with pytest.raises((ModelError, CallFailed, TryAgain)) as raised:
        ask(echo_key(status), api_key=key)
    assert key not in "".join(traceback.format_exception(raised.value))
    assert "REDACTED" in str(raised.value)


def test_key_in_an_answer_is_struck_out(ask: Ask) -> None:
    """What a model says is stored and published."""
    assert ask(ok(f"Your key is {KEY}. <answer>5</answer>")).text == "Your key is REDACTED. <answer>5</answer>"


def test_keys_in_headers_and_environment_are_struck_out(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """So are those in a header of the user's, and any other provider's in the environment."""
    monkeypatch.setenv("SOME_OTHER_API_KEY", "environment-secret")
    headers = {"Authorization": "Bearer header-secret"}
    with pytest.raises(CallFailed) as raised:
        ask(fail(400, "not header-secret, not environment-secret"), extra_headers=headers)
    assert "secret" not in str(raised.value)


def test_server_that_echoes_everything(ask: Ask) -> None:
    """Also a body that is not JSON and repeats the headers."""

    def echo(call: Any) -> Reply:
        return Reply(str(call.headers).encode(), 500)

    with pytest.raises(TryAgain, match="REDACTED"):
        ask(echo)


@pytest.mark.parametrize(
    ("served", "kept"),
    [("some-model-2026-11-24", "some-model-2026-11-24"), ("", None), (KEY, "REDACTED")],
    ids=["exact", "nothing", "key"],
)
def test_the_served_model_is_kept(ask: Ask, served: str, kept: str | None) -> None:
    """The provider's own name for what answered, which may change behind the name that was asked for."""

    def behave(call: Call) -> Reply:
        reply = ok()(call)
        return replace(reply, body=json.dumps({**json.loads(reply.body), "model": served}).encode())

    assert ask(behave).served_model == kept


def test_what_a_provider_says_besides_is_kept(ask: Ask) -> None:
    """The fingerprint of its configuration, and how many tokens were thoughts or came from its cache."""

    def behave(call: Call) -> Reply:
        usage = {
            **{"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
            "completion_tokens_details": {"reasoning_tokens": 5},
            "prompt_tokens_details": {"cached_tokens": 3},
        }
        reply = ok(usage=usage)(call)
        return replace(reply, body=json.dumps({**json.loads(reply.body), "system_fingerprint": "fp_44"}).encode())

    answer = ask(behave)
    assert (answer.system_fingerprint, answer.reasoning_tokens, answer.cached_tokens) == ("fp_44", 5, 3)
    answer = ask(ok())
    assert (answer.system_fingerprint, answer.reasoning_tokens, answer.cached_tokens) == (None, None, None)


# Before the first call


def test_missing_key(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """No call is made; the message names the variable."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ModelError, match="set OPENAI_API_KEY in the environment"):
        start("gpt-4o")


def test_missing_key_of_two_names(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where either of two variables would do, both are named, and either does."""
    monkeypatch.delenv("GEMINI_API_KEY", raising=False)
    monkeypatch.delenv("GOOGLE_API_KEY", raising=False)
    with pytest.raises(ModelError, match="GEMINI_API_KEY"):
        start("gemini/gemini-2.5-pro")
    monkeypatch.setenv("GEMINI_API_KEY", "a-key-of-gemini")
    start("gemini/gemini-2.5-pro")


@pytest.mark.parametrize("name", ["bedrock/anthropic.claude-3-haiku-20240307-v1:0", "azure/mine", "ollama/llama3"])
def test_other_ways_in(start: Start, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that may do without a key in the environment is not refused for want of one."""
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AZURE_API_KEY", "OLLAMA_API_BASE"):
        monkeypatch.delenv(variable, raising=False)
    start(name)


def test_unknown_model(start: Start, capfd: pytest.CaptureFixture[str]) -> None:
    """The message says how a name is written and what was perhaps meant; litellm prints nothing of its own."""
    with pytest.raises(ModelError, match=r"^gpt-4oo: .*PROVIDER/MODEL.*; did you mean gpt-4o"):
        start("gpt-4oo")
    with pytest.raises(ModelError, match=r"openai/some-model with the API base"):
        start("nowhere/some-model")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"stream": True}, "stream"),
        ({"n": 2}, "argument n"),
        ({"timeout": "soon"}, "timeout='soon'"),
        ({"input_cost_per_token": "cheap"}, "input_cost_per_token='cheap'"),
        ({"output_cost_per_token": -1}, "output_cost_per_token=-1"),
    ],
)
def test_arguments_that_cannot_be(start: Start, args: dict[str, Any], words: str) -> None:
    """What would break a call or a budget is refused by name."""
    with pytest.raises(ModelError, match=words):
        start(NAME, api_key=KEY, **args)


def test_quiet(ask: Ask, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    """Neither answers nor failures leave anything on the terminal or in the log."""
    ask(ok("x", finish_reason="something_new"))
    with pytest.raises(TryAgain):
        ask(fail(500))
    assert capfd.readouterr() == ("", "")
    assert [record for record in caplog.records if record.name.startswith("LiteLLM")] == []


# Prices


def test_cost_of_a_known_model(ask: Ask) -> None:
    """litellm's price list gives the cost of the tokens used."""
    answer = ask(ok(), "openai/gpt-4o")
    assert answer.cost_usd == pytest.approx(11 * 2.5e-6 + 7 * 1e-5)


def test_cost_by_the_users_prices(ask: Ask) -> None:
    """Prices passed as arguments go before the list; 0 is a price."""
    assert ask(ok(), input_cost_per_token=0.01, output_cost_per_token=0.02).cost_usd == pytest.approx(0.25)
    assert ask(ok(), input_cost_per_token=0, output_cost_per_token=0).cost_usd == 0


@pytest.mark.parametrize(
    ("name", "args", "expected"),
    [
        ("gpt-4o", {}, (2.5e-6, 1e-5)),
        ("openai/gpt-4o", {"input_cost_per_token": 1}, (1, 1e-5)),
        (NAME, {}, None),
        (NAME, {"input_cost_per_token": 1}, None),
        (NAME, {"input_cost_per_token": 1, "output_cost_per_token": 0}, (1, 0)),
        ("hosted_vllm/gpt-4o", {}, None),
    ],
)
def test_price(name: str, args: dict[str, Any], expected: tuple[float, float] | None) -> None:
    """Dollars a token, known or not; another provider's model of the same name lends it no price."""
    assert price(name, args) == expected


@pytest.mark.parametrize(
    ("name", "args", "room", "sent"),
    [
        ("openai/gpt-4o", {}, 300, {"max_tokens": 300}),
        ("openai/gpt-4o", {}, 1_000_000, {"max_tokens": 16384}),
        ("openai/gpt-4o", {}, None, {}),
        ("openai/gpt-4o", {"max_tokens": 9}, 300, {"max_tokens": 9}),
        ("openai/gpt-4o", {"max_completion_tokens": 9}, 300, {"max_completion_tokens": 9}),
        # It thinks, and thoughts count towards the limit.
        ("openai/o3", {}, 300, {}),
        # Whether it thinks is not known.
        (NAME, {}, 300, {}),
    ],
)
def test_a_response_is_limited_to_what_it_needs(
    run: Run, start: Start, server: Server, name: str, args: dict[str, int], room: int | None, sent: dict[str, int]
) -> None:
    """Unless the user sets a limit, or the model may think before it answers; never more than the provider allows."""
    server.behaviour = ok()
    model = start(name, api_base=server.url, api_key=KEY, **args)
    run(model.ask(Request(name, QUESTION, args, room=room)))
    found = {key: value for key, value in server.requests[-1].items() if key.startswith("max_")}
    assert found == sent


def test_an_argument_that_would_be_dropped_does_not_vary(run: Run, start: Start, server: Server) -> None:
    """Its conditions would all be the same; one that all calls have may be dropped."""
    server.behaviour = ok()
    settings, before = {"api_base": server.url, "api_key": KEY}, len(server.requests)
    with pytest.raises(ModelError, match="does not take the argument reasoning_effort"):
        run(start("gpt-4o", **settings).ask(Request("gpt-4o", QUESTION, {"reasoning_effort": "low"})))
    assert len(server.requests) == before
    for model, args in (
        (start("gpt-4o", **settings), {"temperature": 1, "own_argument": 2}),
        (start("gpt-4o", **settings, reasoning_effort="low"), {"reasoning_effort": "low"}),
    ):
        assert run(model.ask(Request("gpt-4o", QUESTION, args))).text == "<answer>4</answer>"


@pytest.mark.parametrize(
    ("name", "args", "sent", "dropped"),
    [
        ("openai/o3-mini", {"temperature": 0, "max_tokens": 9}, {"max_completion_tokens": 9}, ("temperature",)),
        ("openai/o3-mini", {"reasoning_effort": "low", "seed": 3}, {"reasoning_effort": "low", "seed": 3}, ()),
        ("openai/gpt-5", {"top_p": 0.5, "temperature": 0}, {}, ("temperature", "top_p")),
        ("openai/gpt-4o", {"reasoning_effort": "low", "temperature": 0}, {"temperature": 0}, ("reasoning_effort",)),
        ("anthropic/claude-sonnet-4-5", {"max_tokens": 9, "seed": 3}, {"max_tokens": 9}, ("seed",)),
        # Of a model that litellm does not know nobody knows what it takes.
        (NAME, {"reasoning_effort": "low", "temperature": 0}, {"reasoning_effort": "low", "temperature": 0}, ()),
        ("groq/some-model", {"reasoning_effort": "low"}, {"reasoning_effort": "low"}, ()),
        ("together_ai/some/model", {"reasoning_effort": "low"}, {"reasoning_effort": "low"}, ()),
        ("hosted_vllm/some-model", {"reasoning_effort": "low"}, {"reasoning_effort": "low"}, ()),
    ],
)
def test_what_is_not_sent_is_known(
    run: Run, start: Start, server: Server, name: str, args: dict[str, Any], sent: dict[str, Any], dropped: tuple[str]
) -> None:
    """On the wire is what the answer says."""
    claude = name.startswith("anthropic")
    server.behaviour = raw(body("anthropic/claude-sonnet-4-5" if claude else "openai/gpt-4o", SHAPES["right"]))
    model = start(name, api_base=server.url, api_key=KEY, **args)
    assert run(model.ask(Request(name, QUESTION, args))).dropped == dropped
    assert {key: value for key, value in server.requests[-1].items() if key not in ("model", "messages")} == sent


def test_a_limit_that_is_not_sent_limits_no_cost(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is reserved is then what the longest response costs."""
    model = start("gpt-4o", api_key=KEY, max_tokens=9)
    request = Request("gpt-4o", QUESTION, {"max_tokens": 9})
    low = model.most(request)
    monkeypatch.setattr(litellm_model.importlib.import_module("litellm"), "get_optional_params", lambda **_: {})
    model = start("gpt-4o", api_key=KEY, max_tokens=9)
    high = model.most(request)
    assert low is not None
    assert high is not None
    assert high - low == pytest.approx((16384 - 9) * 1e-5)


@pytest.mark.parametrize(
    ("name", "args", "room", "longest"),
    [
        ("gpt-4o", {"max_tokens": 100}, 300, 100),
        ("gpt-4o", {}, None, 16384),
        ("gpt-4o", {}, 300, 300),
        (NAME, {"max_tokens": 100}, 300, None),
        (NAME, {}, 300, None),
    ],
)
def test_most_is_a_bound(start: Start, name: str, args: dict[str, Any], room: int | None, longest: int | None) -> None:
    """The most a call costs: more than a token a character of the prompt, and the longest answer; or unknown."""
    most = start(name, api_key=KEY, **args).most(Request(name, QUESTION, room=room))
    if longest is None:
        assert most is None
    else:
        prompt = len(QUESTION[0]["content"])
        assert most is not None
        assert prompt * 2.5e-6 + longest * 1e-5 < most < (prompt + 100) * 2.5e-6 + longest * 1e-5


TOOLS = [{"type": "function", "function": {"name": "solve", "parameters": {"type": "object", "properties": {}}}}]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "registry.ollama.ai/library/gemma:2b does not support tools"),
        (400, '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'),
        (400, "Unsupported parameter: 'tools' is not supported with this model."),
        (404, 'No endpoints found that support tool use. Try disabling "solve".'),
        (400, "Function calling is not enabled for models/gemma-3-27b-it"),
        (400, "This model doesn't support tool use."),
        (400, "some-model does not support Function Calling"),
        (400, "`tool calling` is not supported with this model"),
        (500, "tools param requires --jinja flag"),
        (422, "tool_choice: value not supported"),
    ],
)
def test_a_server_without_tools(run: Run, start: Start, server: Server, status: int, words: str) -> None:
    """The words of nine servers; without tools the same words mean something else."""
    server.behaviour = fail(status, words)
    model = start(NAME, api_base=server.url, api_key=KEY)
    with pytest.raises(NoTools, match=re.escape(words[:10])):
        run(model.ask(Request(NAME, QUESTION, tools=TOOLS)))
    with pytest.raises((CallFailed, ModelError, TryAgain)) as plain:
        run(model.ask(Request(NAME, QUESTION)))
    assert not isinstance(plain.value, NoTools)


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    [
        (429, "too many tool calls; tools are not available until tomorrow", RateLimited),
        (401, "your key does not allow tools", ModelError),
        (400, "messages with role 'tool' must follow a tool call", CallFailed),
        (400, "the schema of the tool solve is invalid", CallFailed),
        (500, "the tool server crashed", TryAgain),
    ],
)
def test_other_trouble_with_tools(
    run: Run, start: Start, server: Server, status: int, words: str, kind: type[Exception]
) -> None:
    """It does not say that the model takes none."""
    server.behaviour = fail(status, words)
    model = start(NAME, api_base=server.url, api_key=KEY)
    with pytest.raises(kind) as raised:
        run(model.ask(Request(NAME, QUESTION, tools=TOOLS)))
    assert not isinstance(raised.value, NoTools)
