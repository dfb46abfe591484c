"""Migrate rows of older trace versions to the current one. Every reader of a dataset uses this."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pytest_ood.evidence import trace
from pytest_ood.evidence.questions import last_question

Columns = Mapping[str, Sequence[Any]]


def _from_1(columns: Columns) -> Columns:
    """Version 1 had neither a field for the question nor anything about the control twin or the condition."""
    return {**columns, "question": [last_question(messages) for messages in columns.get("messages", ())]}


#: From the columns of each older trace version to those of the next.
MIGRATIONS: dict[int, Callable[[Columns], Columns]] = {1: _from_1}


def is_known(version: int) -> bool:
    """Return whether rows of this version can be read."""
    return version == trace.TRACE_VERSION or version in MIGRATIONS


def migrate(columns: Columns, version: int) -> dict[str, Sequence[Any]]:
    """Return the columns of some rows in the form of the current version.

    Columns that the current version does not know are left out, and those that a row may lack get their defaults.
    Missing columns that are required stay missing; the check against the schema reports them.

    Args:
        columns: all columns of the rows as they were written.
        version: the trace version in which they were written, one that `is_known`.
    """
    for older in range(version, trace.TRACE_VERSION):
        columns = MIGRATIONS[older](columns)
    count = max(map(len, columns.values()), default=0)
    lacking = {name: [default] * count for name, default in trace.DEFAULTS.items() if name not in columns}
    whole = {**columns, **lacking}
    return {name: whole[name] for name in trace.FIELDS if name in whole}
