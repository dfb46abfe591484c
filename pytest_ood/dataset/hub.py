"""Datasets go to the Hugging Face Hub and come back.

What is published is only ever added to: files are named by their run, and only those missing go up, in one commit on
the head that was looked at. Where somebody else was quicker all of it is done again.
"""

import contextlib
import os
import random
import re
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pytest_ood.dataset.card import CURVES, write
from pytest_ood.dataset.folder import CANARY, CONFIGS, DatasetError, described, is_ours, parquet_files, scan, used_seeds
from pytest_ood.dataset.merge import add, check_whole
from pytest_ood.dataset.published_seeds import burn
from pytest_ood.dataset.validate import leaks, runs_of
from pytest_ood.evidence.trace import FIELDS, TRACE_VERSION
from pytest_ood.text.printable import clipped

_NAME = re.compile(r"(?=.{3,96}$)[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)
# Of ours; anything else that lies in a repository is left there.
_OURS = ["README.md", CURVES, "runs/*.json", *(f"data/{config}/*.parquet" for config in CONFIGS)]
# A repository that nobody has put anything into.
_EMPTY = {".gitattributes"}
_ATTEMPTS = 5
_PAUSE_S = 0.5
# Longer than this nobody wants to wait in silence.
_LONGEST_PAUSE_S = 60.0
# The client tries again by itself: with ours on top, a Hub that is down would take many minutes to give up on.
_LONGEST_S = 120.0
# Of silence on the line; left to itself the client waits for ever.
_TIMEOUT_S = 60.0
_TIMEOUTS = ("connect", "read", "write", "pool")
_LOG_IN = "log in with `hf auth login`, or set HF_TOKEN"
_T = TypeVar("_T")


class HubError(DatasetError):
    """The Hub could not do it; the message says why and what helps, and never holds the token."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be published."""

    rows: int
    failures: int
    runs: tuple[str, ...]
    models: tuple[str, ...]
    bytes: int

    def __str__(self) -> str:
        runs = "1 run" if len(self.runs) == 1 else f"{len(self.runs)} runs"
        models = clipped(", ".join(self.models) or "no model", 400)
        return f"{self.failures:,} failures, {self.rows:,} traces, {runs}, {models}, {size(self.bytes)}"


@dataclass(frozen=True, slots=True)
class Published:
    """Where a dataset is now, and what had to go up for it; `tag` names the newest of its runs."""

    url: str
    revision: str
    tag: str
    uploaded_files: int
    uploaded_bytes: int

    def __str__(self) -> str:
        if not self.uploaded_files:
            return f"{self.url} has all of it already ({self.tag}); nothing was sent"
        return f"{self.url} ({self.tag}, {self.uploaded_files} files, {size(self.uploaded_bytes)} sent)"


def size(count: int) -> str:
    """Bytes as a person reads them."""
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000  # type: ignore[assignment]
    return f"{count:,.3g} GB"


def preview(folder: Path) -> Preview:
    """What `publish` would publish of a folder, before anything is looked at on the Hub.

    Raises:
        DatasetError: it is no whole dataset of ours.
    """
    if not is_ours(folder):
        raise DatasetError(f"{folder}: not a dataset of pytest-ood; name a folder that --ood-export has written")
    rows = {config: sum(described(path)[2] for path in parquet_files(folder, config)) for config in CONFIGS}
    traces = parquet_files(folder, "traces")
    models = dict.fromkeys(model for path in traces for batch in scan(path, ["model"]) for model in batch["model"])
    sizes = [path.stat().st_size for pattern in _OURS for path in folder.glob(pattern)]
    return Preview(rows["traces"], rows["failures"], tuple(runs_of(folder)), tuple(models), sum(sizes))


def check_ready(name: str) -> None:
    """Make sure, before anything is asked, that `publish` has a name and a token; nothing is sent.

    Raises:
        HubError: it has not.
    """
    _check_name(name)
    from huggingface_hub import constants, get_token

    if constants.HF_HUB_OFFLINE:
        raise HubError("HF_HUB_OFFLINE is set: unset it, or publish later")
    if get_token() is None:
        raise HubError(f"there is no token for the Hub: {_LOG_IN}")


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name) or "--" in name or ".." in name or name.endswith(".git"):
        raise HubError(f"{name!r} names no dataset: write ORG/NAME, for example my-org/failures")


def publish(folder: Path, name: str, *, public: bool = False) -> Published:
    """Make the dataset `name` on the Hub hold what is in `folder`, which is left as it is.

    Rows that are published already are not sent again. A new dataset is private unless `public`.

    Raises:
        DatasetError: the folder has faults, or something like a key in it; nothing was sent.
        HubError: the Hub can't be reached, or does not let us.
    """
    check_ready(name)
    from huggingface_hub import get_token

    check_whole(folder)
    leak = next(leaks(folder, filter(None, [get_token()])), None)
    if leak is not None:
        raise DatasetError(f"{folder}: {leak}; nothing was sent: remove it from what was asked, and export again")
    with _quietly():
        published = _persistently(name, lambda: _publish_once(folder, name, public))
    burn(used_seeds(folder), name)
    return published


