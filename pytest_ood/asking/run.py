"""A run: cells in, outcomes out. Read this first.

    run = Run(RunOptions(...), provide=...)    opens the store and the models
    run.start(cells)                           the engine begins to ask, on a thread of its own
    run.outcome(cell)                          waits for one cell, while the others go on
    run.stop()                                 asks nothing more, keeps what was answered

`engine` decides what is asked next and when to stop; `store` keeps the answers; the folder `evidence` turns them into
evidence.
"""

import asyncio
import concurrent.futures
import contextlib
import dataclasses
import datetime
import functools
import secrets
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pytest_ood.asking.batches.batching import Batching, BatchOptions, BatchReport, in_use
from pytest_ood.asking.batches.gathering import Gathering
from pytest_ood.asking.callers import Terms
from pytest_ood.asking.cell import ArmSpec, Cell
from pytest_ood.asking.engine import Engine
from pytest_ood.asking.lane import PATIENCE_S
from pytest_ood.asking.outcome import Outcome
from pytest_ood.asking.plan import Planned, plan
from pytest_ood.asking.progress import Progress
from pytest_ood.asking.store import Store, StoreError
from pytest_ood.asking.strategies import Strategies
from pytest_ood.models import answers_at_once, default_args, open_model
from pytest_ood.models.base import Model, ModelError
from pytest_ood.models.batch import BatchModel
from pytest_ood.models.function import FunctionModel
from pytest_ood.models.pool.calls import Opening
from pytest_ood.models.pool.processes import process_pool
from pytest_ood.models.pool.ray_actors import ray_pool
from pytest_ood.models.pool.workers import PooledModel

# A downstream model by its name and arguments: a `Model`, a function from messages to text, or None.
Provider = Callable[[str, Mapping[str, Any]], Any]


