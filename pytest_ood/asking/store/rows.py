"""A row of the table of answers, and the digest that shows whether it is still what was written."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, Protocol

from pytest_ood.models.request import Answer, Message

#: The fields of an answer, each of them a column.
ANSWER = tuple(field.name for field in fields(Answer))
#: The columns that a row is made of, in the order of its values.
COLUMNS = ("key", "model", "args", "messages", *ANSWER, "charged")
# Columns of JSON, which are NULL where the field of the answer is empty.
_LISTS = ("tool_calls", "dropped")
RUN_ID = COLUMNS.index("run_id")
_FIRST = COLUMNS.index(ANSWER[0])


class Asked(Protocol):
    """What a row says of a question: a `Request`, or what is stored of one that waits for its answer."""

    @property
    def key(self) -> str:
        """As in a `Request`."""

    @property
    def model(self) -> str:
        """As in a `Request`."""

    @property
    def args(self) -> Mapping[str, Any]:
        """As in a `Request`."""

    @property
    def messages(self) -> Sequence[Message]:
        """As in a `Request`."""


def row_of(request: Asked, answer: Answer, charged: float) -> list[Any]:
    """Return the values of a row; `charged` is in US dollars."""
    fields_by_name = {name: getattr(answer, name) for name in ANSWER}
    for name in _LISTS:
        value = fields_by_name[name]
        fields_by_name[name] = json.dumps(list(value), ensure_ascii=False) if value else None
    return [
        request.key,
        request.model,
        json.dumps(request.args),
        json.dumps(request.messages, ensure_ascii=False),
        *fields_by_name.values(),
        charged,
    ]


def answer_of(values: Sequence[Any]) -> Answer:
    """Return the answer in a row that `is_intact`."""
    stored = dict(zip(ANSWER, values[_FIRST:], strict=False))
    for name in _LISTS:
        stored[name] = tuple(json.loads(stored[name] or "[]"))
    return Answer(**stored)


def digest_of(values: Sequence[Any]) -> str:
    """Return the digest of a row: equal before it is written and after it is read, and whatever columns come later."""
    present = {name: _plain(value) for name, value in zip(COLUMNS, values, strict=True)}
    text = json.dumps({name: value for name, value in present.items() if value is not None}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def is_intact(digest: str | None, values: Sequence[Any]) -> bool:
    """Return whether a row is what was written, as far as that can be known: rows of early versions have no digest."""
    try:
        if digest is not None:
            return digest == digest_of(values)
        answer_of(values)
        "".join(value for value in values if isinstance(value, str)).encode()
    except (TypeError, ValueError):
        return False
    return True


def readable(value: Any) -> str:
    """Return a value of a damaged row as text that can be stored and shown."""
    return str(value).encode(errors="replace").decode()


def _plain(value: Any) -> Any:
    """Return a value as it is in the digest. SQLite decides what type a number has, and stores NaN as NULL."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else None if value != value else value
    return int(value) if isinstance(value, bool) else value
