"""Providers that lie about what they bill, or bill what they do not answer, by name."""

import asyncio
import gzip
import json
import math
from typing import Any, NamedTuple

from aiohttp import web

from tests.faults.faults import FAULTS, Spoiler
from tests.faults.provider import Call, Done, failed, spelled


class Hostile(NamedTuple):
    """A provider.

    Attributes:
        spoil: makes every response.
        answers: whether these are answers.
        bill: what it says that each costs, in US dollars, and can be believed; None if that may be anything.
    """

    spoil: Spoiler
    answers: bool = True
    bill: float | None = None


def _answer(call: Call, usage: Any, **changes: Any) -> web.Response:
    """The right answer with this usage."""
    message = {"role": "assistant", "content": spelled(call.body)}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    whole = {"id": "1", "object": "chat.completion", "created": 1, "model": "gpt-4o", "choices": [choice]}
    return web.Response(body=json.dumps({**whole, "usage": usage, **changes}), content_type="application/json")


def _counts(incoming: Any, outgoing: Any, bill: float | None = None) -> Hostile:
    usage = {"prompt_tokens": incoming, "completion_tokens": outgoing, "total_tokens": 18}
    return Hostile(lambda call: _answer(call, usage), bill=bill)


def _alternate(call: Call) -> web.Response:
    """Gives back with every other answer what it took for the one before."""
    sign = 1 if call.number % 2 else -1
    return _answer(call, {"prompt_tokens": sign * 50, "completion_tokens": sign * 12, "total_tokens": sign * 62})


def _parts(call: Call) -> web.Response:
    message = {"role": "assistant", "content": [{"type": "text", "text": spelled(call.body)}]}
    return _answer(call, None, choices=[{"index": 0, "finish_reason": "stop", "message": message}])


def _bomb(_: Call) -> web.Response:
    body = gzip.compress(b" " * 2_000_000)
    return web.Response(body=body, content_type="application/json", headers={"content-encoding": "gzip"})


async def _hang(_: Call) -> Done:
    await asyncio.sleep(0.8)
    return failed(504, "too late")


#: Each hits every call, or every call but the first if it brings no answers.
HOSTILE: dict[str, Hostile] = {
    "no usage": Hostile(lambda call: _answer(call, None)),
    "usage of a list": Hostile(lambda call: _answer(call, [1])),
    "zero": _counts(0, 0),
    "negative": _counts(-(10**6), -(10**6)),
    "one negative": _counts(50, -(10**6)),
    "now and then negative": Hostile(_alternate, bill=50 * 2.5e-6 + 12 * 1e-5),
    "fractions": _counts(50.5, 12.25),
    "not a number": _counts(math.nan, 12),
    "infinite": _counts(50, math.inf),
    "less than nothing": _counts(-math.inf, 12),
    "10^30": _counts(10**30, 12),
    "a thousand digits": _counts(50, 10**999),
    "more than 2^53": _counts(2**53 + 2, 12),
    "words": _counts("fifty", "12"),
    "truth": _counts(True, True),
    "a million tokens": _counts(50, 10**6, bill=10.0),
    "parts": Hostile(_parts),
    "bomb": Hostile(_bomb, answers=False),
    "hangs": Hostile(_hang, answers=False),
    **{
        name: Hostile(FAULTS[name].spoil, answers=False)
        for name in ("200 of HTML", "200 half JSON", "choices empty", "broken off", "dropped in the body", "504", "524")
    },
}
