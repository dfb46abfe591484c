"""How a question gets its answer: callers, retries, the budget, and the store before anything else looks.

Questions that the store cannot answer wait in the lane of their model, ordered by arm and draw, from which one caller
for each model takes them as fast as the lane allows. Other processes on the same store share the work: whoever claims a
question asks it, the others read its answer there.
"""

import asyncio
import contextlib
import dataclasses
import functools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pytest_ood.asking.cell import ArmSpec
from pytest_ood.asking.lane import PATIENCE_S, Lane, Question
from pytest_ood.asking.progress import Progress
from pytest_ood.asking.questions import total
from pytest_ood.asking.saving import Saving
from pytest_ood.asking.store import Store, StoreError
from pytest_ood.models.base import CallFailed, Model, ModelError, NoTools, TryAgain
from pytest_ood.models.request import Answer, Request, count, dollars

# How long calls in flight may continue once the run is stopped, or their model dead: they are already paid for.
GRACE_S = 5.0
# How often to look for an answer that another process is asking for.
POLL_S = 0.05
# The finish_reason of an answer that tells the other processes of the run that the model cannot be used.
FATAL = "fatal"
# The same, of a model that cannot be asked anything that offers tools.
NO_TOOLS = "no tools"


@dataclass(frozen=True, slots=True)
class Terms:
    """The settings of a whole run.

    Attributes:
        run_id: the run's name in the store.
        concurrency: calls in flight of one model in this process: at first, and at most; None leaves it to the model.
        budget: US dollars; None without a limit.
        refresh: ask again what the store already answers.
        compare: ask judged cells on until their conditions are told apart.
        earlier_draws: how many draws of an arm an earlier run has, with which this one is compared.
        patience: after so many seconds without any answer a model is given up.
        waves: in how many batches everything has to be asked; None of a run that asks live.
    """

    run_id: str
    concurrency: tuple[int, int] | None = None
    budget: float | None = None
    refresh: bool = False
    compare: bool = False
    earlier_draws: Callable[[ArmSpec], int] | None = None
    patience: float = PATIENCE_S
    waves: int | None = None


