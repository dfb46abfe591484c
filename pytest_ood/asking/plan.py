"""Count and price what a run would ask, without asking anything."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_ood.asking.callers import Terms
from pytest_ood.asking.cell import Cell
from pytest_ood.asking.questions import ArmQuestions
from pytest_ood.asking.store import Store
from pytest_ood.asking.strategies import Strategies
from pytest_ood.evidence.arm import Arm
from pytest_ood.evidence.prospects import PROSPECTS, DrawsAsked, draws_asked
from pytest_ood.evidence.stopping import Stopping, Wave, ask_ahead
from pytest_ood.models.base import Model
from pytest_ood.models.request import Message, Request

# The length of an answer is not known in advance: without max_tokens, this many tokens are assumed.
TYPICAL_OUTPUT_TOKENS = 300
# English text and JSON have about four characters per token with today's tokenizers.
CHARACTERS_A_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of calls, with an estimate of their tokens and cost. What is expected need not be whole.

    Attributes:
        calls: calls to be made.
        input_tokens: tokens of all prompts.
        output_tokens: tokens of all answers.
        cost_usd: US dollars; None if the price is unknown.
    """

    calls: float = 0
    input_tokens: float = 0
    output_tokens: float = 0
    cost_usd: float | None = 0.0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(
            self.calls + other.calls,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            None if self.cost_usd is None or other.cost_usd is None else self.cost_usd + other.cost_usd,
        )

    def __mul__(self, share: float) -> "Amount":
        cost = None if self.cost_usd is None else self.cost_usd * share
        return Amount(self.calls * share, self.input_tokens * share, self.output_tokens * share, cost)


@dataclass(frozen=True, slots=True)
class Planned:
    """What a cell asks. An arm that several cells share counts in the first of them. Stored answers are not calls.

    Attributes:
        least: at least this.
        expected: what to expect of each of the `PROSPECTS`.
        most: at most this.
        from_store: answers that the store already has, of those that `most` would need.
    """

    least: Amount = Amount()
    expected: tuple[Amount, ...] = (Amount(),) * len(PROSPECTS)
    most: Amount = Amount()
    from_store: int = 0

    def __add__(self, other: "Planned") -> "Planned":
        return Planned(
            self.least + other.least,
            tuple(one + another for one, another in zip(self.expected, other.expected, strict=True)),
            self.most + other.most,
            self.from_store + other.from_store,
        )


@dataclass
class _Extent:
    """How far an arm is asked, over all cells that share it.

    Attributes:
        least: how many draws are asked in any case.
        most: how many are asked at most.
        expected: how many are asked of each of the `PROSPECTS`, in each simulated run.
    """

    least: int = 0
    most: int = 0
    expected: list[NDArray[np.int64]] = field(default_factory=lambda: [np.zeros(1, dtype=np.int64)] * len(PROSPECTS))

    def reach(self, least: int, most: int, expected: Sequence[NDArray[np.int64]]) -> None:
        """Ask as far as one more cell needs."""
        self.least, self.most = max(self.least, least), max(self.most, most)
        self.expected = [_longer(known, new) for known, new in zip(self.expected, expected, strict=True)]

    def shares(self) -> list[list[float]]:
        """Return for each draw, and each of the `PROSPECTS`, in which share of the runs the draw is asked."""
        draws = np.arange(self.most)
        shares = [1 - np.searchsorted(np.sort(counts), draws, side="right") / len(counts) for counts in self.expected]
        by_draw: list[list[float]] = np.stack(shares, axis=1).tolist()
        return by_draw


