"""The one place that knows what a secret looks like.

`known_keys` and `without_keys` redact the keys that this process knows. `Secrets` finds them in text that is about to
be published, along with anything else that looks like a key. `encodable` makes text from outside safe to store.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

_SECRET = re.compile(r"(?:^|_)(?:key|token|secret|password|credentials?|headers?|authorization)(?:_id)?$")
STRUCK_OUT = "REDACTED"
# Shorter values are not keys ("none", "EMPTY"), and redacting them would blank out half of every message.
_SHORTEST_KEY = 8
# A description, a lower-case string that every match contains (a fast first check), and the pattern.
_LOOKS = (
    ("what looks like a key (sk-...)", "sk-", re.compile(r"(?<![A-Za-z0-9])sk-[A-Za-z0-9_-]{16,}")),
    ("what looks like a Hugging Face token (hf_...)", "hf_", re.compile(r"(?<![A-Za-z0-9])hf_[A-Za-z0-9]{16,}")),
    ("what looks like an AWS key (AKIA...)", "akia", re.compile(r"(?<![A-Za-z0-9])AKIA[0-9A-Z]{12,}")),
    # A token has a digit: "bearer responsibilities" does not match.
    ("what looks like a bearer token", "bearer", re.compile(r"(?i)\bbearer\s+(?=[\w.~+/-]*\d)[\w.~+/-]{8,}")),
    (
        "what looks like a key (api_key=...)",
        "api",
        # Quotes are escaped in JSON within JSON.
        re.compile(rf"""(?i)api[_-]?key[\\"']*\s*[=:]\s*[\\"']*(?!{STRUCK_OUT})[\w.~+/-]{{8,}}"""),
    ),
)


def is_secret(name: str) -> bool:
    """Return whether a model argument or environment variable of this name holds a key, a token or a header."""
    return _SECRET.search(name.lower()) is not None


class Secrets:
    """Detects secrets in text and names their kind without repeating them."""

    def __init__(self, tokens: Iterable[str] = ()) -> None:
        """Collect the secrets in the environment.

        Args:
            tokens: further secrets.
        """
        labels = {
            word: f"the value of the environment variable {name}"
            for name, value in os.environ.items()
            if is_secret(name)
            for word in _words(value)
        }
        labels |= {token: "the token you are logged in with" for token in tokens if token not in labels}
        # Also in the form that a JSON string gives them.
        labels |= {json.dumps(word)[1:-1]: label for word, label in labels.items()}
        self._labels = {word: label for word, label in labels.items() if len(word) >= _SHORTEST_KEY}

    def find(self, text: str) -> str:
        """Return a description of the first secret in the text, or an empty string if there is none."""
        label = next((label for word, label in self._labels.items() if word in text), "")
        lower = text.lower()
        return label or next((label for label, word, look in _LOOKS if word in lower and look.search(text)), "")


def encodable(text: str) -> str:
    """Return the text with every lone surrogate, which JSON can carry and UTF-8 cannot, replaced by a question mark."""
    return text.encode("utf-8", "replace").decode()


def without_keys(text: str, keys: Sequence[str]) -> str:
    """Return the text with each of these keys redacted."""
    for key in keys:
        text = text.replace(key, STRUCK_OUT)
    return text


def known_keys(args: Mapping[str, Any]) -> list[str]:
    """Return every key in the model arguments and in the environment, longest first: one may be part of another."""
    secret = [value for source in (args, os.environ) for name, value in source.items() if is_secret(name)]
    words = {word for value in _strings(secret) for word in _words(value) if len(word) >= _SHORTEST_KEY}
    return sorted(words, key=lambda word: (-len(word), word))


def _words(secret: str) -> tuple[str, ...]:
    # In "Bearer KEY", KEY alone is a secret too.
    return (secret, *secret.split())


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _strings(list(value.values()))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)
