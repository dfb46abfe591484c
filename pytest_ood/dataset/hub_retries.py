"""Retries and timeouts for requests to the Hugging Face Hub."""

import contextlib
import os
import random
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from pytest_ood.dataset.hub_errors import cause_of, explained, is_http_error, pause_in, requested_pause, status_of

ATTEMPTS = 5
#: The pause before the second attempt; it doubles each time.
PAUSE_S = 0.5
#: The longest pause that a user should wait through in silence.
LONGEST_PAUSE_S = 60.0
#: The client retries by itself too: without this limit, giving up on a Hub that is down would take many minutes.
LONGEST_S = 120.0
#: The timeout of a silent connection; by default the client waits for ever.
TIMEOUT_S = 60.0
_TIMEOUTS = ("connect", "read", "write", "pool")
_T = TypeVar("_T")


def persistently(name: str, attempt: Callable[[], _T]) -> _T:
    """Call `attempt`, and call it again if the head has moved or the Hub was busy or failing.

    Raises:
        HubError: the last attempt failed.
    """
    with explained(name):
        until = time.monotonic() + LONGEST_S
        for number in range(ATTEMPTS):
            try:
                # Anew for each attempt: the client creates a new session after a failed connection.
                with impatient():
                    return attempt()
            except Exception as error:
                pause = _pause_before_retry(error, number)
                if pause is None or number == ATTEMPTS - 1 or time.monotonic() > until:
                    raise
                time.sleep(pause)
    raise AssertionError("unreachable")


def _pause_before_retry(error: Exception, number: int) -> float | None:
    """The pause before the next attempt, in seconds; None if trying again would not help."""
    status, cause = status_of(error), cause_of(error)
    # Random, so that two processes that collided do not collide again.
    pause = PAUSE_S * 2**number * random.uniform(0.5, 1.5)
    if status == 429:
        requested = requested_pause(error)
        return None if requested > LONGEST_PAUSE_S else max(pause, requested)
    interrupted = is_http_error(cause, "TransportError") and not is_http_error(cause, "ConnectError")
    return pause if status in (409, 412) or (status or 0) >= 500 or interrupted else None


@contextlib.contextmanager
def impatient() -> Iterator[None]:
    """Give every request of the client's session a timeout, and let none wait for an hour because the Hub asks to."""
    from huggingface_hub import get_session
    from huggingface_hub.utils import hf_raise_for_status  # type: ignore[attr-defined]

    def limit(request: Any) -> None:
        timeouts = request.extensions.get("timeout", {})
        request.extensions["timeout"] = {name: timeouts.get(name) or TIMEOUT_S for name in _TIMEOUTS}

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
    """Keep the client's progress bars and warnings out of pytest's output; a strict suite fails on warnings.

    If the environment variable for the bars is set, that decision stands.
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
