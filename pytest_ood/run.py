"""A run: cells in, outcomes out. Read this first.

    run = Run(settings, run_id, provide=...)   opens the store and the models
    run.start(cells)                           the engine begins to ask, on a thread of its own
    run.outcome(cell)                          waits for one cell, while the others go on
    run.stop()                                 asks nothing more, keeps what was answered
    conclude(settings, run_id, rows)           the summary, as JSON and as a dataset

What a cell asks and when it stops: `engine`. How answers become evidence: `outcome`. Where they are kept: `store`.
"""

import asyncio
import concurrent.futures
import dataclasses
import datetime
import functools
import json
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pytest_ood import __version__, stats
from pytest_ood.call import recorded
from pytest_ood.engine import Conditions, Engine, Progress
from pytest_ood.export import Exported, export
from pytest_ood.models import default_args, open_model
from pytest_ood.models.base import Model
from pytest_ood.models.function import FunctionModel
from pytest_ood.outcome import Cell, Outcome, Verdict
from pytest_ood.plan import Planned, plan
from pytest_ood.settings import Settings
from pytest_ood.store import Store, Totals

SUMMARY_VERSION = 1

# A downstream model by its name and arguments: a `Model`, a function from messages to text, or None.
Provider = Callable[[str, Mapping[str, Any]], Any]


def new_run_id() -> str:
    """A name for a run that sorts by time."""
    return f"{datetime.datetime.now(datetime.timezone.utc):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


class Run:
    """One process's part of a run. Its methods are called from the thread that made it."""

    def __init__(self, settings: Settings, run_id: str, provide: Provider, processes: int = 1) -> None:
        """Open the store and the models; nothing heavy is loaded before a call has to be made.

        processes: how many share the run and with it the calls in flight.

        Raises:
            StoreError, ModelError: the store or a model can't be used.
        """
        self.store = Store(settings.store)
        arguments = {name: {**default_args(name), **settings.model_arg} for name in settings.model}
        self.models = {name: _open(name, args, settings.api_base, provide) for name, args in arguments.items()}
        self.conditions = Conditions(
            run_id,
            settings.seed,
            {name: recorded(args) for name, args in arguments.items()},
            max(1, settings.concurrency // processes),
            settings.budget,
            settings.refresh,
        )
        self.progress = Progress()
        self._outcomes: dict[str, concurrent.futures.Future[Outcome]] = {}
        self._stop: Callable[[], object] = _nothing
        self._begun = threading.Event()
        self._thread: threading.Thread | None = None

    def plan(self, cells: Sequence[Cell]) -> list[tuple[Cell, Planned]]:
        """What `start` would ask; nothing is asked."""
        return plan(cells, self.conditions, self.models, self.store)

    def start(self, cells: Sequence[Cell]) -> None:
        """Begin to ask all cells, in their order."""
        self._outcomes = {cell.id: concurrent.futures.Future() for cell in cells}
        self._thread = threading.Thread(target=asyncio.run, args=[self._ask(cells)], name="ood-engine", daemon=True)
        self._thread.start()
        # Before that a stop would find nothing to stop, and wait for the whole run.
        self._begun.wait()

    async def _ask(self, cells: Sequence[Cell]) -> None:
        engine = Engine(self.store, self.conditions, self.models)
        self.progress = engine.progress
        loop = asyncio.get_running_loop()
        self._stop = functools.partial(loop.call_soon_threadsafe, engine.stop)
        self._begun.set()
        ended: BaseException = RuntimeError("the run was stopped before this cell was decided")
        try:
            await engine.run(cells, self._done)
        except Exception as error:
            ended = error
        self._stop = _nothing
        for future in self._outcomes.values():
            if not future.done():
                future.set_exception(ended)

    def _done(self, cell: Cell, outcome: Outcome | Exception) -> None:
        future = self._outcomes[cell.id]
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)

    def outcome(self, cell: Cell, waiting: Callable[[Progress], None] | None = None, every_s: float = 0.25) -> Outcome:
        """The outcome of a cell, waited for; `waiting` is called with the progress all the while.

        Raises:
            ModelError, StoreError: the run can't go on.
            Exception: whatever the cell's task raised.
        """
        while True:
            try:
                return self._outcomes[cell.id].result(timeout=every_s)
            except concurrent.futures.TimeoutError:
                if self._outcomes[cell.id].done():
                    raise  # the task itself timed out
                if waiting is not None:
                    waiting(self.progress)

    def stop(self) -> None:
        """Ask nothing more; answers on their way are waited for briefly and kept."""
        if self._thread is not None:
            self._stop()
            self._thread.join()
            self._thread = None
        self.store.close()


def _nothing() -> None:
    """Not begun, or over: there is nothing to stop."""


def _open(name: str, args: Mapping[str, Any], api_base: str | None, provide: Provider) -> Model:
    provided = provide(name, args)
    if provided is None:
        return open_model(name, args, api_base)
    return provided if isinstance(provided, Model) else FunctionModel(name, provided, args)


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
