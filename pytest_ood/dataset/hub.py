"""Publish datasets on the Hugging Face Hub, and download them.

Published datasets only ever grow: files are named by their run, and only missing ones are uploaded, in one commit on
top of the head that was inspected. If somebody else commits first, everything is tried again. If there is anything to
add, files of an older trace version are migrated in the same commit.
"""

import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_ood.dataset import card
from pytest_ood.dataset.folder import (
    CONFIGS,
    TRACE_CONFIGS,
    DatasetError,
    described,
    is_ours,
    parquet_files,
    scan,
    used_seeds,
)
from pytest_ood.dataset.hub_errors import LOG_IN, HubError, explained
from pytest_ood.dataset.hub_retries import impatient, persistently, quietly
from pytest_ood.dataset.licenses import check_license, joined, license_of
from pytest_ood.dataset.merge import Merged, add, check_whole
from pytest_ood.dataset.published_seeds import burn
from pytest_ood.dataset.upgrade import refuse_unknown_columns, upgrade
from pytest_ood.dataset.validate import leaks, runs_of
from pytest_ood.text.canary import CANARY
from pytest_ood.text.printable import clipped

__all__ = ["HubError", "Preview", "Published", "check_ready", "fetch", "preview", "publish", "size"]

_NAME = re.compile(r"(?=.{3,96}$)[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)
# The files of a dataset; anything else in a repository is left alone.
_OURS = ["README.md", card.CURVES, "runs/*.json", *(f"data/{config}/*.parquet" for config in CONFIGS)]
# The contents of an empty repository.
_EMPTY = {".gitattributes"}
_MAKE_PUBLIC = "leave out --public (in a run: --ood-public), or make it public in its settings first"
_SAY_PUBLIC = "add --public (in a run: --ood-public) if this is to be public too, or give another name"


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
    """Where a dataset was published, and what was uploaded; `tag` names the newest of its runs."""

    url: str
    revision: str
    tag: str
    uploaded_files: int
    uploaded_bytes: int

    def __str__(self) -> str:
        if not self.uploaded_files:
            return f"{self.url} already has all of it ({self.tag}); nothing was sent"
        files = "1 file" if self.uploaded_files == 1 else f"{self.uploaded_files} files"
        return f"{self.url} ({self.tag}, {files}, {size(self.uploaded_bytes)} sent)"


def size(count: int) -> str:
    """Return a number of bytes as a person reads it: ``1.5 MB``."""
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000  # type: ignore[assignment]
    return f"{count:,.3g} GB"


def preview(folder: Path) -> Preview:
    """Return what `publish` would publish from a folder, without contacting the Hub.

    Raises:
        DatasetError: it is not a complete pytest-ood dataset.
    """
    if not is_ours(folder):
        raise DatasetError("not a pytest-ood dataset", path=folder, fix="name a folder written by --ood-export")
    rows = {config: sum(described(path)[2] for path in parquet_files(folder, config)) for config in TRACE_CONFIGS}
    traces = parquet_files(folder, "traces")
    models = dict.fromkeys(model for path in traces for batch in scan(path, ["model"]) for model in batch["model"])
    sizes = [path.stat().st_size for pattern in _OURS for path in folder.glob(pattern)]
    return Preview(rows["traces"], rows["failures"], tuple(runs_of(folder)), tuple(models), sum(sizes))


def check_ready(name: str, license: str | None = None) -> None:
    """Check, before anything is asked, that `publish` has a valid name, a token and a known licence; send nothing.

    Raises:
        DatasetError: the licence is unknown.
        HubError: there is no token, or the name is invalid.
    """
    _check_name(name)
    if license is not None:
        check_license(license)
    from huggingface_hub import constants, get_token

    if constants.HF_HUB_OFFLINE:
        raise HubError("HF_HUB_OFFLINE is set", fix="unset it, or publish later")
    if get_token() is None:
        raise HubError("no token for the Hub", fix=LOG_IN)


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name) or "--" in name or ".." in name or name.endswith(".git"):
        raise HubError(f"{name!r} cannot be the name of a dataset", fix="write ORG/NAME, for example my-org/failures")


def rehearse(folder: Path, name: str, *, license: str | None = None, draw_curves: card.DrawCurves | None = None) -> str:
    """Return the card that a new dataset would have, after the checks of `publish`, without contacting the Hub.

    Args:
        folder: a pytest-ood dataset.
        name: ORG/NAME.
        license: the licence of the dataset on the Hub; by default that of the folder.
        draw_curves: as in `write.export`.

    Raises:
        DatasetError: the folder has faults, or contains what looks like a key.
        HubError: the name is invalid.
    """
    _check_name(name)
    if license is not None:
        check_license(license)
    _check_publishable(folder, [])
    with tempfile.TemporaryDirectory(prefix="pytest-ood-") as temporary:
        chosen = joined(None, [license_of(folder)], license, name)
        card.write(Path(temporary), [folder], name, license=chosen, draw_curves=draw_curves)
        return (Path(temporary) / "README.md").read_text(encoding="utf-8")


def _check_publishable(folder: Path, tokens: Iterable[str]) -> None:
    check_whole(folder)
    leak = next(leaks(folder, tokens), None)
    if leak is not None:
        fix = "remove it from the questions, and export again"
        raise DatasetError(f"{leak}; nothing was sent", path=folder, fix=fix)


