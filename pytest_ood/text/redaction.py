"""The one place that knows what a secret looks like; and text from outside made safe to keep.

`known_keys` and `without_keys` strike out the keys that this process knows. `Secrets` finds them in text that is about
to be published, and also whatever else looks like a key.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

_SECRET = re.compile(r"(?:^|_)(?:key|token|secret|password|credentials?|headers?|authorization)(?:_id)?$")
STRUCK_OUT = "REDACTED"
# What is shorter is not a key ("none", "EMPTY"), and would strike out half of every message.
_SHORTEST_KEY = 8
# What it is, a word without which it can't be there, in lower case, and what it looks like.
_LOOKS = (
    ("what looks like a key (sk-...)", "sk-", re.compile(r"(?<![A-Za-z0-9])sk-[A-Za-z0-9_-]{16,}")),
    ("what looks like a Hugging Face token (hf_...)", "hf_", re.compile(r"(?<![A-Za-z0-9])hf_[A-Za-z0-9]{16,}")),
    ("what looks like an AWS key (AKIA...)", "akia", re.compile(r"(?<![A-Za-z0-9])AKIA[0-9A-Z]{12,}")),
    # With a digit: "bearer responsibilities" is not one.
    ("what looks like a bearer token", "bearer", re.compile(r"(?i)\bbearer\s+(?=[\w.~+/-]*\d)[\w.~+/-]{8,}")),
    (
        "what looks like a key (api_key=...)",
        "api",
        # The quotes of JSON within JSON are escaped.
        re.compile(rf"""(?i)api[_-]?key[\\"']*\s*[=:]\s*[\\"']*(?!{STRUCK_OUT})[\w.~+/-]{{8,}}"""),
    ),
)


def is_secret(name: str) -> bool:
    """Return whether a model argument or environment variable of this name holds a key, a token or a header."""
    return _SECRET.search(name.lower()) is not None


class Secrets:
    """Tells whether a text holds a secret, and what kind, without repeating it.

    tokens: secrets besides those in the environment.
    """

    def __init__(self, tokens: Iterable[str] = ()) -> None:
        known = {
            word: f"the value of the environment variable {name}"
            for name, value in os.environ.items()
            if is_secret(name)
            for word in _words(value)
        }
        known |= {token: "the token you are logged in with" for token in tokens if token not in known}
        # As they are written in a JSON string, too.
        known |= {json.dumps(word)[1:-1]: what for word, what in known.items()}
        self._known = {word: what for word, what in known.items() if len(word) >= _SHORTEST_KEY}

    def find(self, text: str) -> str:
        """Return what the text holds; the empty string if that is no secret."""
        known = next((what for word, what in self._known.items() if word in text), "")
        lower = text.lower()
        return known or next((what for what, word, look in _LOOKS if word in lower and look.search(text)), "")


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
    words = {word for value in _strings(secret) for word in _words(value) if len(word) >= _SHORTEST_KEY}
    return sorted(words, key=lambda word: (-len(word), word))


def _words(secret: str) -> tuple[str, ...]:
    # "Bearer KEY" is as secret without its first word.
    return (secret, *secret.split())


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _strings(list(value.values()))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)
