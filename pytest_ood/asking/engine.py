"""Decide which draws to ask next, cell by cell. The callers do the asking.

Everything here runs on one event loop. A cell asks one wave after another, as its stopping rule decides. Cells that ask
the same questions share them: an arm grows as far as any of them needs, and each cell is judged on its own part of it.
"""

import asyncio
import contextlib
import dataclasses
import itertools
from collections.abc import Callable, Coroutine, Hashable, Mapping, Sequence
from typing import Any, TypeVar

from pytest_ood.asking.callers import GRACE_S, Callers, Terms
from pytest_ood.asking.cell import ArmSpec, Cell
from pytest_ood.asking.conversation import Conversation
from pytest_ood.asking.gathering import Gathering
from pytest_ood.asking.outcome import Outcome
from pytest_ood.asking.progress import Progress
from pytest_ood.asking.questions import ArmQuestions, Draw, total
from pytest_ood.asking.same_questions import compared_pairs, same_questions
from pytest_ood.asking.store import Store, StoreError
from pytest_ood.asking.strategies import Strategies
from pytest_ood.evidence.arm import Arm, ScoredDraw
from pytest_ood.evidence.joint_stopping import JointStopping
from pytest_ood.evidence.stopping import SMALLEST_WAVE, Stopping, ask_ahead
from pytest_ood.evidence.verdict import find
from pytest_ood.models.base import Model
from pytest_ood.models.request import Answer, Request

# Draws made and judged together; bounds the memory of an arm of any length.
MOST_AT_ONCE = 256

T = TypeVar("T")
Done = Callable[[Cell, Outcome | Exception], None]


class _SharedArm:
    """The draws of one arm that have been asked so far, shared by all cells that ask them.

    Attributes:
        needs: how many draws each cell may need, by its id.
        is_cut_off: whether no more can be asked, for the budget or because the model cannot be asked.
        ahead: how many draws were asked ahead of the answers, in a batch.
        wants_tools: whether what could not be asked offers tools.
    """

    def __init__(self, questions: ArmQuestions, place: int) -> None:
        self.questions = questions
        self.place = place
        self.draws: list[ScoredDraw] = []
        self.texts: list[str] = []
        self.calls = self.ahead = 0
        self.is_cut_off = self.wants_tools = False
        self.growing = asyncio.Lock()
        self.needs: dict[str, int] = {}
        self.calls_a_draw = 1

    @property
    def at_most(self) -> int:
        """The maximum number of calls for the arm, including those already made."""
        ahead = max(self.needs.values(), default=0) - len(self.draws)
        return self.calls + max(0, ahead) * self.calls_a_draw


class _Group:
    """Cells that ask the same questions under several conditions, each waiting until all of them are judged.

    Attributes:
        cells: all of them.
        judged: the outcomes so far, by the id of the cell; one whose task failed has none.
        left: how many cells are not judged yet.
        finished: done once they have been asked on; what became of each, by the id of the cell.
    """

    def __init__(self, cells: Sequence[Cell]) -> None:
        self.cells = cells
        self.judged: dict[str, Outcome] = {}
        self.left = len(cells)
        self.finished: asyncio.Future[Mapping[str, Outcome | Exception]] = asyncio.get_running_loop().create_future()


