"""One text for one value: canonical JSON, and digests of texts."""

import hashlib
import json
from typing import Any

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical(value: Any) -> str:
    """Return the one JSON text of a value: sorted keys, no spaces.

    Raises:
        TypeError, ValueError: the value, or something in it, has no JSON form (NaN has none).
    """
    return _CANONICAL.encode(value)


def digest(text: str) -> str:
    """Return the SHA-256 of a text in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
