"""Immutable JSON objects."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pytest_ood.text.canonical import canonical


class FrozenJson(Mapping[str, Any]):
    """An immutable JSON object: compared, hashed and pickled by its canonical text.

    Keys are sorted and values take their JSON form (a tuple becomes a list), so that an object read back from a file
    equals the original.
    """

    __slots__ = ("_values", "text")

    def __init__(self, values: Mapping[str, Any] | None = None) -> None:
        """Freeze a mapping.

        Raises:
            TypeError, ValueError: a value cannot be written as JSON.
        """
        self.text = canonical(dict(values or {}))
        self._values: dict[str, Any] = json.loads(self.text)

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __hash__(self) -> int:
        return hash(self.text)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, FrozenJson):
            return self.text == other.text
        return isinstance(other, Mapping) and self._values == dict(other)

    def __reduce__(self) -> tuple[type["FrozenJson"], tuple[dict[str, Any]]]:
        return FrozenJson, (self._values,)

    def __repr__(self) -> str:
        return f"FrozenJson({self._values})"
