"""What goes wrong on the way to the Hugging Face Hub, in our words."""

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
    """The Hub could not do it. The message says why and what helps, and never holds the token."""


@contextlib.contextmanager
def explained(name: str | os.PathLike[str]) -> Iterator[None]:
    """Turn whatever goes wrong on the way to the Hub into a HubError that says what helps."""
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
    """What is wrong, and what helps."""
    from huggingface_hub.errors import LocalEntryNotFoundError, RepositoryNotFoundError, RevisionNotFoundError

    status, cause = status_of(error), cause_of(error)
    if isinstance(cause, RevisionNotFoundError):
        return "the dataset has no such revision", "name a tag, a branch or a commit of it"
    if isinstance(cause, RepositoryNotFoundError):
        return "there is no such dataset, or it is private", f"check the name; if it is yours, {LOG_IN}"
    if status == 401:
        return "the Hub does not accept the token (401)", f"{LOG_IN} to one that is valid"
    if status == 403:
        return f"the token has no right to do this (403, {_server_message(cause)})", f"{LOG_IN} to one that may write"
    if status == 429:
        return "too many requests (429)", f"try again in {max(1, round(asked_pause(error)))} s"
    if status in (409, 412):
        return f"others keep writing to it at the same time ({status})", "try again later"
    if status is not None:
        return f"the Hub answered {status} ({_server_message(cause)})", "try again later"
    if is_http_error(cause, "TimeoutException"):
        return "the Hub did not answer in time", "try again later"
    nothing_here = isinstance(error, LocalEntryNotFoundError)
    if nothing_here or isinstance(cause, ConnectionError) or is_http_error(cause, "TransportError"):
        loaded = ", and not all of it was loaded before" if nothing_here else ""
        return f"the Hub can't be reached{loaded}", "check the network, HF_ENDPOINT and HF_HUB_OFFLINE"
    return f"{type(cause).__name__}: {_without_token(str(cause))}", ""


def cause_of(error: Exception) -> BaseException:
    """Return the error that came over the line, or the one that it all began with."""
    *_, first = _chain(error)
    return next((link for link in _chain(error) if is_http_error(link, "HTTPError")), first)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and what led to it: uploads and downloads wrap what the Hub said."""
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__


def is_http_error(error: BaseException, name: str) -> bool:
    """Return whether it is such an error of the HTTP client: httpx, or httpx2 from its version 2 on."""
    return any(cls.__name__ == name and cls.__module__.startswith("httpx") for cls in type(error).__mro__)


def status_of(error: Exception) -> int | None:
    """Return the HTTP status that the Hub answered with; None where it did not answer."""
    response = getattr(cause_of(error), "response", None)
    return None if response is None else int(response.status_code)


def asked_pause(error: Exception) -> float:
    """Return the seconds that the Hub has asked to wait."""
    return pause_in(cause_of(error).response)  # type: ignore[attr-defined]


def pause_in(response: Any) -> float:
    """Return the seconds to wait by either header that may say so; 0 where neither does."""
    said = re.fullmatch(r"\d+(\.\d+)?", response.headers.get("retry-after", ""))
    window = re.search(r"r=0;t=(\d+)", response.headers.get("ratelimit", ""))
    return float(said[0]) if said else float(window[1]) if window else 0.0


def _server_message(cause: BaseException) -> str:
    return _without_token(getattr(cause, "server_message", None) or type(cause).__name__)


def _without_token(text: str) -> str:
    from huggingface_hub import get_token

    token = get_token()
    return clipped(without_keys(text, [token] if token else []).replace("\n", " "), _LONGEST)
