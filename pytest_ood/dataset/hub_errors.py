"""Turn errors of the Hugging Face Hub and its client into messages that say what to do."""

import contextlib
import os
import re
from collections.abc import Iterator
from typing import Any

from pytest_ood.dataset.folder import DatasetError
from pytest_ood.text.printable import clipped
from pytest_ood.text.redaction import without_keys

LOG_IN = "log in with `hf auth login`, or set HF_TOKEN"
_LONGEST = 300


class HubError(DatasetError):
    """A request to the Hub failed. The message says why and what to do, and never contains the token."""


@contextlib.contextmanager
def explained(name: str | os.PathLike[str]) -> Iterator[None]:
    """Turn any failure of a request to the Hub into a HubError that says what to do."""
    try:
        yield
    except DatasetError:
        raise
    except Exception as error:
        if not isinstance(error, OSError | ValueError | RuntimeError) and not is_http_error(error, "HTTPError"):
            raise
        what, fix = _explanation(error)
        raise HubError(what, path=name, fix=fix) from None


def _explanation(error: Exception) -> tuple[str, str]:
    """What is wrong, and the fix."""
    from huggingface_hub.errors import LocalEntryNotFoundError, RepositoryNotFoundError, RevisionNotFoundError

    status, cause = status_of(error), cause_of(error)
    if isinstance(cause, RevisionNotFoundError):
        return "the dataset has no such revision", "name a tag, a branch or a commit of it"
    if isinstance(cause, RepositoryNotFoundError):
        return "no such dataset, or it is private", f"check the name; if it is yours, {LOG_IN}"
    if status == 401:
        return "the Hub does not accept the token (401)", f"{LOG_IN} to one that is valid"
    if status == 403:
        message = _server_message(cause)
        return f"the token is not allowed to do this (403, {message})", f"{LOG_IN} to one with write access"
    if status == 429:
        return "too many requests (429)", f"try again in {max(1, round(requested_pause(error)))} s"
    if status in (409, 412):
        return f"others keep writing to it at the same time ({status})", "try again later"
    if status is not None:
        return f"the Hub answered {status} ({_server_message(cause)})", "try again later"
    if is_http_error(cause, "TimeoutException"):
        return "the Hub did not answer in time", "try again later"
    nothing_here = isinstance(error, LocalEntryNotFoundError)
    if nothing_here or isinstance(cause, ConnectionError) or is_http_error(cause, "TransportError"):
        loaded = ", and the dataset is not fully cached" if nothing_here else ""
        return f"the Hub cannot be reached{loaded}", "check the network, HF_ENDPOINT and HF_HUB_OFFLINE"
    return f"{type(cause).__name__}: {_without_token(str(cause))}", ""


def cause_of(error: Exception) -> BaseException:
    """Return the HTTP error in the chain of causes, or the first error of the chain."""
    *_, first = _chain(error)
    return next((link for link in _chain(error) if is_http_error(link, "HTTPError")), first)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and its causes: uploads and downloads wrap the errors of the Hub."""
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__


def is_http_error(error: BaseException, name: str) -> bool:
    """Return whether an error is of this class of the HTTP client: httpx, or httpx2 in newer clients."""
    return any(cls.__name__ == name and cls.__module__.startswith("httpx") for cls in type(error).__mro__)


def status_of(error: Exception) -> int | None:
    """Return the HTTP status of the Hub's response; None if there was no response."""
    response = getattr(cause_of(error), "response", None)
    return None if response is None else int(response.status_code)


def requested_pause(error: Exception) -> float:
    """Return the seconds that the Hub asks to wait."""
    return pause_in(cause_of(error).response)  # type: ignore[attr-defined]


def pause_in(response: Any) -> float:
    """Return the seconds to wait, from whichever of two headers gives them; 0 if neither does."""
    seconds = re.fullmatch(r"\d+(\.\d+)?", response.headers.get("retry-after", ""))
    window = re.search(r"r=0;t=(\d+)", response.headers.get("ratelimit", ""))
    return float(seconds[0]) if seconds else float(window[1]) if window else 0.0


def _server_message(cause: BaseException) -> str:
    return _without_token(getattr(cause, "server_message", None) or type(cause).__name__)


def _without_token(text: str) -> str:
    from huggingface_hub import get_token

    token = get_token()
    return clipped(without_keys(text, [token] if token else []).replace("\n", " "), _LONGEST)
