"""Which draw is next, how many at once, retries, budget, early stopping. The only file with concurrency.

Everything here runs on one event loop. A cell asks its control arm, then its shift arm; an arm asks its draws wave by
wave and puts each question that the store can't answer into one queue, ordered by arm and draw, from which the callers
take them. An answer goes to the store before anything looks at it. Other processes on the same store share the work:
whoever claims a question asks it, the others read its answer there.
"""

import asyncio
import concurrent.futures
import contextlib
import dataclasses
import functools
import itertools
import operator
import random
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pytest_ood import __version__
from pytest_ood.answers import split
from pytest_ood.asking.conversation import Conversation
from pytest_ood.asking.outcome import Arm, Cell, Judgement, Outcome, sibling_verdict, verdict
from pytest_ood.asking.store import Store
from pytest_ood.evidence.outcomes import ArmName
from pytest_ood.evidence.trace import Trace, trace_id
from pytest_ood.models.base import CallFailed, Model, ModelError, TryAgain
from pytest_ood.models.request import Answer, Request
from pytest_ood.text.canonical import canonical, digest

# Seconds before each further attempt, where the provider names none; each is varied by a quarter.
BACKOFF_S = (0.5, 1.0, 2.0, 4.0, 8.0)
# A provider that wants a longer wait than this is not waited for.
LONGEST_WAIT_S = 120.0
# How long calls in flight may go on once the run is stopped: they are paid for already.
GRACE_S = 5.0
# How often to look for an answer that another process is asking for.
POLL_S = 0.05
# Draws made and judged together; bounds the memory of an arm of any length.
MOST_AT_ONCE = 256
# The finish_reason of an answer that tells the other processes of the run that the model can't be used.
FATAL = "fatal"

T = TypeVar("T")
N = TypeVar("N", int, float)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What holds for the whole run. concurrency: calls in flight in this process; budget: US dollars."""

    run_id: str
    seed: int
    model_args: Mapping[str, Mapping[str, Any]]
    concurrency: int
    budget: float | None = None
    refresh: bool = False


@dataclass(slots=True)
class Progress:
    """What has come in so far, of how many draws at most. cost_usd is None once any call's price is unknown."""

    began: float = field(default_factory=time.monotonic)
    answers: int = 0
    calls: int = 0
    at_most: int = 0
    cost_usd: float | None = 0.0


@dataclass(slots=True)
class _Gate:
    """Until a model's first answer its calls go one at a time, so that a bad key costs one call and not thirty."""

    model: Model
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    started: bool = False
    open: bool = False


@dataclass(frozen=True, slots=True)
class _Question:
    """A request that the store could not answer, and the promise of its answer: None if the budget forbids it."""

    request: Request
    answer: "asyncio.Future[Answer | None]"