def publish(
    folder: Path,
    name: str,
    *,
    public: bool = False,
    license: str | None = None,
    draw_curves: card.DrawCurves | None = None,
) -> Published:
    """Add what is in `folder` to the dataset `name` on the Hub. The folder is not changed.

    Rows that are already published are not sent again. A new dataset is private unless `public`.

    Args:
        folder: a pytest-ood dataset.
        name: ORG/NAME.
        public: whether a new dataset is made public; for an existing one, whether it is expected to be.
        license: the licence of the dataset on the Hub; by default its own, or for a new one that of the folder.
        draw_curves: as in `write.export`.

    Raises:
        DatasetError: the folder has faults, contains what looks like a key, or has another licence; nothing was sent.
        HubError: the Hub cannot be reached, or refuses.
    """
    check_ready(name, license)
    from huggingface_hub import get_token

    _check_publishable(folder, filter(None, [get_token()]))
    with quietly():
        published = persistently(name, lambda: _publish_once(folder, name, public, license, draw_curves))
    burn(used_seeds(folder), name)
    return published


def _publish_once(
    folder: Path, name: str, public: bool, license: str | None, draw_curves: card.DrawCurves | None
) -> Published:
    """Make one commit on top of the current head; the client's errors are passed on."""
    from huggingface_hub import CommitOperationAdd, HfApi

    hub = HfApi(library_name="pytest-ood")
    head, there = _look(hub, name, public)
    with tempfile.TemporaryDirectory(prefix="pytest-ood-") as temporary:
        part = Path(temporary)
        added = add(there, [folder], part)
        upgraded = False
        if added.runs or license is not None:
            held = license_of(there[0]) if there else None
            chosen = joined(held, [license_of(folder)], license, name)
        if added.runs:
            upgraded = upgrade(there, part)
            card.write(part, [*there, part], name, license=chosen, draw_curves=draw_curves)
        files = sorted(path for path in part.rglob("*") if path.is_file())
        sent = sum(path.stat().st_size for path in files)
        if files:
            head = hub.create_commit(
                name,
                [CommitOperationAdd(path.relative_to(part).as_posix(), path) for path in files],
                commit_message=f"Add {', '.join(added.runs[:3])}{', ...' if len(added.runs) > 3 else ''}",
                commit_description=_commit_description(added, upgraded),
                repo_type="dataset",
                parent_commit=head,
            ).oid
    tag = _tag(hub, name, head, sorted({*runs_of(folder), *added.runs}))
    return Published(f"{hub.endpoint}/datasets/{name}", head, tag, len(files), sent)


def _commit_description(added: Merged, upgraded: bool) -> str:
    older = "\n\nMigrates files of an older trace version." if upgraded else ""
    return f"{added.rows} traces, {added.failures} failures{older}"


def _look(hub: Any, name: str, public: bool) -> tuple[str, list[Path]]:
    """The head of the dataset, which is created if there is none, and the folder of what is published, if anything."""
    from huggingface_hub import hf_hub_download, snapshot_download
    from huggingface_hub.errors import RepositoryNotFoundError

    try:
        info = hub.dataset_info(name)
    except RepositoryNotFoundError:
        hub.create_repo(name, repo_type="dataset", private=not public)
        info = hub.dataset_info(name)
    if bool(info.private) == public:
        if public:
            raise HubError("it is private", path=name, fix=_MAKE_PUBLIC)
        raise HubError("it is public", path=name, fix=_SAY_PUBLIC)
    names = {sibling.rfilename for sibling in info.siblings or ()}
    if names <= _EMPTY:
        return info.sha, []
    where = {"repo_type": "dataset", "revision": info.sha, "library_name": "pytest-ood"}
    readme = "README.md" in names and Path(hf_hub_download(name, "README.md", **where)).read_text(errors="replace")
    if not readme or CANARY not in readme:
        raise HubError("not a pytest-ood dataset, so nothing was done", path=name, fix="give another name")
    there = Path(snapshot_download(name, allow_patterns=_OURS, **where))
    try:
        refuse_unknown_columns(there)
    except DatasetError as error:
        file = error.path and Path(error.path).relative_to(there).as_posix()
        raise HubError(error.what, path=f"{name}/{file}", field=error.field, fix=error.fix) from error
    return info.sha, [there]


def _tag(hub: Any, name: str, head: str, runs: Sequence[str]) -> str:
    """Tag every run that has no tag yet, and return the tag of the newest run."""
    there = {tag.name for tag in hub.list_repo_refs(name, repo_type="dataset").tags}
    tags = [f"run-{run}" for run in runs]
    for tag in tags:
        if tag not in there:
            hub.create_tag(name, tag=tag, revision=head, repo_type="dataset", exist_ok=True)
    return tags[-1]


def fetch(name: str) -> Path:
    """Return the folder of a dataset on the Hub. What was downloaded before needs no network.

    Args:
        name: `ORG/NAME`, or `ORG/NAME@REVISION`.

    Raises:
        HubError: there is no such pytest-ood dataset, or it cannot be downloaded.
    """
    repo, at, revision = name.partition("@")
    _check_name(repo)
    if at and not re.fullmatch(r"[\w./-]+", revision, re.ASCII):
        raise HubError(f"{name!r} has no valid revision", fix="write ORG/NAME@REVISION, with a tag or a commit")
    from huggingface_hub import snapshot_download

    with quietly(), explained(name), impatient():
        where = snapshot_download(
            repo, repo_type="dataset", revision=revision or None, allow_patterns=_OURS, library_name="pytest-ood"
        )
    if not is_ours(Path(where)):
        raise HubError("not a pytest-ood dataset", path=name, fix="give another name")
    burn(used_seeds(Path(where)), repo)
    return Path(where)
