"""What comes over the wire in one call through litellm, before anything makes sense of it.

litellm has no setting for how long a body may be, or for where a prompt may go, and gives an answer whose metadata it
does not understand as an error without the answer. So the one method through which every client of its sends, that of
httpx, is wrapped here. The wrapper does nothing unless the call is ours.
"""

import asyncio
import contextlib
import contextvars
import functools
import json
import math
import zlib
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from pytest_ood.models.base import CallFailed, ModelError, Unreadable

#: How long the body of a response may be, decoded, in MB.
MOST_MB = 64.0
# More of the body of an error is not read: litellm takes 10 s for each MB of it.
_MOST_OF_AN_ERROR = 2**16
# More bytes than an ordinary response has.
_LARGE = 2**20
_MOST_REDIRECTS = 5
_ENCODINGS = {"", "identity", "gzip", "x-gzip", "deflate"}
# More digits than any number has that means something.
_MOST_DIGITS = 300

_wire: contextvars.ContextVar["Wire | None"] = contextvars.ContextVar("wire", default=None)


class Wire:
    """One call.

    Attributes:
        failure: why the response was not read; None if it was.
        answered: whether a response came that says of itself that all is well.
    """

    def __init__(self, name: str, most_mb: float, large: asyncio.Lock) -> None:
        """Prepare for a call.

        Args:
            name: the model, as the user named it.
            most_mb: how many MB the response may have.
            large: held while a large response is in memory, so that there is one at a time.
        """
        self.failure: Exception | None = None
        self.answered = False
        self._name, self._most = name, int(most_mb * 1e6)
        self._body = b""
        self._large, self._holds = large, False
        self._sent: set[tuple[str, str, bytes]] = set()

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Take part in what is sent in this context, and in the tasks that are made in it.

        When it ends, nobody should need a large response any more.
        """
        token = _wire.set(self)
        try:
            yield
        finally:
            _wire.reset(token)
            if self._holds:
                self._large.release()

    @property
    def payload(self) -> Any:
        """The JSON of the last response, of any form; None if it is not JSON."""
        try:
            return json.loads(self._body, parse_int=json_int)
        except (ValueError, RecursionError):
            return None

    async def _send(self, send: Callable[..., Awaitable[Any]], request: Any, **options: Any) -> Any:
        """Send a request and read its response.

        Raises:
            httpx.ReadError: the response is not read, see `failure`.
        """
        import httpx

        posted = (request.method, str(request.url), request.content if request.method == "POST" else b"")
        if request.method == "POST" and posted in self._sent:
            # litellm's own retry after a dropped connection. Those of the engine are counted, and paid from the budget.
            raise httpx.ReadError("the same call was made before", request=request)
        self._sent.add(posted)
        self.answered = False
        request.headers["accept-encoding"] = "gzip"
        options["follow_redirects"] = False
        for _ in range(_MOST_REDIRECTS):
            response = await send(request, stream=True, **options)
            following = response.next_request
            if following is None:
                break
            await response.aclose()
            if not _same_place(request.url, following.url):
                there = f"{following.url.scheme}://{following.url.netloc.decode('ascii', 'replace')}"
                problem = f"the provider redirects to {there}, where the prompt was not sent"
                fix = "set --ood-api-base if that is where it should go"
                self.failure = ModelError(f"{problem}; {fix}", model=self._name)
                break
            request = following
        else:
            self.failure = ModelError("the provider redirects in a circle; check the API base", model=self._name)
        if self.failure is None:
            body = await self._read(response)
        if self.failure is not None:
            await response.aclose()
            raise httpx.ReadError(str(self.failure), request=request)
        self._body, self.answered = body, response.is_success
        decoded = ("content-encoding", "content-length", "transfer-encoding")
        headers = [(name, value) for name, value in response.headers.multi_items() if name.lower() not in decoded]
        whole = httpx.Response(
            response.status_code, headers=headers, content=body, request=request, extensions=response.extensions
        )
        whole.elapsed = response.elapsed
        return whole

    async def _read(self, response: Any) -> bytes:
        """Read the body of a response, or set `failure`."""
        encoding = response.headers.get("content-encoding", "").strip().lower()
        if encoding not in _ENCODINGS:
            self.failure = Unreadable(f"{self._name}: the response has the encoding {encoding[:40]!r}, not gzip")
            return b""
        most = _MOST_OF_AN_ERROR if response.is_error else self._most
        decoder = zlib.decompressobj(zlib.MAX_WBITS | 32) if encoding not in ("", "identity") else None
        parts, size = [], 0
        try:
            async for chunk in response.aiter_raw():
                part = chunk if decoder is None else decoder.decompress(chunk, most - size + 1)
                parts.append(part)
                size += len(part)
                if size > most:
                    break
                if size > _LARGE and not self._holds:
                    await self._large.acquire()
                    self._holds = True
        except zlib.error:
            self.failure = Unreadable(f"{self._name}: the response is not the gzip that it says it is")
        if size > most:
            await response.aclose()
            if not response.is_error:
                limit = f"longer than {self._most / 1e6:g} MB (--ood-model-arg max_response_mb)"
                self.failure = CallFailed(f"{self._name}: the response is {limit}", billed=True)
            return b"".join(parts)[:most]
        if decoder is not None and size and not decoder.eof:
            self.failure = Unreadable(f"{self._name}: the response ends in the middle of its gzip")
        return b"".join(parts)


class Sketch(Wire):
    """A call that is not made: what would be sent is kept, and a response is made up.

    Attributes:
        url: where it would go; empty if the call does not come so far.
        body: its JSON.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name, MOST_MB, asyncio.Lock())
        self.url = ""
        self.body: Any = None

    async def _send(self, send: Callable[..., Awaitable[Any]], request: Any, **options: Any) -> Any:
        import httpx

        del send, options
        self.url, self.body = str(request.url), json.loads(request.content)
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "-"}}
        made_up = {"id": "-", "object": "chat.completion", "created": 0, "model": "-", "choices": [choice]}
        return httpx.Response(200, json=made_up, request=request)


class Transfer(Wire):
    """A call that sends or fetches a file."""

    async def _send(self, send: Callable[..., Awaitable[Any]], request: Any, **options: Any) -> Any:
        # A file to upload is read in parts.
        await request.aread()
        # litellm makes a client for each call, and closes none.
        request.headers["connection"] = "close"
        return await super()._send(send, request, **options)


def listen() -> None:
    """Wrap the method of httpx, once in a process."""
    import httpx

    send = httpx.AsyncClient.send
    if hasattr(send, "is_heard"):
        return

    @functools.wraps(send)
    async def heard(client: httpx.AsyncClient, request: httpx.Request, **options: Any) -> httpx.Response:
        wire = _wire.get()
        if wire is None:
            return await send(client, request, **options)
        options.pop("stream", None)
        response: httpx.Response = await wire._send(functools.partial(send, client), request, **options)
        return response

    heard.is_heard = True  # type: ignore[attr-defined]
    httpx.AsyncClient.send = heard  # type: ignore[assignment, method-assign]


def _same_place(here: Any, there: Any) -> bool:
    """Whether two URLs are of one server; the same one with encryption counts."""
    return here.host == there.host and (
        (here.scheme, here.port) == (there.scheme, there.port)
        or ((here.scheme, here.port, there.scheme, there.port) == ("http", None, "https", None))
    )


def json_int(digits: str) -> float:
    """Return a whole number in JSON; one with more digits than Python converts is as good as infinite."""
    return int(digits) if len(digits) <= _MOST_DIGITS else math.inf
