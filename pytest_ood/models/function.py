"""A function from messages to text as a model: the hook by which a downstream project provides its own."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from pytest_ood.models.base import CallFailed, Model, ModelError, TryAgain
from pytest_ood.models.request import Answer, Message, Request
from pytest_ood.text.redaction import encodable, known_keys, without_keys

Said = str | Answer
Function = Callable[[Sequence[Message]], Said | Awaitable[Said]]

# The engine bounds the calls in flight; this only has to be no tighter. Threads start as they are needed.
_THREADS = 128


class FunctionModel(Model):
    """A plain function, called on a thread, or an ``async def``, awaited on the engine's loop.

    It returns the text of the response, or an `Answer` where it knows more (tokens, cost, finish reason). What it
    raises makes that draw an `error`; a `TryAgain`, `CallFailed` or `ModelError` keeps its meaning. Its cost is unknown
    unless its `Answer` says it.
    """

    def __init__(self, name: str, function: Function, args: Mapping[str, Any] | None = None) -> None:
        super().__init__(name, args or {})
        if not callable(function):
            raise ModelError(f"model {name!r}: {function!r} is not a function from messages to text")
        self._function = function
        self._title = getattr(function, "__qualname__", type(function).__qualname__)
        self._threads: ThreadPoolExecutor | None = None

    async def ask(self, request: Request) -> Answer:
        """Call the function with its own copy of the messages.

        Raises:
            ModelError: it returned neither a text nor an `Answer`, or raised this itself.
            CallFailed: it raised anything else.
            TryAgain: it raised this itself.
        """
        messages = [message.copy() for message in request.messages]
        begun = time.perf_counter()
        try:
            said = await self._call(messages)
        except (ModelError, CallFailed, TryAgain):
            raise
        except Exception as error:
            failure = without_keys(f"{self._title} raised {type(error).__name__}: {error}", known_keys(self.args))
            raise CallFailed(failure) from error
        latency = time.perf_counter() - begun
        if isinstance(said, str):
            said = Answer(said)
        elif not isinstance(said, Answer):
            raise ModelError(
                f"model {self.name!r}: {self._title} returned {type(said).__name__}; it must return a str or an Answer"
            )
        return replace(
            said,
            text=encodable(said.text),
            latency_s=said.latency_s or latency,
            created_at=said.created_at or time.time(),
        )

    async def _call(self, messages: list[Message]) -> Any:
        if inspect.iscoroutinefunction(self._function) or inspect.iscoroutinefunction(type(self._function).__call__):
            said: Any = self._function(messages)
        else:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="ood model")
            said = await asyncio.get_running_loop().run_in_executor(self._threads, self._function, messages)
        # A plain function may return an awaitable: functools.partial or a lambda around an async one does.
        return await said if inspect.isawaitable(said) else said

    def price(self) -> tuple[float, float] | None:
        """Unknown."""
        return None

    def most(self, request: Request) -> float | None:
        """Unknown."""
        del request
        return None

    async def close(self) -> None:
        """Let go of the threads; one that is still in the function ends with it."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
            self._threads = None
