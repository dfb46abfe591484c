"""What a run would ask, counted and priced."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pytest_ood.asking.callers import Terms
from pytest_ood.asking.cell import ArmSpec, Cell, Condition, Draws
from pytest_ood.asking.outcome import Outcome
from pytest_ood.asking.plan import Amount, Planned, plan
from pytest_ood.asking.questions import ArmQuestions
from pytest_ood.asking.run import Run, RunOptions
from pytest_ood.asking.store import Store
from pytest_ood.asking.strategies import Strategies
from pytest_ood.case import Case
from pytest_ood.dialogue import Dialogue
from pytest_ood.evidence.prospects import PROSPECTS, Prospect
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.models.base import Model
from pytest_ood.models.request import Answer, Request
from pytest_ood.tasks import Task
from pytest_ood.text.frozen import FrozenJson

TERMS = Terms("run", 1)
REPLY = "Go on, one by one."


class Priced(Model):
    """A model that is never asked here."""

    async def ask(self, request: Request) -> Answer:
        """Fail: a plan asks nothing."""
        raise AssertionError(request)

    def price(self) -> tuple[float, float] | None:
        """The price, if there is one."""
        price: tuple[float, float] | None = self.args["price"]
        return price


def number(rng: np.random.Generator, x: int) -> Case:
    """A question of one turn."""
    return Case(f"{x}: {rng.integers(10**8, 10**9)}", "yes")


def in_turns(rng: np.random.Generator, x: int) -> Case:
    """A dialogue of three turns."""
    return Dialogue(number(rng, x).prompt, reply=lambda _: REPLY, answers=["1", "2", "3"])


def with_a_second_question(rng: np.random.Generator, x: int) -> Case:
    """A question, and another on whether its rule is understood."""
    return replace(number(rng, x), comprehension=Case("And what does it mean?", "nothing"))


def cell(
    shift: int | None, sampling: Sampling, *, function: Any = number, model: str = "m", seed: int = 0, **args: Any
) -> Cell:
    """A cell whose control has x=0."""
    task = Task(function, f"plan.{function.__name__}", "plan", {"x": 0}, 1)
    condition = Condition(model, FrozenJson(args), exchanges=0)
    control = ArmSpec(task, FrozenJson({"x": 0}), "control", condition, Draws(seed), sampling)
    shifted = None if shift is None else replace(control, params=FrozenJson({"x": shift}), name="shift")
    return Cell(f"cell{shift},{seed}", "probe", control, shifted)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with Store(tmp_path / "store.db") as made:
        yield made


def planned(store: Store, *cells: Cell, terms: Terms = TERMS, price: Any = (0.01, 0.5)) -> list[Planned]:
    """The plan of these cells."""
    models = {one.condition.model: Priced(one.condition.model, {"price": price}) for one in cells}
    found = plan(cells, terms, models, Strategies(), store)
    assert [one for one, _ in found] == list(cells)
    return [counts for _, counts in found]


def request(one: Cell, draw: int) -> Request:
    """The first request of a draw of the control arm."""
    questions = ArmQuestions(one, one.control, "run", Priced("m", {}), Strategies())
    return questions.requests(questions.draw(draw).conversation, draw)[0]


def tokens(*texts: str) -> int:
    """Four characters a token."""
    return sum(map(len, texts)) // 4


def calls(found: list[Planned]) -> list[tuple[float, float, int]]:
    """Least and most calls, and stored answers."""
    return [(one.least.calls, one.most.calls, one.from_store) for one in found]


def test_amounts_add_up() -> None:
    """Field by field; a sum with an unknown cost is unknown, whichever it is, and so is a part of it."""
    one, other = Amount(1, 2, 3, 4.0), Amount(10, 20, 30, 40.0)
    assert one + other == Amount(11, 22, 33, 44.0)
    assert other * 0.5 == Amount(5, 10, 15, 20.0)
    unknown = replace(other, cost_usd=None)
    assert (one + unknown).cost_usd is None
    assert (unknown + one).cost_usd is None
    assert unknown * 0.5 == Amount(5, 10, 15, None)


def test_plans_add_up() -> None:
    """Each course by itself."""
    one, two, three = Amount(1), Amount(2), Amount(3)
    whole = Planned(one, (one, two, three), two, 4) + Planned(two, (three, one, one), three, 5)
    assert whole == Planned(Amount(3), (Amount(4), Amount(3), Amount(4)), Amount(5), 9)


def test_a_shared_control_arm_counts_once(store: Store) -> None:
    """In the first cell that has it, as far as any of them needs."""
    three, five, four = (Sampling(samples=samples) for samples in (3, 5, 4))
    found = planned(store, cell(1, three), cell(2, five), cell(3, four), cell(4, five))
    assert calls(found) == [(8, 8, 0), (5, 5, 0), (4, 4, 0), (5, 5, 0)]
    assert [[amount.calls for amount in one.expected] for one in found] == [[8] * 3, [5] * 3, [4] * 3, [5] * 3]


def test_the_least_is_what_is_asked_whatever_comes_back(store: Store) -> None:
    """Three wrong answers end a cell; a lone arm as well. Where its control is counted already, nothing is certain."""
    assert calls(planned(store, cell(1, Sampling()), cell(2, Sampling()))) == [(3, 200, 0), (0, 100, 0)]
    assert calls(planned(store, cell(None, Sampling(max_samples=30)))) == [(3, 30, 0)]


class Playing(Model):
    """A model that is right as often as a prospect: by chance, which is drawn from the question."""

    sees_case = True

    def __init__(self, prospect: Prospect) -> None:
        super().__init__("m", {})
        self._right = {"control": prospect.control, "shift": prospect.shift}

    async def ask(self, request: Request) -> Answer:
        """Answer by chance."""
        assert request.crib is not None
        is_right = int(request.key[:13], 16) / 16**13 < self._right[request.crib["arm"]]
        return Answer(f"<answer>{'yes' if is_right else 'no'}</answer>")


def compare_with_runs(folder: Path, sampling: Sampling, calls: int, precision: float) -> None:
    """Ask three cells that share a control, on as many seeds as take so many calls, and compare the means.

    Args:
        folder: where to keep the answers.
        sampling: that of all cells.
        calls: the calls to each kind of model.
        precision: the standard error, at most, as a share of the mean.
    """
    with Store(folder / "empty.db") as store:
        whole = sum(planned(store, *(cell(shift, sampling) for shift in (1, 2, 3))), Planned())
    for prospect, expected in zip(PROSPECTS, whole.expected, strict=True):
        run = Run(RunOptions("run", ("m",), folder / f"{prospect.name}.db"), lambda *_, one=prospect: Playing(one))
        seeds = round(calls / expected.calls)
        trios = [[cell(shift, sampling, seed=seed) for shift in (1, 2, 3)] for seed in range(seeds)]
        run.start([one for trio in trios for one in trio])
        asked = np.array([grown([run.outcome(one) for one in trio]) for trio in trios])
        assert run.store.totals("run").calls == asked.sum()
        run.stop()
        error = asked.std(ddof=1) / seeds**0.5
        assert error < precision * asked.mean(), prospect.name
        assert abs(asked.mean() - expected.calls) < 3 * error + 0.02 * expected.calls, prospect.name
        assert whole.least.calls <= asked.min() <= asked.max() <= whole.most.calls


def grown(outcomes: list[Outcome]) -> int:
    """The draws of cells that share their control."""
    return max(one.control.n for one in outcomes) + sum(one.shift.n for one in outcomes if one.shift is not None)


def test_what_is_expected_is_what_runs_ask(tmp_path: Path) -> None:
    """Of each kind of model, on average; a control arm as far as the longest of its partners needs it."""
    compare_with_runs(tmp_path, Sampling(max_samples=20), calls=700, precision=0.25)


@pytest.mark.slow
def test_what_is_expected_of_many_draws_is_what_runs_ask(tmp_path: Path) -> None:
    """The same of cells as long as usual."""
    compare_with_runs(tmp_path, Sampling(), calls=6000, precision=0.1)


def test_what_is_expected_is_priced_like_the_rest(store: Store) -> None:
    """In proportion, as all draws of this task cost the same."""
    (found,) = planned(store, cell(1, Sampling(), max_tokens=7))
    hopeless, middling, strong = found.expected
    assert 3 < hopeless.calls < 10 < middling.calls < strong.calls < found.most.calls == 200
    for amount in found.expected:
        share = amount.calls / 200
        assert amount.input_tokens == pytest.approx(found.most.input_tokens * share)
        assert amount.output_tokens == pytest.approx(7 * amount.calls)
        assert amount.cost_usd == pytest.approx((found.most.cost_usd or 0) * share)


def test_what_is_stored_is_not_expected(store: Store) -> None:
    """The first ten draws of the control are there: a hopeless model rarely needs more."""
    one = cell(None, Sampling())
    before = planned(store, one)[0].expected
    store.save([(request(one, draw), Answer("x", run_id="earlier"), 0.0) for draw in range(10)])
    after = planned(store, one)[0].expected
    assert after[0].calls < 0.3 < 3 < before[0].calls
    # Ten calls less, but for the cells that would have ended earlier.
    assert after[2].calls == pytest.approx(before[2].calls - 10, abs=0.5)


def test_tokens_and_cost_of_single_turns(store: Store) -> None:
    """Input by the length of what is sent, output by the limit given, or a typical length where there is none."""
    samples = Sampling(samples=2)
    sent = 4 * tokens(request(cell(1, samples), 0).messages[0]["content"])
    limits: list[tuple[dict[str, Any], int]] = [({"max_tokens": 7}, 28), ({"max_completion_tokens": 9}, 36), ({}, 1200)]
    for args, received in limits:
        (found,) = planned(store, cell(1, samples, **args))
        assert (found.most.input_tokens, found.most.output_tokens) == (sent, received)
        assert found.most.cost_usd == pytest.approx(sent * 0.01 + received * 0.5)
        assert found.least == found.most
    (unknown,) = planned(store, cell(1, samples), price=None)
    assert (unknown.most.output_tokens, unknown.most.cost_usd) == (1200, None)


def test_each_model_has_its_own_price(store: Store) -> None:
    """Cells of two models."""
    cells = [cell(1, Sampling(samples=1), model=model, max_tokens=10) for model in ("dear", "free")]
    models = {"dear": Priced("dear", {"price": (0.0, 1.0)}), "free": Priced("free", {"price": (0.0, 0.0)})}
    assert [one.most.cost_usd for _, one in plan(cells, TERMS, models, Strategies(), store)] == [20.0, 0.0]


def test_what_is_stored_is_not_a_call(store: Store) -> None:
    """Unless it has to be asked again; an answer that another run met with an error has to be."""
    one = cell(None, Sampling(samples=4))
    store.save([(request(one, draw), Answer("x", run_id="earlier"), 0.0) for draw in (0, 2)])
    store.save([(request(one, 3), Answer(error="down", run_id="earlier"), 0.0)])
    (found,) = planned(store, one)
    assert calls([found]) == [(2, 2, 2)]
    assert found.most.input_tokens == 2 * tokens(request(one, 0).messages[0]["content"])
    assert calls(planned(store, one, terms=Terms("run", 1, refresh=True))) == [(4, 4, 0)]
    assert calls(planned(store, one, terms=Terms("earlier", 1))) == [(1, 1, 3)]


def test_a_dialogue_is_counted_to_its_last_turn(store: Store) -> None:
    """Each turn sends all that was said, and at least the first is asked. A stored turn is not a call."""
    one = cell(None, Sampling(samples=1), function=in_turns, max_tokens=7)
    (message,) = request(one, 0).messages
    first = tokens(message["content"])
    (found,) = planned(store, one)
    assert (found.least.calls, found.most.calls, found.most.output_tokens) == (1, 3, 21)
    assert found.least == Amount(1, first, 7, first * 0.01 + 7 * 0.5)
    assert found.most.input_tokens == 3 * first + (1 + 2) * (7 + first)
    assert type(found.most.input_tokens) is int
    text = "<answer>it is 1</answer>"
    store.save([(request(one, 0), Answer(text, run_id="earlier"), 0.0)])
    (found,) = planned(store, one)
    assert (found.least.calls, found.most.calls, found.from_store, found.most.output_tokens) == (1, 2, 1, 14)
    instruction = message["content"].split("\n\n", 1)[1]
    reply = f"{REPLY}\n\n{instruction}"
    assert found.most.input_tokens == 2 * tokens(message["content"], text, reply) + 7 + tokens(reply)


def test_a_comprehension_question_is_a_call_too(store: Store) -> None:
    """It is asked side by side with the question; once in each arm, as it is always the same."""
    found = planned(store, cell(1, Sampling(samples=3), function=with_a_second_question))
    assert calls(found) == [(8, 8, 0)]


def test_a_plan_in_batches(store: Store) -> None:
    """Both arms are asked to the end of a wave, whatever comes back: in one wave everything, in more of them less."""
    (live,) = planned(store, cell(1, Sampling()))
    by_waves = {waves: planned(store, cell(1, Sampling()), terms=replace(TERMS, waves=waves))[0] for waves in (1, 2, 4)}
    assert [amount.calls for amount in (by_waves[1].least, *by_waves[1].expected, by_waves[1].most)] == [200] * 5
    assert (by_waves[2].least.calls, by_waves[4].least.calls) == (50, 14)
    for fewer, more in ((by_waves[1], by_waves[2]), (by_waves[2], by_waves[4]), (by_waves[4], live)):
        assert all(one.calls > other.calls for one, other in zip(fewer.expected, more.expected, strict=True))
        assert fewer.most == more.most
    fixed = Sampling(samples=5)
    assert planned(store, cell(1, fixed), terms=replace(TERMS, waves=3)) == planned(store, cell(1, fixed))
    (alone,) = planned(store, cell(None, Sampling()), terms=replace(TERMS, waves=2))
    assert (alone.least.calls, alone.most.calls) == (25, 100)