class Engine:
    """Asks cells, on the event loop on which it was made."""

    def __init__(
        self,
        store: Store,
        terms: Terms,
        models: Mapping[str, Model],
        strategies: Strategies,
        gathering: Gathering | None = None,
    ) -> None:
        """Make an engine; one with a `gathering` asks nobody."""
        self._store, self._terms, self._models, self._strategies = store, terms, models, strategies
        self._callers = gathering or Callers(store, terms, models)
        self._arms: dict[Hashable, _SharedArm] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        # By model: held while one draw finds out whether it takes tools.
        self._finding_out = {name: asyncio.Lock() for name in models}
        # By the id of each cell in the group; empty unless conditions are to be told apart.
        self._groups: dict[str, _Group] = {}

    @property
    def progress(self) -> Progress:
        """What has come in so far."""
        return self._callers.progress

    async def run(self, cells: Sequence[Cell], done: Done) -> None:
        """Ask the cells in their order; `done` is called with each one's outcome, or with what its task raised.

        Raises:
            StoreError: the store cannot be used; what became of the last answers is in its `rescue`.
        """
        for cell in cells:
            for spec in cell.arms:
                self._prepare(cell, spec)
        if self._terms.compare:
            for group in map(_Group, same_questions(cells)):
                self._groups.update((cell.id, group) for cell in group.cells)
        self.progress.possible = self.progress.at_most
        asking = self._spawn(self._ask_cells(cells, done))
        callers = [self._spawn(self._callers.work(name)) for name in self._models]
        stopped = self._spawn(self._callers.stopped.wait())
        try:
            await asyncio.wait([asking, stopped, *callers], return_when=asyncio.FIRST_COMPLETED)
            self._callers.stop()
            await asyncio.wait(callers, timeout=GRACE_S)
            ended = [task.exception() for task in (*callers, asking) if task.done() and not task.cancelled()]
            for failure in filter(None, ended):
                raise failure
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self._callers.close()
        if self._store.rescue.error is not None:
            raise StoreError(str(self._store.rescue))

    def stop(self) -> None:
        """Ask nothing more; calls in flight get `GRACE_S` seconds to come back and be stored."""
        self._callers.stop()

    def hurry(self) -> None:
        """Ask nothing more, and wait for no call in flight."""
        self._callers.stop()
        self._callers.abandon()

    def _spawn(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _prepare(self, cell: Cell, spec: ArmSpec) -> None:
        arm = self._arms.get(spec.questions_key)
        if arm is None:
            model = self._models[spec.condition.model]
            questions = ArmQuestions(cell, spec, self._terms.run_id, model, self._strategies)
            arm = self._arms[spec.questions_key] = _SharedArm(questions, len(self._arms))
            if spec.sampling.limit:
                with contextlib.suppress(Exception):  # raised again when the cell is asked
                    arm.calls_a_draw = questions.draw(0).most_calls
        self._expect(arm, cell, spec.sampling.limit)

    def _expect(self, arm: _SharedArm, cell: Cell, draws: int) -> None:
        before = arm.at_most
        arm.needs[cell.id] = draws
        self.progress.at_most += arm.at_most - before

    async def _ask_cells(self, cells: Sequence[Cell], done: Done) -> None:
        # Cells of one model do not wait for those of another.
        by_model: dict[str, list[Cell]] = {}
        for cell in cells:
            by_model.setdefault(cell.condition.model, []).append(cell)
        await asyncio.gather(*(self._ask_model(name, some, done) for name, some in by_model.items()))

    async def _ask_model(self, name: str, cells: Sequence[Cell], done: Done) -> None:
        # An active cell has at least one open question, or waits for an arm that has one: twice as many cells as
        # calls keep the callers busy, and the other cells use no memory yet.
        free = asyncio.Semaphore(2 * self._callers.most_in_flight(name))

        async def ask(cell: Cell) -> None:
            try:
                outcome: Outcome | Exception = await self._ask_cell(cell)
            except StoreError:
                raise
            except Exception as broken:
                outcome = broken
            # Before it waits for others, which may not have begun.
            free.release()
            if cell.id in self._groups:
                outcome = await self._tell_apart(cell, outcome)
            done(cell, outcome)

        asking = []
        for cell in cells:
            await free.acquire()
            asking.append(self._spawn(ask(cell)))
        await asyncio.gather(*asking)

    async def _ask_cell(self, cell: Cell) -> Outcome:
        control = self._arm(cell.control)
        shift = None if cell.shift is None else self._arm(cell.shift)
        rule = Stopping(control, shift)
        costs: list[float | None] = [0.0]
        while (wave := rule.next_wave()) is not None:
            asked = await asyncio.gather(
                self._draws(cell.control, control, wave.control), self._draws(cell.shift, shift, wave.shift)
            )
            costs += [cost for _, cost in asked]
            rule.add(*(draws for draws, _ in asked))
            for spec, most in zip((cell.control, cell.shift), rule.most(), strict=True):
                if spec is not None:
                    self._expect(self._arms[spec.questions_key], cell, most)
        if self._terms.waves is not None and any(arm.is_waiting for arm in (control, shift) if arm is not None):
            await self._ask_ahead(cell, control.n if shift is None else min(control.n, shift.n))
        finding = find(control, shift, rule.pairs)
        costs += await self._ask_as_far(cell, [arm for arm in (control, shift) if arm is not None])
        for arm in (control, shift):
            if arm is not None:
                self.progress.settled += arm.n
                self.progress.settled_possible += arm.sampling.limit
        strategy = self._arms[cell.control.questions_key].questions.strategy
        return Outcome(cell, control, shift, rule.pairs, finding, total(costs), strategy)

    async def _ask_ahead(self, cell: Cell, pairs: int) -> None:
        """Ask what a cell that waits for answers may need next, beyond what it needs now.

        Args:
            cell: the cell.
            pairs: how many draws of each arm it has judged.
        """
        # The arms in turn: if a batch is answered in part, there are pairs to judge.
        ahead = ask_ahead(pairs, cell.control.sampling.limit, self._terms.waves or 1)
        for end in (*range(pairs + SMALLEST_WAVE, ahead, SMALLEST_WAVE), ahead):
            for spec in cell.arms:
                shared = self._arms[spec.questions_key]
                async with shared.growing:
                    first = max(len(shared.draws), shared.ahead)
                    shared.ahead = max(first, min(end, spec.sampling.limit))
                    draws = [shared.questions.draw(index) for index in range(first, shared.ahead)]
                    await self._converse(shared, draws)

    async def _ask_as_far(self, cell: Cell, arms: Sequence[Arm]) -> list[float | None]:
        """Ask a judged cell on until each arm has as many draws as in the earlier run; its verdict stays.

        An arm that ended early, because it is hopeless now, would have too few draws to show that it was not.

        Returns:
            The costs in US dollars.
        """
        earlier = self._terms.earlier_draws
        if earlier is None:
            return []
        sizes = [
            0 if arm.cut_off else max(0, min(earlier(spec), arm.sampling.limit) - arm.n)
            for spec, arm in zip(cell.arms, arms, strict=True)
        ]
        return await self._extend(cell, arms, sizes)

    async def _extend(self, cell: Cell, arms: Sequence[Arm], sizes: Sequence[int]) -> list[float | None]:
        """Add so many draws to each arm of a judged cell, without any effect on its verdict; return their costs."""
        specs = list(cell.arms)
        for spec, arm, size in zip(specs, arms, sizes, strict=True):
            self._expect(self._arms[spec.questions_key], cell, arm.n + size)
        asked = await asyncio.gather(*map(self._draws, specs, arms, sizes))
        for arm, (draws, _) in zip(arms, asked, strict=True):
            for draw in draws:
                arm.add(draw, judged=False)
        return [cost for _, cost in asked]

    async def _tell_apart(self, cell: Cell, outcome: Outcome | Exception) -> Outcome | Exception:
        """Wait until the cell is compared with those that ask the same questions; the last one judged does the asking.

        Returns:
            The outcome with the draws and the cost of the comparison added, or what a task raised meanwhile.
        """
        group = self._groups[cell.id]
        group.left -= 1
        if isinstance(outcome, Outcome):
            group.judged[cell.id] = outcome
        if not group.left:
            try:
                group.finished.set_result(
                    await self._ask_on([one for one in group.cells if one.id in group.judged], group.judged)
                )
            except Exception as broken:
                group.finished.set_result(dict.fromkeys(group.judged, broken))
        return (await group.finished).get(cell.id, outcome)

    async def _ask_on(self, cells: Sequence[Cell], judged: Mapping[str, Outcome]) -> dict[str, Outcome]:
        """Ask judged cells on until their conditions are told apart, without any effect on their verdicts."""
        outcomes = [judged[cell.id] for cell in cells]
        arms = [[arm for _, arm in outcome.arms] for outcome in outcomes]
        costs: list[list[float | None]] = [[outcome.cost_usd] for outcome in outcomes]
        rule = JointStopping(arms, compared_pairs(cells))

        while (waves := rule.next_waves()) is not None:
            sizes = [wave[: len(own)] for wave, own in zip(waves, arms, strict=True)]
            for cost, more in zip(costs, await asyncio.gather(*map(self._extend, cells, arms, sizes)), strict=True):
                cost += more
        return {
            cell.id: dataclasses.replace(outcome, cost_usd=total(cost))
            for cell, outcome, cost in zip(cells, outcomes, costs, strict=True)
        }

    def _arm(self, spec: ArmSpec) -> Arm:
        place = self._arms[spec.questions_key].place
        return Arm(spec.sampling, lambda n: itertools.islice(self._store.traces(self._terms.run_id, place), n))

    async def _draws(
        self, spec: ArmSpec | None, arm: Arm | None, size: int
    ) -> tuple[Sequence[ScoredDraw], float | None]:
        """Return the next draws of a cell's arm, and the cost of asking them in US dollars.

        Draws that another cell has already asked cost nothing. There are fewer than `size` if no more can be asked.
        """
        if spec is None or arm is None or not size:
            return [], 0.0
        shared = self._arms[spec.questions_key]
        wanted = arm.n + size
        async with shared.growing:
            cost = await self._grow(shared, wanted)
        draws = shared.draws[arm.n : wanted]
        if len(draws) < size:
            arm.model_failed = self._callers.why_not(spec.condition.model, shared.wants_tools)
            arm.is_waiting = not arm.model_failed and self._callers.waits(shared.place)
            arm.out_of_budget = not (arm.model_failed or arm.is_waiting)
        return draws, cost

    async def _grow(self, shared: _SharedArm, wanted: int) -> float | None:
        """Ask until the arm has `wanted` draws, or no more can be asked."""
        run_id, costs = self._terms.run_id, list[float | None]()
        while (size := min(wanted - len(shared.draws), MOST_AT_ONCE)) > 0 and not shared.is_cut_off:
            draws = [shared.questions.draw(len(shared.draws) + index) for index in range(size)]
            if not shared.questions.strategy.tools or await self._takes_tools(shared, draws[0]):
                await self._converse(shared, draws)
            traces = []
            before = shared.at_most
            for draw in draws:
                # Live, a comprehension question stays open if the budget ends; here its answer is still to come.
                waits = self._callers.waits(shared.place) and any(one.open for one in draw.conversations)
                if draw.conversation.open or waits:
                    shared.is_cut_off = True
                    shared.wants_tools = shared.questions.strategy.tools or bool(draw.conversation.ask.tools)
                    break
                judgement = draw.judge(shared.texts)
                if draw.conversation.case.among is not None:
                    shared.texts.append(judgement.given or "")
                case, answers = draw.conversation.case, draw.conversation.answers
                shared.draws.append(ScoredDraw.of(judgement, case, answers))
                shared.calls += len(draw.answers)
                costs += [answer.cost_usd for answer in draw.answers if answer.run_id == run_id]
                last = draw.conversation
                traces.append((shared.questions.trace(draw, judgement), last.key, last.shown.run_id))
            self.progress.at_most += shared.at_most - before
            self._store.record(shared.place, traces)
            # An arm answered from the store never waits: give a stop and the other cells their turn.
            await asyncio.sleep(0)
        return total(costs) if costs else 0.0

    async def _takes_tools(self, shared: _SharedArm, draw: Draw) -> bool:
        """Find out with one draw, before all others of a model: one that takes no tools costs no more than that."""
        name = shared.questions.spec.condition.model
        async with self._finding_out[name]:
            if self._callers.takes_tools(name) is None:
                await self._converse(shared, [draw])
        return self._callers.takes_tools(name) is not False

    async def _converse(self, shared: _SharedArm, draws: Sequence[Draw]) -> None:
        """Ask all draws together, turn by turn, until each conversation is over or cut off."""
        going = [(draw.index, one) for draw in draws for one in draw.conversations if one.open]
        while going:
            asked = [(one, request) for index, one in going for request in shared.questions.requests(one, index)]
            answers = await self._callers.answers(shared.place, [request for _, request in asked])
            cut_off = set()
            for (one, request), answer in zip(asked, answers, strict=True):
                if answer is None:
                    cut_off.add(id(one))
                elif one.open and id(one) not in cut_off:
                    await self._add(one, answer, request)
            going = [(index, one) for index, one in going if one.open and id(one) not in cut_off]

    @staticmethod
    async def _add(conversation: Conversation, answer: Answer, request: Request) -> None:
        if conversation.slow:
            await asyncio.to_thread(conversation.add, answer, request.key)
        else:
            conversation.add(answer, request.key)
