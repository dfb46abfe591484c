"""What a provider can do wrong, by name. Each fault has what it must come to; `spoil` decides which calls it hits."""

import asyncio
import gzip
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from email.utils import formatdate
from typing import Any, Literal, NamedTuple

from aiohttp import web

from tests.faults.provider import Call, Done, Fault, failed

# What a fault comes to where it hits the first attempt at every third question: nothing, an `error`, a refused answer.
# One that hits every call ends the model.
Effect = Literal["none", "error", "refused", "dead"]
Spoiler = Callable[[Call], Done | Awaitable[Done]]


class Spoilt(NamedTuple):
    """A fault.

    Attributes:
        spoil: makes the response.
        effect: what it must come to.
        timeout: how long a call may take, in seconds.
    """

    spoil: Spoiler
    effect: Effect = "none"
    timeout: float = 20.0


def status(code: int, message: str = "no", headers: Mapping[str, str] | None = None, effect: Effect = "none") -> Spoilt:
    """An error in OpenAI's form."""
    return Spoilt(lambda _: failed(code, message, headers), effect)


def body(
    text: str | bytes, code: int = 200, kind: str = "application/json", headers: Mapping[str, str] | None = None
) -> Spoilt:
    """These bytes, whatever they are."""
    raw = text.encode() if isinstance(text, str) else text
    return Spoilt(lambda _: web.Response(body=raw, status=code, content_type=kind, headers=headers))


def answer(**changes: Any) -> Spoilt:
    """A response that lacks something, or has something of the wrong shape."""
    message = {"role": "assistant", "content": "<answer>x</answer>"}
    whole = {
        "id": "1",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "message": message}],
    }
    return body(json.dumps({**whole, **changes}))


def code(code_: str, status_: int, effect: Effect) -> Spoilt:
    """An error that is told by its code."""
    error = {"error": {"message": f"this is {code_}", "type": code_, "param": None, "code": code_}}
    return Spoilt(lambda _: web.json_response(error, status=status_), effect)


def _cut(after: int) -> Spoiler:
    """The connection ends after so many bytes of the body; before the headers if it is negative."""

    async def spoil(call: Call) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "application/json", "content-length": "1000"})
        if after >= 0:
            await response.prepare(call.request)
            await response.write(b'{"choices": [' + b" " * after)
        assert call.request.transport is not None
        call.request.transport.abort()
        return response

    return spoil


def _chunks(*parts: bytes, pause: float = 0.0, end: bool = True) -> Spoiler:
    """A body in chunks; without an end the connection is closed after the last one."""

    async def spoil(call: Call) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "application/json"})
        response.enable_chunked_encoding()
        await response.prepare(call.request)
        for part in parts:
            await response.write(part)
            await asyncio.sleep(pause)
        if end:
            await response.write_eof()
        elif call.request.transport is not None:
            call.request.transport.abort()
        return response

    return spoil


async def _hang(_: Call) -> web.Response:
    await asyncio.sleep(4)
    return failed(504, "too late")


HTML = "<!DOCTYPE html><html><body>Bad gateway</body></html>"
RETRY_INFO = '{"error": {"code": 429, "message": "slow", "details": [{"retryDelay": "0.02s"}]}}'

