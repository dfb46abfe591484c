"""Count and price what a run would ask, without asking anything."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_ood.asking.callers import Terms
from pytest_ood.asking.cell import Cell
from pytest_ood.asking.questions import ArmQuestions
from pytest_ood.asking.store import Store
from pytest_ood.evidence.arm import Arm
from pytest_ood.evidence.stopping import Stopping
from pytest_ood.models.base import Model
from pytest_ood.models.request import Message, Request

# The length of an answer is not known in advance: without max_tokens, this many tokens are assumed.
TYPICAL_OUTPUT_TOKENS = 300
# English text and JSON have about four characters per token with today's tokenizers.
CHARACTERS_A_TOKEN = 4


@dataclass(slots=True)
class Planned:
    """The calls that a cell needs, with an estimate of the tokens and the cost of the maximum.

    A control arm that several cells share counts in the first of them. Answers from the store do not count as calls.

    Attributes:
        least: the minimum number of calls.
        most: the maximum number of calls.
        from_store: answers that the store already has.
        input_tokens: estimated tokens of all prompts, for `most` calls.
        output_tokens: estimated tokens of all answers, for `most` calls.
        cost_usd: estimated US dollars, for `most` calls; None if the price is unknown.
    """

    least: int = 0
    most: int = 0
    from_store: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = 0.0

    def __add__(self, other: "Planned") -> "Planned":
        return Planned(
            self.least + other.least,
            self.most + other.most,
            self.from_store + other.from_store,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            None if self.cost_usd is None or other.cost_usd is None else self.cost_usd + other.cost_usd,
        )


def plan(cells: Sequence[Cell], terms: Terms, models: Mapping[str, Model], store: Store) -> list[tuple[Cell, Planned]]:
    """Return what each cell would ask, in order."""
    prices = {name: model.price() for name, model in models.items()}
    # How many draws of each arm earlier cells have counted, by what the arm asks.
    counted: dict[Hashable, int] = {}
    planned = []
    for cell in cells:
        sum_of_cell = Planned()
        fewest = Stopping(*(Arm(spec.sampling) for spec in cell.arms)).fewest()
        for spec, least in zip(cell.arms, fewest, strict=False):
            questions = ArmQuestions(cell, spec, terms.run_id, models[spec.condition.model])
            begin = counted.get(spec.questions_key, 0)
            counted[spec.questions_key] = max(begin, spec.sampling.limit)
            for index in range(begin, spec.sampling.limit):
                _add_draw(sum_of_cell, questions, index, index < least, terms, store)
        sum_of_cell.cost_usd = _cost(sum_of_cell, prices[cell.condition.model])
        planned.append((cell, sum_of_cell))
    return planned


def _add_draw(
    planned: Planned, questions: ArmQuestions, index: int, is_certain: bool, terms: Terms, store: Store
) -> None:
    """Count the calls that a draw needs beyond what the store has; `is_certain` if it is asked in any case."""
    draw = questions.draw(index)
    for conversation in draw.conversations:
        while conversation.open:
            request = questions.request(conversation, draw.index)
            stored = store.answers([request.key], terms.run_id, terms.refresh)
            if not stored:
                planned.least += is_certain
                _add_turns(planned, request, conversation.turns_left)
                break
            planned.from_store += 1
            conversation.add(stored[request.key], request.key)


def _add_turns(total: Planned, request: Request, turns: int) -> None:
    """Count a request and the turns that may follow: each adds an answer, and a reply assumed as long as this one."""
    sent, received = _tokens(request.messages), _output_tokens(request.args)
    added = received + _tokens(request.messages[-1:])
    total.most += turns
    total.input_tokens += turns * sent + added * (turns * (turns - 1) // 2)
    total.output_tokens += turns * received


def _tokens(messages: Sequence[Message]) -> int:
    return sum(len(turn["content"]) for turn in messages) // CHARACTERS_A_TOKEN


def _output_tokens(args: Mapping[str, Any]) -> int:
    return int(args.get("max_tokens") or args.get("max_completion_tokens") or TYPICAL_OUTPUT_TOKENS)


def _cost(total: Planned, price: tuple[float, float] | None) -> float | None:
    return None if price is None else total.input_tokens * price[0] + total.output_tokens * price[1]
