"""The pool, which keeps its places filled with workers, and the model that is asked through it."""

import abc
import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from pytest_ood.errors import OodError
from pytest_ood.models.base import Model, ModelError, TryAgain
from pytest_ood.models.litellm_model import LiteLLMModel
from pytest_ood.models.pool.calls import Call, WorkerEnded
from pytest_ood.models.rates import Rates
from pytest_ood.models.request import Answer, Request
from pytest_ood.text.canonical import canonical

# A place whose workers end so often in a row, without having answered anything, is not filled again.
MOST_IN_VAIN = 3
# How often rates are asked for, and the seconds between.
_TRIES, _PAUSE_S = 10, 0.5


class Worker(abc.ABC):
    """The near end of a worker.

    Attributes:
        ended: why the worker has ended, once it has.
        busy: how many calls it has.
        has_answered: whether one of them has brought anything.
    """

    def __init__(self) -> None:
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.busy = 0
        self.has_answered = False

    @abc.abstractmethod
    async def call(self, call: Call) -> Any:
        """Return what a call brings.

        Raises:
            WorkerEnded: the worker has ended before.
            OodError: what the model raises.
        """

    @abc.abstractmethod
    async def close(self) -> None:
        """Let the worker close its models and end, or end it if it does not."""


class _Place:
    """One place of a pool.

    Attributes:
        worker: who has it; None while nobody does.
        given_up: why it is not filled any more; empty if it is.
    """

    def __init__(self) -> None:
        self.worker: Worker | None = None
        self.given_up = ""