FAULTS: dict[str, Spoilt] = {
    # Later is better.
    **{
        f"{one}": status(one)
        for one in (408, 409, 425, 429, 500, 501, 502, 503, 504, 507, 520, 521, 522, 524, 529, 599)
    },
    "500 overloaded": status(500, "The engine is currently overloaded"),
    "503 overloaded": status(503, "The model is overloaded. Please try again later."),
    "503 rate limit": status(503, "rate limit exceeded"),
    "429 without a message": body("", 429),
    "429 of HTML": body(HTML, 429, "text/html"),
    "429 Retry-After": status(429, headers={"retry-after": "0.02"}),
    "429 Retry-After 0": status(429, headers={"retry-after": "0"}),
    "429 Retry-After negative": status(429, headers={"retry-after": "-5"}),
    "429 Retry-After nan": status(429, headers={"retry-after": "nan"}),
    "429 Retry-After words": status(429, headers={"retry-after": "soon"}),
    "429 Retry-After past date": status(429, headers={"retry-after": formatdate(0, usegmt=True)}),
    "429 Retry-After impossible date": status(429, headers={"retry-after": "Mon, 99 Foo 2026 25:61:61 GMT"}),
    "429 Retry-After in ms": status(429, headers={"retry-after-ms": "20"}),
    "429 wait in words": status(429, "Rate limit reached. Please try again in 20ms."),
    "429 RetryInfo": body(RETRY_INFO, 429),
    "503 Retry-After": status(503, headers={"retry-after": "0.02"}),
    # What came is not an answer.
    "200 of HTML": body(HTML, kind="text/html"),
    "200 empty": body(""),
    "200 null": body("null"),
    "200 list": body("[]"),
    "200 object": body("{}"),
    "200 string": body('"yes"'),
    "200 number": body("4"),
    "200 plain text": body("<answer>4</answer>", kind="text/plain"),
    "200 half JSON": body('{"choices": [{"mess'),
    "200 two JSONs": body('{"a": 1}{"b": 2}'),
    "200 binary": body(bytes(range(256)), kind="application/octet-stream"),
    "200 broken gzip": body(b"\x1f\x8b nonsense", headers={"content-encoding": "gzip"}),
    "200 half a gzip": body(gzip.compress(b'{"choices": []}')[:-6], headers={"content-encoding": "gzip"}),
    "204": body("", 204),
    "choices null": answer(choices=None),
    "choices empty": answer(choices=[]),
    "choices of the wrong type": answer(choices="none"),
    "choice without a message": answer(choices=[{"index": 0, "finish_reason": "stop"}]),
    "broken off": answer(
        choices=[{"index": 0, "finish_reason": "error", "message": {"role": "assistant", "content": "<answ"}}]
    ),
    "502 of HTML": body(HTML, 502, "text/html"),
    "503 of HTML": body(HTML, 503, "text/html"),
    "500 empty": body("", 500),
    # The connection.
    "dropped before the headers": Spoilt(_cut(-1)),
    "dropped after the headers": Spoilt(_cut(0)),
    "dropped in the body": Spoilt(_cut(500)),
    "chunks without an end": Spoilt(_chunks(b'{"choices": [', end=False)),
    "chunks of nonsense": Spoilt(_chunks(b"<", b"a", b"b")),
    "hangs": Spoilt(_hang, timeout=1.5),
    "trickles": Spoilt(_chunks(*[b" "] * 20, pause=0.2), timeout=1.5),
    # Refused for good.
    **{
        f"{one}": status(one, f"bad request {one}", effect="error")
        for one in (400, 405, 406, 411, 413, 414, 415, 418, 422, 431, 451)
    },
    "400 context": code("context_length_exceeded", 400, "error"),
    "400 content filter": code("content_policy_violation", 400, "refused"),
    "403 moderation": status(403, "Your input was flagged by moderation", effect="refused"),
    # The model cannot be used.
    **{f"{one}": status(one, effect="dead") for one in (401, 402, 403, 404)},
    "429 quota": code("insufficient_quota", 429, "dead"),
    "404 model": code("model_not_found", 404, "dead"),
    "400 key": status(400, "API key not valid. Please pass a valid API key.", effect="dead"),
}


class Spoil:
    """Hits the first attempt at every third question, from the second question on."""

    def __init__(self, spoil: Spoiler) -> None:
        self._spoil = spoil
        self.attempts: Counter[str] = Counter()

    def __call__(self, call: Call) -> Done | Awaitable[Done]:
        """Spoil the response, or leave the call alone."""
        self.attempts[call.question] += 1
        first = self.attempts[call.question] == 1
        return self._spoil(call) if first and list(self.attempts).index(call.question) % 3 == 1 else None


def always(spoilt: Spoilt) -> Fault:
    """Hits every call but the first."""
    return lambda call: spoilt.spoil(call) if call.number else None
