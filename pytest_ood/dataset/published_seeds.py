"""Published seeds, whose cases may be in training data. They are recorded next to the cache of the Hub's client."""

import contextlib
import datetime
import json
import os
from collections.abc import Iterable
from pathlib import Path


def published_with(seed: int) -> str:
    """Return the dataset with which a seed was first published or loaded here, and when; empty if it was not."""
    return str(_read().get(str(seed), ""))


def burn(seeds: Iterable[int], name: str) -> None:
    """Record that the cases of these seeds are in the dataset `name`, if the record can be written."""
    today = f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}"
    earlier = _read()
    with contextlib.suppress(OSError):
        path = _path()
        path.parent.mkdir(parents=True, exist_ok=True)
        # Never half a file, even if another process writes at the same time.
        part = path.with_name(f"{path.name}.{os.getpid()}")
        part.write_text(json.dumps({str(seed): f"{name} ({today})" for seed in seeds} | earlier), encoding="utf-8")
        part.replace(path)


def _read() -> dict[str, object]:
    with contextlib.suppress(OSError, ValueError):
        seeds = json.loads(_path().read_text(encoding="utf-8"))
        if isinstance(seeds, dict):
            return seeds
    return {}


def _path() -> Path:
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("HF_HOME") or Path(caches) / "huggingface") / "pytest-ood" / "published-seeds.json"
