"""The cases, requests and traces of one arm."""

import dataclasses
import functools
import json
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pytest_ood import __version__
from pytest_ood.answers import split
from pytest_ood.asking.cell import ArmSpec, Cell
from pytest_ood.asking.conversation import Conversation, plain
from pytest_ood.asking.shots import Shots
from pytest_ood.asking.strategies import Strategies
from pytest_ood.asking.strategies.base import Drawing
from pytest_ood.asking.strategies.direct import Direct
from pytest_ood.evidence.judging import Judgement
from pytest_ood.evidence.trace import Trace, pair_id, trace_id
from pytest_ood.models.base import Model
from pytest_ood.models.request import Answer, Request
from pytest_ood.text.canonical import canonical, digest

N = TypeVar("N", int, float)


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw of an arm: the conversation about its case, and that about its comprehension question, if any.

    Attributes:
        is_first: whether no earlier draw of the arm had the same comprehension question. It is asked once.
    """

    seed: int
    index: int
    conversation: Conversation
    comprehension: Conversation | None = None
    is_first: bool = True

    @property
    def conversations(self) -> list[Conversation]:
        """The conversations to be held for this draw, side by side."""
        if self.comprehension is None or not self.is_first:
            return [self.conversation]
        return [self.conversation, self.comprehension]

    @property
    def answers(self) -> list[Answer]:
        """All answers so far."""
        return [answer for one in self.conversations for answer in one.answers]

    @property
    def most_calls(self) -> int:
        """The maximum number of calls it can take."""
        return sum(one.calls_left + len(one.answers) for one in self.conversations)

    def judge(self, earlier: Sequence[str]) -> Judgement:
        """Return the judgement, with that of the comprehension question if the budget allowed one."""
        judgement = self.conversation.judge(earlier)
        if self.comprehension is None or self.comprehension.open:
            return judgement
        return dataclasses.replace(judgement, understanding=self.comprehension.judge())


class ArmQuestions:
    """Makes the cases, requests and traces of one arm.

    Attributes:
        strategy: how its cases are asked.
    """

    def __init__(self, cell: Cell, spec: ArmSpec, run_id: str, model: Model, strategies: Strategies) -> None:
        """Prepare one of the arms of a cell, to be asked of `model`."""
        condition = spec.condition
        self.spec = spec
        # Published conversations are asked as they stand, whether or not their strategy is known here.
        strategy = Direct() if spec.draws.begun else strategies.of(condition.strategy, condition.strategy_args)
        self.strategy = strategy.for_model(model, condition.args)
        self._probe, self._run_id, self._model = cell.probe, run_id, model
        # A single shift arm asks published cases, whose twins are not known here.
        self._control_params = cell.control.params if cell.control.name == "control" else None
        self._shots = Shots(spec, self.strategy)
        # By their text, with the first draw that has them: a question that several draws have is asked once.
        self._comprehensions: dict[str, tuple[int, Conversation]] = {}
        # The same in every trace of the arm.
        self._stopping, self._condition = canonical(spec.sampling.rule()), canonical(condition.axes())

    def draw(self, place: int) -> Draw:
        """Return the draw at this place in the arm, ready to be asked."""
        spec = self.spec
        seed, index = spec.draws.at(place)
        case = spec.task.draw(spec.params, seed, index)
        begun = json.loads(spec.draws.begun[place]) if spec.draws.begun else None
        conversation = Conversation(
            case,
            spec.condition,
            self.strategy,
            drawing=Drawing(spec.task, spec.params, seed),
            begun=begun,
            examples=self._shots.before(case),
        )
        if case.comprehension is None:
            return Draw(seed, index, conversation)
        made = place, Conversation(case.comprehension, spec.condition, plain(self.strategy))
        first, question = self._comprehensions.setdefault(case.comprehension.prompt, made)
        return Draw(seed, index, conversation, question, is_first=first == place)

    def requests(self, conversation: Conversation, draw: int) -> list[Request]:
        """Return the next requests of a conversation, which differ in their sample alone.

        The store keeps each answer under the request's `key`.
        """
        condition, ask = self.spec.condition, conversation.ask
        crib = self._crib(conversation) if self._model.sees_case else None
        first = Request(
            condition.model,
            conversation.messages,
            dict(condition.args),
            draw,
            crib,
            self._model.fingerprint,
            conversation.room,
            ask.tools,
            ask.forced,
        )
        return [dataclasses.replace(first, sample=sample) for sample in conversation.samples]

    def _crib(self, conversation: Conversation) -> dict[str, Any]:
        case, turn, expected = conversation.case, len(conversation.responses), conversation.ask.expected

        def of_turn(text: str) -> str:
            return text if case.reply is None else (split(text)[turn:] or [""])[0]

        return {
            "arm": self.spec.name,
            "answer": of_turn(case.answer) if expected is None else expected,
            "lures": {name: of_turn(lure) for name, lure in case.lures.items()},
            "input": case.input,
            "prompt": case.prompt,
        }

    def trace(self, draw: Draw, judgement: Judgement) -> Trace:
        """Return the record of a draw that was answered and judged; a whole dialogue is one record."""
        spec, conversation = self.spec, draw.conversation
        case, turns, condition, task = conversation.case, conversation.answers, spec.condition, spec.task
        dropped = {name for turn in turns for name in turn.dropped}
        answer, identity, control = conversation.shown, spec.identity(draw.seed, draw.index), self._control_params
        return Trace(
            id=trace_id(identity),
            run_id=self._run_id,
            probe=self._probe,
            task=task.name,
            task_version=task.version,
            family=task.family,
            params=spec.params.text,
            arm=spec.name,
            strategy=condition.strategy,
            model=condition.model,
            model_args=canonical({name: value for name, value in condition.args.items() if name not in dropped}),
            seed=draw.seed,
            draw=draw.index,
            messages=conversation.messages,
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
            input_tokens=total([turn.input_tokens for turn in turns]),
            output_tokens=total([turn.output_tokens for turn in turns]),
            cost_usd=total([turn.cost_usd for turn in turns]),
            latency_s=sum(turn.latency_s for turn in turns),
            created_at=answer.created_at,
            prompt_sha256=digest(case.prompt),
            pytest_ood_version=__version__,
            pair_id=None if control is None else pair_id(identity, dict(control)),
            control_params=None if control is None else control.text,
            question=conversation.question,
            shots=condition.shots,
            served_model=answer.served_model,
            stopping=self._stopping,
            condition=self._condition,
            system_fingerprint=answer.system_fingerprint,
            reasoning_tokens=total([turn.reasoning_tokens for turn in turns]),
            cached_tokens=total([turn.cached_tokens for turn in turns]),
        )


def total(amounts: Sequence[N | None]) -> N | None:
    """Return the sum of amounts of US dollars or tokens; None (unknown) if any of them is None."""
    known = [amount for amount in amounts if amount is not None]
    return functools.reduce(operator.add, known) if len(known) == len(amounts) else None
