"""Workers that are processes of this machine, each with an event loop of its own.

Calls and answers travel through the standard input and output of a worker, as frames: eight bytes with the length, and
a pickled list of numbered calls or results, as many as were ready at the same time. A worker ends when its input does:
however this process ends, it leaves none behind.
"""

import asyncio
import contextlib
import functools
import itertools
import os
import pickle
import signal
import struct
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from pytest_ood.models.local import cores
from pytest_ood.models.pool.answering import Answering
from pytest_ood.models.pool.calls import Call, Opening, lost, unpacked
from pytest_ood.models.pool.workers import Pool, Worker

# How long a worker may take to close its models.
_CLOSE_S = 7.0
_LENGTH = struct.Struct("!Q")

# A number with a pickled call or result; without one the call of that number is given up.
Frame = list[tuple[int, bytes | None]]


def process_pool(size: int, openings: Sequence[Opening]) -> Pool:
    """Return a pool of processes that can open these models. They get the environment and the folder of this moment."""
    threads = max(1, cores() // size)
    search_path = [str(folder) for folder in sys.path]
    # Keys among the arguments go through the pipe, where nobody sees them.
    first = pickle.dumps((search_path, list(openings), threads))
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, search_path))}
    return Pool(size, functools.partial(_start, first, env, Path.cwd()))


async def _start(first: bytes, env: Mapping[str, str], folder: Path) -> Worker:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        f"from {__name__} import main; main()",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=env,
        cwd=folder,
        # Ctrl-C is for this process, which lets the calls in flight come back.
        start_new_session=True,
    )
    return _Process(process, first)


class _Process(Worker):
    """The near end of a process."""

    def __init__(self, process: asyncio.subprocess.Process, first: bytes) -> None:
        super().__init__()
        assert process.stdin is not None
        assert process.stdout is not None
        self._process, self._input, self._output = process, process.stdin, process.stdout
        self._numbers = itertools.count()
        # By the number of a call: the name of its model, and what it will bring.
        self._calls: dict[int, tuple[str, asyncio.Future[Any]]] = {}
        self._unsent: Frame = []
        self._write(first)
        self._reading = asyncio.ensure_future(self._read())

    async def call(self, call: Call) -> Any:
        if self.ended.done():
            raise lost(call.model, self.ended.result())
        number = next(self._numbers)
        coming = asyncio.get_running_loop().create_future()
        self._calls[number] = call.model, coming
        self._send(number, pickle.dumps(call, pickle.HIGHEST_PROTOCOL))
        try:
            result = await coming
        except asyncio.CancelledError:
            self._send(number, None)
            raise
        finally:
            del self._calls[number]
        if isinstance(result, Exception):
            raise result
        return result

    def _send(self, number: int, packed: bytes | None) -> None:
        self._unsent.append((number, packed))
        if len(self._unsent) == 1:
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        if self._unsent:
            self._write(pickle.dumps(self._unsent))
            self._unsent = []

    def _write(self, packed: bytes) -> None:
        if not self._input.is_closing():
            self._input.write(_LENGTH.pack(len(packed)) + packed)

    async def _read(self) -> None:
        try:
            while True:
                (length,) = _LENGTH.unpack(await self._output.readexactly(_LENGTH.size))
                for number, packed in pickle.loads(await self._output.readexactly(length)):
                    if number in self._calls:
                        _, coming = self._calls[number]
                        _bring(coming, unpacked(packed))
        except (asyncio.IncompleteReadError, OSError):
            # It has ended, or is about to.
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._process.wait(), _CLOSE_S)
        finally:
            self._kill()
            why = _how(await self._process.wait())
            self.ended.set_result(why)
            for model, coming in self._calls.values():
                _bring(coming, lost(model, why))

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def close(self) -> None:
        try:
            self._flush()
            self._write(pickle.dumps([]))
            await asyncio.wait([self.ended], timeout=_CLOSE_S)
        finally:
            self._kill()
            await self._reading


def _bring(coming: "asyncio.Future[Any]", result: Any) -> None:
    # Whoever asked may have given the call up.
    if not coming.done():
        coming.set_result(result)


def _how(status: int) -> str:
    """Return how a process ended, by its exit status."""
    if status >= 0:
        return f"ended with exit status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"was killed ({name})"


# In the worker.


def main() -> None:
    """Answer calls until the input ends, or an empty frame says that it is over."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    incoming, outgoing = _channels()
    search_path, openings, threads = _next_frame(incoming)
    sys.path[:] = search_path
    asyncio.run(_serve(incoming, outgoing, Answering(openings, threads)))
    # A function that is still running would keep the process, and nobody waits for what it returns.
    if any(not thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread()):
        os._exit(0)


def _channels() -> tuple[BinaryIO, BinaryIO]:
    """Take the standard input and output away from everybody else: what a model prints goes to standard error."""
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return incoming, outgoing


def _next_frame(incoming: BinaryIO) -> Any:
    head = incoming.read(_LENGTH.size)
    packed = incoming.read(*_LENGTH.unpack(head)) if len(head) == _LENGTH.size else b""
    if not packed:
        # Whoever asked is gone. Nothing is waited for: a model may be computing, or hang.
        os._exit(1)
    return pickle.loads(packed)


async def _serve(incoming: BinaryIO, outgoing: BinaryIO, answering: Answering) -> None:
    desk, over = _Desk(answering, outgoing), asyncio.Event()
    loop = asyncio.get_running_loop()

    def listen() -> None:
        while frame := _next_frame(incoming):
            loop.call_soon_threadsafe(desk.take, frame)
        loop.call_soon_threadsafe(over.set)

    # A thread hears the end of the input even while a model keeps the loop busy.
    threading.Thread(target=listen, name="ood listening", daemon=True).start()
    await over.wait()
    await answering.close()


class _Desk:
    """Takes frames of calls in, and sends frames of results out."""

    def __init__(self, answering: Answering, outgoing: BinaryIO) -> None:
        self._answering, self._outgoing = answering, outgoing
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._results: Frame = []

    def take(self, frame: Frame) -> None:
        """Begin to answer calls, or give them up."""
        for number, packed in frame:
            if packed is not None:
                self._tasks[number] = asyncio.ensure_future(self._answer(number, packed))
            elif number in self._tasks:
                self._tasks[number].cancel()

    async def _answer(self, number: int, packed: bytes) -> None:
        try:
            result = await self._answering.answer(packed)
        finally:
            del self._tasks[number]
        self._results.append((number, result))
        if len(self._results) == 1:
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        packed = pickle.dumps(self._results)
        self._results = []
        self._outgoing.write(_LENGTH.pack(len(packed)) + packed)
        self._outgoing.flush()
