"""Which seeds are published: what they draw may be in training data. Kept beside what the client of the Hub keeps."""

import contextlib
import datetime
import json
import os
from collections.abc import Iterable
from pathlib import Path


def published_with(seed: int) -> str:
    """The dataset with which a seed was first published or loaded here, and when; empty where it was not."""
    return str(_read().get(str(seed), ""))


def burn(seeds: Iterable[int], name: str) -> None:
    """Remember that what these seeds draw is in the dataset `name`. What can't be written is not remembered."""
    today = f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}"
    known = _read()
    with contextlib.suppress(OSError):
        path = _path()
        path.parent.mkdir(parents=True, exist_ok=True)
        # Never half a file, whoever else writes one.
        part = path.with_name(f"{path.name}.{os.getpid()}")
        part.write_text(json.dumps({str(seed): f"{name} ({today})" for seed in seeds} | known), encoding="utf-8")
        part.replace(path)


def _read() -> dict[str, object]:
    with contextlib.suppress(OSError, ValueError):
        known = json.loads(_path().read_text(encoding="utf-8"))
        if isinstance(known, dict):
            return known
    return {}


def _path() -> Path:
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("HF_HOME") or Path(caches) / "huggingface") / "pytest-ood" / "published-seeds.json"
