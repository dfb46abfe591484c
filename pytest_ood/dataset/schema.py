"""The shipped JSON Schemas, and two checks: of one value with good messages, and of a whole column at speed."""

import functools
import importlib.resources
import itertools
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pytest_ood.errors import OodError

Name = Literal["trace", "case", "summary"]
Every = Callable[[Sequence[Any]], bool]

_CLASSES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": (list, tuple),
    "object": dict,
}
_ANNOTATIONS = {"$schema", "$id", "title", "description", "contentMediaType"}
_KEYWORDS = {"type", "enum", "pattern", "minLength", "minimum", "maximum", "items", "minItems"}
_OF_OBJECTS = {"properties", "required", "additionalProperties"}
_LONGEST_MESSAGE = 300


class SchemaError(OodError, ValueError):
    """A value breaks its schema.

    Attributes:
        what: what is wrong, without the place.
        field: the wrong field of the row or object; empty if it is the whole.
        where: the same, down to the innermost value, such as ``messages[0].content``.
        row: the index of the row among those checked; None if a single value was checked.
    """

    def __init__(self, what: str, field: str = "", where: str = "", row: int | None = None) -> None:
        super().__init__(what)
        self.what, self.field, self.where, self.row = what, field, where or field, row

    def __str__(self) -> str:
        row = "" if self.row is None else f"row {self.row}: "
        return f"{row}{self.where or 'the whole'}: {self.what}"


@functools.cache
def load(name: Name) -> Mapping[str, Any]:
    """Return the schema of that name: from the installed package, or from the top-level folder of a checkout."""
    file = f"{name}.schema.json"
    shipped = importlib.resources.files("pytest_ood") / "schemas" / file
    source = Path(__file__).parents[2] / "schemas" / file
    loaded: Mapping[str, Any] = json.loads((shipped if shipped.is_file() else source).read_text(encoding="utf-8"))
    return loaded


def check(value: Any, name: Name) -> None:
    """Check one value.

    Raises:
        SchemaError: the first field that breaks the schema, and how.
    """
    _complain(value, load(name), "", None)


def check_columns(columns: Mapping[str, Sequence[Any]], name: Name = "trace") -> None:
    """Check many rows, given column by column.

    The result is that of `check` on each row, about a hundred times as fast, and stricter in two respects: a number
    must be finite, and an integer must be an int.

    Raises:
        SchemaError: the first row of the first column that breaks the schema, and how.
    """
    whole = load(name)
    fields = whole["properties"]
    for field in whole["required"]:
        if field not in columns:
            raise SchemaError(f"is missing in a {whole['title']}", field)
    for field, values in columns.items():
        if field not in fields:
            if not whole["additionalProperties"]:
                raise SchemaError(f"is unknown in a {whole['title']}", field)
            continue
        every = _every_of(name, field)
        if not every(values):
            row = next(row for row, value in enumerate(values) if not every([value]))
            _complain(values[row], fields[field], field, row)


def _complain(value: Any, spec: Mapping[str, Any], field: str, row: int | None) -> None:
    """Raise jsonschema's finding about a value; one that only the fast check refuses is described here."""
    from jsonschema import Draft202012Validator

    fault = next(iter(Draft202012Validator(spec).iter_errors(value)), None)
    if fault is None and row is None:
        return
    where = f"{field}{fault.json_path[1:] if fault else ''}".removeprefix(".")
    what = fault.message if fault else f"{value!r} is not a plain JSON value of its type"
    if len(what) > _LONGEST_MESSAGE:
        what = f"{what[: _LONGEST_MESSAGE // 2]} ... {what[-_LONGEST_MESSAGE // 2 :]}"
    raise SchemaError(what, field or where, where, row)


@functools.cache
def _every_of(name: Name, field: str) -> Every:
    return compile_every(load(name)["properties"][field])


def compile_every(spec: Mapping[str, Any]) -> Every:
    """Return a function that tells whether every value of a sequence fits `spec`.

    Raises:
        NotImplementedError: the schema has a keyword that is not supported here; none is ignored silently.
    """
    kinds = {spec["type"]} if isinstance(spec["type"], str) else set(spec["type"])
    (kind,) = kinds - {"null"}
    keywords = spec.keys() - _ANNOTATIONS
    beyond = keywords - _KEYWORDS - (_OF_OBJECTS if kind == "object" else set())
    if beyond:
        raise NotImplementedError(f"schema keywords {sorted(beyond)}")
    tests = [_TESTS[keyword](spec[keyword]) for keyword in sorted(keywords - _OF_OBJECTS) if keyword in _TESTS]
    if kind == "number":
        tests.insert(0, lambda values: all(map(math.isfinite, values)))
    if kind == "object":
        tests.append(_every_object(spec))

    def every(values: Sequence[Any]) -> bool:
        classes = set(map(type, values))
        if type(None) in classes and "null" in kinds:
            classes.remove(type(None))
            values = [value for value in values if value is not None]
        fits = all(issubclass(cls, _CLASSES[kind]) and (cls is not bool or kind == "boolean") for cls in classes)
        return fits and (not values or all(test(values) for test in tests))

    return every


def _every_object(spec: Mapping[str, Any]) -> Every:
    names = spec["properties"].keys()
    if spec["additionalProperties"] is not False or set(spec["required"]) != set(names):
        raise NotImplementedError("an object whose properties are not exactly those required")
    inner = {name: compile_every(value) for name, value in spec["properties"].items()}
    return lambda values: (
        all(value.keys() == names for value in values)
        and all(every([value[name] for value in values]) for name, every in inner.items())
    )


def _enum(allowed: Sequence[Any]) -> Every:
    return lambda values: set(values) <= set(allowed)


def _pattern(pattern: str) -> Every:
    search = re.compile(pattern).search
    # Most columns hold few different values.
    return lambda values: all(map(search, set(values)))


def _items(spec: Mapping[str, Any]) -> Every:
    every = compile_every(spec)
    return lambda values: every(list(itertools.chain.from_iterable(values)))


# Each takes the keyword's value and returns a test for a sequence of values, which are not null and of the right type.
_TESTS: Mapping[str, Callable[[Any], Every]] = {
    "enum": _enum,
    "pattern": _pattern,
    "minLength": lambda least: lambda values: min(map(len, values)) >= least,
    "minItems": lambda least: lambda values: min(map(len, values)) >= least,
    "minimum": lambda least: lambda values: min(values) >= least,
    "maximum": lambda most: lambda values: max(values) <= most,
    "items": _items,
}
