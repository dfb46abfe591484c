"""The engine on models that follow a script: what is asked, when, how often, and what is kept."""

import asyncio
import contextlib
import itertools
import json
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pytest_ood.answers import wrap
from pytest_ood.asking import engine as engine_module
from pytest_ood.asking.callers import Terms
from pytest_ood.asking.cell import ArmSpec, Cell, Condition, Draws
from pytest_ood.asking.engine import Engine
from pytest_ood.asking.outcome import Outcome
from pytest_ood.asking.store import Store, StoreError
from pytest_ood.asking.store.rescue import rescue_files
from pytest_ood.asking.strategies import Strategies
from pytest_ood.case import Case
from pytest_ood.evidence import stats
from pytest_ood.evidence.outcomes import ArmName
from pytest_ood.evidence.pairs import favours
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.models.base import (
    CallFailed,
    Model,
    ModelError,
    RateLimited,
    TimedOut,
    TryAgain,
    Unreachable,
    Unreadable,
)
from pytest_ood.models.fake import FakeModel
from pytest_ood.models.request import Answer, Request
from pytest_ood.tasks import Task
from pytest_ood.text.frozen import FrozenJson

Said = str | Answer | Exception
# The draws of each arm where every answer is right, and where only the control's are: 17 clear the bar and 9 pairs show
# a gap, each in the last of some waves.
PERFECT, COLLAPSED = 19, 11


def right(crib: Mapping[str, Any]) -> str:
    """The right answer."""
    return wrap(crib["answer"])


def wrong(_: Mapping[str, Any]) -> str:
    """An answer that is always wrong."""
    return wrap("wrong")


def silent(_: Mapping[str, Any]) -> str:
    """No answer that could be read."""
    return "I would rather not."


class Scripted(Model):
    """Says what a function of the request (or of its crib, by arm) tells it to, and notes what it was asked."""

    sees_case = True

    def __init__(self, say: Callable[[Request], Said], delay: float = 0.0, most: float | None = 0.0) -> None:
        super().__init__("scripted", {})
        self.say, self.delay, self.dearest = say, delay, most
        self.asked: list[Request] = []
        self.answered: list[Request] = []
        self.in_flight = self.most_in_flight = self.starts = self.closes = self.rounds = 0

    async def start(self) -> None:
        """Count it."""
        self.starts += 1

    async def ask(self, request: Request) -> Answer:
        """Say what the script says, after the delay."""
        self.asked.append(request)
        self.rounds += not self.in_flight
        self.in_flight += 1
        self.most_in_flight = max(self.in_flight, self.most_in_flight)
        try:
            await asyncio.sleep(self.delay)
            reply = self.say(request)
        finally:
            self.in_flight -= 1
        if isinstance(reply, Exception):
            raise reply
        self.answered.append(request)
        return reply if isinstance(reply, Answer) else Answer(reply, cost_usd=0.0)

    def most(self, request: Request) -> float | None:
        """What the test says."""
        del request
        return self.dearest

    async def close(self) -> None:
        """Count it."""
        self.closes += 1

    def draws(self, arm: str) -> int:
        """How many questions of an arm were asked."""
        return sum(of(request, "arm") == arm for request in self.asked)


def of(request: Request, name: str) -> Any:
    """One thing that the crib of a request says."""
    assert request.crib is not None
    return request.crib[name]


def by_arm(
    control: Callable[[Mapping[str, Any]], Said], shift: Callable[[Mapping[str, Any]], Said]
) -> Callable[[Request], Said]:
    """A script that treats the arms differently."""
    return lambda request: (control if of(request, "arm") == "control" else shift)(request.crib or {})


oracle = by_arm(right, right)


def number(rng: np.random.Generator, x: int = 0) -> Case:
    """A case whose prompt names its parameter."""
    value = str(rng.integers(10**12))
    return Case(f"{x}: {value}", value, lures={"nothing": "0"})


def make_task(function: Callable[..., Case], name: str = "engine.number") -> Task:
    """A task without the checks of the decorator."""
    return Task(function, name, "engine", {"x": 0}, 1)


NUMBER = make_task(number)


def cells(
    how_many: int = 1,
    *,
    task: Task = NUMBER,
    sampling: Sampling | None = None,
    control: Callable[[int], int] = lambda i: -1 - i,
    model: str = "scripted",
    seed: int = 0,
) -> list[Cell]:
    """Cells that differ in x; each has a control twin of its own unless `control` says otherwise."""

    def arm(name: ArmName, x: int) -> ArmSpec:
        how_far = sampling or Sampling()
        return ArmSpec(task, FrozenJson({"x": x}), name, Condition(model), Draws(seed), how_far)

    return [Cell(f"cell{i}", "probe", arm("control", control(i)), arm("shift", i)) for i in range(1, how_many + 1)]


def sampled(cell: Cell, sampling: Sampling) -> Cell:
    """The cell with both arms sampled otherwise."""
    assert cell.shift is not None
    return replace(cell, control=replace(cell.control, sampling=sampling), shift=replace(cell.shift, sampling=sampling))


Results = dict[str, Outcome | Exception]