class Callers:
    """Answers requests, on the event loop on which it was made."""

    def __init__(self, store: Store, terms: Terms, models: Mapping[str, Model]) -> None:
        self.progress = Progress()
        self.stopped = asyncio.Event()
        self._store, self._terms = store, terms
        self._lanes = {
            name: Lane(model, *(terms.concurrency or model.concurrency), terms.patience)
            for name, model in models.items()
        }
        self.progress.models = {name: lane.state for name, lane in self._lanes.items()}
        # Set when a lane may have a question that can be asked now.
        self._changed = {name: asyncio.Event() for name in models}
        self._calls: dict[str, set[asyncio.Task[None]]] = {name: set() for name in models}
        self._promised: dict[str, asyncio.Future[Answer | None]] = {}
        self._saving = Saving(store, self.stop)

    def stop(self) -> None:
        """Ask nothing more; each caller ends once it has no call in flight."""
        self.stopped.set()
        for changed in self._changed.values():
            changed.set()

    def abandon(self) -> None:
        """Wait for no call in flight."""
        for name in self._lanes:
            self._abandon(name)

    async def close(self) -> None:
        """Store what has come in, and close the models."""
        await self._saving.finish()
        # In turn: models of one engine may share their connections.
        for lane in self._lanes.values():
            if lane.started:
                await lane.model.close()
        self._saving.close()

    def most_in_flight(self, name: str) -> int:
        """Return how many calls of a model may be in flight at most."""
        return self._lanes[name].most

    def why_not(self, name: str, tools: bool = False) -> str:
        """Return why a model cannot be asked any more, or not with `tools`; empty if it can."""
        state = self._lanes[name].state
        return state.dead or (state.no_tools if tools else "")

    def waits(self, place: int) -> bool:
        """Return whether an arm waits for answers that come in a later session: never, as everything is asked now."""
        del place
        return False

    def takes_tools(self, name: str) -> bool | None:
        """Return whether a model takes tools; None as long as nobody has tried."""
        lane = self._lanes[name]
        return False if lane.state.no_tools else lane.takes_tools or None

    async def answers(self, place: int, requests: Sequence[Request]) -> list[Answer | None]:
        """Return the answers in the order of the requests, from the store or else from a caller.

        An answer is None if the budget forbids the call, or the model cannot be asked any more.

        Args:
            place: the place of the arm in the run; the questions of earlier arms are asked first.
            requests: the requests to answer, all of one model.
        """
        terms = self._terms
        stored = self._store.answers([request.key for request in requests], terms.run_id, terms.refresh)
        for request in requests:
            answer = stored.get(request.key)
            if answer is not None and answer.finish_reason in (FATAL, NO_TOOLS):
                self._give_up(request.model, stored.pop(request.key))
        self.progress.answers += len(stored)
        for answer in stored.values():
            self._note(requests[0].model, answer)
        promises = {}
        for request in requests:
            if request.key in stored:
                continue
            promise = self._promised.get(request.key)
            if promise is None:
                promise = self._promised[request.key] = asyncio.get_running_loop().create_future()
                promise.add_done_callback(functools.partial(self._kept, request.key))
                self._put(Question(request, place, promise))
            promises[request.key] = promise
        answers = [stored.get(request.key) or await promises[request.key] for request in requests]
        for request, answer in zip(requests, answers, strict=True):
            if request.tools and answer is not None and answer.error is None:
                self._lanes[request.model].takes_tools = True
        return answers

    def _kept(self, key: str, _: "asyncio.Future[Answer | None]") -> None:
        del self._promised[key]

    def _put(self, question: Question) -> None:
        name = question.request.model
        self._lanes[name].put(question)
        self._changed[name].set()

    def _put_later(self, question: Question, seconds: float) -> None:
        if seconds <= 0:
            self._put(question)
            return
        asyncio.get_running_loop().call_later(seconds, self._put, question)

    async def work(self, name: str) -> None:
        """Ask the questions of one model, until stopped.

        Raises:
            StoreError: the store cannot be used any more.
        """
        lane, calls = self._lanes[name], self._calls[name]
        try:
            while not self.stopped.is_set():
                question = await self._next(name, lane)
                if question is None:
                    continue
                if question.request.tools and lane.state.no_tools:
                    self._drop(question)
                    continue
                try:
                    if not lane.started:
                        await lane.model.start()
                        lane.started = True
                    reserve = await self._most_usd(lane.model, question.request)
                except ModelError as failure:
                    self._bury(name, str(failure))
                    self._put(question)
                else:
                    await self._begin(name, lane, question, reserve)
            if calls:
                await asyncio.wait(calls)
        except StoreError:
            # What is on its way is paid for.
            self.stop()
            if calls:
                await asyncio.wait(calls, timeout=GRACE_S)
            raise
        finally:
            for call in calls:
                call.cancel()
            ended = await asyncio.gather(*calls, return_exceptions=True)
        for broken in ended:
            if isinstance(broken, Exception):
                raise broken

    async def _next(self, name: str, lane: Lane) -> Question | None:
        """Return the next question as soon as it may be asked; None if something else has happened."""
        changed = self._changed[name]
        changed.clear()
        if lane.state.dead:
            for question in lane.take_all():
                self._drop(question)
        wait = lane.wait(asyncio.get_running_loop().time())
        if wait is not None and wait <= 0:
            return lane.take()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(changed.wait(), wait)
        return None

    async def _begin(self, name: str, lane: Lane, question: Question, reserve: float) -> None:
        """Call the model, unless another process does, the store has the answer by now, or the budget is used up."""
        terms, request = self._terms, question.request
        claim = self._store.claim(
            request.key, terms.run_id, refresh=terms.refresh, reserve=reserve, budget=terms.budget
        )
        if claim == "mine":
            started = asyncio.get_running_loop().time()
            lane.start(started)
            self.progress.in_flight += 1
            call = asyncio.ensure_future(self._call(name, lane, question, started, reserve))
            self._calls[name].add(call)
            call.add_done_callback(functools.partial(self._ended, name))
        elif claim == "answered":
            answer = self._store.answers([request.key], terms.run_id, terms.refresh)[request.key]
            if answer.finish_reason in (FATAL, NO_TOOLS):
                self._give_up(name, answer)
                self._put(question)
            else:
                lane.opened = True
                self._answer(question, answer)
        elif claim == "over budget" and not self._store.reserved(terms.run_id):
            _keep(question, None)
        else:
            # Calls in flight usually cost less than they reserve: there may be room once they return.
            self._put_later(question, POLL_S)
            if claim == "theirs" and not lane.opened:
                # Another process is finding out whether the model answers.
                await asyncio.sleep(POLL_S)

    def _ended(self, name: str, call: "asyncio.Task[None]") -> None:
        if call.cancelled() or call.exception() is None:
            self._calls[name].discard(call)
        else:
            # It stays among the calls, for `work` to raise.
            self.stop()
        self._changed[name].set()

    def _note(self, name: str, answer: Answer) -> None:
        self._lanes[name].state.dropped.update(answer.dropped)

    def _answer(self, question: Question, answer: Answer) -> None:
        self.progress.answers += 1
        self._note(question.request.model, answer)
        _keep(question, answer)

    def _give_up(self, name: str, answer: Answer) -> None:
        """Ask a model nothing more, or nothing more with tools, as an answer of a process of the run says."""
        state, why = self._lanes[name].state, answer.error or ""
        if answer.finish_reason == NO_TOOLS:
            state.no_tools = state.no_tools or why
        else:
            self._bury(name, why)

    def _bury(self, name: str, why: str) -> None:
        """Ask a model nothing more; its calls in flight may still come back."""
        lane = self._lanes[name]
        if not lane.state.dead:
            lane.state.dead = why
            asyncio.get_running_loop().call_later(GRACE_S, self._abandon, name)
        self._changed[name].set()

    def _drop(self, question: Question) -> None:
        """Ask a question no more. Others may ask it, and use what it reserved."""
        self._store.release(question.request.key)
        _keep(question, None)

    def _abandon(self, name: str) -> None:
        for call in self._calls[name]:
            call.cancel()

    async def _most_usd(self, model: Model, request: Request) -> float:
        if self._terms.budget is None:
            return 0.0
        most = await model.reserve(request)
        if most is None:
            raise model.no_price()
        return most

    async def _call(self, name: str, lane: Lane, question: Question, started: float, reserved: float) -> None:
        """Call the model, and store the answer or put the question again.

        The call counts as in flight until its answer is on the disk: a process that is killed loses no more than that.
        """
        try:
            await self._ask(name, lane, question, started, reserved)
        finally:
            lane.end(started)
            self.progress.in_flight -= 1
            self._changed[name].set()

    async def _ask(self, name: str, lane: Lane, question: Question, started: float, reserved: float) -> None:
        now = asyncio.get_running_loop().time
        began = time.perf_counter()
        # Whether a call that brought no answer may have been billed, and was not charged yet.
        billed = False
        try:
            answer = await lane.model.ask(question.request)
            lane.succeed(started, now())
        except asyncio.CancelledError:
            self._store.charge(self._terms.run_id, reserved)
            self._drop(question)
            raise
        except TryAgain as failure:
            if failure.billed:
                self._store.charge(self._terms.run_id, reserved)
            try:
                delay = lane.fail(question, failure, started, now())
            except ModelError as end:
                await self._tell(question, end)
                return
            if delay is not None:
                # The claim is kept: nobody else has to find out.
                self._put_later(question, delay)
                return
            answer = Answer(error=f"{failure} ({question.failures} attempts)")
        except ModelError as failure:
            await self._tell(question, failure)
            return
        except CallFailed as failure:
            answer, billed = Answer(error=str(failure)), failure.billed
            try:
                lane.refuse(question, failure)
            except ModelError as end:
                self._give_up(name, self._end(end))
        except Exception as failure:
            # A defect in the model's own code, not in the answer.
            answer, billed = Answer(error=f"{type(failure).__name__}: {failure}"), True
            lane.opened = True
        answer = dataclasses.replace(
            answer,
            run_id=self._terms.run_id,
            created_at=time.time(),
            # A model may be anybody's code, and its numbers a provider's.
            input_tokens=count(answer.input_tokens),
            output_tokens=count(answer.output_tokens),
            reasoning_tokens=count(answer.reasoning_tokens),
            cached_tokens=count(answer.cached_tokens),
            cost_usd=dollars(answer.cost_usd),
            # A model with a queue of its own knows better how long the call took.
            latency_s=answer.latency_s or time.perf_counter() - began,
        )
        cost = 0.0 if answer.error is not None else answer.cost_usd
        self.progress.calls += 1
        self.progress.cost_usd = total([self.progress.cost_usd, cost])
        await self._saving.save(question.request, answer, reserved if cost is None or billed else cost)
        self._answer(question, answer)

    def _end(self, failure: ModelError) -> Answer:
        """Return the answer that tells other processes of the run that a model cannot be asked."""
        reason = NO_TOOLS if isinstance(failure, NoTools) else FATAL
        return Answer(error=str(failure), finish_reason=reason, created_at=time.time(), run_id=self._terms.run_id)

    async def _tell(self, question: Question, failure: ModelError) -> None:
        """Give a model up, in all processes of the run."""
        answer = self._end(failure)
        self._give_up(question.request.model, answer)
        await self._saving.save(question.request, answer, 0.0)
        _keep(question, None)


def _keep(question: Question, answer: Answer | None) -> None:
    """Keep the promise of an answer, unless nobody waits for it any more."""
    if not question.answer.done():
        question.answer.set_result(answer)