def _publish_once(folder: Path, name: str, public: bool) -> Published:
    """One commit on the head as it is now; raises what the Hub says."""
    from huggingface_hub import CommitOperationAdd, HfApi

    hub = HfApi(library_name="pytest-ood")
    head, there = _look(hub, name, public)
    with tempfile.TemporaryDirectory(prefix="pytest-ood-") as temporary:
        part = Path(temporary)
        added = add(there, [folder], part)
        if added.runs:
            write(part, [*there, part], name)
        files = sorted(path for path in part.rglob("*") if path.is_file())
        sent = sum(path.stat().st_size for path in files)
        if files:
            head = hub.create_commit(
                name,
                [CommitOperationAdd(path.relative_to(part).as_posix(), path) for path in files],
                commit_message=f"Add {', '.join(added.runs[:3])}{', ...' if len(added.runs) > 3 else ''}",
                commit_description=f"{added.rows} traces, {added.failures} failures",
                repo_type="dataset",
                parent_commit=head,
            ).oid
    tag = _tag(hub, name, head, sorted({*runs_of(folder), *added.runs}))
    return Published(f"{hub.endpoint}/datasets/{name}", head, tag, len(files), sent)


def _look(hub: Any, name: str, public: bool) -> tuple[str, list[Path]]:
    """The head of the dataset, made if there is none, and what is published already, if anything."""
    from huggingface_hub import hf_hub_download, snapshot_download
    from huggingface_hub.errors import RepositoryNotFoundError

    try:
        info = hub.dataset_info(name)
    except RepositoryNotFoundError:
        hub.create_repo(name, repo_type="dataset", private=not public)
        info = hub.dataset_info(name)
    if bool(info.private) == public:
        if public:
            raise HubError(f"{name} is private already: change that in its settings on the Hub, or leave `public` out")
        raise HubError(f"{name} is public already: say that this is to be public too, or give another name")
    names = {sibling.rfilename for sibling in info.siblings or ()}
    if names <= _EMPTY:
        return info.sha, []
    where = {"repo_type": "dataset", "revision": info.sha, "library_name": "pytest-ood"}
    card = "README.md" in names and Path(hf_hub_download(name, "README.md", **where)).read_text(errors="replace")
    if not card or CANARY not in card:
        raise _not_ours(name)
    there = Path(snapshot_download(name, allow_patterns=_OURS, **where))
    _check_columns(name, there)
    return info.sha, [there]


def _check_columns(name: str, there: Path) -> None:
    """What is added must be of the same version, and have the same columns, as what is there."""
    for config in CONFIGS:
        for path in parquet_files(there, config):
            file = path.relative_to(there).as_posix()
            version, columns, _ = described(path)
            if version != TRACE_VERSION:
                raise HubError(
                    f"{name}: {file} has traces of version {version}, this pytest-ood writes version {TRACE_VERSION}:"
                    " publish under another name"
                )
            if columns != list(FIELDS):
                raise HubError(f"{name}: {file} has other columns than ours: publish under another name")


def _not_ours(name: str) -> HubError:
    return HubError(f"{name} is a dataset, but none of pytest-ood: nothing was done; give another name")


def _tag(hub: Any, name: str, head: str, runs: Sequence[str]) -> str:
    """Tag every run that has no tag yet; the newest run's tag."""
    there = {tag.name for tag in hub.list_repo_refs(name, repo_type="dataset").tags}
    tags = [f"run-{run}" for run in runs]
    for tag in tags:
        if tag not in there:
            hub.create_tag(name, tag=tag, revision=head, repo_type="dataset", exist_ok=True)
    return tags[-1]


def fetch(name: str) -> Path:
    """A dataset of the Hub, as a folder: `ORG/NAME`, or `ORG/NAME@REVISION`. What was loaded once needs no network.

    Raises:
        HubError: there is none of ours, or it can't be had.
    """
    repo, at, revision = name.partition("@")
    _check_name(repo)
    if at and not re.fullmatch(r"[\w./-]+", revision, re.ASCII):
        raise HubError(f"{name!r} names no revision: write ORG/NAME@REVISION, with a tag or a commit")
    from huggingface_hub import snapshot_download

    with _quietly(), _explained(name), _impatient():
        where = snapshot_download(
            repo, repo_type="dataset", revision=revision or None, allow_patterns=_OURS, library_name="pytest-ood"
        )
    if not is_ours(Path(where)):
        raise HubError(f"{name} is a dataset, but none of pytest-ood: give another name")
    burn(used_seeds(Path(where)), repo)
    return Path(where)


# What the Hub says, in our words.


def _persistently(name: str, attempt: Callable[[], _T]) -> _T:
    """Do it again where the head has moved, or the Hub was busy or faltering."""
    with _explained(name):
        until = time.monotonic() + _LONGEST_S
        for number in range(_ATTEMPTS):
            try:
                # Once more each time: it makes itself a new session where a connection failed.
                with _impatient():
                    return attempt()
            except Exception as error:
                pause = _pause_before_retry(error, number)
                if pause is None or number == _ATTEMPTS - 1 or time.monotonic() > until:
                    raise
                time.sleep(pause)
    raise AssertionError("unreachable")


