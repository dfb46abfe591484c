"""Patience with the Hugging Face Hub: what is tried again, and how long anything is waited for."""

import contextlib
import os
import random
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from pytest_ood.dataset.hub_errors import asked_pause, cause_of, explained, is_http_error, pause_in, status_of

ATTEMPTS = 5
#: Before the second attempt; it doubles each time.
PAUSE_S = 0.5
#: Nobody wants to wait in silence for longer than this.
LONGEST_PAUSE_S = 60.0
#: The client tries again by itself: with ours on top, a Hub that is down would take many minutes to give up on.
LONGEST_S = 120.0
#: Of silence on the line; left to itself the client waits for ever.
TIMEOUT_S = 60.0
_TIMEOUTS = ("connect", "read", "write", "pool")
_T = TypeVar("_T")


def persistently(name: str, attempt: Callable[[], _T]) -> _T:
    """Do it, and do it again where the head has moved, or where the Hub was busy or faltering.

    Raises:
        HubError: it went wrong in the end.
    """
    with explained(name):
        until = time.monotonic() + LONGEST_S
        for number in range(ATTEMPTS):
            try:
                # Once more each time: the client makes itself a new session where a connection failed.
                with impatient():
                    return attempt()
            except Exception as error:
                pause = _pause_before_retry(error, number)
                if pause is None or number == ATTEMPTS - 1 or time.monotonic() > until:
                    raise
                time.sleep(pause)
    raise AssertionError("unreachable")


def _pause_before_retry(error: Exception, number: int) -> float | None:
    """How long to wait before it is tried again; None where that is no use."""
    status, cause = status_of(error), cause_of(error)
    # Two that collided must not do so again in step.
    pause = PAUSE_S * 2**number * random.uniform(0.5, 1.5)
    if status == 429:
        asked = asked_pause(error)
        return None if asked > LONGEST_PAUSE_S else max(pause, asked)
    interrupted = is_http_error(cause, "TransportError") and not is_http_error(cause, "ConnectError")
    return pause if status in (409, 412) or (status or 0) >= 500 or interrupted else None


@contextlib.contextmanager
def impatient() -> Iterator[None]:
    """Let no request of the client's session wait for ever, even where it asks to; nor for an hour, if the Hub asks."""
    from huggingface_hub import get_session
    from huggingface_hub.utils import hf_raise_for_status  # type: ignore[attr-defined]

    def limit(request: Any) -> None:
        asked = request.extensions.get("timeout", {})
        request.extensions["timeout"] = {name: asked.get(name) or TIMEOUT_S for name in _TIMEOUTS}

    def give_up(response: Any) -> None:
        if response.status_code == 429 and pause_in(response) > LONGEST_PAUSE_S:
            response.read()
            hf_raise_for_status(response)

    hooks = get_session().event_hooks
    hooks["request"].append(limit)
    hooks["response"].append(give_up)
    try:
        yield
    finally:
        hooks["request"].remove(limit)
        hooks["response"].remove(give_up)


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Keep the client's progress bars and warnings out of what pytest writes; a strict suite fails on warnings.

    Whoever has set the variable for the bars has decided already.
    """
    import huggingface_hub.utils as utils

    shown = "HF_HUB_DISABLE_PROGRESS_BARS" not in os.environ and not utils.are_progress_bars_disabled()  # type: ignore[attr-defined]
    if shown:
        utils.disable_progress_bars()  # type: ignore[attr-defined]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        if shown:
            utils.enable_progress_bars()  # type: ignore[attr-defined]