def new_run_id() -> str:
    """Return a name for a run; names sort by time."""
    return f"{datetime.datetime.now(datetime.timezone.utc):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The settings of a whole run.

    Attributes:
        run_id: the run's name in the store.
        models: the names of the models that cells may ask.
        store: the file that keeps every answer.
        model_args: the arguments of every call, including secrets.
        api_base: the URL of the provider.
        concurrency: calls in flight of one model, over all processes that share the run: at first, and at most. None
            leaves it to the model.
        processes: how many processes share the run.
        budget: a hard limit in US dollars; None without one.
        refresh: ask again what the store already answers.
        compare: ask judged cells on until their conditions are told apart.
        earlier_draws: how many draws of an arm an earlier run has; judged cells are asked on until they have as many.
        patience: after so many seconds without any answer a model is given up.
        workers: how many further processes ask the models, over all processes that share the run.
        batch: how to ask in batches; None to ask live.
        ray: the address of the Ray cluster whose actors these processes are; None for processes of this machine.
        ray_args: what each actor needs, in Ray's words.
    """

    run_id: str
    models: tuple[str, ...]
    store: Path
    model_args: Mapping[str, Any] = field(default_factory=dict)
    api_base: str | None = None
    concurrency: tuple[int, int] | None = None
    processes: int = 1
    budget: float | None = None
    refresh: bool = False
    compare: bool = False
    earlier_draws: Callable[[ArmSpec], int] | None = None
    patience: float = PATIENCE_S
    workers: int = 0
    batch: BatchOptions | None = None
    ray: str | None = None
    ray_args: Mapping[str, Any] = field(default_factory=dict)


class Run:
    """One process's part of a run. Call its methods from the thread that made it.

    Attributes:
        models: the models by name.
        not_in_workers: the names of those that are asked in this process, although there are workers.
    """

    def __init__(self, options: RunOptions, provide: Provider, strategies: Strategies | None = None) -> None:
        """Open the store and the models; nothing heavy is loaded before a call has to be made.

        Args:
            options: the settings of the run.
            provide: gives a downstream model, or None.
            strategies: those of the session; by default the bundled and the installed ones.

        Raises:
            StoreError, ModelError: the store or a model cannot be used.
        """
        self.models: dict[str, Model] = {}
        openings = []
        for name in options.models:
            opening = Opening(name, {**default_args(name), **options.model_args}, options.api_base)
            provided = provide(name, opening.args)
            self.models[name] = _open(opening, provided, options.batch is not None)
            if provided is None and not answers_at_once(name):
                openings.append(opening)
        # In batches nobody is asked.
        size = 0 if options.batch is not None else options.workers // options.processes
        if size and openings:
            cluster = options.ray
            pool = (
                process_pool(size, openings) if cluster is None else ray_pool(size, openings, cluster, options.ray_args)
            )
            self.models |= {one.name: PooledModel(self.models[one.name], pool) for one in openings}
        self.not_in_workers = [name for name in options.models if name not in {one.name for one in openings}]
        self.strategies = Strategies() if strategies is None else strategies
        self.terms = Terms(
            options.run_id,
            _share(options.concurrency, options.processes),
            options.budget,
            options.refresh,
            options.compare,
            options.earlier_draws,
            options.patience,
            None if options.batch is None else options.batch.waves,
        )
        # Last, so that a model that cannot be used leaves no connection open.
        self.store = Store(options.store)
        self.progress = Progress()
        self.batches: BatchReport | None = None
        self._batch = options.batch
        self._outcomes: dict[str, concurrent.futures.Future[Outcome]] = {}
        self._stop: Callable[[], object] = _nothing
        self._hurry: Callable[[], object] = _nothing
        self._begun = threading.Event()
        self._thread: threading.Thread | None = None

    def plan(self, cells: Sequence[Cell], live: bool = False) -> list[tuple[Cell, Planned]]:
        """Return what `start` would ask, without asking it; with `live`, what it would ask if not in batches."""
        terms = dataclasses.replace(self.terms, waves=None) if live else self.terms
        return plan(cells, terms, self.models, self.strategies, self.store)

    def start(self, cells: Sequence[Cell]) -> None:
        """Start asking all cells, in order."""
        self._outcomes = {cell.id: concurrent.futures.Future() for cell in cells}
        self._thread = threading.Thread(target=asyncio.run, args=[self._ask(cells)], name="ood-engine", daemon=True)
        self._thread.start()
        # Earlier, a stop would find nothing to stop and wait for the whole run.
        self._begun.wait()

    async def _ask(self, cells: Sequence[Cell]) -> None:
        ended: BaseException = RuntimeError("the run was stopped before this cell was decided")
        try:
            if self._batch is None:
                await self._run(cells)
            else:
                await self._run_batch(cells, self._batch)
        except StoreError as error:
            # Only now is it known what became of the last answers.
            ended = error if self.store.rescue.error is None else StoreError(str(self.store.rescue))
        except Exception as error:
            ended = error
        finally:
            self._begun.set()
        self._stop = self._hurry = _nothing
        for future in self._outcomes.values():
            if not future.done():
                future.set_exception(ended)

    async def _run(self, cells: Sequence[Cell], gathering: Gathering | None = None) -> None:
        engine = Engine(self.store, self.terms, self.models, self.strategies, gathering)
        self.progress = engine.progress
        loop = asyncio.get_running_loop()
        self._stop = functools.partial(loop.call_soon_threadsafe, engine.stop)
        self._hurry = functools.partial(loop.call_soon_threadsafe, engine.hurry)
        self._begun.set()
        await engine.run(cells, self._done)

    async def _run_batch(self, cells: Sequence[Cell], options: BatchOptions) -> None:
        models = {name: model for name, model in self.models.items() if isinstance(model, BatchModel)}
        with in_use(options.folder, self.terms.run_id):
            batching = Batching(options, self.store, self.terms, models)
            self.batches = batching.report
            try:
                await batching.receive()
                gathering = batching.gathering()
                try:
                    await self._run(cells, gathering)
                except BaseException:
                    gathering.discard()
                    raise
                await batching.finish(gathering, all(future.done() for future in self._outcomes.values()))
            finally:
                await batching.close()

    def _done(self, cell: Cell, outcome: Outcome | Exception) -> None:
        future = self._outcomes[cell.id]
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)

    def outcome(self, cell: Cell, waiting: Callable[[Progress], None] | None = None, every_s: float = 0.25) -> Outcome:
        """Wait for the outcome of a cell and return it; `waiting` is called with the progress every `every_s` seconds.

        Raises:
            StoreError: the run cannot go on.
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

    def hurry(self) -> None:
        """Let `stop` wait for no call in flight. Safe in a signal handler."""
        with contextlib.suppress(RuntimeError):  # the loop has just been closed
            self._hurry()

    def stop(self) -> None:
        """Ask nothing more; wait briefly for calls in flight and store their answers."""
        if self._thread is not None:
            self._stop()
            self._thread.join()
            self._thread = None
        self.store.close()
        sys.stderr.writelines(self.store.rescue.lines)
        self.store.rescue.lines.clear()


def _share(concurrency: tuple[int, int] | None, processes: int) -> tuple[int, int] | None:
    """Return the part of one process."""
    if concurrency is None:
        return None
    fewest, most = (max(1, calls // processes) for calls in concurrency)
    return fewest, most


def _nothing() -> None:
    """Do nothing: the run has not begun, or is over."""


def _open(opening: Opening, provided: Any, batch: bool) -> Model:
    if provided is None:
        model = open_model(opening.name, opening.args, opening.api_base, batch=batch)
    else:
        model = provided if isinstance(provided, Model) else FunctionModel(opening.name, provided, opening.args)
    if batch and not isinstance(model, BatchModel):
        raise ModelError("--ood-batch: only models of providers can be asked in batches", model=opening.name)
    return model
