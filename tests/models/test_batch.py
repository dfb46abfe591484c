"""A call that is put down in a file, and an answer that comes back in one: as if both had gone over the wire."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

from pytest_ood.models import IGNORED_WARNINGS
from pytest_ood.models.base import CallFailed, ModelError, NoTools, RateLimited, TimedOut, TryAgain, Unreadable
from pytest_ood.models.batch import BatchModel
from pytest_ood.models.litellm_model import LiteLLMModel
from pytest_ood.models.request import Answer, Message, Request, recorded
from tests.models.shapes import SHAPES, body
from tests.server import Server, fail, ok, raw

pytestmark = [pytest.mark.filterwarnings(line) for line in IGNORED_WARNINGS]
Run = Callable[[Coroutine[Any, Any, Any]], Any]
NAME, KEY = "openai/gpt-4o", "sk-test-0123456789abcdef"
# It takes no temperature, and has another name for the limit.
THINKER = "openai/o3-mini"
QUESTION: list[Message] = [{"role": "user", "content": "What is 2 + 2?"}]
TOOL = {"type": "function", "function": {"name": "solve", "parameters": {"type": "object", "properties": {}}}}


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """Run a coroutine on the one event loop of these tests."""
    loop = asyncio.new_event_loop()
    yield loop.run_until_complete
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A provider."""
    with Server() as made:
        yield made


@pytest.fixture(scope="module")
def both(run: Run, server: Server) -> Iterator[Callable[[str], tuple[LiteLLMModel, BatchModel]]]:
    """A model that is asked live, and the same in batches."""
    models: dict[str, tuple[LiteLLMModel, BatchModel]] = {}

    def both(name: str) -> tuple[LiteLLMModel, BatchModel]:
        if name not in models:
            args: dict[str, Any] = {"api_base": server.url, "api_key": KEY}
            args |= {"api_version": "2024-10-21"} if name.startswith("azure") else {}
            args |= {"temperature": 0} if name == THINKER else {}
            models[name] = LiteLLMModel(name, args), BatchModel(name, args)
            run(models[name][0].start())
            run(models[name][1].prepare())
        return models[name]

    yield both
    for live, batch in models.values():
        run(live.close())
        run(batch.close())


Both = Callable[[str], tuple[LiteLLMModel, BatchModel]]
REQUESTS = {
    "plain": Request(NAME, QUESTION, {}),
    "arguments": Request(NAME, QUESTION, {"temperature": 0, "max_tokens": 50}),
    "a limit of ours": Request(NAME, QUESTION, {}, room=40),
    "tools": Request(NAME, QUESTION, {}, tools=(TOOL,), forced=True),
    "turns": Request(
        NAME,
        [
            {"role": "system", "content": "Answer."},
            *QUESTION,
            {"role": "assistant", "content": "\N{GREEK SMALL LETTER ALPHA}\N{CAT}"},
            *QUESTION,
        ],
        {},
    ),
}


@pytest.mark.parametrize("name", [NAME, THINKER, "azure/my-gpt", "hosted_vllm/org/model", "openrouter/a/b"])
def test_what_is_put_down_is_what_is_sent(run: Run, server: Server, both: Both, name: str) -> None:
    """Whatever the arguments, also for the second question of a kind, which litellm does not see."""
    live, batch = both(name)
    server.behaviour = ok()
    for request in REQUESTS.values():
        for content in ("What is 2 + 2?", "And what is 3 + 3?"):
            messages: list[Message] = [*request.messages[:-1], {"role": "user", "content": content}]
            asked = Request(name, messages, request.args, 0, None, None, request.room, request.tools, request.forced)
            try:
                answer = run(live.ask(asked))
            except NoTools:
                with pytest.raises(NoTools):
                    run(batch.sketch(asked))
                continue
            sketched = run(batch.sketch(asked))
            assert sketched.body == server.requests[-1]
            assert sketched.dropped == answer.dropped
            assert KEY not in json.dumps(sketched.body)


