"""The one place that knows what a secret looks like.

`known_keys` and `without_keys` redact the keys that this process knows, and `without_secrets` walks the arguments of a
model. `Secrets` finds in text that is about to be published what is left, along with anything else that looks like a
key. `encodable` makes text from outside safe to store.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

_SECRET = re.compile(
    r"(?:^|_)(?:(?:api|access)?keys?|token|secrets?|passw(?:or)?d|passphrase|credentials?|headers?|authorization|cookies?)"
    r"(?:_id)?$"
)
# Where a name in camel case or with hyphens has words.
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|-")
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
    return _SECRET.search(_WORD.sub("_", name).lower()) is not None


def secret_names(value: Any, where: str = "") -> Iterator[str]:
    """Yield the places in a JSON value that are named like secrets, such as ``extra_body.my_secret``."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            place = f"{where}.{name}".lstrip(".")
            if is_secret(str(name)) and inner != STRUCK_OUT:
                yield place
            else:
                yield from secret_names(inner, place)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from secret_names(inner, where)


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
    secret = [*_secret_values(args), *_secret_values(os.environ)]
    words = {word for value in _strings(secret) for word in _words(value) if len(word) >= _SHORTEST_KEY}
    return sorted(words, key=lambda word: (-len(word), word))


def without_secrets(value: Any, keys: Sequence[str] = ()) -> Any:
    """Return a JSON value without secrets, however deep: what is named like one is left out.

    Args:
        value: the value.
        keys: known keys, which are redacted in every string, along with anything that looks like a key.
    """
    if isinstance(value, str):
        text = without_keys(value, keys)
        for _, _, look in _LOOKS:
            text = look.sub(STRUCK_OUT, text)
        return text
    if isinstance(value, Mapping):
        return {
            without_keys(str(name), keys): without_secrets(inner, keys)
            for name, inner in value.items()
            if not is_secret(str(name))
        }
    if isinstance(value, list | tuple):
        return [without_secrets(inner, keys) for inner in value]
    return value


def _words(secret: str) -> tuple[str, ...]:
    # In "Bearer KEY", KEY alone is a secret too.
    return (secret, *secret.split())


def _secret_values(value: Any) -> Iterator[Any]:
    """Yield what is named like a secret, however deep."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if is_secret(str(name)):
                yield inner
            else:
                yield from _secret_values(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _secret_values(inner)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _strings(list(value.values()))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)