def _longer(known: NDArray[np.int64], new: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the larger count of each run; a single count is the same in all runs."""
    runs = max(len(known), len(new)) if 1 in (len(known), len(new)) else min(len(known), len(new))
    return np.maximum(known[:runs], new[:runs])


def plan(
    cells: Sequence[Cell], terms: Terms, models: Mapping[str, Model], strategies: Strategies, store: Store
) -> list[tuple[Cell, Planned]]:
    """Return what each cell would ask, in order."""
    prices = {name: model.price() for name, model in models.items()}
    extents = _extents(cells, terms.waves)
    planned = []
    for cell in cells:
        of_cell = Planned()
        for spec in cell.arms:
            # Later cells that share the arm add nothing.
            extent = extents.pop(spec.questions_key, None)
            if extent is not None:
                questions = ArmQuestions(cell, spec, terms.run_id, models[spec.condition.model], strategies)
                price = prices[spec.condition.model]
                for index, shares in enumerate(extent.shares()):
                    first, whole, from_store = _draw(questions, index, price, terms, store)
                    # A dialogue may end after its first turn; what is expected is priced to its last.
                    least = first if index < extent.least else Amount()
                    of_cell += Planned(least, tuple(whole * share for share in shares), whole, from_store)
        planned.append((cell, of_cell))
    return planned


def _extents(cells: Sequence[Cell], waves: int | None) -> dict[Hashable, _Extent]:
    """Return how far each arm is asked, by what it asks; in batches, both arms of a cell to the end of a wave."""
    extents: dict[Hashable, _Extent] = {}
    partners: dict[Hashable, int] = {}
    for cell in cells:
        sampling, key = cell.control.sampling, cell.control.questions_key
        fewest = Stopping(*(Arm(spec.sampling) for spec in cell.arms)).fewest()
        if cell.shift is not None:
            partners[key] = partners.get(key, -1) + 1
            asked = [draws_asked(prospect, sampling, partners[key]) for prospect in PROSPECTS]
        else:
            # In a replay the only arm may be a shift.
            asked = [draws_asked(prospect.alone(cell.control.name), sampling, None) for prospect in PROSPECTS]
        if waves is not None:
            fewest, asked = _to_the_end_of_a_wave(fewest, asked, sampling.limit, waves)
        for spec, least, expected in zip(cell.arms, fewest, zip(*asked, strict=True), strict=False):
            extents.setdefault(spec.questions_key, _Extent()).reach(least, spec.sampling.limit, expected)
    return extents


def _to_the_end_of_a_wave(
    fewest: Wave, asked: Sequence[DrawsAsked], limit: int, waves: int
) -> tuple[Wave, list[DrawsAsked]]:
    def end(draws: int) -> int:
        return ask_ahead(max(0, draws - 1), limit, waves)

    counts = [np.vectorize(end)(np.maximum(one.control, one.shift)) for one in asked]
    return Wave(end(max(fewest)), end(max(fewest))), [DrawsAsked(count, count) for count in counts]


def _draw(
    questions: ArmQuestions, index: int, price: tuple[float, float] | None, terms: Terms, store: Store
) -> tuple[Amount, Amount, int]:
    """Return what a draw asks beyond what the store has, the first turns and all turns, and its stored answers."""
    first, whole, from_store = Amount(), Amount(), 0
    draw = questions.draw(index)
    for conversation in draw.conversations:
        while conversation.open:
            request, *more = questions.requests(conversation, draw.index)
            stored = store.answers([request.key], terms.run_id, terms.refresh)
            if not stored:
                first += _amount(request, 1, price) * (1 + len(more))
                whole += _amount(request, conversation.calls_left, price)
                break
            from_store += 1
            conversation.add(stored[request.key], request.key)
    return first, whole, from_store


def _amount(request: Request, turns: int, price: tuple[float, float] | None) -> Amount:
    """Return a request and the turns that may follow: each adds an answer, and a reply assumed as long as this one."""
    sent, received = _tokens(request.messages), _output_tokens(request.args)
    added = received + _tokens(request.messages[-1:])
    inputs, outputs = turns * sent + added * (turns * (turns - 1) // 2), turns * received
    return Amount(turns, inputs, outputs, None if price is None else inputs * price[0] + outputs * price[1])


def _tokens(messages: Sequence[Message]) -> int:
    return sum(len(turn["content"]) for turn in messages) // CHARACTERS_A_TOKEN


def _output_tokens(args: Mapping[str, Any]) -> int:
    return int(args.get("max_tokens") or args.get("max_completion_tokens") or TYPICAL_OUTPUT_TOKENS)
