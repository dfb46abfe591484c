"""Answers on their way to the disk. Those that arrive during a write are written together next."""

import asyncio
import concurrent.futures
from collections.abc import Callable

from pytest_ood.asking.store import Store
from pytest_ood.models.request import Answer, Request


class Saving:
    """Writes answers to the store, on a thread that does nothing else."""

    def __init__(self, store: Store, stop: Callable[[], None]) -> None:
        """Start without answers; `stop` is called once the store cannot take any more."""
        self._store, self._stop = store, stop
        self._unsaved: list[tuple[Request, Answer, float, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None
        self._disk = concurrent.futures.ThreadPoolExecutor(1, "ood-store")

    async def save(self, request: Request, answer: Answer, charged: float) -> None:
        """Return once the answer is on the disk, with the US dollars that it is charged."""
        saved = asyncio.get_running_loop().create_future()
        self._unsaved.append((request, answer, charged, saved))
        if self._writing is None or self._writing.done():
            # Not among the tasks that a stop cancels: what has come in is stored.
            self._writing = asyncio.ensure_future(self._write())
        await saved

    async def finish(self) -> None:
        """Wait until everything that has come in is on the disk."""
        if self._writing is not None:
            await self._writing

    def close(self) -> None:
        """End the thread."""
        self._disk.shutdown()

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while self._unsaved:
            batch, self._unsaved = self._unsaved, []
            rows = [(request, answer, charged) for request, answer, charged, _ in batch]
            try:
                await loop.run_in_executor(self._disk, self._store.save, rows)
            except Exception as error:
                for *_, saved in batch:
                    if not saved.done():
                        saved.set_exception(error)
            else:
                for *_, saved in batch:
                    if not saved.done():
                        saved.set_result(None)
                if self._store.rescue.error is not None:
                    self._stop()