def _pause_before_retry(error: Exception, number: int) -> float | None:
    """How long to wait before it is tried again; None where that is no use."""
    status, cause = _status(error), _cause(error)
    # Two that collided must not do so again in step.
    pause = _PAUSE_S * 2**number * random.uniform(0.5, 1.5)
    if status == 429:
        asked = _retry_after(error)
        return None if asked > _LONGEST_PAUSE_S else max(pause, asked)
    interrupted = _is(cause, "TransportError") and not _is(cause, "ConnectError")
    return pause if status in (409, 412) or (status or 0) >= 500 or interrupted else None


@contextlib.contextmanager
def _explained(name: str) -> Iterator[None]:
    """Whatever goes wrong on the way to the Hub becomes a HubError that says what helps."""
    try:
        yield
    except DatasetError:
        raise
    except Exception as error:
        if not isinstance(error, OSError | ValueError | RuntimeError) and not _is(error, "HTTPError"):
            raise
        raise HubError(f"{name}: {_why(error)}") from None


def _why(error: Exception) -> str:
    from huggingface_hub.errors import LocalEntryNotFoundError, RepositoryNotFoundError, RevisionNotFoundError

    status, cause = _status(error), _cause(error)
    if isinstance(cause, RevisionNotFoundError):
        return "the dataset has no such revision: name a tag, a branch or a commit of it"
    if isinstance(cause, RepositoryNotFoundError):
        return f"there is no such dataset, or it is private and not yours: check the name; if it is yours, {_LOG_IN}"
    if status == 401:
        return f"the Hub does not accept the token (401): {_LOG_IN} to one that is valid"
    if status == 403:
        return f"the token has no right to do this (403, {_said(cause)}): {_LOG_IN} to one that may write there"
    if status == 429:
        return f"too many requests (429): try again in {max(1, round(_retry_after(error)))} s"
    if status in (409, 412):
        return f"somebody else is writing to it all the time ({status}, {_ATTEMPTS} attempts): try again later"
    if status is not None:
        return f"the Hub answered {status} ({_said(cause)}): try again later"
    if _is(cause, "TimeoutException"):
        return "the Hub did not answer in time: try again later"
    nothing_here = isinstance(error, LocalEntryNotFoundError)
    if nothing_here or isinstance(cause, ConnectionError) or _is(cause, "TransportError"):
        loaded = ", and not all of it was loaded before" if nothing_here else ""
        return f"the Hub can't be reached{loaded}: check the network, HF_ENDPOINT and HF_HUB_OFFLINE"
    return f"{type(cause).__name__}: {_without_token(str(cause))}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and what led to it: uploads and downloads wrap what the Hub said."""
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__


def _cause(error: Exception) -> BaseException:
    """The error that came over the line, or the one that it began with."""
    *_, first = _chain(error)
    return next((link for link in _chain(error) if _is(link, "HTTPError")), first)


def _is(error: BaseException, name: str) -> bool:
    """Whether it is such an error of what the client talks HTTP with: httpx, or httpx2 from its version 2 on."""
    return any(cls.__name__ == name and cls.__module__.startswith("httpx") for cls in type(error).__mro__)


def _status(error: Exception) -> int | None:
    response = getattr(_cause(error), "response", None)
    return None if response is None else int(response.status_code)


def _retry_after(error: Exception) -> float:
    """Seconds that the Hub has asked to wait."""
    return _asked_pause(_cause(error).response)  # type: ignore[attr-defined]


def _asked_pause(response: Any) -> float:
    """Seconds, by either header that may say so; 0 where neither does."""
    said = re.fullmatch(r"\d+(\.\d+)?", response.headers.get("retry-after", ""))
    window = re.search(r"r=0;t=(\d+)", response.headers.get("ratelimit", ""))
    return float(said[0]) if said else float(window[1]) if window else 0.0


def _said(cause: BaseException) -> str:
    """The server's own words."""
    return _without_token(getattr(cause, "server_message", None) or type(cause).__name__)


def _without_token(text: str) -> str:
    from huggingface_hub import get_token

    return clipped(text.replace(get_token() or "\0", "REDACTED").replace("\n", " "), 300)


@contextlib.contextmanager
def _impatient() -> Iterator[None]:
    """No request of the client's session waits for ever, even where it asks to; nor for an hour, if the Hub asks."""
    from huggingface_hub import get_session
    from huggingface_hub.utils import hf_raise_for_status  # type: ignore[attr-defined]

    def limit(request: Any) -> None:
        asked = request.extensions.get("timeout", {})
        request.extensions["timeout"] = {name: asked.get(name) or _TIMEOUT_S for name in _TIMEOUTS}

    def give_up(response: Any) -> None:
        if response.status_code == 429 and _asked_pause(response) > _LONGEST_PAUSE_S:
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
def _quietly() -> Iterator[None]:
    """Bars would run through what pytest writes, and what the client warns of, a strict suite makes an error of it.

    Who has set the variable for the bars has decided.
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