@pytest.mark.parametrize("shape", SHAPES)
def test_what_comes_back_is_read_as_live(run: Run, server: Server, both: Both, shape: str) -> None:
    """The same answer, or the same kind of failure; only when it came is unknown."""
    live, batch = both(NAME)
    content = body(NAME, SHAPES[shape])
    server.behaviour = raw(content)

    def outcome(get: Callable[[], Answer]) -> Any:
        try:
            answer = get()
        except (TryAgain, CallFailed, ModelError) as failure:
            return type(failure)
        return {name: getattr(answer, name) for name in Answer.__dataclass_fields__ if name not in UNKNOWN}

    try:
        parsed = json.loads(content)
    except (ValueError, RecursionError):
        pytest.skip("no line of a file can hold it")
    expected = outcome(lambda: run(live.ask(Request(NAME, QUESTION))))
    assert outcome(lambda: batch.read(200, parsed)) == expected


UNKNOWN = ("created_at", "latency_s", "dropped", "run_id")


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (401, "wrong key", ModelError),
        (404, "no such model", ModelError),
        (400, "insufficient_quota", ModelError),
        (429, "slow down", RateLimited),
        (503, "overloaded", RateLimited),
        (408, "too slow", TimedOut),
        (500, "broken", TryAgain),
        (400, "no such argument", CallFailed),
    ],
)
def test_an_error_means_what_it_means_live(
    run: Run, server: Server, both: Both, status: int, message: str, kind: type[Exception]
) -> None:
    """By its status and its words."""
    live, batch = both(NAME)
    server.behaviour = fail(status, f"{message} {KEY}")
    with pytest.raises(kind) as asked:
        run(live.ask(Request(NAME, QUESTION)))
    with pytest.raises(kind) as read:
        batch.read(status, {"error": {"message": f"{message} {KEY}"}})
    assert type(read.value) is type(asked.value) is kind
    assert message in str(read.value)
    assert KEY not in str(read.value)


def test_errors_of_their_own_kinds(both: Both) -> None:
    """A refusal is an answer; a model that takes no tools is told from one that refuses a question."""
    _, batch = both(NAME)
    refused = batch.read(400, {"error": {"message": "blocked by our content policy"}})
    assert refused.finish_reason == "content_filter"
    with pytest.raises(NoTools):
        batch.read(400, {"error": {"message": "tools are not supported"}}, with_tools=True)
    with pytest.raises(CallFailed):
        batch.read(400, {"error": {"message": "tools are not supported"}})
    with pytest.raises(Unreadable):
        batch.read(200, {"choices": [{"message": {}}]})
    with pytest.raises(TryAgain, match="lost"):
        batch.read(500, None, "lost")


def test_an_answer_has_a_price_and_no_key(both: Both) -> None:
    """A file is no safer than a wire."""
    _, batch = both(NAME)
    made = json.loads(body(NAME, SHAPES["right"]))
    made["choices"][0]["message"]["content"] = f"<answer>{KEY}</answer>"
    answer = batch.read(200, made)
    assert KEY not in answer.text
    assert answer.cost_usd is not None
    assert answer.cost_usd > 0


@pytest.mark.parametrize(
    ("name", "args", "problem"),
    [
        ("anthropic/claude-sonnet-4-5", {}, "not of the form that batch files have"),
        ("gemini/gemini-2.0-flash", {}, "not of the form that batch files have"),
        (NAME, {"extra_body": {"my_secret": "hunter2-hunter2"}}, "holds a key"),
        (NAME, {"api_key": KEY, "extra_body": {"user": KEY}}, "holds a key"),
    ],
)
def test_what_cannot_be_put_down(run: Run, name: str, args: dict[str, Any], problem: str) -> None:
    """An API of another form, and what must not be in a file."""
    model = BatchModel(name, args)
    run(model.prepare())
    with pytest.raises(ModelError, match=problem) as raised:
        run(model.sketch(Request(name, QUESTION, recorded(args))))
    assert KEY not in str(raised.value)
    run(model.close())


@pytest.mark.parametrize(("name", "discount"), [(NAME, 0.5), ("azure/x", 0.5), ("hosted_vllm/x", 1.0)])
def test_the_price_of_a_batch_api(run: Run, name: str, discount: float) -> None:
    """Half, but not on a server of one's own."""
    model = BatchModel(name, {})
    run(model.prepare())
    assert model.discount == discount
    run(model.close())
