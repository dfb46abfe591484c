"""The summaries of runs, read from a dataset and brought to today's version.

To raise the version: change ``schemas/summary.schema.json`` and add the step from the version before to `UPGRADES`. The
version of today is the one that the schema names.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pytest_ood.dataset import schema
from pytest_ood.dataset.folder import DatasetError, summary_files

Summary = dict[str, Any]


def _from_1(summary: Summary) -> Summary:
    """Version 2 names the reason by a code and lists the outcome of every draw: what version 1 does not say is null."""

    def arm(row: Summary) -> Summary:
        return {**row, "outcomes": None}

    unknown = {"reason_code": None, "reason_arm": None, "condition": None}
    cells = [
        {**cell, **unknown, "control": arm(cell["control"]), "shift": arm(cell["shift"])} for cell in summary["cells"]
    ]
    upgraded = {**summary, "schema_version": 2, "cells": cells}
    if "replay" in summary:
        upgraded["replay"] = [
            {**group, "siblings": None if group["siblings"] is None else arm(group["siblings"])}
            for group in summary["replay"]
        ]
    return upgraded


#: From a summary of each older version to one of the next; a summary may be anything that JSON can hold.
UPGRADES: dict[int, Callable[[Summary], Summary]] = {1: _from_1}


def today() -> int:
    """Return the version of the summaries that this pytest-ood writes."""
    version: int = schema.load("summary")["properties"]["schema_version"]["const"]
    return version


def upgraded(summary: Any) -> Summary:
    """Return a summary of any version in today's form.

    Raises:
        SchemaError: it breaks the schema, or is of a version that is not known here.
    """
    if isinstance(summary, dict):
        version = summary.get("schema_version")
        while isinstance(version, int) and version in UPGRADES and version < today():
            try:
                summary = UPGRADES[version](summary)
            except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
                raise schema.SchemaError(f"not a summary of version {version} ({error!r})") from error
            version += 1
        if isinstance(version, int) and version > today():
            raise schema.SchemaError(
                f"written by a newer pytest-ood (summary version {version}): upgrade pytest-ood", "schema_version"
            )
    schema.check(summary, "summary")
    return summary  # type: ignore[no-any-return]


def read_summary(path: Path) -> Summary:
    """Read the summary of a run, in today's form.

    Raises:
        DatasetError: it cannot be read, or breaks its schema.
    """
    fix = "restore it, or name another folder"
    try:
        return upgraded(json.loads(path.read_text(encoding="utf-8")))
    except schema.SchemaError as error:
        raise DatasetError(error.what, path=path, field=error.where or "the whole", fix=fix) from error
    except (OSError, ValueError, RecursionError) as error:
        raise DatasetError(f"not JSON that can be read ({error})", path=path, fix=fix) from error


def summaries(folders: Path | Sequence[Path]) -> list[Summary]:
    """Read the summaries of all runs in a dataset, in today's form.

    Raises:
        DatasetError: one of them cannot be read, or breaks its schema.
    """
    return [read_summary(path) for path in summary_files(folders)]
