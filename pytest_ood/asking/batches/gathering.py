"""What `Callers` are for a run that asks in batches: the questions that the store cannot answer go into files.

The engine runs as always, over the answers that are there. Where it needs another one it is told that there is none,
as if the budget were used up, and the cell waits. So a session ends when nothing can go on any more, and its files hold
everything that was needed, and as much as is asked ahead.
"""

import asyncio
import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

from pytest_ood.asking.batches.files import QuestionFiles, file_names, last_wave
from pytest_ood.asking.batches.records import Batches, Waiting
from pytest_ood.asking.callers import Terms
from pytest_ood.asking.progress import ModelState, Progress
from pytest_ood.asking.store import Store
from pytest_ood.models.base import ModelError
from pytest_ood.models.batch import BatchModel
from pytest_ood.models.request import Answer, Request

# Cells that are asked side by side: few have their questions in memory at once.
_AT_ONCE = 16
# Questions noted in the store together.
_TOGETHER = 500


class Gathering:
    """Answers requests from the store, and writes those that it cannot answer to files."""

    def __init__(
        self,
        store: Store,
        batches: Batches,
        folder: Path,
        terms: Terms,
        models: Mapping[str, BatchModel],
        states: Mapping[str, ModelState],
        submits: bool = False,
    ) -> None:
        """Begin a wave.

        Args:
            store: the store.
            batches: what it knows of the files.
            folder: where to write them.
            terms: the settings of the run.
            models: the models, prepared as far as they can be.
            states: how these fare; one that is dead is not asked.
            submits: whether a provider's batch API will answer.
        """
        self.progress = Progress(models=dict(states))
        self.stopped = asyncio.Event()
        self._store, self._batches, self._terms, self._models = store, batches, terms, models
        self._submits = submits
        # The folder may have files that this store knows nothing of.
        self._wave = max(batches.last_wave(), last_wave(folder)) + 1
        self._files = {
            name: QuestionFiles(folder, f"{self._wave}-{slug}") for name, slug in file_names(list(models)).items()
        }
        self._committed = batches.committed()
        self._gathered: set[str] = set()
        self._unsaved: list[Waiting] = []
        # The places of the arms that wait for an answer.
        self._waiting: set[int] = set()

    def stop(self) -> None:
        """Gather nothing more."""
        self.stopped.set()

    def abandon(self) -> None:
        """Do nothing: no call is in flight."""

    async def close(self) -> None:
        """Do nothing: the models are still needed."""

    async def work(self, name: str) -> None:
        """Wait for the end: there is nothing to call."""
        del name
        await self.stopped.wait()

    def most_in_flight(self, name: str) -> int:
        """Return how many cells may be asked side by side."""
        del name
        return _AT_ONCE

    def why_not(self, name: str, tools: bool = False) -> str:
        """Return why a model cannot be asked, or not with `tools`; empty if it can."""
        state = self.progress.models[name]
        return state.dead or (state.no_tools if tools else "")

    def takes_tools(self, name: str) -> bool | None:
        """Return False for a model that takes no tools; None if it may."""
        return False if self.progress.models[name].no_tools else None

    def waits(self, place: int) -> bool:
        """Return whether an arm waits for an answer."""
        return place in self._waiting

    async def answers(self, place: int, requests: Sequence[Request]) -> list[Answer | None]:
        """Return the stored answers; None for a question that waits for one, or may not be asked.

        Args:
            place: the place of the arm in the run.
            requests: the requests to answer, all of one model.
        """
        keys = [request.key for request in requests]
        stored = self._store.answers(keys, self._terms.run_id, self._terms.refresh)
        self.progress.answers += len(stored)
        for answer in stored.values():
            self.progress.models[requests[0].model].dropped.update(answer.dropped)
        missing = [request for request in requests if request.key not in stored]
        known = self._batches.find([request.key for request in missing])
        for request in missing:
            waiting = known.get(request.key)
            in_file = waiting is not None and waiting.file is not None
            if in_file or request.key in self._gathered or await self._gather(request, waiting):
                self._waiting.add(place)
        return [stored.get(key) for key in keys]

    async def _gather(self, request: Request, earlier: Waiting | None) -> bool:
        """Write a question to a file; return whether that could be done."""
        name = request.model
        if self.why_not(name, bool(request.tools)):
            return False
        self._gathered.add(request.key)
        try:
            most, sketched = self._most_usd(request), await self._models[name].sketch(request)
        except ModelError as failure:
            self.progress.models[name].dead = str(failure)
            return False
        if self._terms.budget is not None and most is not None:
            if self._committed + most > self._terms.budget:
                self._gathered.discard(request.key)
                return False
            self._committed += most
        attempts = 1 if earlier is None else earlier.attempts + 1
        file = self._files[name].add(request.key, sketched.body)
        asked = Waiting(request.key, name, request.args, request.messages, sketched.dropped, bool(request.tools), most)
        self._unsaved.append(dataclasses.replace(asked, attempts=attempts, file=file))
        if len(self._unsaved) >= _TOGETHER:
            self._note()
        return True

    def _most_usd(self, request: Request) -> float | None:
        model = self._models[request.model]
        most = model.most(request)
        if most is None and self._terms.budget is not None:
            raise model.no_price()
        return most * model.discount if most is not None and self._submits else most

    def _note(self) -> None:
        self._batches.add(self._wave, self._unsaved)
        self._unsaved = []

    def finish(self) -> None:
        """Put the files in place.

        Raises:
            OSError, StoreError: they, or what the store says of them, cannot be written; nothing counts as asked.
        """
        try:
            for files in self._files.values():
                files.finish()
            self._note()
            # First: a file that is there though the store does not know it would be answered for nothing.
            self._batches.publish()
        except BaseException:
            self.discard()
            raise
        for files in self._files.values():
            files.publish()

    def discard(self) -> None:
        """Write nothing."""
        for files in self._files.values():
            files.discard()
        self._batches.discard()
