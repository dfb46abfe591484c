"""One model's questions, and when the next one may be asked.

A lane knows how many calls are in flight, how fast the provider lets calls start, and whether it answers at all. Other
models have lanes of their own, so none waits for another. As in `pace`, nothing here reads a clock.
"""

import heapq
import itertools
import math
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_ood.asking.pace import Pace
from pytest_ood.asking.progress import ModelState
from pytest_ood.models.base import (
    CallFailed,
    Model,
    ModelError,
    NoTools,
    RateLimited,
    TimedOut,
    TryAgain,
    Unreachable,
    Unreadable,
)
from pytest_ood.models.request import Answer, Request

if TYPE_CHECKING:
    import asyncio

# After so many failures in a row a provider is down: then one call at a time finds out whether it is back.
_DOWN = 3
# A question that failed so often, while others were answered, is given up.
_MOST_FAILURES = 6
# So many refusals of the same words, by calls of so many arms, are about the model and not about the questions.
_SAME_REFUSALS, _SAME_ARMS = 5, 3
# Calls that take this many times as long as the quickest wait for each other: more in flight would not help.
_CROWDED = 3.0
#: After so many seconds without any answer a model is given up. All pauses are for this patience or more; for less they
#: are shorter in proportion.
PATIENCE_S = 600.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 10.0
# A provider that refuses a call because there were too many is often ready for the next one much sooner.
_SHORT_PAUSE_S = 0.05


@dataclass(slots=True)
class Question:
    """A request that the store could not answer, and the promise of its answer.

    Attributes:
        place: the place of its arm in the run.
        answer: the promise; None if it may not be asked, for the budget or because the model is dead.
        failures: how often it was asked in vain.
        strikes: how many of these failures are its own, as the provider answered others before them.
        first_failed, last_failed: when.
    """

    request: Request
    place: int
    answer: "asyncio.Future[Answer | None]"
    failures: int = 0
    strikes: int = 0
    first_failed: float = math.inf
    last_failed: float = -math.inf


