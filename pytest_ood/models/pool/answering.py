"""In a worker: the real models, which answer the calls."""

import asyncio
import pickle
from collections.abc import Sequence
from typing import Any

from pytest_ood.models import open_model
from pytest_ood.models.base import Model, ModelError
from pytest_ood.models.litellm_model import LiteLLMModel
from pytest_ood.models.pool.calls import Call, NotStarted, Opening, cannot_cross, portable
from pytest_ood.models.wire import MOST_MB


class Answering:
    """Answers calls, on the event loop of a worker. A model is opened and started when it is first needed."""

    def __init__(self, openings: Sequence[Opening], threads: int | None = None) -> None:
        """Open nothing yet.

        Args:
            openings: the models that may be asked.
            threads: how many threads a model may use that computes in this process.
        """
        self._openings = {opening.name: opening for opening in openings}
        self._threads = threads
        self._starting: dict[str, asyncio.Task[Model]] = {}

    async def answer(self, packed: bytes) -> bytes:
        """Return the pickled result of a pickled call. Whatever happens, there is one: somebody waits for it."""
        try:
            call: Call = pickle.loads(packed)
            result = pickle.dumps(await self._result(call), pickle.HIGHEST_PROTOCOL)
        except Exception as error:
            return pickle.dumps(cannot_cross(f"{type(error).__name__}: {error}"))
        given = self._openings[call.model].args.get("max_response_mb")
        # A model of a provider has the same limit; 1 MB is for what comes with the text.
        most = 1 + (given if isinstance(given, int | float) and given else MOST_MB)
        size = len(result) / 2**20
        return result if size <= most else pickle.dumps(cannot_cross(f"it has {size:.0f} MB"))

    async def _result(self, call: Call) -> Any:
        """Return what a call brings, an `Answer`, `Rates` or None, or the exception that it raises."""
        opening = self._openings[call.model]
        try:
            model = await self._started(opening)
        except Exception as error:
            failure = portable(error, opening.args)
            if call.what != "start":
                return NotStarted(str(failure))
            return failure if isinstance(failure, ModelError) else ModelError(str(failure), model=opening.name)
        try:
            if call.request is None:
                return None
            if call.what == "ask":
                return await model.ask(call.request)
            return model.rates(call.request) if isinstance(model, LiteLLMModel) else None
        except Exception as error:
            return portable(error, opening.args)

    async def _started(self, opening: Opening) -> Model:
        starting = self._starting.get(opening.name)
        # One that failed is tried again: a provider may be back.
        if starting is None or _has_failed(starting):
            starting = self._starting[opening.name] = asyncio.ensure_future(self._start(opening))
        # A call that is given up takes no other with it.
        return await asyncio.shield(starting)

    async def _start(self, opening: Opening) -> Model:
        model = open_model(opening.name, opening.args, opening.api_base, self._threads)
        await model.start()
        return model

    async def close(self) -> None:
        """Close the models, one after another: some share their connections."""
        for starting in self._starting.values():
            if starting.done() and not _has_failed(starting):
                await starting.result().close()


def _has_failed(task: "asyncio.Task[Model]") -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
