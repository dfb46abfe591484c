"""A local OpenAI-compatible server that misbehaves on demand: real HTTP/1.1 with keep-alive, standard library only.

    with Server(ok("<answer>4</answer>", delay=0.2)) as server:
        ...  # ask server.url; what was asked is in server.calls

A behaviour is a function from a `Call` to a `Reply`. By itself, ``python tests/server.py --delay 0.2`` prints its URL
and serves until its standard input ends; benchmarks run it so, to keep its work out of the process they measure.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Any, TypeVar


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it arrived; `number` counts from 0, header names are lower case."""

    number: int
    path: str
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back: after `delay` seconds, and, where `cut` is set, only so many bytes before the line goes dead."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut: int | None = None

    def encode(self) -> bytes:
        """The whole HTTP response."""
        lines = [f"HTTP/1.1 {self.status} {_phrase(self.status)}", "content-type: application/json"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        lines += [f"content-length: {len(self.body)}", "", ""]
        return "\r\n".join(lines).encode() + self.body


Behaviour = Callable[[Call], Reply]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


# Behaviours


def ok(
    text: str | list[Any] | Callable[[Any], str] | None = "<answer>4</answer>",
    *,
    delay: float = 0.0,
    finish_reason: str = "stop",
    message: Mapping[str, Any] | None = None,
    choices: list[Any] | None = None,
    usage: Mapping[str, Any] | None = None,
) -> Behaviour:
    """A chat completion. `text` may be computed from the request's body; `message` adds fields next to the content."""

    def behave(call: Call) -> Reply:
        content = text(call.body) if callable(text) else text
        choice = {
            "index": 0,
            "finish_reason": finish_reason,
            "message": {"role": "assistant", "content": content, **(message or {})},
        }
        answer = {
            "id": f"chatcmpl-{call.number}",
            "object": "chat.completion",
            "created": 1,
            "model": "some-model",
            "choices": [choice] if choices is None else choices,
            "usage": usage or {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
        }
        # Escapes everything outside ASCII: a lone surrogate travels as \ud800, as careless providers send it.
        return Reply(json.dumps(answer).encode(), delay=delay)

    return behave


def fail(
    status: int, message: str = "no", *, code: str | None = None, headers: Mapping[str, str] | None = None
) -> Behaviour:
    """An error in OpenAI's form; a `code` such as "insufficient_quota" is in its body."""
    error = {"error": {"message": message, "type": code or "some_error", "param": None, "code": code}}
    reply = Reply(json.dumps(error).encode(), status=status, headers=headers or {})
    return lambda _: reply


def echo_key(status: int = 401) -> Behaviour:
    """An error that repeats the key it was called with."""
    return lambda call: fail(status, f"Incorrect key: {call.headers.get('authorization', '')}")(call)


def raw(body: bytes, status: int = 200) -> Behaviour:
    """These bytes, whatever they are."""
    return lambda _: Reply(body, status)


def drop(after: int = 0) -> Behaviour:
    """The connection goes dead after so many bytes of a good answer; at once by default."""
    good = ok("x" * 1000)
    return lambda call: Reply(good(call).body, cut=after)


def first(times: int, behaviour: Behaviour, then: Behaviour) -> Behaviour:
    """One behaviour for the first calls, another one after."""
    return lambda call: (behaviour if call.number < times else then)(call)


# The server


T = TypeVar("T", bound="Background")


class Background:
    """A server on an event loop of its own, on a thread, while the context lasts."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)

    async def _listen(self) -> None:
        """Begin to serve."""
        raise NotImplementedError

    async def _hang_up(self) -> None:
        """End it."""
        raise NotImplementedError

    def __enter__(self: T) -> T:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._hang_up(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Server(Background):
    """Serves on a free loopback port, on a thread of its own, while the context lasts."""

    def __init__(self, behaviour: Behaviour | None = None) -> None:
        super().__init__("test server")
        self.behaviour = behaviour or ok()
        self.calls: list[Call] = []
        #: How many connections were opened: with keep-alive, as many as calls were in flight at once.
        self.connections = 0
        self._numbers = itertools.count()
        self._open: set[asyncio.BaseTransport] = set()
        self._listener: asyncio.Server | None = None

    @property
    def count(self) -> int:
        """The calls received."""
        return len(self.calls)

    @property
    def requests(self) -> list[Any]:
        """The bodies received, parsed, in their order."""
        return [call.body for call in self.calls]

    @property
    def url(self) -> str:
        """What to pass as the API base."""
        assert self._listener is not None, "use the server as a context manager"
        return f"http://127.0.0.1:{self._listener.sockets[0].getsockname()[1]}/v1"

    def answer(self, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Note one request and decide on its reply."""
        call = Call(next(self._numbers), path, headers, json.loads(body) if body else None)
        self.calls.append(call)
        return self.behaviour(call)

    async def _listen(self) -> None:
        self._listener = await self._loop.create_server(lambda: _Connection(self), "127.0.0.1", 0, backlog=1024)

    async def _hang_up(self) -> None:
        if self._listener is not None:
            self._listener.close()
        for transport in list(self._open):
            transport.close()
        await asyncio.sleep(0.01)  # closing a transport takes another turn of the loop


class _Connection(asyncio.Protocol):
    """One connection: a protocol, not streams and a task, to use as little as may be of what is measured."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.buffer = bytearray()
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.server.connections += 1
        self.server._open.add(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self.server._open.discard(self.transport)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        first_line, *lines = self.buffer[:end].decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        stop = end + 4 + int(headers.get("content-length", 0))
        if len(self.buffer) < stop:
            return
        body = bytes(self.buffer[end + 4 : stop])
        del self.buffer[:stop]
        reply = self.server.answer(first_line.split(" ")[1], headers, body)
        if reply.delay:
            self.server._loop.call_later(reply.delay, self.send, reply)
        else:
            self.send(reply)

    def send(self, reply: Reply) -> None:
        if self.transport.is_closing():
            return
        response = reply.encode()
        if reply.cut is None:
            self.transport.write(response)
        else:
            self.transport.write(response[: reply.cut])
            self.transport.close()


def main() -> None:
    """Serve good answers until standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--text", default="<answer>4</answer>")
    options = parser.parse_args()
    with Server(ok(options.text, delay=options.delay)) as server, contextlib.suppress(KeyboardInterrupt):
        sys.stdout.write(server.url + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
