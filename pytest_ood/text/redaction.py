"""Text from outside made safe to keep: UTF-8 can hold it, and no key is in it."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_SECRET = re.compile(r"(?:^|_)(?:key|token|secret|password|credentials?|headers?|authorization)(?:_id)?$")
STRUCK_OUT = "REDACTED"
# What is shorter is no key ("none", "EMPTY"), and would strike out half of every message.
_SHORTEST_KEY = 8


def is_secret(name: str) -> bool:
    """Return whether a model argument or environment variable of this name holds a key, a token or a header."""
    return _SECRET.search(name.lower()) is not None


def encodable(text: str) -> str:
    """The text with every lone surrogate, which JSON can carry and UTF-8 cannot, turned into a question mark."""
    return text.encode("utf-8", "replace").decode()


def without_keys(text: str, keys: Sequence[str]) -> str:
    """The text with every one of these keys struck out."""
    for key in keys:
        text = text.replace(key, STRUCK_OUT)
    return text


def known_keys(args: Mapping[str, Any]) -> list[str]:
    """Every key in the model arguments and in the environment, the longest first: one may be part of another."""
    secret = [value for source in (args, os.environ) for name, value in source.items() if is_secret(name)]
    # "Bearer KEY" is as secret without its first word.
    words = {word for value in _strings(secret) for word in (value, *value.split()) if len(word) >= _SHORTEST_KEY}
    return sorted(words, key=lambda word: (-len(word), word))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _strings(list(value.values()))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)
