"""A provider that speaks OpenAI's format, limits its callers and has outages.

with Provider(PerSecond(20)) as provider:
    ...  # ask provider.url; what it answered and what it did not is counted
"""

import asyncio
import itertools
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.server import Background


@dataclass(frozen=True)
class Call:
    """One request.

    Attributes:
        number: how many came before it.
        body: its body.
        now: the seconds since the first one.
        request: the request itself.
    """

    number: int
    body: Mapping[str, Any]
    now: float
    request: web.Request

    @property
    def question(self) -> str:
        """The last message."""
        return str(self.body["messages"][-1]["content"])


Done = web.StreamResponse | float | None
# Makes a response of its own, or returns the seconds by which to delay an ordinary answer, or None.
Fault = Callable[[Call], Done | Awaitable[Done]]


def failed(status: int, message: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """An error in OpenAI's form."""
    error = {"error": {"message": message, "type": "some_error", "param": None, "code": None}}
    return web.json_response(error, status=status, headers=headers)


class PerSecond:
    """A token bucket."""

    def __init__(
        self,
        rate: float,
        burst: int = 1,
        *,
        headers: Mapping[str, str] | None = None,
        status: int = 429,
        model: str = "",
    ) -> None:
        """Make a full bucket.

        Args:
            rate: calls a second.
            burst: how many calls the bucket holds.
            headers, status: of a refusal.
            model: the only model that is limited; every one if it is empty.
        """
        self.rate, self.burst, self.headers, self.status, self.model = rate, burst, headers, status, model
        self._tokens, self._at = float(burst), 0.0

    def __call__(self, call: Call) -> web.Response | None:
        """Refuse the call if the bucket is empty."""
        if self.model and call.body["model"] != self.model:
            return None
        self._tokens = min(self.burst, self._tokens + (call.now - self._at) * self.rate)
        self._at = call.now
        if self._tokens >= 1:
            self._tokens -= 1
            return None
        return failed(self.status, "Rate limit reached: too many calls", self.headers)


def outage(begin: float, end: float, status: int = 503) -> Fault:
    """No answers between these times."""
    return lambda call: failed(status, "Service unavailable") if begin <= call.now < end else None


def spelled(body: Mapping[str, Any]) -> str:
    """The right answer to the last question of the form ``Spell abc backward``."""
    word = re.findall(r"Spell (\w+) backward", body["messages"][-1]["content"])[-1]
    return f"<answer>{word[::-1]}</answer>"


class Provider(Background):
    """Serves on a free loopback port, on a thread of its own, while the context lasts.

    Attributes:
        received: how many calls came, by model.
        answered: how often each question was answered, by model and question.
        asked_at: when the first call of each model came, in seconds since the first request.
        answered_at: when the first and the last answer of each model went out, in seconds since the first request.
    """

    def __init__(self, *faults: Fault, latency: float = 0.0) -> None:
        """Prepare a server that lets each fault look at every call, in order; `latency` in seconds."""
        self.faults, self.latency = faults, latency
        self.received: Counter[str] = Counter()
        self.answered: Counter[tuple[str, str]] = Counter()
        self.answered_at: dict[str, tuple[float, float]] = {}
        self.asked_at: dict[str, float] = {}
        self.port = 0
        self._began: float | None = None
        self._numbers = itertools.count()
        super().__init__("provider")
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """What to pass as the API base."""
        return f"http://127.0.0.1:{self.port}/v1"

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        now = time.monotonic()
        self._began = self._began or now
        call = Call(self.received.total(), body, now - self._began, request)
        self.asked_at.setdefault(body["model"], call.now)
        self.received[body["model"]] += 1
        for fault in self.faults:
            response = fault(call)
            if isinstance(response, Awaitable):
                response = await response
            if isinstance(response, web.StreamResponse):
                return response
            await asyncio.sleep(response or 0)
        await asyncio.sleep(self.latency)
        done = time.monotonic() - self._began
        self.answered[body["model"], call.question] += 1
        self.answered_at[body["model"]] = (self.answered_at.get(body["model"], (done, done))[0], done)
        message = {"role": "assistant", "content": spelled(body)}
        return web.json_response(
            {
                "id": f"chatcmpl-{next(self._numbers)}",
                "object": "chat.completion",
                "created": 1,
                "model": body["model"],
                "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
                "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
            }
        )

    async def _listen(self) -> None:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._chat)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, backlog=1024)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _hang_up(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
