"""How a question gets its answer: callers, retries, the budget, and the store before anything else looks.

Questions that the store cannot answer go into one queue, ordered by arm and draw, from which the callers take them.
Other processes on the same store share the work: whoever claims a question asks it, the others read its answer there.
"""

import asyncio
import concurrent.futures
import contextlib
import dataclasses
import functools
import itertools
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pytest_ood.asking.cell import ArmSpec
from pytest_ood.asking.questions import total
from pytest_ood.asking.store import Store
from pytest_ood.models.base import CallFailed, Model, ModelError, TryAgain
from pytest_ood.models.request import Answer, Request

# Seconds before each further attempt, if the provider names none; each is varied by a quarter.
BACKOFF_S = (0.5, 1.0, 2.0, 4.0, 8.0)
# A provider that asks for a longer wait than this is given up on.
LONGEST_WAIT_S = 120.0
# How long calls in flight may continue once the run is stopped: they are already paid for.
GRACE_S = 5.0
# How often to look for an answer that another process is asking for.
POLL_S = 0.05
# The finish_reason of an answer that tells the other processes of the run that the model cannot be used.
FATAL = "fatal"


@dataclass(frozen=True, slots=True)
class Terms:
    """The settings of a whole run.

    Attributes:
        run_id: the run's name in the store.
        concurrency: calls in flight in this process.
        budget: US dollars; None without a limit.
        refresh: ask again what the store already answers.
        compare: ask judged cells on until their conditions are told apart.
        earlier_draws: how many draws of an arm an earlier run has, with which this one is compared.
    """

    run_id: str
    concurrency: int
    budget: float | None = None
    refresh: bool = False
    compare: bool = False
    earlier_draws: Callable[[ArmSpec], int] | None = None


@dataclass(slots=True)
class Progress:
    """What has come in so far, and how many answers there may be.

    Attributes:
        began: when asking began, by the monotonic clock.
        answers: the answers so far, those from the store included.
        calls: the calls made for them.
        in_flight: the calls that have not come back.
        at_most: the maximum number of answers of the whole run.
        possible: the maximum number of answers before anything was asked.
        settled: how many draws the cells that are done needed.
        settled_possible: how many draws they might have needed.
        cost_usd: the cost of the calls so far; None once any call's price is unknown.
    """

    began: float = field(default_factory=time.monotonic)
    answers: int = 0
    calls: int = 0
    in_flight: int = 0
    at_most: int = 0
    possible: int = 0
    settled: int = 0
    settled_possible: int = 0
    cost_usd: float | None = 0.0

    @property
    def expected(self) -> int | None:
        """How many answers the whole run will take if the other cells stop as early as those that are done.

        None until one is done.
        """
        if not self.settled_possible:
            return None
        expected = round(self.possible * self.settled / self.settled_possible)
        return min(max(expected, self.answers + self.in_flight), max(self.at_most, self.answers))

    @property
    def expected_cost_usd(self) -> float | None:
        """What the whole run will cost, if every answer that is still expected takes a call as dear as those so far.

        None if that is not known.
        """
        if self.cost_usd is None or self.expected is None:
            return None
        return self.cost_usd + (self.expected - self.answers) * self.cost_usd / max(self.calls, 1)

    def seconds_left(self, now: float) -> float | None:
        """Return how long the rest of the run will take at the speed so far; None if that is not known.

        Args:
            now: the time by the monotonic clock.
        """
        # Answers from the store come at once: they say nothing about the speed of a model.
        done = self.calls or self.answers
        if self.expected is None or not done:
            return None
        return (self.expected - self.answers) * (now - self.began) / done


@dataclass(slots=True)
class _Gate:
    """Lets calls through one at a time until a model's first answer, so that a bad key costs one call, not thirty."""

    model: Model
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    started: bool = False
    open: bool = False


@dataclass(frozen=True, slots=True)
class _Question:
    """A request that the store could not answer, and the promise of its answer: None if the budget forbids it."""

    request: Request
    answer: "asyncio.Future[Answer | None]"