class Engine:
    """Asks cells, on the event loop on which it was made."""

    def __init__(self, store: Store, conditions: Conditions, models: Mapping[str, Model]) -> None:
        self.progress = Progress()
        self._store = store
        self._conditions = conditions
        self._gates = {name: _Gate(model) for name, model in models.items()}
        self._places: dict[str, int] = {}
        self._most: dict[str, int] = {}
        self._arms: dict[str, asyncio.Task[Arm]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        # (place of the arm, draw, a number that settles ties, the question or None for "go home")
        self._queue: asyncio.PriorityQueue[tuple[int, int, int, _Question | None]] = asyncio.PriorityQueue()
        self._ties = itertools.count()
        self._promised: dict[str, asyncio.Future[Answer | None]] = {}
        self._stopped = asyncio.Event()
        self._unsaved: list[tuple[Request, Answer, float, asyncio.Future[None]]] = []
        self._saving: asyncio.Task[None] | None = None
        self._disk = concurrent.futures.ThreadPoolExecutor(1, "ood-store")

    async def run(self, cells: Sequence[Cell], done: Callable[[Cell, Outcome | Exception], None]) -> None:
        """Ask the cells in their order; `done` is called with each one's outcome, or with what its task raised.

        Raises:
            ModelError: a model can't be used at all.
            sqlite3.Error: an answer can't be stored.
        """
        for cell in cells:
            for arm in ("control", "shift"):
                self._places.setdefault(identity(cell, arm), len(self._places))
                self._most[_extent(cell, arm)] = self._most_calls(cell, arm)
        self._count_most()
        asking = self._spawn(self._ask_cells(cells, done))
        callers = [self._spawn(self._caller()) for _ in range(self._conditions.concurrency)]
        stopped = self._spawn(self._stopped.wait())
        try:
            await asyncio.wait([asking, stopped, *callers], return_when=asyncio.FIRST_COMPLETED)
            self._stopped.set()
            for _ in callers:
                self._queue.put_nowait((-1, 0, next(self._ties), None))
            await asyncio.wait(callers, timeout=GRACE_S)
            ended = [task.exception() for task in (*callers, asking) if task.done() and not task.cancelled()]
            for failure in filter(None, ended):
                raise failure
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            if self._saving is not None:
                await self._saving
            await asyncio.gather(*(gate.model.close() for gate in self._gates.values() if gate.started))
            self._disk.shutdown()

    def stop(self) -> None:
        """Ask nothing more; calls in flight get `GRACE_S` seconds to come back and be stored."""
        self._stopped.set()

    def _spawn(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    # Cells and arms: what is asked next.

    async def _ask_cells(self, cells: Sequence[Cell], done: Callable[[Cell, Outcome | Exception], None]) -> None:
        # A cell at work has at least one question open, or waits for an arm that has: twice as many cells as callers
        # keep the callers busy, and the rest of the cells costs no memory yet.
        free = asyncio.Semaphore(2 * self._conditions.concurrency)

        async def ask(cell: Cell) -> None:
            try:
                outcome: Outcome | Exception = await self._ask_cell(cell)
            except Exception as broken:
                outcome = broken
            free.release()
            done(cell, outcome)

        asking = []
        for cell in cells:
            await free.acquire()
            asking.append(self._spawn(ask(cell)))
        await asyncio.gather(*asking)

    async def _ask_cell(self, cell: Cell) -> Outcome:
        """Control first; where it misses the bar or can't be scored at all the shift arm is not worth paying for."""
        if cell.replay is not None:
            published, siblings = await self._ask_arm(cell, "control"), await self._ask_arm(cell, "shift")
            spent = _sum([published.cost_usd, siblings.cost_usd])
            return Outcome(cell, published, siblings, *sibling_verdict(siblings), spent)
        asked = _extent(cell, "control")
        shared = asked in self._arms
        if not shared:
            self._arms[asked] = self._spawn(self._ask_arm(cell, "control"))
        control = await asyncio.shield(self._arms[asked])
        if control.ends_the_cell:
            shift = Arm(cell.sampling)
            self._most[_extent(cell, "shift")] = 0
            self._count_most()
        else:
            shift = await self._ask_arm(cell, "shift")
        cost = _sum([shift.cost_usd, 0.0 if shared else control.cost_usd])
        return Outcome(cell, control, shift, *verdict(control, shift), cost)

    async def _ask_arm(self, cell: Cell, name: ArmName) -> Arm:
        place = self._places[identity(cell, name)]
        run_id = self._conditions.run_id
        arm = Arm(cell.arm_sampling(name), lambda n: itertools.islice(self._store.traces(run_id, place), n))
        asked = self._asked(cell, name)
        calls = 0
        earlier: list[str] = []
        while size := min(arm.next_wave(), MOST_AT_ONCE):
            draws = [asked.draw(index) for index in range(arm.n, arm.n + size)]
            await self._converse(place, asked, draws)
            traces = []
            for draw in draws:
                if draw.conversation.open:
                    arm.out_of_budget = True
                    break
                judgement = draw.judge(earlier)
                if draw.conversation.case.among is not None:
                    earlier.append(judgement.given or "")
                arm.add(judgement, draw.conversation.case)
                arm.cost_usd = _sum([arm.cost_usd, *(one.cost_usd for one in draw.answers if one.run_id == run_id)])
                calls += len(draw.answers)
                last = draw.conversation
                traces.append((asked.trace(draw, judgement), last.key, last.answers[-1].run_id))
            self._store.record(place, traces)
            # An arm that the store answers never waits: let a stop, and the other cells, have their turn.
            await asyncio.sleep(0)
        self._most[_extent(cell, name)] = calls
        self._count_most()
        return arm

    async def _converse(self, place: int, asked: "Asked", draws: "Sequence[Draw]") -> None:
        """Ask turn by turn, all at once, until each conversation is over or the budget forbids its next turn."""
        talking = [(draw.index, one) for draw in draws for one in draw.conversations]
        while talking:
            requests = [asked.request(one, index) for index, one in talking]
            answers = await self._answers(place, requests)
            for (_, one), request, answer in zip(talking, requests, answers, strict=True):
                if answer is not None:
                    one.add(answer, request.key)
            talking = [
                (index, one) for (index, one), answer in zip(talking, answers, strict=True) if answer and one.open
            ]

    def _asked(self, cell: Cell, name: ArmName) -> "Asked":
        return Asked(cell, name, self._conditions, self._gates[cell.model].model)

    def _most_calls(self, cell: Cell, name: ArmName) -> int:
        a_draw, draws = 1, cell.arm_sampling(name).limit
        with contextlib.suppress(Exception):  # raised again where the cell is asked
            a_draw = self._asked(cell, name).draw(0).most_calls if draws else 0
        return a_draw * draws

    def _count_most(self) -> None:
        self.progress.at_most = sum(self._most.values())

    async def _answers(self, place: int, requests: Sequence[Request]) -> list[Answer | None]:
        """The answers in the order of the requests: from the store, else from a caller; None where over budget."""
        conditions = self._conditions
        stored = self._store.answers([request.key for request in requests], conditions.run_id, conditions.refresh)
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

    # Callers: how a question gets its answer.

    async def _caller(self) -> None:
        while True:
            place, draw, _, question = await self._queue.get()
            if question is None:
                return
            gate = self._gates[question.request.model]
            if not gate.open:
                async with gate.turn:
                    if self._stopped.is_set():
                        return
                    if not gate.open:
                        await self._open(gate, question)
                        continue
            if not await self._settle(question, gate):
                again = (place, draw, next(self._ties), question)
                asyncio.get_running_loop().call_later(POLL_S, self._queue.put_nowait, again)

    async def _open(self, gate: _Gate, question: _Question) -> None:
        """Ask a model for the first time; what goes wrong stops the run before another caller has its turn."""
        try:
            if not gate.started:
                gate.started = True
                await gate.model.start()
            while not await self._settle(question, gate):
                await self._pause(POLL_S)
        except BaseException:
            self._stopped.set()
            raise
        gate.open = True

    async def _settle(self, question: _Question, gate: _Gate) -> bool:
        """Get the answer and keep the promise; False where it has to wait for another process or for the budget."""
        conditions, request = self._conditions, question.request
        reserve = 0.0 if conditions.budget is None else self._most_usd(gate.model, request)
        claim = self._store.claim(
            request.key, conditions.run_id, refresh=conditions.refresh, reserve=reserve, budget=conditions.budget
        )
        answer: Answer | None = None
        if claim == "theirs":
            return False
        if claim == "over budget":
            # Calls in flight mostly cost less than they reserve: there may be room when they are back.
            if self._store.reserved(conditions.run_id):
                return False
        elif claim == "answered":
            answer = self._store.answers([request.key], conditions.run_id, conditions.refresh)[request.key]
            if answer.finish_reason == FATAL:
                raise ModelError(answer.error or "")
        else:
            answer = await self._call(gate, request, reserve)
        if answer is not None:
            self.progress.answers += 1
        question.answer.set_result(answer)
        return True

    @staticmethod
    def _most_usd(model: Model, request: Request) -> float:
        most = model.most(request)
        if most is None:
            raise ModelError(
                f"--ood-budget needs a price, and none is known for {model.name}: pass"
                " --ood-model-arg input_cost_per_token=USD and --ood-model-arg output_cost_per_token=USD"
            )
        return most

    async def _call(self, gate: _Gate, request: Request, reserved: float) -> Answer:
        """Call the model, again where that may help, and store what came of it."""
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
                # A defect of the model's own code, not of the answer.
                answer = Answer(error=f"{type(failure).__name__}: {failure}")
            break
        answer = dataclasses.replace(
            answer,
            run_id=self._conditions.run_id,
            created_at=time.time(),
            # A model with a queue of its own knows better how long it took.
            latency_s=answer.latency_s or time.perf_counter() - began,
        )
        cost = 0.0 if answer.error is not None else answer.cost_usd
        self.progress.calls += 1
        self.progress.cost_usd = _sum([self.progress.cost_usd, cost])
        await self._save(request, answer, reserved if cost is None else cost)
        return answer

    async def _give_up(self, request: Request, message: str) -> None:
        answer = Answer(error=message, finish_reason=FATAL, created_at=time.time(), run_id=self._conditions.run_id)
        await self._save(request, answer, 0.0)
        raise ModelError(message)

    async def _pause(self, seconds: float) -> None:
        """Sleep, unless the run is stopped: then end this caller."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._stopped.wait(), seconds)
            raise asyncio.CancelledError

    async def _save(self, request: Request, answer: Answer, charged: float) -> None:
        """Return once the answer is on the disk. Answers that come while others are being written go together."""
        saved = asyncio.get_running_loop().create_future()
        self._unsaved.append((request, answer, charged, saved))
        if self._saving is None or self._saving.done():
            # Not among the tasks that a stop cancels: what has come in is kept.
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


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw of an arm: its case as it is asked, and the question on its rule if it has one."""

    seed: int
    index: int
    conversation: Conversation
    comprehension: Conversation | None = None

    @property
    def conversations(self) -> list[Conversation]:
        """What is asked, side by side."""
        return [self.conversation] if self.comprehension is None else [self.conversation, self.comprehension]

    @property
    def answers(self) -> list[Answer]:
        """Every answer that was given."""
        return [answer for one in self.conversations for answer in one.answers]

    @property
    def most_calls(self) -> int:
        """How many calls it can take."""
        return sum(one.case.turns for one in self.conversations)

    def judge(self, earlier: Sequence[str]) -> Judgement:
        """The judgement, with that of the comprehension question beside it, where the budget allowed it."""
        judgement = self.conversation.judge(earlier)
        if self.comprehension is None or self.comprehension.open:
            return judgement
        return dataclasses.replace(judgement, understanding=self.comprehension.judge())


class Asked:
    """One arm of a cell as the cases, requests and traces it makes."""

    def __init__(self, cell: Cell, arm: ArmName, conditions: Conditions, model: Model) -> None:
        self._cell, self._half, self._conditions, self._model = cell, arm, conditions, model
        self._arm = cell.arm_name(arm)
        self._params = cell.arm_params(arm)
        self._params_json = canonical(self._params)
        self._args = conditions.model_args[cell.model]
        self._args_json = canonical(self._args)

    def draw(self, place: int) -> Draw:
        """The draw at a place of the arm, ready to be asked."""
        seed, index = self._cell.arm_draw(self._half, place, self._conditions.seed)
        case = self._cell.task.draw(self._params, seed, index)
        strategy, replay = self._cell.strategy, self._cell.replay
        begun = replay.messages.get((seed, index)) if replay is not None else None
        question = None if case.comprehension is None else Conversation(case.comprehension, strategy)
        return Draw(seed, index, Conversation(case, strategy, begun), question)

    def request(self, conversation: Conversation, draw: int) -> Request:
        """What the model is asked next."""
        crib = self._crib(conversation) if self._model.sees_case else None
        return Request(self._cell.model, conversation.messages, self._args, draw, crib, self._model.fingerprint)

    def _crib(self, conversation: Conversation) -> dict[str, Any]:
        case, turn = conversation.case, len(conversation.answers)

        def of_turn(given: str) -> str:
            return given if case.reply is None else (split(given)[turn:] or [""])[0]

        return {
            "arm": self._arm,
            "answer": of_turn(case.answer),
            "lures": {name: of_turn(lure) for name, lure in case.lures.items()},
            "input": case.input,
            "prompt": case.prompt,
        }

    def trace(self, draw: Draw, judgement: Judgement) -> Trace:
        """The record of a draw that was answered and judged: a whole dialogue in one."""
        case, turns = draw.conversation.case, draw.conversation.answers
        answer = turns[-1]
        cell, conditions = self._cell, self._conditions
        task = cell.task
        asked = [
            *(task.name, task.version, self._params, self._arm, draw.seed, draw.index),
            *(cell.strategy, cell.model, self._args),
        ]
        return Trace(
            id=trace_id(asked),
            run_id=conditions.run_id,
            probe=cell.probe,
            task=task.name,
            task_version=task.version,
            family=task.family,
            params=self._params_json,
            arm=self._arm,
            strategy=cell.strategy,
            model=cell.model,
            model_args=self._args_json,
            seed=draw.seed,
            draw=draw.index,
            messages=draw.conversation.messages,
            response=answer.text,
            reasoning=answer.reasoning,
            finish_reason=answer.finish_reason,
            answer_given=judgement.given,
            answer_expected=case.answer,
            answer_unique=case.unique,
            outcome=judgement.outcome,
            lure=judgement.lure,
            lures=canonical(dict(case.lures)),
            detail=canonical(judgement.details()),
            input_tokens=_sum([turn.input_tokens for turn in turns]),
            output_tokens=_sum([turn.output_tokens for turn in turns]),
            cost_usd=_sum([turn.cost_usd for turn in turns]),
            latency_s=sum(turn.latency_s for turn in turns),
            created_at=answer.created_at,
            prompt_sha256=digest(case.prompt),
            pytest_ood_version=__version__,
        )


def identity(cell: Cell, arm: ArmName, *more: Any) -> str:
    """What an arm asks, and with the sampling also how far: cells that share a control twin share the arm."""
    task = cell.task
    asked: list[Any] = [task.name, task.version, cell.arm_params(arm), cell.arm_name(arm), cell.model, cell.strategy]
    if cell.replay is not None:
        asked.append(cell.replay.published if arm == "control" else cell.replay.seed)
    return canonical([*asked, *(dataclasses.astuple(item) for item in more)])


def _extent(cell: Cell, arm: ArmName) -> str:
    return identity(cell, arm, cell.arm_sampling(arm))


def _sum(amounts: Sequence[N | None]) -> N | None:
    """The sum, of US dollars or tokens; unknown (None) if any is."""
    known = [amount for amount in amounts if amount is not None]
    return functools.reduce(operator.add, known) if len(known) == len(amounts) else None