class Bench:
    """A store in a folder of its own, and runs on it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.runs = 0

    def run(
        self,
        model: Model,
        some: Sequence[Cell],
        *,
        during: Callable[[Engine], None] | None = None,
        stop_at: int | None = None,
        **terms: Any,
    ) -> Results:
        """One run on a new event loop; `stop_at`: stop once so many questions were asked."""
        return asyncio.run(self.begin(model, some, during=during, stop_at=stop_at, **terms))

    async def begin(
        self,
        model: Model,
        some: Sequence[Cell],
        *,
        during: Callable[[Engine], None] | None = None,
        stop_at: int | None = None,
        **terms: Any,
    ) -> Results:
        """One run on this event loop, in a process of its own as far as the store can tell."""
        self.runs += 1
        # Impatient, so that pauses are a few milliseconds.
        values: dict[str, Any] = {"run_id": f"run{self.runs}", "patience": 3.0}
        if isinstance(concurrency := terms.pop("concurrency", 16), int):
            concurrency = (concurrency, concurrency)
        store = Store(self.path)
        results: Results = {}
        try:
            merged = Terms(**{**values, "concurrency": concurrency, **terms})
            engine = Engine(store, merged, {some[0].condition.model: model}, Strategies())
            if during is not None:
                during(engine)
            if stop_at is not None:
                assert isinstance(model, Scripted)
                stopper = asyncio.ensure_future(_stop_when(engine, lambda: len(model.asked) >= stop_at))
            await engine.run(some, lambda cell, outcome: results.update({cell.id: outcome}))
            if stop_at is not None:
                await stopper
        finally:
            store.close()
        return results

    def answers(self, where: str = "1") -> list[tuple[Any, ...]]:
        """Rows of the store: key, run, text, error."""
        with contextlib.closing(sqlite3.connect(self.path)) as db:
            return db.execute(f"SELECT key, run_id, text, error FROM answers WHERE {where}").fetchall()

    def claims(self) -> int:
        """How many questions someone claims to be asking."""
        with contextlib.closing(sqlite3.connect(self.path)) as db:
            return int(db.execute("SELECT count(*) FROM claims").fetchone()[0])


async def _stop_when(engine: Engine, condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.001)
    engine.stop()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A bench on an empty store."""
    return Bench(tmp_path / "store.db")


def verdicts(results: Results) -> dict[str, str]:
    """The verdict of every cell that has one."""
    return {name: result.verdict.value for name, result in results.items() if isinstance(result, Outcome)}


def failed(results: Results, name: str) -> str:
    """Why the model of a cell could not be asked."""
    outcome = results[name]
    assert isinstance(outcome, Outcome)
    assert (outcome.verdict.value, outcome.reason_code) == ("undecided", "provider")
    return outcome.reason


def only(results: Results) -> Outcome:
    """The outcome of a lone cell."""
    (result,) = results.values()
    assert isinstance(result, Outcome), result
    return result


# Arms and waves


@pytest.mark.parametrize(
    ("script", "verdict", "control", "shift"),
    [
        (by_arm(right, right), "robust", PERFECT, PERFECT),
        (by_arm(right, wrong), "brittle", COLLAPSED, COLLAPSED),
        (by_arm(wrong, right), "incapable", 3, 0),
        (by_arm(silent, right), "undecided", 6, 0),
        (by_arm(right, silent), "undecided", 6, 6),
    ],
    ids=["robust", "brittle", "incapable", "dead control", "dead shift"],
)
def test_a_cell_asks_control_first_and_stops_early(
    bench: Bench, script: Callable[[Request], Said], verdict: str, control: int, shift: int
) -> None:
    """Three draws of the control, three of the shift, then pair by pair until something is shown."""
    model = Scripted(script)
    outcome = only(bench.run(model, cells()))
    assert (verdict, control, shift) == (outcome.verdict.value, model.draws("control"), model.draws("shift"))
    arms = [of(request, "arm") for request in model.asked]
    assert arms[:6] == ["control", "control", "control", "shift", "shift", "shift"][: len(arms)] or control == 6


def half_right(crib: Mapping[str, Any]) -> str:
    """Right on even numbers."""
    return wrong(crib) if int(crib["answer"]) % 2 else right(crib)


@pytest.mark.parametrize("shift", [right, wrong, half_right])
def test_a_lone_cell_is_decided_in_few_round_trips(bench: Bench, shift: Callable[..., Said]) -> None:
    """Both arms are asked together; one more round trip is the model's very first call, which goes alone."""
    model = Scripted(by_arm(right, shift), delay=0.1)
    bench.run(model, cells(), concurrency=64)
    assert model.rounds <= 9


def test_draws_are_asked_in_order(bench: Bench) -> None:
    """Draw 0 comes first, and with one call in flight every draw of an arm comes in its turn."""
    model = Scripted(oracle)
    bench.run(model, cells(), concurrency=1)
    for arm in ("control", "shift"):
        assert [request.draw for request in model.asked if of(request, "arm") == arm] == list(range(PERFECT))


@pytest.mark.parametrize(
    "script", [oracle, by_arm(wrong, wrong), by_arm(silent, silent)], ids=["right", "wrong", "silent"]
)
def test_fixed_samples_ask_exactly_that_many(bench: Bench, script: Callable[[Request], Said]) -> None:
    """Without early stopping both arms get their draws, whatever they show."""
    model = Scripted(script)
    outcome = only(bench.run(model, cells(sampling=Sampling(samples=25))))
    assert (model.draws("control"), model.draws("shift")) == (25, 25)
    assert (outcome.control.n, outcome.shift.n) == (25, 25)