class Pool:
    """A number of workers, on the event loop on which a model is started first; none is hired before."""

    def __init__(
        self, size: int, hire: Callable[[], Awaitable[Worker]], dismiss: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        """Hire nobody yet.

        Args:
            size: how many workers.
            hire: starts one; it raises an `OSError` or an `OodError` if it cannot.
            dismiss: is called when all workers have ended.
        """
        self._hire, self._dismiss = hire, dismiss
        self._places = [_Place() for _ in range(size)]
        self._keepers: list[asyncio.Task[None]] = []
        self._starting: list[asyncio.Task[None]] = []
        self._users = 0
        # What a new worker starts before it is asked anything.
        self._models: list[str] = []
        self._waiting: list[asyncio.Future[None]] = []

    async def start(self, name: str) -> None:
        """Start a model in all workers, and return as soon as one of them has.

        Raises:
            ModelError: it cannot be used.
        """
        self._users += 1
        if not self._keepers:
            self._keepers = [asyncio.ensure_future(self._keep(place)) for place in self._places]
        starting = [asyncio.ensure_future(self._start(place, name)) for place in self._places]
        self._starting += starting
        try:
            first, _ = await asyncio.wait(starting, return_when=asyncio.FIRST_COMPLETED)
            for one in first:
                one.result()
        except BaseException:
            await _cancel(starting)
            await self.leave()
            raise
        self._models.append(name)

    async def _start(self, place: _Place, name: str) -> None:
        while True:
            worker = await self._worker([place], name)
            with suppress(WorkerEnded):
                await worker.call(Call("start", name))
                return

    async def call(self, call: Call) -> Any:
        """Give a call to the worker that has the fewest, and return what it brings.

        Raises:
            WorkerEnded: the worker has ended before.
            ModelError: there are no workers any more.
            OodError: what the model raises.
        """
        worker = await self._worker(self._places, call.model)
        worker.busy += 1
        try:
            return await worker.call(call)
        finally:
            worker.busy -= 1
            worker.has_answered |= call.what == "ask" and not worker.ended.done()

    async def leave(self) -> None:
        """Do without the workers; they end when no model needs them any more."""
        self._users -= 1
        if not self._users:
            await _cancel([*self._starting, *self._keepers])
            self._starting, self._keepers, self._models = [], [], []
            if self._dismiss is not None:
                await self._dismiss()

    async def _worker(self, places: "list[_Place]", name: str) -> Worker:
        """Return the worker of one of the places that has the fewest calls, as soon as there is one."""
        while True:
            workers = [place.worker for place in places if place.worker is not None and not place.worker.ended.done()]
            if workers:
                return min(workers, key=lambda worker: worker.busy)
            if all(place.given_up for place in places):
                raise ModelError(places[0].given_up, model=name)
            changed = asyncio.get_running_loop().create_future()
            self._waiting.append(changed)
            await changed

    def _note_change(self) -> None:
        waiting, self._waiting = self._waiting, []
        for changed in waiting:
            if not changed.done():
                changed.set_result(None)

    async def _keep(self, place: _Place) -> None:
        """Keep a place filled, until its workers end too often."""
        in_vain = 0
        while not place.given_up:
            try:
                worker = await self._hire()
            except (OSError, OodError) as error:
                place.given_up = f"no worker can be started: {error}"
                continue
            try:
                for name in self._models:
                    # What is wrong shows again when it is asked.
                    with suppress(OodError):
                        await worker.call(Call("start", name))
                place.worker = worker
                self._note_change()
                why = await asyncio.shield(worker.ended)
            finally:
                place.worker = None
                await worker.close()
            in_vain = 0 if worker.has_answered else in_vain + 1
            if in_vain >= MOST_IN_VAIN:
                place.given_up = f"its workers ended {in_vain} times in a row without an answer: the last one {why}"
        self._note_change()


async def _cancel(tasks: "list[asyncio.Task[None]]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


class PooledModel(Model):
    """A model that is asked in workers; in this process it is never started."""

    def __init__(self, model: Model, pool: Pool) -> None:
        """Put a pool between a model and who asks it.

        Args:
            model: the same model in this process, for what is known without a call.
            pool: its workers can open the model by its name.
        """
        super().__init__(model.name, model.args)
        self.takes_args, self.concurrency = model.takes_args, model.concurrency
        self._model, self._pool = model, pool
        # By the canonical arguments of a request.
        self._rates: dict[str, Rates | None] = {}

    async def start(self) -> None:
        """Start the workers, and the model in them.

        Raises:
            ModelError: the model cannot be used, or the workers cannot be started.
        """
        await self._pool.start(self.name)

    @property
    def fingerprint(self) -> str | None:
        """That of the model."""
        return self._model.fingerprint

    async def ask(self, request: Request) -> Answer:
        """Let a worker make the call.

        Raises:
            WorkerEnded: the worker has ended before it had an answer.
            ModelError, CallFailed, TryAgain: as the model itself.
        """
        answer: Answer = await self._pool.call(Call("ask", self.name, request))
        return answer

    def thinks(self, args: Mapping[str, Any]) -> bool:
        """Return what the model says."""
        return self._model.thinks(args)

    def price(self) -> tuple[float, float] | None:
        """Return the price of the model; litellm is imported for it, as a model in this process would."""
        return self._model.price()

    def most(self, request: Request) -> float | None:
        """Return the maximum cost of a call, as far as it is known without asking a worker."""
        if not isinstance(self._model, LiteLLMModel):
            return self._model.most(request)
        rates = self._rates.get(canonical(dict(request.args)))
        return None if rates is None else rates.most(request)

    async def reserve(self, request: Request) -> float | None:
        """Return the maximum cost of a call; of the first one with its arguments a worker is asked."""
        asked = canonical(dict(request.args))
        if isinstance(self._model, LiteLLMModel) and asked not in self._rates:
            self._rates[asked] = await self._find_rates(request)
        return self.most(request)

    async def _find_rates(self, request: Request) -> Rates | None:
        why = ""
        for _ in range(_TRIES):
            try:
                rates: Rates | None = await self._pool.call(Call("rates", self.name, request))
                return rates
            except TryAgain as failure:
                why = str(failure)
                await asyncio.sleep(_PAUSE_S)
        raise ModelError(why)

    async def close(self) -> None:
        """End the workers, if no other model needs them."""
        await self._pool.leave()