class Lane:
    """One model's questions.

    Attributes:
        state: how the model fares.
        started: whether the model was prepared.
        opened: whether it has answered. Until then one call is made at a time, so that a bad key costs one.
        takes_tools: whether it has answered a question that offers tools.
        most: how many calls may be in flight.
    """

    def __init__(self, model: Model, fewest: int, most: int, patience: float) -> None:
        """Begin without questions.

        Args:
            model: the model.
            fewest, most: how many calls may be in flight at first, and how many if the provider bears it.
            patience: after so many seconds without any answer the model is given up.
        """
        self.model = model
        self.state = ModelState()
        self.started = self.opened = self.takes_tools = False
        self._started: list[float] = []
        self._limit, self.most, self._patience = fewest, most, patience
        scale = min(1.0, patience / PATIENCE_S)
        self._first_pause, self._longest_pause = scale * _FIRST_PAUSE_S, scale * _LONGEST_PAUSE_S
        self._pace = Pace(scale * _SHORT_PAUSE_S, self._longest_pause)
        self._queue: list[tuple[int, int, int, int, Question]] = []
        self._ties = itertools.count()
        # Failures since the last answer, and when the first came; until when to pause, for how long, since when, and
        # until when the provider asked to.
        self._failures = 0
        self._failing_since = math.inf
        self._answered_at = self._until = self._asked_until = self._paused_at = -math.inf
        self._pause = self._first_pause
        # The words of the last refusal, how often they came in a row, and for which arms; refusals of any words.
        self._refusal, self._same, self._arms = "", 0, set[int]()
        self._refusals = 0
        # Calls in vain before the first answer.
        self._vain = 0
        self._latency = self._quickest = math.inf

    def put(self, question: Question) -> None:
        """Add a question: earlier arms come first, and in an arm earlier draws."""
        # While nothing is answered, a question that has failed twice lets others find out whether that is its fault.
        turn = question.failures // 2 if self._failures else 0
        order = (turn, question.place, question.request.draw, next(self._ties))
        heapq.heappush(self._queue, (*order, question))

    def take(self) -> Question:
        """Return the next question."""
        return heapq.heappop(self._queue)[-1]

    def take_all(self) -> list[Question]:
        """Return all questions."""
        return [self.take() for _ in range(len(self._queue))]

    def wait(self, now: float) -> float | None:
        """Return the seconds until the next question may be asked; None until something changes."""
        if not self._queue or not self._has_room:
            return None
        return max(self._pace.wait(now), self._until - now, self._asked_until - now)

    @property
    def _has_room(self) -> bool:
        if self.opened and self._failures < _DOWN:
            return self.in_flight < self._limit
        # Calls from before an outage may hang: the one that finds out whether it is over does not wait for them.
        return not any(started >= self._paused_at for started in self._started)

    def start(self, now: float) -> None:
        """Note that a call starts."""
        self._pace.start(now)
        self._show_pace()
        self._started.append(now)

    def end(self, started: float) -> None:
        """Note that a call has come back, and what it brought is stored."""
        self._started.remove(started)

    @property
    def in_flight(self) -> int:
        """The number of calls that have not come back."""
        return len(self._started)

    def succeed(self, started: float, now: float) -> None:
        """Note that a call was answered, before its end."""
        self.opened = True
        self.state.trouble = ""
        self._failures, self._failing_since, self._answered_at = 0, math.inf, now
        self._pause, self._until = self._first_pause, -math.inf
        self._refusal, self._same = "", 0
        self._arms.clear()
        latency = now - started
        self._latency = latency if math.isinf(self._latency) else self._latency + 0.1 * (latency - self._latency)
        self._quickest = min(self._quickest, self._latency)
        if self.in_flight >= self._limit and self._latency <= _CROWDED * self._quickest and not self._pace.gap:
            self._limit = min(self._limit + 1, self.most)

    def refuse(self, question: Question, failure: CallFailed) -> None:
        """Note that a question was refused for good.

        Raises:
            ModelError: the same was said of so many others that it cannot be about the question.
            NoTools: as `ModelError`, of questions that offer tools.
        """
        if not failure.refused:
            self.opened = True
            return
        words = str(failure)
        if words != self._refusal:
            self._refusal, self._same = words, 0
            self._arms.clear()
        self._same += 1
        self._arms.add(question.place)
        if self._same >= _SAME_REFUSALS and (not self.opened or len(self._arms) >= _SAME_ARMS):
            problem = f"{self._words(failure)}; {self._same} calls in a row were refused with these words"
            raise NoTools(problem, model=self.model.name) if question.request.tools else self._dead(problem)
        # It answers, if only with a refusal.
        self._refusals += 1
        self.opened = self.opened or self._refusals >= _SAME_REFUSALS

    def fail(self, question: Question, failure: TryAgain, started: float, now: float) -> float | None:
        """Note that a call failed that may succeed later.

        Returns:
            The seconds after which to put the question again; None if it is given up.

        Raises:
            ModelError: the model is given up.
        """
        self.state.trouble = str(failure)
        self._failing_since = min(self._failing_since, now)
        if isinstance(failure, RateLimited):
            self._pace.refuse(started, now, failure.after)
            self._show_pace()
        elif failure.after is not None:
            self._asked_until = max(self._asked_until, now + failure.after * random.uniform(1.0, 1.03))
        self._check_patience(failure, now)
        return 0.0 if isinstance(failure, RateLimited) else self._retry(question, failure, started, now)

    def _show_pace(self) -> None:
        self.state.refusals = self._pace.refusals
        self.state.pace = 1 / self._pace.gap if self._pace.gap else None

    def _check_patience(self, failure: TryAgain, now: float) -> None:
        patience = self._patience
        if failure.after is not None and failure.after > patience:
            why = f"the provider asks to wait for {failure.after:.0f} s, longer than --ood-patience ({patience:g} s)"
            raise self._dead(f"{why}: {self._words(failure)}")
        if now - self._failing_since >= patience:
            why = f"no answer in {now - self._failing_since:.3g} s (--ood-patience): {self._words(failure)}"
            raise self._dead(f"{why}; the same command goes on from here")

    def _retry(self, question: Question, failure: TryAgain, started: float, now: float) -> float | None:
        if not question.failures or self._answered_at > question.last_failed:
            question.strikes += 1
        question.failures += 1
        question.first_failed = min(question.first_failed, now)
        question.last_failed = now
        if isinstance(failure, TimedOut | Unreadable | Unreachable) and not self.opened:
            self._vain += 1
            if self._vain > 1:
                raise self._dead(self._words(failure))
        if isinstance(failure, TimedOut | Unreadable):
            # That may be about the question: the others go on.
            return 0.0 if question.failures == 1 else None
        # Whether a provider is down, or fails at the only question that is left, shows in time only.
        is_old = now - question.first_failed >= self._patience / 5
        enough = question.strikes >= _MOST_FAILURES or (question.failures >= _MOST_FAILURES and is_old)
        if self.opened and enough:
            return None
        self._failures += 1
        if self.opened and self._failures < _DOWN:
            return self._first_pause * 2.0 ** (question.strikes - 1) * random.uniform(0.75, 1.25)
        if started >= self._paused_at:
            self._until = max(self._until, now + self._pause * random.uniform(0.75, 1.25))
            self._pause = min(2 * self._pause, self._longest_pause)
            self._paused_at = now
        return 0.0

    def _words(self, failure: Exception) -> str:
        return str(failure).removeprefix(f"{self.model.name}: ")

    def _dead(self, problem: str) -> ModelError:
        return ModelError(problem, model=self.model.name)
