"""Canonical JSON, and digests of text."""

import hashlib
import json
from typing import Any

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical(value: Any) -> str:
    """Return the canonical JSON of a value: sorted keys, no spaces.

    Raises:
        TypeError, ValueError: the value, or something in it, cannot be written as JSON (NaN, for example).
    """
    return _CANONICAL.encode(value)


def digest(text: str) -> str:
    """Return the SHA-256 of a string in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
