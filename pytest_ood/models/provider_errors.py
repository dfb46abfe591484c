"""What the exceptions of a provider's client mean: try again, give this request up, or give the model up."""

import asyncio
import email.utils
import errno
import math
import os
import re
import socket
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pytest_ood.models.base import (
    CallFailed,
    Dropped,
    ModelError,
    RateLimited,
    TimedOut,
    TryAgain,
    Unreachable,
    Unreadable,
)
from pytest_ood.models.request import Answer

# Errors that are recognised by their message because their status says too little.
_REFUSED = re.compile(r"content.?(policy|filter|management)|moderation", re.IGNORECASE)
_HOPELESS = re.compile(
    r"insufficient_quota|credit balance|model_not_found|not a valid model|no such model"
    r"|api.?key (is |was )?(not valid|invalid|expired)|missing credentials|api_key client option must be set"
    r"|unable to locate credentials",
    re.IGNORECASE,
)
_TOOLS = r"(?:tools?\b|tool.?(?:use|calls?|calling|choice)\b|function.?call(?:s|ing)?\b)"
_NOT = r"(?:(?:not|n't|cannot)\W+(?:\w+\W+)?(?:support|enable|allow|available)|unsupported|no \w+ found that support)"
# A server of one's own may name the options that it was started without.
_NO_TOOLS = re.compile(
    rf"{_TOOLS}[^.\n]{{0,80}}?(?:{_NOT}|requires? (?:the )?-)|{_NOT}[^.\n]{{0,80}}?{_TOOLS}", re.IGNORECASE
)
_BUSY = re.compile(r"overloaded|rate.?limit|too many requests|resource.?exhausted", re.IGNORECASE)
_HTML = re.compile(r"<!doctype html|<html\b", re.IGNORECASE)
# A gateway waited in vain for the server behind it.
_GATEWAY_TIMED_OUT = (504, 524)
_NO_CONNECTION = {errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN}
# Gemini's RetryInfo, and what OpenAI says in words.
_WAIT_IN_BODY = re.compile(
    r"""retryDelay['"\\]*\s*:\s*['"\\]*([0-9.]+)(s)|(?:try again|retry) in ([0-9.]+) ?(ms|s)\b""", re.IGNORECASE
)
# Far more than the message of an error has.
_LONGEST = 20_000


def meaning(error: Exception, name: str, base: str | None, clean: Callable[[str], str]) -> Answer | Exception:
    """Return what an exception means: an answer that was refused, or what `Model.ask` raises.

    Goes by status: for the same status, the client's classes differ by provider.

    Args:
        error: the exception of the client.
        name: the model, as the user named it.
        base: the address of the provider, if it is known.
        clean: makes a message fit to print, without keys.
    """
    status = getattr(error, "status_code", None)
    details = f"{error} {getattr(error, 'body', None) or ''}"[:_LONGEST]
    kind = type(error).__name__
    if (unreachable := _no_connection(error)) is not None:
        return Unreachable(nothing_answers(name, base or _address(error), unreachable))
    if kind == "Timeout" or status == 408:
        return TimedOut(f"{name}: {clean(str(error))}")
    if _was_dropped(error):
        return Dropped(f"{name}: the connection was dropped")
    if _could_not_be_read(error, status) and not _HOPELESS.search(details):
        page = " (an HTML page: is a proxy or a login in between?)" if _HTML.search(details + _body(error)) else ""
        return Unreadable(f"{name}: what came is not an answer in the format of its API{page}")
    is_page = bool(_HTML.search(details))
    message = "an HTML page: is a proxy or a login in between?" if is_page else clean(str(error))
    message = f"{name}: {message} (HTTP {status})" if isinstance(status, int) else f"{name}: {kind}: {message}"
    if kind == "ContextWindowExceededError":
        return CallFailed(message)
    if kind == "ContentPolicyViolationError" or (status in (400, 403) and _REFUSED.search(details)):
        return Answer(finish_reason="content_filter", created_at=time.time(), cost_usd=None)
    if status in (401, 402, 403) or _HOPELESS.search(details):
        return ModelError(f"{message}; check the provider's key and its permissions")
    if status == 404 or kind == "UnsupportedParamsError":
        return ModelError(f"{message}; check the model's name, its arguments and the API base")
    if not isinstance(status, int):
        return CallFailed(message)
    if status in (429, 529) or (status >= 500 and _BUSY.search(details)):
        return RateLimited(message, wait_asked(error, details))
    if status in _GATEWAY_TIMED_OUT:
        return Dropped(message, wait_asked(error, details))
    if status in (409, 425) or status >= 500:
        return TryAgain(message, wait_asked(error, details))
    return CallFailed(message, refused=True)


def refuses_tools(error: Exception) -> bool:
    """Return whether a call with tools was refused because the model takes none, or none as it is served."""
    status = getattr(error, "status_code", None)
    details = f"{error} {getattr(error, 'body', None) or ''}"[:_LONGEST]
    return status not in (401, 403, 408, 429, 529) and bool(_NO_TOOLS.search(details))


