"""What a run would ask: counted and priced without asking anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_ood.asking.engine import Asked, Conditions, identity
from pytest_ood.asking.outcome import Arm, Cell, Judgement, Sampling
from pytest_ood.asking.store import Store
from pytest_ood.models.base import Model
from pytest_ood.models.request import Message, Request

# An answer's length is not known beforehand: without max_tokens it is taken to be this many tokens.
TYPICAL_OUTPUT_TOKENS = 300
# English text and JSON run at about four characters a token with today's tokenizers.
CHARACTERS_A_TOKEN = 4


@dataclass(slots=True)
class Planned:
    """Calls, at least and at most; tokens and US dollars of the most, both estimated (None without a known price).

    A control arm that several cells share counts in the first of them; what the store answers is no call.
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


def plan(
    cells: Sequence[Cell], conditions: Conditions, models: Mapping[str, Model], store: Store
) -> list[tuple[Cell, Planned]]:
    """What each cell would ask, in order."""
    prices = {name: model.price() for name, model in models.items()}
    counted: set[str] = set()
    planned = []
    for cell in cells:
        total = Planned()
        for arm in ("control", "shift"):
            sampling = cell.arm_sampling(arm)
            name = identity(cell, arm, sampling)
            if name in counted:
                continue
            counted.add(name)
            asked = Asked(cell, arm, conditions, models[cell.model])
            # The shortest way to a verdict never gets to the shift arm, unless the number of draws is fixed; siblings
            # are always asked.
            always = arm == "control" or sampling.samples is not None or cell.replay is not None
            fewest = _fewest(sampling) if always else 0
            for index in range(sampling.limit):
                draw = asked.draw(index)
                for conversation in draw.conversations:
                    while conversation.open:
                        request = asked.request(conversation, draw.index)
                        stored = store.answers([request.key], conditions.run_id, conditions.refresh)
                        if not stored:
                            total.least += index < fewest
                            _add_turns(total, request, conversation.turns_left)
                            break
                        total.from_store += 1
                        conversation.add(stored[request.key], request.key)
        total.cost_usd = _cost(total, prices[cell.model])
        planned.append((cell, total))
    return planned


def _add_turns(total: Planned, request: Request, turns: int) -> None:
    """Count a request and what may follow it: each turn adds an answer, and a reply taken to be as long as this one."""
    sent, received = _tokens(request.messages), _output_tokens(request.args)
    added = received + _tokens(request.messages[-1:])
    total.most += turns
    total.input_tokens += turns * sent + added * (turns * (turns - 1) // 2)
    total.output_tokens += turns * received


def _fewest(sampling: Sampling) -> int:
    """The fewest draws on which a control arm can end its cell: wrong, or unreadable, from the start."""

    def asked(arm: Arm, judgement: Judgement) -> int:
        while wave := arm.next_wave():
            for _ in range(wave):
                arm.add(judgement)
        return arm.n

    return min(asked(Arm(sampling), Judgement(outcome)) for outcome in ("wrong", "unparsed"))


def _tokens(messages: Sequence[Message]) -> int:
    return sum(len(turn["content"]) for turn in messages) // CHARACTERS_A_TOKEN


def _output_tokens(args: Mapping[str, Any]) -> int:
    return int(args.get("max_tokens") or args.get("max_completion_tokens") or TYPICAL_OUTPUT_TOKENS)


def _cost(total: Planned, price: tuple[float, float] | None) -> float | None:
    return None if price is None else total.input_tokens * price[0] + total.output_tokens * price[1]
