"""The end of a run: its summary for machines, and the dataset."""

import dataclasses
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from pytest_ood import __version__
from pytest_ood.asking.store import Store, Totals
from pytest_ood.dataset.write import Exported, export
from pytest_ood.evidence import stats
from pytest_ood.evidence.verdict import Verdict
from pytest_ood.plugin.settings import Settings

SUMMARY_VERSION = 2


def conclude(
    settings: Settings,
    run_id: str,
    rows: Sequence[Mapping[str, Any]],
    wall_s: float,
    replayed: Sequence[Mapping[str, Any]] | None = None,
) -> tuple[dict[str, Any], Exported | None]:
    """The end of a run, over all its processes: the summary, written and exported as the settings say.

    rows: the cells' rows, in the order of the tests; replayed: in a replay, those of its groups.

    Raises:
        OSError, DatasetError: a file can't be written; the store still holds everything.
    """
    store = Store(settings.store)
    try:
        verdicts = _summary(settings, store.totals(run_id), rows, wall_s)
        if replayed is not None:
            verdicts["replay"] = list(replayed)
        if settings.json is not None:
            settings.json.write_text(json.dumps(verdicts, indent=2) + "\n", encoding="utf-8")
        exported = None
        folder = settings.dataset(run_id)
        if folder is not None:
            exported = export(folder, store.traces(run_id), verdicts)
    finally:
        store.close()
    return verdicts, exported


def _summary(settings: Settings, totals: Totals, rows: Sequence[Mapping[str, Any]], wall_s: float) -> dict[str, Any]:
    """The verdicts for machines: ``schemas/summary.schema.json``."""
    verdicts = Counter(row["verdict"] for row in rows)
    return {
        "schema_version": SUMMARY_VERSION,
        "pytest_ood_version": __version__,
        "seed": settings.seed,
        "bar": settings.bar,
        "alpha": stats.ALPHA,
        "models": list(settings.model),
        "totals": {
            "cells": len(rows),
            **dataclasses.asdict(totals),
            "wall_s": wall_s,
            "verdicts": {verdict.value: verdicts[verdict.value] for verdict in Verdict},
        },
        "cells": list(rows),
    }
