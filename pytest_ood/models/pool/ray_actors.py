"""Workers that are actors of a Ray cluster, on any of its machines. This is the only file that imports ray."""

import asyncio
import contextlib
import importlib
import importlib.util
import logging
import os
import pickle
import sys
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any

from pytest_ood.models.base import ModelError
from pytest_ood.models.pool.answering import Answering
from pytest_ood.models.pool.calls import Call, Opening, lost, unpacked
from pytest_ood.models.pool.workers import Pool, Worker

INSTALL = 'pip install "pytest-ood[ray]"'
#: How long to wait for a place in the cluster: new machines may have to be started for it.
START_S = 300.0
_CONNECT_S, _CLOSE_S = 10.0, 7.0
# The engine bounds the calls in flight.
_AT_ONCE = 10_000


def ray_pool(
    size: int, openings: Sequence[Opening], address: str, options: Mapping[str, Any], start_s: float = START_S
) -> Pool:
    """Return a pool of actors that can open these models.

    Args:
        size: how many actors.
        openings: the models.
        address: of the cluster, as `ray.init` takes it.
        options: of each actor: some of `ACTOR_OPTIONS`.
        start_s: how long to wait for a place in the cluster.

    Raises:
        ModelError: Ray is not installed.
    """
    if importlib.util.find_spec("ray") is None:
        raise ModelError(f"--ood-ray {address}: Ray is not installed; run {INSTALL}")
    options = {"num_cpus": 1, "scheduling_strategy": "SPREAD", **options}
    keys = {name: value for name, value in os.environ.items() if name.endswith("_API_KEY")}
    threads = max(1, int(options["num_cpus"]))
    first = pickle.dumps(([str(folder) for folder in sys.path], keys, list(openings), threads))
    cluster = _Cluster(address, options, first, start_s)
    return Pool(size, cluster.hire, cluster.leave)


class Remote:
    """The far end of an actor."""

    def __init__(self) -> None:
        self._answering = Answering([])

    async def begin(self, packed: bytes) -> None:
        """Take the models and the keys to them; the cluster keeps what an actor is made with, so that they come later.

        A key that the machine has itself takes precedence.
        """
        search_path, keys, openings, threads = pickle.loads(packed)
        sys.path += [folder for folder in search_path if folder not in sys.path]
        for name, value in keys.items():
            os.environ.setdefault(name, value)
        self._answering = Answering(openings, threads)

    async def answer(self, packed: bytes) -> bytes:
        """Return the pickled result of a pickled call."""
        return await self._answering.answer(packed)

    async def wait(self) -> None:
        """Wait for ever: whoever waits for this hears of the end of the actor."""
        await asyncio.Event().wait()

    async def close(self) -> None:
        """Close the models."""
        await self._answering.close()


class _Cluster:
    """A connection to a cluster, made when the first actor is hired."""

    def __init__(self, address: str, options: Mapping[str, Any], first: bytes, start_s: float) -> None:
        self._address, self._options, self._first, self._start_s = address, options, first, start_s
        self._connecting = asyncio.Lock()
        self._ray: Any = None
        self._is_ours = False

    async def hire(self) -> Worker:
        async with self._connecting:
            if self._ray is None:
                self._ray = await self._connect()
        ray = self._ray
        try:
            actor = ray.remote(Remote).options(**self._options, max_concurrency=_AT_ONCE).remote()
        except (ValueError, TypeError) as error:
            raise ModelError(f"--ood-ray-arg: Ray does not take {self._needs}: {error}") from error
        try:
            await asyncio.wait_for(_brought(actor.begin.remote(self._first)), self._start_s)
        except BaseException as error:
            ray.kill(actor)
            if isinstance(error, asyncio.TimeoutError):
                has = ", ".join(
                    f"{name} {amount:g}" for name, amount in ray.cluster_resources().items() if ":" not in name
                )
                problem = f"no room for an actor with {self._needs} in {self._start_s:g} s; the cluster has {has}"
                raise ModelError(f"--ood-ray {self._address}: {problem}") from None
            if isinstance(error, ray.exceptions.RayError):
                raise ModelError(f"--ood-ray {self._address}: an actor cannot begin: {_words(error)}") from None
            raise
        return _Actor(ray, actor)

    @property
    def _needs(self) -> str:
        return ", ".join(f"{name}={value}" for name, value in self._options.items() if name != "scheduling_strategy")

    async def _connect(self) -> Any:
        host, _, port = self._address.rpartition("://")[2].partition(":")
        try:
            if port.isdecimal():
                # Ray itself tries for a long time.
                _, writer = await asyncio.wait_for(asyncio.open_connection(host, int(port)), _CONNECT_S)
                writer.close()
            ray = await asyncio.to_thread(_load)
            if not ray.is_initialized():
                await asyncio.to_thread(
                    lambda: ray.init(address=self._address, log_to_driver=False, logging_level=logging.ERROR)
                )
                self._is_ours = True
        except (OSError, RuntimeError, ValueError, asyncio.TimeoutError) as error:
            why = str(error).partition("\n")[0] or f"no connection in {_CONNECT_S:g} s"
            raise ModelError(f"--ood-ray {self._address}: no cluster can be reached there ({why})") from error
        return ray

    async def leave(self) -> None:
        """Close the connection, unless it was there before."""
        if self._is_ours:
            await asyncio.to_thread(self._ray.shutdown)
        self._ray, self._is_ours = None, False


class _Actor(Worker):
    """The near end of an actor."""

    def __init__(self, ray: Any, actor: Any) -> None:
        super().__init__()
        self._ray, self._actor = ray, actor
        self._watching = asyncio.ensure_future(self._watch())

    async def call(self, call: Call) -> Any:
        if self.ended.done():
            raise lost(call.model, self.ended.result())
        coming = self._actor.answer.remote(pickle.dumps(call, pickle.HIGHEST_PROTOCOL))
        try:
            result = unpacked(await coming)
        except asyncio.CancelledError:
            self._ray.cancel(coming)
            raise
        except self._ray.exceptions.RayError as error:
            self._end(f"was lost ({_words(error)})")
            raise lost(call.model, self.ended.result()) from None
        if isinstance(result, Exception):
            raise result
        return result

    async def _watch(self) -> None:
        try:
            await self._actor.wait.remote()
        except self._ray.exceptions.RayError as error:
            self._end(f"was lost ({_words(error)})")

    def _end(self, why: str) -> None:
        if not self.ended.done():
            self.ended.set_result(why)

    async def close(self) -> None:
        try:
            if not self.ended.done():
                with contextlib.suppress(asyncio.TimeoutError, self._ray.exceptions.RayError):
                    await asyncio.wait_for(_brought(self._actor.close.remote()), _CLOSE_S)
        finally:
            self._watching.cancel()
            # Also one that is only out of reach: its place is filled again.
            self._ray.kill(self._actor)
            self._end("was dismissed")


def _load() -> Any:
    return importlib.import_module("ray")


async def _brought(coming: Awaitable[Any]) -> Any:
    """Return what an actor brings; Ray's own objects are awaitable, and no coroutines."""
    return await coming


def _words(error: Exception) -> str:
    """Return Ray's kind of error and the last line of its message, which has the cause."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[-1][:200] if lines else ''}"