def test_an_arm_longer_than_a_batch_is_asked_whole(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """What bounds the memory of an arm does not bound the arm."""
    monkeypatch.setattr(engine_module, "MOST_AT_ONCE", 7)
    model = Scripted(oracle)
    bench.run(model, cells(sampling=Sampling(samples=30)))
    assert (model.draws("control"), model.draws("shift")) == (30, 30)


def test_shared_control_twins_are_asked_once(bench: Bench) -> None:
    """Cells with the same control arm share it; its cost counts in the cells that wanted its draws first."""
    model = Scripted(lambda request: Answer(right(request.crib or {}), cost_usd=0.5), delay=0.001)
    results = bench.run(model, cells(5, control=lambda _: 0))
    assert (model.draws("control"), model.draws("shift")) == (PERFECT, 5 * PERFECT)
    assert {f"cell{i}": "robust" for i in range(1, 6)} == verdicts(results)
    costs = [outcome.cost_usd for outcome in results.values() if isinstance(outcome, Outcome)]
    assert sum(cost for cost in costs if cost is not None) == 0.5 * 6 * PERFECT
    assert min(cost for cost in costs if cost is not None) >= 0.5 * PERFECT


def test_a_shared_twin_with_another_bar_is_not_asked_twice(bench: Bench) -> None:
    """Two cells want the same draws for different bars: each question is still asked once."""
    model = Scripted(oracle)
    low, high = cells(2, control=lambda _: 0)
    bench.run(model, [sampled(low, Sampling(bar=0.5)), sampled(high, Sampling(bar=0.8))])
    assert model.draws("control") == PERFECT


def test_a_cell_of_one_arm_is_held_against_the_bar(bench: Bench) -> None:
    """Robust, incapable or undecided, and never a gap."""
    (cell,) = cells()
    alone = replace(cell, shift=None)
    for script, verdict, code in (
        (right, "robust", "clears"),
        (wrong, "incapable", "misses"),
        (silent, "undecided", "unscored"),
    ):
        model = Scripted(by_arm(script, wrong))
        outcome = only(bench.run(model, [alone], refresh=True))
        assert (outcome.verdict.value, outcome.reason_code, outcome.shift, outcome.gap) == (verdict, code, None, None)
        assert model.draws("shift") == 0


def test_a_cell_is_judged_on_its_own_part_of_a_shared_arm(bench: Bench) -> None:
    """Whoever else asks more of the same arm: alone or among others a cell counts the same draws."""
    few, many = cells(2, control=lambda _: 0)
    few, many = sampled(few, Sampling(samples=5)), sampled(many, Sampling(samples=30))
    model = Scripted(oracle)
    results = bench.run(model, [few, many])
    controls = {name: result.control for name, result in results.items() if isinstance(result, Outcome)}
    assert {name: arm.n for name, arm in controls.items()} == {"cell1": 5, "cell2": 30}
    assert {name: len(arm.traces) for name, arm in controls.items()} == {"cell1": 5, "cell2": 30}
    assert model.draws("control") == 30


# How many at once, and in which order


def test_never_more_in_flight_than_allowed(bench: Bench) -> None:
    """`concurrency` bounds the calls of all cells together, and is reached."""
    model = Scripted(oracle, delay=0.005)
    bench.run(model, cells(8), concurrency=5)
    assert model.most_in_flight == 5


def test_earlier_cells_go_first(bench: Bench) -> None:
    """Questions that wait are asked in the order of the tests: the first cell is done when the last has begun."""
    model = Scripted(oracle, delay=0.001)
    finished: list[str] = []
    results = bench.run(model, cells(6), concurrency=3)
    finished = list(results)
    assert sorted(finished) == finished
    first, last = ([i for i, r in enumerate(model.asked) if of(r, "prompt").startswith(f"{x}:")] for x in (1, 6))
    assert max(first) < min(last)


def test_one_call_until_the_model_has_answered(bench: Bench) -> None:
    """The first call goes alone; all others wait for it."""
    seen: list[int] = []

    def say(request: Request) -> Said:
        seen.append(model.in_flight)
        return oracle(request)

    model = Scripted(say, delay=0.02)
    bench.run(model, cells(4))
    assert seen[0] == 1
    assert max(seen) > 1
    assert (model.starts, model.closes) == (1, 1)


def test_a_model_is_not_started_when_the_store_has_every_answer(bench: Bench) -> None:
    """The second run asks nothing and starts nothing, and comes to the same."""
    before = bench.run(Scripted(by_arm(right, wrong)), cells(3))
    model = Scripted(oracle)
    after = bench.run(model, cells(3))
    assert verdicts(before) == verdicts(after)
    assert (len(model.asked), model.starts, model.closes) == (0, 0, 0)


def test_progress_counts_what_came_in_and_what_may_come(bench: Bench) -> None:
    """The live line's numbers: at the end as many answers as were to come."""
    engines: list[Engine] = []
    bench.run(Scripted(by_arm(right, wrong)), cells(3), during=engines.append)
    progress = engines[0].progress
    assert (progress.answers, progress.calls, progress.at_most) == (
        3 * 2 * COLLAPSED,
        3 * 2 * COLLAPSED,
        3 * 2 * COLLAPSED,
    )
    assert (progress.settled, progress.settled_possible) == (3 * 2 * COLLAPSED, progress.possible)
    assert (progress.expected, progress.in_flight) == (progress.answers, 0)
    bench.run(Scripted(oracle), cells(3), during=engines.append)
    assert (engines[1].progress.answers, engines[1].progress.calls) == (3 * 2 * COLLAPSED, 0)


def test_progress_counts_calls_in_flight(bench: Bench) -> None:
    """As many as are waiting for the model at that moment, those that fail included."""
    engines: list[Engine] = []
    seen: set[int] = set()

    def say(request: Request) -> Said:
        seen.add(engines[0].progress.in_flight)
        return RuntimeError("broken") if request.draw == 2 else oracle(request)

    bench.run(Scripted(say), cells(), during=engines.append)
    assert min(seen) >= 1
    assert max(seen) > 1
    assert engines[0].progress.in_flight == 0


# Failures


def test_what_fails_is_tried_again(bench: Bench) -> None:
    """A question whose first attempts fail is answered all the same; only one call of it is counted."""
    attempts: Counter[str] = Counter()

    def say(request: Request) -> Said:
        attempts[request.key] += 1
        return TryAgain("busy") if attempts[request.key] < 3 else oracle(request)

    outcome = only(bench.run(Scripted(say), cells()))
    assert outcome.verdict.value == "robust"
    assert {3} == set(attempts.values())
    assert len(bench.answers()) == 2 * PERFECT


@pytest.mark.parametrize("kind", [TryAgain, RateLimited])
def test_a_provider_that_names_a_wait_is_waited_for(bench: Bench, kind: type[TryAgain]) -> None:
    """By all calls of the model; what it asks for is much longer than the pauses here."""
    begun: list[float] = []
    later: list[float] = []

    def say(request: Request) -> Said:
        now = asyncio.get_running_loop().time()
        if request.draw == 1 and not begun:
            begun.append(now)
            return kind("busy", after=0.2)
        if begun:
            later.append(now - begun[0])
        return oracle(request)

    assert only(bench.run(Scripted(say), cells(), concurrency=1)).verdict.value == "robust"
    assert 0.2 <= min(later) < 30


def test_a_question_that_keeps_failing_is_given_up(bench: Bench) -> None:
    """After six attempts with longer and longer pauses, while the other questions are answered."""
    times: list[float] = []

    def say(request: Request) -> Said:
        if request.draw == 2 and of(request, "prompt").startswith("-2:"):
            times.append(asyncio.get_running_loop().time())
            return TryAgain("busy")
        return oracle(request)

    results = bench.run(Scripted(say, delay=0.004), cells(9), concurrency=2, patience=12.0)
    assert set(verdicts(results).values()) == {"robust"}
    assert len(times) == 6
    pauses = [after - before for before, after in itertools.pairwise(times)]
    assert all(pause >= 0.0075 * 2**n for n, pause in enumerate(pauses))
    assert [row[3] for row in bench.answers("error IS NOT NULL")] == ["busy (6 attempts)"]


def test_a_wait_too_long_is_not_waited(bench: Bench) -> None:
    """A provider that says to come back tomorrow ends the model, which says so."""
    script = by_arm(right, lambda _: RateLimited("quota", after=86_400))
    outcome = only(bench.run(Scripted(script), cells()))
    assert (outcome.verdict.value, outcome.reason_code) == ("undecided", "provider")
    assert "asks to wait for 86400 s" in outcome.reason
    assert "quota" in outcome.reason
    assert (outcome.control.n, outcome.shift.n) == (3, 0)


def test_a_refusal_for_being_too_many_is_no_attempt(bench: Bench) -> None:
    """A question may be refused far more often than it could fail, and is answered in the end."""
    attempts: Counter[str] = Counter()

    def say(request: Request) -> Said:
        attempts[request.key] += 1
        return RateLimited("slow down") if request.draw == 1 and attempts[request.key] < 12 else oracle(request)

    outcome = only(bench.run(Scripted(say), cells()))
    assert (outcome.verdict.value, outcome.control.counts["error"]) == ("robust", 0)
    assert attempts.most_common(1)[0][1] == 12


def test_a_model_that_stops_answering_is_given_up_in_time(bench: Bench) -> None:
    """Its cells are undecided, what it answered before is kept, and the next run asks only the rest."""
    model = Scripted(lambda request: oracle(request) if len(model.answered) < 10 else RateLimited("slow down"))
    begun = time.monotonic()
    results = bench.run(model, cells(3), patience=0.5)
    assert 0.5 <= time.monotonic() - begun < 20
    assert {"provider"} == {one.reason_code for one in results.values() if isinstance(one, Outcome)}
    (reason,) = {one.reason for one in results.values() if isinstance(one, Outcome)}
    assert re.match(r"scripted: no answer in 0\.\d+ s \(--ood-patience\): slow down", reason)
    assert len(bench.answers("error IS NULL")) == 10
    again = Scripted(oracle)
    assert set(verdicts(bench.run(again, cells(3))).values()) == {"robust"}
    assert len(again.asked) == 3 * 2 * PERFECT - 10


def test_an_outage_loses_nothing(bench: Bench) -> None:
    """While it lasts, one call at a time finds out whether it is over; then everything goes on."""
    down: dict[str, float] = {}
    during: list[Request] = []

    def say(request: Request) -> Said:
        now = asyncio.get_running_loop().time()
        if len(model.answered) >= 60 and now < down.setdefault("until", now + 0.5):
            during.append(request)
            return TryAgain("HTTP 503")
        return oracle(request)

    model = Scripted(say, delay=0.001)
    results = bench.run(model, cells(9), patience=6.0)
    assert set(verdicts(results).values()) == {"robust"}
    assert bench.answers("error IS NOT NULL") == []
    assert len(during) <= 16 + 16, "the calls in flight, and a probe now and then"


def test_a_model_that_is_limited_does_not_hold_up_another(bench: Bench) -> None:
    """Each has its own pace and its own calls in flight."""
    finished: list[str] = []
    limited = Scripted(lambda request: RateLimited("no", after=0.5) if len(limited.asked) == 5 else oracle(request))
    free = Scripted(oracle, delay=0.001)
    few = Sampling(samples=4)
    both = [*cells(2, sampling=few), *cells(2, model="free", sampling=few)]

    async def run() -> None:
        store = Store(bench.path)
        engine = Engine(store, Terms("run", (2, 2)), {"scripted": limited, "free": free}, Strategies())
        await engine.run(both, lambda cell, _: finished.append(cell.condition.model))
        store.close()

    asyncio.run(run())
    assert finished == ["free"] * 2 + ["scripted"] * 2


def test_a_dead_model_does_not_end_another(bench: Bench) -> None:
    """Each has its own outcomes."""
    dead, alive = Scripted(lambda _: ModelError("bad key")), Scripted(oracle)
    results: Results = {}

    async def run() -> None:
        store = Store(bench.path)
        engine = Engine(store, Terms("run", (2, 2)), {"dead": dead, "scripted": alive}, Strategies())
        both = [replace(cell, id=f"dead {cell.id}") for cell in cells(3, model="dead")] + cells(3)
        await engine.run(both, lambda cell, outcome: results.update({cell.id: outcome}))
        store.close()

    asyncio.run(run())
    assert len(dead.asked) == 1
    assert {name: verdict for name, verdict in verdicts(results).items() if "dead" not in name} == {
        f"cell{i}": "robust" for i in (1, 2, 3)
    }
    assert [failed(results, f"dead cell{i}") for i in (1, 2, 3)] == ["bad key"] * 3


def test_a_dead_model_reserves_nothing(bench: Bench) -> None:
    """What it could not ask any more does not keep another one waiting for the budget."""
    dead = Scripted(lambda request: paid(request) if len(dead.answered) < 2 else RateLimited("no"), most=1.0)
    alive = Scripted(paid, delay=0.02, most=1.0)
    results: Results = {}

    async def run() -> None:
        store = Store(bench.path)
        terms = Terms("run", (4, 4), budget=20.0, patience=0.2)
        engine = Engine(store, terms, {"dead": dead, "scripted": alive}, Strategies())
        both = [replace(cell, id=f"dead {cell.id}") for cell in cells(2, model="dead")] + cells(2)
        await engine.run(both, lambda cell, outcome: results.update({cell.id: outcome}))
        store.close()

    asyncio.run(asyncio.wait_for(run(), 30))
    reasons = {name: one.reason_code for name, one in results.items() if isinstance(one, Outcome)}
    assert (reasons["dead cell1"], reasons["cell2"]) == ("provider", "budget")
    assert len(alive.answered) > 30


def test_the_same_refusal_of_every_question_is_about_the_model(bench: Bench) -> None:
    """A handful of calls, not one for every draw."""
    model = Scripted(lambda _: CallFailed("HTTP 400: no such parameter", refused=True))
    results = bench.run(model, cells(20))
    assert len(model.asked) == 5
    assert {failed(results, name).partition(";")[0] for name in results} == {"scripted: HTTP 400: no such parameter"}


def test_the_same_refusal_of_one_cell_is_not(bench: Bench) -> None:
    """A cell whose questions are too long says nothing about the others."""
    too_long = CallFailed("HTTP 400: too long", refused=True)
    model = Scripted(lambda request: too_long if of(request, "prompt").startswith(("2:", "-3:")) else oracle(request))
    results = bench.run(model, cells(6), concurrency=4)
    assert verdicts(results) == {f"cell{i}": "undecided" if i == 2 else "robust" for i in range(1, 7)}
    assert isinstance(results["cell2"], Outcome)
    assert results["cell2"].reason_code == "unscored"


@pytest.mark.parametrize("kind", [TimedOut, Unreadable])
def test_what_may_be_about_the_question_is_asked_once_more(bench: Bench, kind: type[TryAgain]) -> None:
    """Two attempts, and the others do not wait."""
    model = Scripted(lambda request: kind("nothing") if request.draw == 4 else oracle(request))
    outcome = only(bench.run(model, cells()))
    assert outcome.verdict.value == "robust"
    assert Counter(Counter(request.key for request in model.asked).values()) == {1: len(model.answered), 2: 2}


@pytest.mark.parametrize("kind", [TimedOut, Unreadable, Unreachable])
def test_what_never_answers_at_all_costs_two_calls(bench: Bench, kind: type[TryAgain]) -> None:
    """Nobody waits ten minutes for an address where nothing listens."""
    model = Scripted(lambda _: kind("scripted: nothing answers at http://x"))
    results = bench.run(model, cells(20), patience=600.0)
    assert {failed(results, name) for name in results} == {"scripted: nothing answers at http://x"}
    assert len(model.asked) == 2


def test_what_still_fails_is_an_error_and_never_wrong(bench: Bench) -> None:
    """A provider that is down for the shift arm shows nothing about it."""
    model = Scripted(by_arm(right, lambda _: TryAgain("down")))
    outcome = only(bench.run(model, cells()))
    assert (outcome.shift.wrong, outcome.shift.counts["error"]) == (0, 6)
    assert 6 * 6 <= model.draws("shift") < 300, "one attempt and five more, at least"
    assert "first 6: 6 error" in outcome.reason
    assert all(re.fullmatch(r"down \(\d+ attempts\)", row[3]) for row in bench.answers("error IS NOT NULL"))


@pytest.mark.parametrize("failure", [CallFailed("bad request"), RuntimeError("a defect")], ids=repr)
def test_a_call_that_failed_for_good_is_not_repeated(bench: Bench, failure: Exception) -> None:
    """One attempt a question; others go on."""
    model = Scripted(lambda request: failure if request.draw == 4 else oracle(request))
    outcome = only(bench.run(model, cells()))
    assert (outcome.control.counts["error"], outcome.shift.counts["error"]) == (1, 1)
    assert outcome.verdict.value == "robust"
    assert {1} == set(Counter(request.key for request in model.asked).values())


def test_a_bad_key_costs_one_call(bench: Bench) -> None:
    """The first call says that no call can succeed: nothing else is asked, and every cell says why."""
    model = Scripted(lambda _: ModelError("the key is bad"), delay=0.02)
    results = bench.run(model, cells(20), concurrency=32)
    assert [failed(results, name) for name in results] == ["the key is bad"] * 20
    assert len(model.asked) == 1
    assert bench.claims() == 0
    with contextlib.closing(sqlite3.connect(bench.path)) as db:
        ((charged, created_at),) = db.execute("SELECT charged, created_at FROM answers").fetchall()
    assert charged == 0
    assert created_at == pytest.approx(time.time(), abs=600)


def test_an_answer_says_when_it_came_and_how_long_it_took(bench: Bench) -> None:
    """A model that has a queue of its own knows better, and is believed."""
    outcome = only(bench.run(Scripted(oracle, delay=0.02), cells(sampling=Sampling(samples=2))))
    for trace in outcome.each_trace():
        assert trace.created_at == pytest.approx(time.time(), abs=600)
        assert 0.01 < trace.latency_s < 60
    model = Scripted(lambda request: Answer(right(request.crib or {}), latency_s=777.0))
    outcome = only(bench.run(model, cells(sampling=Sampling(samples=2)), refresh=True))
    assert {trace.latency_s for trace in outcome.each_trace()} == {777.0}


def test_a_model_that_never_answers_is_given_up(bench: Bench) -> None:
    """One call at a time, now and then; never as many as there are questions."""
    model = Scripted(lambda _: TryAgain("HTTP 503"))
    results = bench.run(model, cells(20), concurrency=32, patience=0.5)
    assert all(re.match(r"scripted: no answer in 0.5\d* s .*: HTTP 503", failed(results, name)) for name in results)
    assert 6 <= len(model.asked) < 100


def test_a_key_that_is_withdrawn_loses_nothing(bench: Bench) -> None:
    """What was answered before is kept, what comes in meanwhile too, and the next run asks only the rest."""
    model = Scripted(lambda request: ModelError("gone") if len(model.asked) > 30 else oracle(request), delay=0.005)
    results = bench.run(model, cells(4), concurrency=4)
    assert "gone" in {failed(results, name) for name in results}
    assert len(model.answered) == len(bench.answers("error IS NULL"))
    again = Scripted(oracle)
    bench.run(again, cells(4))
    assert len(model.answered) + len(again.asked) == 4 * 2 * PERFECT


def test_a_model_that_cannot_start_is_not_asked(bench: Bench) -> None:
    """The message of `start` is that of every cell; no call is made."""

    class Broken(Scripted):
        async def start(self) -> None:
            await super().start()
            raise ModelError("no key: set SOME_KEY")

    model = Broken(oracle)
    results = bench.run(model, cells(9))
    assert {failed(results, name) for name in results} == {"no key: set SOME_KEY"}
    assert (model.starts, len(model.asked)) == (1, 0)


def test_nothing_is_left_unheard(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """Many calls fail at once: the model dies once and asyncio has nothing to complain about."""
    model = Scripted(lambda request: oracle(request) if request.draw == 0 else ModelError("gone"), delay=0.01)
    results = bench.run(model, cells(20), concurrency=16)
    assert {failed(results, name) for name in results} == {"gone"}
    assert caplog.text == ""


def test_a_verifier_that_raises_makes_an_error(bench: Bench) -> None:
    """Never a wrong answer; the trace says what it raised."""

    def verify(given: str) -> bool:
        raise ZeroDivisionError(given)

    def fragile(rng: np.random.Generator, x: int) -> Case:
        return replace(number(rng, x), verify=verify if x > 0 else None)

    outcome = only(bench.run(Scripted(oracle), cells(task=make_task(fragile, "engine.fragile"))))
    assert (outcome.verdict.value, outcome.shift.counts["error"]) == ("undecided", 6)


def test_a_task_that_raises_late_fails_its_own_cell_only(bench: Bench) -> None:
    """Draw 17 of one cell cannot be made: that cell gets the exception, the others their outcomes."""
    drawn: Counter[int] = Counter()

    def moody(rng: np.random.Generator, x: int) -> Case:
        drawn[x] += 1
        if x == 2 and drawn[x] == 17:
            raise ValueError("no such case")
        return number(rng, x)

    results = bench.run(Scripted(oracle), cells(3, task=make_task(moody, "engine.moody")))
    assert isinstance(results["cell2"], ValueError)
    assert verdicts(results) == {"cell1": "robust", "cell3": "robust"}


def test_a_control_twin_that_raises_fails_every_cell_that_shares_it(bench: Bench) -> None:
    """Each gets the exception; none waits for ever."""

    def broken(rng: np.random.Generator, x: int) -> Case:
        if x == 0:
            raise ValueError("no twin")
        return number(rng, x)

    results = bench.run(Scripted(oracle), cells(3, task=make_task(broken, "engine.broken"), control=lambda _: 0))
    assert [ValueError] * 3 == [type(result) for result in results.values()]


@pytest.mark.parametrize("table", ["answers", "claims", "traces"])
def test_a_store_that_fails_loses_nothing_that_was_asked(
    bench: Bench, table: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever cannot be written: asking stops, what is in flight is kept, and the next run goes on from there."""
    with Store(bench.path) as store:
        full = f"BEFORE INSERT ON {table} WHEN (SELECT count(*) FROM {table}) >= 5"
        store.connection.execute(f"CREATE TRIGGER full {full} BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
    model = Scripted(oracle, delay=0.02)
    with pytest.raises(StoreError, match=rf"{bench.path}: disk is full.*; free some space"):
        bench.run(model, cells(4), concurrency=8)
    assert caplog.text == ""
    asked = len(model.asked)
    assert len(model.answered) == asked < 4 * 2 * PERFECT
    kept = {row[0] for row in bench.answers()}
    for _, file in rescue_files(bench.path):
        kept |= {json.loads(line)["key"] for line in file.read_text().splitlines()}
    assert kept == {request.key for request in model.asked}
    with contextlib.closing(sqlite3.connect(bench.path)) as db:
        db.execute("DROP TRIGGER full")
    results = bench.run(model, cells(4))
    assert verdicts(results) == {f"cell{i}": "robust" for i in range(1, 5)}
    assert len(model.asked) == len({request.key for request in model.asked}) > asked


# Budget


def paid(request: Request) -> Answer:
    """A right answer for half a dollar."""
    return Answer(right(request.crib or {}), cost_usd=0.5)


def test_a_cell_costs_what_was_asked_for_it(bench: Bench) -> None:
    """A control arm that two cells share is paid for once, and what the store has costs nothing."""
    two = cells(2, control=lambda _: 0, sampling=Sampling(samples=4))
    costs = [outcome.cost_usd for outcome in bench.run(Scripted(paid), two).values() if isinstance(outcome, Outcome)]
    assert sorted(costs) == [2.0, 4.0]
    again = bench.run(Scripted(paid), two)
    assert [outcome.cost_usd for outcome in again.values() if isinstance(outcome, Outcome)] == [0.0, 0.0]


@pytest.mark.parametrize("concurrency", [1, 16])
def test_the_budget_is_never_exceeded(bench: Bench, concurrency: int) -> None:
    """A call is made only where the dearest it can be still fits, calls in flight included."""
    model = Scripted(paid, delay=0.003, most=1.0)
    results = bench.run(model, cells(3), budget=5.0, concurrency=concurrency)
    assert len(model.asked) == 9, "after nine for 4.50 a tenth may cost too much"
    assert {"undecided"} == set(verdicts(results).values())
    assert {"budget"} == {o.reason_code for o in results.values() if isinstance(o, Outcome)}


def test_a_larger_budget_goes_on_from_the_store(bench: Bench) -> None:
    """What is paid for is not paid again, and does not count against the next run's budget."""
    bench.run(Scripted(paid, most=1.0), cells(), budget=10.0)
    done = len(bench.answers())
    model = Scripted(paid, most=1.0)
    outcome = only(bench.run(model, cells(), budget=20.0))
    assert outcome.verdict.value == "robust"
    assert done + len(model.asked) == 2 * PERFECT


def test_a_budget_needs_a_price(bench: Bench) -> None:
    """With an unknown price no call is made, and the reason says how to give one."""
    model = Scripted(oracle, most=None)
    reason = failed(bench.run(model, cells(), budget=1.0), "cell1")
    assert re.match(r"--ood-budget: no price is known for .*scripted.*input_cost_per_token", reason)
    assert model.asked == []


def test_without_a_budget_no_price_is_needed(bench: Bench) -> None:
    """An unknown price is not a hindrance; the cost is unknown, not 0."""
    outcome = only(bench.run(Scripted(lambda r: Answer(right(r.crib or {})), most=None), cells()))
    assert (outcome.verdict.value, outcome.cost_usd) == ("robust", None)


def test_a_zero_budget_asks_nothing_that_costs(bench: Bench) -> None:
    """It is a cap like any other."""
    model = Scripted(paid, most=1.0)
    assert only(bench.run(model, cells(), budget=0.0)).reason == "control: budget"
    assert model.asked == []


# Stopping, going on, sharing


def test_stop_keeps_what_is_in_flight(bench: Bench) -> None:
    """Calls on their way are waited for and stored; nothing else is asked."""
    model = Scripted(oracle, delay=0.1)
    bench.run(model, cells(9), stop_at=10, concurrency=10)
    assert len(model.asked) == len(model.answered) == len(bench.answers())
    assert len(model.asked) <= 11
    assert bench.claims() == 0
    again = Scripted(oracle)
    bench.run(again, cells(9))
    assert len(model.asked) + len(again.asked) == 9 * 2 * PERFECT


def test_stop_does_not_wait_for_ever(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that does not come back is given up after the grace, and asked again by the next run."""
    monkeypatch.setattr(engine_module, "GRACE_S", 0.1)
    model = Scripted(oracle, delay=3600)
    results = bench.run(model, cells(), stop_at=1)
    assert (results, bench.answers(), bench.claims()) == ({}, [], 0)


def test_stop_ends_a_backoff(bench: Bench) -> None:
    """Questions that wait for a further attempt do not hold up the end, and leave no claim."""
    model = Scripted(lambda request: oracle(request) if len(model.asked) == 1 else TryAgain("busy", after=90.0))
    begun = time.monotonic()
    bench.run(model, cells(9), stop_at=2, patience=600.0)
    assert time.monotonic() - begun < 30
    assert (len(bench.answers()), bench.claims()) == (1, 0)


def test_refresh_asks_again_and_the_latest_answer_counts(bench: Bench) -> None:
    """A run that refreshes does not look at older answers; the runs after it see its own."""
    bench.run(Scripted(oracle), cells())
    model = Scripted(by_arm(wrong, wrong))
    assert only(bench.run(model, cells(), refresh=True)).verdict.value == "incapable"
    assert len(model.asked) == 3
    later = Scripted(oracle)
    assert only(bench.run(later, cells())).verdict.value == "incapable"
    assert later.asked == []


def test_errors_are_asked_again_by_the_next_run(bench: Bench) -> None:
    """An error is not an answer: a later run asks again, and only that."""
    first = only(bench.run(Scripted(by_arm(right, lambda _: CallFailed("no"))), cells()))
    assert first.verdict.value == "undecided"
    model = Scripted(oracle)
    assert only(bench.run(model, cells())).verdict.value == "robust"
    assert dict(Counter(of(request, "arm") for request in model.asked)) == {"shift": PERFECT, "control": PERFECT - 6}


def test_two_processes_ask_every_question_once(bench: Bench) -> None:
    """Two engines with the same cells on the same store, as under pytest-xdist, share the calls and the answers."""
    one, two = Scripted(oracle, delay=0.005), Scripted(oracle, delay=0.005)

    async def both() -> tuple[Results, Results]:
        runs = [bench.begin(model, cells(4), run_id="shared", concurrency=4) for model in (one, two)]
        return tuple(await asyncio.gather(*runs))  # type: ignore[return-value]

    first, second = asyncio.run(both())
    assert {f"cell{i}": "robust" for i in range(1, 5)} == verdicts(first) == verdicts(second)
    assert 4 * 2 * PERFECT == len(one.asked) + len(two.asked) == len(bench.answers())
    assert min(len(one.asked), len(two.asked)) > 0


def test_two_processes_hear_of_a_bad_key_once(bench: Bench) -> None:
    """The one that did not make the call ends with the same message."""
    one, two = (Scripted(lambda _: ModelError("bad key"), delay=0.05) for _ in range(2))

    async def both() -> list[Any]:
        runs = [bench.begin(model, cells(4), run_id="shared") for model in (one, two)]
        return await asyncio.gather(*runs)

    assert [failed(ended, f"cell{i}") for ended in asyncio.run(both()) for i in range(1, 5)] == ["bad key"] * 8
    assert len(one.asked) + len(two.asked) == 1


def test_traces_come_in_the_order_of_the_tests(bench: Bench) -> None:
    """By arm, then by draw, whatever the order in which the answers came."""
    bench.run(Scripted(by_arm(right, wrong), delay=0.001), cells(3), run_id="run")
    store = Store(bench.path)
    traces = [(trace.params, trace.arm, trace.draw) for trace in store.traces("run")]
    store.close()
    arms = [
        (f'{{"x":{x}}}', arm, n)
        for i in range(1, 4)
        for x, arm, n in ((-1 - i, "control", COLLAPSED), (i, "shift", COLLAPSED))
    ]
    assert [(params, arm, draw) for params, arm, n in arms for draw in range(n)] == traces


def test_failures_of_an_outcome_are_its_own(bench: Bench) -> None:
    """The traces of a cell's wrong answers, read back from the store."""
    outcome = only(bench.run(Scripted(by_arm(right, wrong)), cells()))
    # The store was closed with the run; reading opens it again.
    assert [("shift", draw, "wrong") for draw in range(COLLAPSED)] == [
        (t.arm, t.draw, t.outcome) for t in outcome.failures
    ]


def test_fakes_come_to_their_verdicts(bench: Bench) -> None:
    """The package's own models, through the engine."""
    expected = {
        **{"oracle": "robust", "lured": "brittle", "empty": "undecided", "truncated": "undecided"},
        **{"refused": "undecided", "error": "undecided", "flaky": "robust", "copy": "incapable"},
    }
    found = {}
    for kind in expected:
        name = f"fake/{kind}"
        found[kind] = only(bench.run(FakeModel(name, {}), cells(model=name))).verdict.value
    assert expected == found


# Against brute force

SAID: dict[str, Callable[[Mapping[str, Any]], Said]] = {
    "correct": right,
    "wrong": wrong,
    "unparsed": silent,
    "truncated": lambda _: Answer("<answer>", finish_reason="length"),
    "refused": lambda _: Answer("no", finish_reason="refusal"),
    "error": lambda _: CallFailed("no"),
}


class Look:
    """One arm as it is seen after each answer, with the unscored ones counted against each claim."""

    def __init__(self, bar: float) -> None:
        self.bar, self.kinds, self.shown = bar, list[str](), ""

    def add(self, kind: str) -> None:
        """One more answer; what is shown first stays shown."""
        self.kinds.append(kind)
        n, good, bad = len(self.kinds), self.kinds.count("correct"), self.kinds.count("wrong")
        if not self.shown and stats.clears(good, n - good, self.bar) >= 20:
            self.shown = "clears"
        if not self.shown and stats.misses(n - bad, bad, self.bar) >= 20:
            self.shown = "misses"

    @property
    def silent(self) -> bool:
        """Whether the first six answers were all unscored."""
        return len(self.kinds) >= 6 and not {"correct", "wrong"} & set(self.kinds[:6])


def brute_force(control: Sequence[str], shift: Sequence[str], bar: float) -> str:
    """The verdict of two arms by the rules, one answer at a time and one pair at a time."""
    first, second, gap = Look(bar), Look(bar), False
    only_control = only_shift = 0
    head = 3 if {"correct", "wrong"} & set(control[:3]) else 6
    steps = ["c"] * head + ["s"] * head + ["cs"] * (len(control) - head)
    for step in steps:
        if "c" in step:
            first.add(control[len(first.kinds)])
        if "s" in step:
            second.add(shift[len(second.kinds)])
            pair = control[len(second.kinds) - 1], second.kinds[-1]
            only_control += pair == ("correct", "wrong")
            only_shift += pair[0] != "correct" and pair[1] != "wrong"
            gap = gap or favours(only_control, only_shift) >= 100
        n = len(first.kinds)
        not_wrong = n - first.kinds.count("wrong")
        hopeless = first.shown == "misses" and 3 * not_wrong <= n
        evenly = first.shown == second.shown == "misses" and only_control <= only_shift + 1
        over = second.shown == "clears" or first.silent or second.silent
        if over or (second.shown == "misses" if gap else hopeless or evenly):
            break
    if second.shown == "clears":
        return "robust"
    if gap:
        return "brittle" if second.shown == "misses" else "degraded"
    return "incapable" if first.shown == "misses" else "undecided"


@st.composite
def arms(draw: st.DrawFn) -> list[str]:
    """A hundred answers of a model with some accuracy and some share of answers that cannot be scored."""
    chance, unscored = draw(st.sampled_from([0.0, 0.5, 0.8, 0.9, 1.0])), draw(st.sampled_from([0.0, 0.05, 0.3, 1.0]))
    rng = draw(st.randoms(use_true_random=False))
    kinds = ["unparsed", "truncated", "refused", "error"]
    return [
        rng.choice(kinds) if rng.random() < unscored else "correct" if rng.random() < chance else "wrong"
        for _ in range(100)
    ]


@pytest.fixture(scope="module")
def shared_bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """One store for all examples: making one costs more than running on it."""
    return Bench(tmp_path_factory.mktemp("brute") / "store.db")


@settings(max_examples=50, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(arms(), arms(), st.sampled_from([0.5, 0.8, 0.9]))
@example(["correct"] * 100, (["correct"] * 3 + ["wrong"]) * 25, 0.8)
@example(["correct", "wrong"] * 50, ["wrong", "correct"] * 50, 0.8)
@example(["unparsed"] * 100, ["correct"] * 100, 0.8)
@example(["correct"] * 100, ["error"] * 6 + ["correct"] * 94, 0.8)
def test_the_verdict_is_that_of_looking_after_every_answer(
    shared_bench: Bench, control: list[str], shift: list[str], bar: float
) -> None:
    """Waves, and answers that come out of order, change how much is asked and never what is found."""
    script = {"control": control, "shift": shift}
    model = Scripted(lambda request: SAID[script[of(request, "arm")][request.draw]](request.crib or {}))
    results = shared_bench.run(model, cells(sampling=Sampling(bar=bar), seed=shared_bench.runs), concurrency=7)
    outcome = only(results)
    assert brute_force(control, shift, bar) == outcome.verdict.value
    assert outcome.gap is None or outcome.gap.low <= outcome.gap <= outcome.gap.high
