"""A run: cells in, outcomes out. Read this first.

    run = Run(RunOptions(...), provide=...)    opens the store and the models
    run.start(cells)                           the engine begins to ask, on a thread of its own
    run.outcome(cell)                          waits for one cell, while the others go on
    run.stop()                                 asks nothing more, keeps what was answered

What is asked next, and when it stops: `engine`. Where answers are kept: `store`. How they become
evidence: the folder `evidence`.
"""

import asyncio
import concurrent.futures
import datetime
import functools
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pytest_ood.asking.callers import Progress, Terms
from pytest_ood.asking.cell import Cell
from pytest_ood.asking.engine import Engine
from pytest_ood.asking.outcome import Outcome
from pytest_ood.asking.plan import Planned, plan
from pytest_ood.asking.store import Store
from pytest_ood.models import default_args, open_model
from pytest_ood.models.base import Model
from pytest_ood.models.function import FunctionModel

# A downstream model by its name and arguments: a `Model`, a function from messages to text, or None.
Provider = Callable[[str, Mapping[str, Any]], Any]


def new_run_id() -> str:
    """A name for a run that sorts by time."""
    return f"{datetime.datetime.now(datetime.timezone.utc):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What holds for a whole run.

    models: the names of the models that cells may ask; model_args: the arguments of every call, secrets among them.
    store: the file that keeps every answer.
    concurrency: calls in flight, over all `processes` that share the run.
    budget: US dollars, a hard cap; None without one.
    refresh: ask again what the store already answers.
    """

    run_id: str
    models: tuple[str, ...]
    store: Path
    model_args: Mapping[str, Any] = field(default_factory=dict)
    api_base: str | None = None
    concurrency: int = 16
    processes: int = 1
    budget: float | None = None
    refresh: bool = False


class Run:
    """One process's part of a run. Its methods are called from the thread that made it."""

    def __init__(self, options: RunOptions, provide: Provider) -> None:
        """Open the store and the models; nothing heavy is loaded before a call has to be made.

        Raises:
            StoreError, ModelError: the store or a model can't be used.
        """
        self.models = {
            name: _open(name, {**default_args(name), **options.model_args}, options.api_base, provide)
            for name in options.models
        }
        in_flight = max(1, options.concurrency // options.processes)
        self.terms = Terms(options.run_id, in_flight, options.budget, options.refresh)
        # Last, so that a model that can't be used leaves no connection open.
        self.store = Store(options.store)
        self.progress = Progress()
        self._outcomes: dict[str, concurrent.futures.Future[Outcome]] = {}
        self._stop: Callable[[], object] = _nothing
        self._begun = threading.Event()
        self._thread: threading.Thread | None = None

    def plan(self, cells: Sequence[Cell]) -> list[tuple[Cell, Planned]]:
        """What `start` would ask; nothing is asked."""
        return plan(cells, self.terms, self.models, self.store)

    def start(self, cells: Sequence[Cell]) -> None:
        """Begin to ask all cells, in their order."""
        self._outcomes = {cell.id: concurrent.futures.Future() for cell in cells}
        self._thread = threading.Thread(target=asyncio.run, args=[self._ask(cells)], name="ood-engine", daemon=True)
        self._thread.start()
        # Before that a stop would find nothing to stop, and wait for the whole run.
        self._begun.wait()

    async def _ask(self, cells: Sequence[Cell]) -> None:
        engine = Engine(self.store, self.terms, self.models)
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