class Callers:
    """Answers requests, on the event loop on which it was made."""

    def __init__(self, store: Store, terms: Terms, models: Mapping[str, Model]) -> None:
        self.progress = Progress()
        self.stopped = asyncio.Event()
        self._store, self._terms = store, terms
        self._gates = {name: _Gate(model) for name, model in models.items()}
        # (place of the arm, draw, a number that breaks ties, the question or None to send a caller home)
        self._queue: asyncio.PriorityQueue[tuple[int, int, int, _Question | None]] = asyncio.PriorityQueue()
        self._ties = itertools.count()
        self._promised: dict[str, asyncio.Future[Answer | None]] = {}
        self._unsaved: list[tuple[Request, Answer, float, asyncio.Future[None]]] = []
        self._saving: asyncio.Task[None] | None = None
        self._disk = concurrent.futures.ThreadPoolExecutor(1, "ood-store")

    def send_home(self) -> None:
        """Let each caller end once it has no call in flight."""
        self.stopped.set()
        for _ in range(self._terms.concurrency):
            self._queue.put_nowait((-1, 0, next(self._ties), None))

    async def close(self) -> None:
        """Store what has come in, and close the models."""
        if self._saving is not None:
            await self._saving
        await asyncio.gather(*(gate.model.close() for gate in self._gates.values() if gate.started))
        self._disk.shutdown()

    async def answers(self, place: int, requests: Sequence[Request]) -> list[Answer | None]:
        """Return the answers in the order of the requests, from the store or else from a caller.

        An answer is None if the budget forbids the call.

        Args:
            place: the place of the arm in the run; the questions of earlier arms are asked first.
            requests: the requests to answer.
        """
        terms = self._terms
        stored = self._store.answers([request.key for request in requests], terms.run_id, terms.refresh)
        self.progress.answers += len(stored)
        promises = {}
        for request in requests:
            if request.key in stored:
                continue
            promise = self._promised.get(request.key)
            if promise is None:
                promise = self._promised[request.key] = asyncio.get_running_loop().create_future()
                promise.add_done_callback(functools.partial(self._kept, request.key))
                self._queue.put_nowait((place, request.draw, next(self._ties), _Question(request, promise)))
            promises[request.key] = promise
        return [stored.get(request.key) or await promises[request.key] for request in requests]

    def _kept(self, key: str, _: "asyncio.Future[Answer | None]") -> None:
        del self._promised[key]

    async def work(self) -> None:
        """Work as one caller: take one question after another until sent home.

        Raises:
            ModelError: a model cannot be used at all.
            sqlite3.Error: an answer cannot be stored.
        """
        while True:
            place, draw, _, question = await self._queue.get()
            if question is None:
                return
            gate = self._gates[question.request.model]
            if not gate.open:
                async with gate.turn:
                    if self.stopped.is_set():
                        return
                    if not gate.open:
                        await self._open(gate, question)
                        continue
            if not await self._settle(question, gate):
                again = (place, draw, next(self._ties), question)
                asyncio.get_running_loop().call_later(POLL_S, self._queue.put_nowait, again)

    async def _open(self, gate: _Gate, question: _Question) -> None:
        """Ask a model for the first time; a failure stops the run before another caller has its turn."""
        try:
            if not gate.started:
                gate.started = True
                await gate.model.start()
            while not await self._settle(question, gate):
                await self._pause(POLL_S)
        except BaseException:
            self.stopped.set()
            raise
        gate.open = True

    async def _settle(self, question: _Question, gate: _Gate) -> bool:
        """Get the answer and keep the promise; return False to wait for another process or for the budget."""
        terms, request = self._terms, question.request
        reserve = 0.0 if terms.budget is None else self._most_usd(gate.model, request)
        claim = self._store.claim(
            request.key, terms.run_id, refresh=terms.refresh, reserve=reserve, budget=terms.budget
        )
        answer: Answer | None = None
        if claim == "theirs":
            return False
        if claim == "over budget":
            # Calls in flight usually cost less than they reserve: there may be room once they return.
            if self._store.reserved(terms.run_id):
                return False
        elif claim == "answered":
            answer = self._store.answers([request.key], terms.run_id, terms.refresh)[request.key]
            if answer.finish_reason == FATAL:
                raise ModelError(answer.error or "")
        else:
            self.progress.in_flight += 1
            try:
                answer = await self._call(gate, request, reserve)
            finally:
                self.progress.in_flight -= 1
        if answer is not None:
            self.progress.answers += 1
        question.answer.set_result(answer)
        return True

    @staticmethod
    def _most_usd(model: Model, request: Request) -> float:
        most = model.most(request)
        if most is None:
            raise ModelError(
                f"--ood-budget: no price is known for {model.name}; pass"
                " --ood-model-arg input_cost_per_token=USD and --ood-model-arg output_cost_per_token=USD"
            )
        return most

    async def _call(self, gate: _Gate, request: Request, reserved: float) -> Answer:
        """Call the model, retry where that may help, and store the result."""
        waits = (*BACKOFF_S, None)
        for attempt, wait in enumerate(waits, 1):
            began = time.perf_counter()
            try:
                answer = await gate.model.ask(request)
            except TryAgain as failure:
                answer = Answer(error=f"{failure} ({attempt} attempts)")
                delay = failure.after if failure.after is not None else (wait or 0) * random.uniform(0.75, 1.25)
                if wait is not None and delay <= LONGEST_WAIT_S:
                    await self._pause(delay)
                    continue
                if not gate.open:
                    await self._give_up(request, f"{gate.model.name}: no call got through: {answer.error}")
            except ModelError as failure:
                await self._give_up(request, str(failure))
            except CallFailed as failure:
                answer = Answer(error=str(failure))
            except Exception as failure:
                # A defect in the model's own code, not in the answer.
                answer = Answer(error=f"{type(failure).__name__}: {failure}")
            break
        answer = dataclasses.replace(
            answer,
            run_id=self._terms.run_id,
            created_at=time.time(),
            # A model with a queue of its own knows better how long the call took.
            latency_s=answer.latency_s or time.perf_counter() - began,
        )
        cost = 0.0 if answer.error is not None else answer.cost_usd
        self.progress.calls += 1
        self.progress.cost_usd = total([self.progress.cost_usd, cost])
        await self._save(request, answer, reserved if cost is None else cost)
        return answer

    async def _give_up(self, request: Request, message: str) -> None:
        answer = Answer(error=message, finish_reason=FATAL, created_at=time.time(), run_id=self._terms.run_id)
        await self._save(request, answer, 0.0)
        raise ModelError(message)

    async def _pause(self, seconds: float) -> None:
        """Sleep; if the run is stopped meanwhile, end this caller."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self.stopped.wait(), seconds)
            raise asyncio.CancelledError

    async def _save(self, request: Request, answer: Answer, charged: float) -> None:
        """Return once the answer is on the disk. Answers that arrive during a write are written together next."""
        saved = asyncio.get_running_loop().create_future()
        self._unsaved.append((request, answer, charged, saved))
        if self._saving is None or self._saving.done():
            # Not among the tasks that a stop cancels: what has come in is stored.
            self._saving = asyncio.ensure_future(self._write())
        await saved

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