def error_in(payload: Any, name: str, clean: Callable[[str], str]) -> Exception | None:
    """Return what an error means in a response that says of itself that all is well; None if there is none.

    Args:
        payload: the JSON of the response.
        name: the model, as the user named it.
        clean: makes a message fit to print, without keys.
    """
    error = payload.get("error") if isinstance(payload, Mapping) else None
    if not error:
        return None
    status, words = (error.get("code"), error.get("message")) if isinstance(error, Mapping) else (None, error)
    message = f"{name}: {clean(str(words)[:_LONGEST])}"
    if status in (401, 402, 403) or _HOPELESS.search(str(error)[:_LONGEST]):
        return ModelError(f"{message}; check the provider's key and its permissions")
    if status in (429, 529) or _BUSY.search(str(words)[:_LONGEST]):
        return RateLimited(message)
    return Unreadable(message)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and what led to it: the cause of a failed connection is several links down."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [one.__context__, one.__cause__, getattr(one, "os_error", None)]


def _could_not_be_read(error: Exception, status: Any) -> bool:
    """Whether the client failed at the body of a response: it reports that as a status below 400, or as a 500."""
    if not isinstance(status, int):
        return False
    on_the_wire = any(type(one).__module__.partition(".")[0] in ("httpx", "aiohttp") for one in _chain(error))
    return status < 400 or (status == 500 and not on_the_wire)


def _was_dropped(error: Exception) -> bool:
    """Whether the connection ended before the response did."""
    kinds = {type(one).__name__ for one in _chain(error)}
    return bool(kinds & {"ReadError", "WriteError", "RemoteProtocolError"}) and "HTTPStatusError" not in kinds


def _body(error: Exception) -> str:
    """The beginning of a body that is not JSON."""
    return "".join(str(getattr(one, "doc", ""))[:_LONGEST] for one in _chain(error))


def _no_connection(error: Exception) -> str | None:
    """Return why no connection was made; None if one was."""
    for one in _chain(error):
        if isinstance(one, socket.gaierror) or (isinstance(one, OSError) and one.errno in _NO_CONNECTION):
            return os_words(one)
        if type(one).__name__ in ("ConnectTimeout", "ConnectionTimeoutError"):
            return "no connection in time"
    return None


def os_words(error: OSError) -> str:
    """Return ``[Errno 111] Connection refused``, without the address that is in some messages."""
    if isinstance(error, socket.gaierror) or not error.errno:
        return str(error)
    return f"[Errno {error.errno}] {os.strerror(error.errno)}"


def _address(error: Exception) -> str:
    """Return the scheme and the host that were asked, if that is known."""
    for one in _chain(error):
        url = getattr(getattr(one, "_request", None), "url", None)
        if url is not None:
            parts = urllib.parse.urlsplit(str(url))
            return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    return "its address"


def nothing_answers(name: str, base: str, why: str) -> str:
    """Return the message for a provider that no connection can be made to."""
    return f"{name}: nothing answers at {base} ({why}); start the server or mend --ood-api-base"


def wait_asked(error: Exception, details: str) -> float | None:
    """Return the seconds that the provider asked to wait, from a header or from the body; None if it did not.

    The header is a number or an HTTP date.
    """
    headers = (
        getattr(error, "litellm_response_headers", None)
        or getattr(getattr(error, "response", None), "headers", None)
        or {}
    )
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    after = headers.get("retry-after")
    if after is not None:
        seconds = _number(after)
        if seconds is None:
            try:
                seconds = max(0.0, email.utils.parsedate_to_datetime(after).timestamp() - time.time())
            except ValueError:
                return None
        return seconds
    match = _WAIT_IN_BODY.search(details)
    if match is None:
        return None
    seconds = _number(match[1] or match[3])
    return seconds if seconds is None or match[4] != "ms" else seconds / 1000


def _number(text: Any) -> float | None:
    """Return a header's number; a negative one is 0.0. None for what is not a finite number."""
    try:
        number = float(text)
    except (TypeError, ValueError):
        return None
    return max(0.0, number) if math.isfinite(number) else None


async def check_address(name: str, base: str, timeout: float) -> None:
    """Check that something listens at the address of a provider, before anything heavy is loaded.

    Args:
        name: the model, as the user named it.
        base: the URL.
        timeout: seconds.

    Raises:
        ModelError: nothing does.
    """
    try:
        parts = urllib.parse.urlsplit(base)
        host, port = parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return
    # Through a proxy, only a real call can tell.
    proxied = parts.scheme in urllib.request.getproxies() and not urllib.request.proxy_bypass(host or "")
    if not host or not port or proxied:
        return
    problem = ""
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, port), timeout)
        writer.close()
    except asyncio.TimeoutError:
        problem = f"no connection in {timeout:g} s"
    except OSError as error:
        problem = os_words(error)
    if problem:
        raise ModelError(nothing_answers(name, base, problem))
