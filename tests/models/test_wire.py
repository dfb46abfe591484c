"""What a provider may send, and where a prompt may go: bodies without an end, bombs, redirects, cut connections."""

import asyncio
import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from pytest_ood.models import IGNORED_WARNINGS
from pytest_ood.models.base import CallFailed, Dropped, ModelError, TryAgain, Unreadable
from pytest_ood.models.litellm_model import LiteLLMModel
from pytest_ood.models.request import Answer, Request
from tests.models.shapes import FORMATS, SHAPES, Shape, body
from tests.server import Behaviour, Call, Reply, Server, drop, ok

pytestmark = [pytest.mark.filterwarnings(line) for line in IGNORED_WARNINGS]
Ask = Callable[..., Answer]
NAME = "openai/some-model"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One server for all tests."""
    with Server() as server:
        yield server


@pytest.fixture(scope="module")
def ask(server: Server) -> Iterator[Ask]:
    """Ask a provider that behaves so."""
    loop = asyncio.new_event_loop()
    started = []

    def ask(behaviour: Behaviour, name: str = NAME, **args: Any) -> Answer:
        server.behaviour = behaviour
        azure = {"api_version": "2024-10-21"} if name.startswith("azure") else {}
        model = LiteLLMModel(name, {"api_base": server.url, "api_key": "sk-test-0123456789", **azure, **args})
        loop.run_until_complete(model.start())
        started.append(model)
        answer: Answer = loop.run_until_complete(model.ask(Request(name, [{"role": "user", "content": "2 + 2?"}])))
        return answer

    yield ask
    loop.run_until_complete(started[0].close())
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


def packed(data: bytes, encoding: str = "gzip") -> Behaviour:
    """These bytes, which say that they are packed."""
    return lambda _: Reply(data, headers={"content-encoding": encoding})


def right(name: str = NAME, shape: str = "right") -> bytes:
    """The body of an answer."""
    return body(name, SHAPES[shape]) if name in FORMATS else body("openai/gpt-4o", SHAPES[shape])


@pytest.mark.parametrize(("pack", "encoding"), [(gzip.compress, "gzip"), (zlib.compress, "deflate")])
@pytest.mark.parametrize("shape", ["right", "long"])
def test_a_packed_answer_is_unpacked(
    ask: Ask, server: Server, pack: Callable[[bytes], bytes], encoding: str, shape: str
) -> None:
    """Providers may pack; they are told how."""
    assert ask(packed(pack(right(shape=shape)), encoding)).text == SHAPES[shape].content
    assert server.calls[-1].headers["accept-encoding"] == "gzip"


@pytest.mark.parametrize(
    ("behaviour", "failure", "words"),
    [
        (packed(gzip.compress(b" " * 70_000_000, 9)), CallFailed, r"longer than 64 MB"),
        (packed(gzip.compress(right() + b" " * 2_000_000)), CallFailed, r"longer than 1 MB \(--ood-model-arg"),
        (lambda _: Reply(right() + b" " * 2_000_000), CallFailed, "longer than 1 MB"),
        (packed(b"\x1f\x8b nonsense"), Unreadable, "not the gzip"),
        (packed(gzip.compress(right())[:-9]), Unreadable, "middle of its gzip"),
        (packed(right(), "br"), Unreadable, "encoding 'br'"),
    ],
    ids=["bomb", "small bomb", "long", "no gzip", "half a gzip", "other encoding"],
)
def test_bodies_that_are_not_read(
    ask: Ask, request: pytest.FixtureRequest, behaviour: Behaviour, failure: type[Exception], words: str
) -> None:
    """No more is unpacked than is allowed; what may have been billed is marked as such."""
    limit = {} if request.node.callspec.id == "bomb" else {"max_response_mb": 1}
    with pytest.raises(failure, match=f"^{NAME}: .*{words}") as raised:
        ask(behaviour, **limit)
    assert raised.value.billed


def test_an_answer_as_long_as_is_allowed(ask: Ask) -> None:
    """The limit counts what is unpacked, and litellm never sees the argument."""
    text = "x" * 1_400_000
    assert ask(packed(gzip.compress(ok(text)(Call(0, "", {}, {})).body)), max_response_mb=1.5).text == text


def test_a_long_error_is_cut(ask: Ask) -> None:
    """It would take litellm minutes."""
    error = json.dumps({"error": {"message": "overloaded " + "x" * 5_000_000}}).encode()
    with pytest.raises(TryAgain, match="overloaded"):
        ask(lambda _: Reply(error, 503))


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_to_another_host(ask: Ask, status: int) -> None:
    """The prompt does not go there; the model ends, with the address in the message."""
    with Server() as other:
        elsewhere = other.url.replace("127.0.0.1", "localhost")
        with pytest.raises(
            ModelError, match=f"^{NAME}: .*redirects to {elsewhere[:-3]}, where the prompt was not sent"
        ):
            ask(lambda _: Reply(status=status, headers={"location": f"{elsewhere}/chat/completions"}))
        with pytest.raises(ModelError, match="redirects to http://127"):
            ask(lambda _: Reply(status=status, headers={"location": f"{other.url}/chat/completions"}))
        assert other.count == 0


@pytest.mark.parametrize("name", FORMATS)
def test_a_redirect_on_the_same_host(ask: Ask, server: Server, name: str) -> None:
    """Is followed, with the prompt."""

    def behave(call: Call) -> Reply:
        if "moved" not in call.path:
            return Reply(status=308, headers={"location": "/moved?to=here"})
        return Reply(right(name))

    assert ask(behave, name).text == "<answer>4</answer>"
    assert "2 + 2?" in json.dumps(server.requests[-1])


def test_a_circle_of_redirects(ask: Ask, server: Server) -> None:
    """Ends."""
    before = server.count
    with pytest.raises(ModelError, match="in a circle"):
        ask(lambda call: Reply(status=308, headers={"location": f"/{call.number}"}))
    assert server.count - before == 5


@pytest.mark.parametrize("name", FORMATS)
def test_a_dropped_connection_is_not_called_again(ask: Ask, server: Server, name: str) -> None:
    """litellm would do so, and the provider might bill it twice."""
    before = server.count
    with pytest.raises(Dropped, match="dropped"):
        ask(drop(), name)
    assert server.count == before + 1


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        ({"code": 401, "message": "no such user"}, ModelError),
        ({"code": 429, "message": "slow down"}, TryAgain),
        ({"code": 502, "message": "the provider returned nonsense"}, Unreadable),
        ("the engine is overloaded", TryAgain),
    ],
)
@pytest.mark.parametrize("name", FORMATS)
def test_an_error_that_says_all_is_well(ask: Ask, name: str, error: Any, failure: type[Exception]) -> None:
    """A status of 200 with an error in the body, as OpenRouter sends it: the provider's words are in the message."""
    shape = Shape("error", whole={"error": error})
    with pytest.raises(failure, match=error if isinstance(error, str) else error["message"]):
        ask(lambda _: Reply(body(name, shape)), name)


def test_the_users_own_clients_are_left_alone(ask: Ask, server: Server) -> None:
    """They follow redirects and unpack what they like."""
    assert ask(ok("x")).text == "x"
    server.behaviour = lambda call: (
        Reply(status=302, headers={"location": "/there"}) if call.path == "/here" else Reply(right())
    )

    async def get() -> httpx.Response:
        async with httpx.AsyncClient(follow_redirects=True) as client:
            return await client.get(server.url.replace("/v1", "/here"))

    assert asyncio.run(get()).content == right()
