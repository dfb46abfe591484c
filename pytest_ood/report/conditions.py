"""Conditions as texts: what tells one from the others."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pytest_ood.text.canonical import canonical

Row = Mapping[str, Any]

# Axes that a condition names only where they differ from this.
_USUAL: Row = {"wording": 0, "spaced": False}
# These need no name: their values say what they are.
_PLAIN = ("model", "strategy")
# A system message is as long as its author likes.
_LONGEST_AXIS = 32


def axes_of(condition: Row) -> dict[str, Any]:
    """Return the axes of a condition by name; the arguments within one are axes of their own."""
    values = {**_USUAL, **condition}
    within = [value for value in values.values() if isinstance(value, Mapping)]
    alone = {name: value for name, value in values.items() if not isinstance(value, Mapping)}
    return {**{name: value for one in within for name, value in one.items()}, **alone}


def differing(rows: Iterable[Row]) -> list[str]:
    """Return the names of the values that are not the same everywhere."""
    values = list(rows)
    names = dict.fromkeys(name for row in values for name in row)
    return [name for name in names if len({canonical(row[name]) if name in row else None for row in values}) > 1]


def value_text(value: object) -> str:
    """Return a JSON value as a person would write it; a string that would look like nothing at all in quotes."""
    if isinstance(value, str):
        return value if value.strip() else json.dumps(value)
    return canonical(value)


def label_of(axes: Row, names: Sequence[str]) -> str:
    """Return ``gpt-4o, cot, shots=4``: those of the axes that have these names."""
    shown = [value_text(axes[name]) for name in _PLAIN if name in names and name in axes]
    others = [name for name in names if name in axes and name not in _PLAIN]
    return ", ".join([*shown, *(f"{name}={value_text(axes[name])[:_LONGEST_AXIS]}" for name in others)])


def model_labels(conditions: Sequence[Row]) -> list[str]:
    """Return ``gpt-4o (cot)`` for each condition: its model, and what tells it from the model's other conditions."""
    axes = [axes_of(condition) for condition in conditions]
    labels = []
    for one in axes:
        telling = label_of(one, differing(other for other in axes if other["model"] == one["model"]))
        labels.append(f"{one['model']} ({telling})" if telling else str(one["model"]))
    return labels
