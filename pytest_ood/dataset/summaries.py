"""Read the summaries of runs from a dataset, migrated to the current version.

To raise the version, change ``schemas/summary.schema.json`` and add the step from the previous version to `UPGRADES`.
The current version is the one that the schema names.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pytest_ood.dataset import schema
from pytest_ood.dataset.folder import DatasetError, summary_files
from pytest_ood.dataset.limits import LimitError, check_json

Summary = dict[str, Any]


def _from_1(summary: Summary) -> Summary:
    """Version 2 gives the reason as a code and lists the outcome of every draw; what version 1 lacks is null."""

    unknown = {"reason_code": None, "reason_arm": None, "condition": None}
    cells = [{**cell, **unknown} for cell in summary["cells"]]
    return {**_with_arms(summary, cells, {"outcomes": None}), "schema_version": 2}


def _from_2(summary: Summary) -> Summary:
    """Version 3 judges the gap on pairs, and adds curves and comparisons; what version 2 lacks is null.

    The bounds of a gap were differences of the bounds of both arms, and nobody asked whether it is shown.
    """
    cells = []
    for cell in summary["cells"]:
        rest = {name: value for name, value in cell.items() if name not in ("gap_low", "gap_high")}
        gap = _unjudged_gap(cell["gap"], cell["gap_low"], cell["gap_high"])
        understood = _unjudged_gap(cell["gap_understood"])
        cells.append({**rest, "gap": gap, "gap_understood": understood, "sampling": None, "size": None})
    totals = summary["totals"]
    upgraded = {
        **_with_arms(summary, cells, {"judged": None, "estimate": None}),
        "schema_version": 3,
        **{"run_id": None, "started_at": None, "gap_alpha": None},
        "totals": {**totals, "verdicts": {**totals["verdicts"], "degraded": 0}, "claims": None},
        **{"curves": [], "comparisons": []},
    }
    if "replay" in upgraded:
        upgraded["replay"] = [{**group, "reason": None, "p_value": None} for group in upgraded["replay"]]
    return upgraded


def _with_arms(summary: Summary, cells: Sequence[Summary], unknown: Summary) -> Summary:
    """The summary with these cells, and with unknown values in the rows of all arms."""

    def arm(row: Summary | None) -> Summary | None:
        return None if row is None else {**row, **unknown}

    upgraded = {
        **summary,
        "cells": [{**cell, "control": arm(cell["control"]), "shift": arm(cell["shift"])} for cell in cells],
    }
    if "replay" in summary:
        upgraded["replay"] = [{**group, "siblings": arm(group["siblings"])} for group in summary["replay"]]
    return upgraded


def _unjudged_gap(estimate: float | None, low: float | None = None, high: float | None = None) -> Summary | None:
    if estimate is None:
        return None
    unknown = dict.fromkeys(("pairs", "evidence", "alpha", "shown"))
    return {"estimate": estimate, "low": low, "high": high, **unknown}


#: From a summary of each older version to one of the next; the summary may be any JSON value.
UPGRADES: dict[int, Callable[[Summary], Summary]] = {1: _from_1, 2: _from_2}


def today() -> int:
    """Return the version of the summaries that this pytest-ood writes."""
    version: int = schema.load("summary")["properties"]["schema_version"]["const"]
    return version


def upgraded(summary: Any) -> Summary:
    """Return a summary of any version, migrated to the current one.

    Raises:
        SchemaError: it breaks the schema, or has an unknown version.
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
                f"written by a newer pytest-ood (summary version {version}); upgrade pytest-ood", "schema_version"
            )
    schema.check(summary, "summary")
    return summary  # type: ignore[no-any-return]


def read_summary(path: Path) -> Summary:
    """Read the summary of a run, migrated to the current version.

    Raises:
        DatasetError: it cannot be read, or breaks its schema.
    """
    fix = "restore it, or name another folder"
    try:
        check_json(path)
        return upgraded(json.loads(path.read_text(encoding="utf-8")))
    except LimitError as error:
        raise DatasetError(error.args[0], path=path, fix=error.fix) from error
    except schema.SchemaError as error:
        raise DatasetError(error.what, path=path, field=error.where or "the whole", fix=fix) from error
    except (OSError, ValueError, RecursionError) as error:
        raise DatasetError(f"cannot be read as JSON ({error})", path=path, fix=fix) from error


def summaries(folders: Path | Sequence[Path]) -> list[Summary]:
    """Read the summaries of all runs in a dataset, migrated to the current version.

    Raises:
        DatasetError: one of them cannot be read, or breaks its schema.
    """
    return [read_summary(path) for path in summary_files(folders)]
