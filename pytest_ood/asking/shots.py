"""Solved examples of a task, shown before its question."""

from collections.abc import Sequence

from pytest_ood.answers import split, wrap
from pytest_ood.asking.cell import ArmSpec, Condition
from pytest_ood.asking.conversation import Conversation, plain
from pytest_ood.asking.strategies import Strategy
from pytest_ood.asking.strategies.base import other_seed
from pytest_ood.case import Case
from pytest_ood.models.request import Answer, Message

# So many draws are looked at for each example.
_TRIES = 20


class Shots:
    """The solved examples of one arm. Those of n are the first of those of more."""

    def __init__(self, spec: ArmSpec, strategy: Strategy) -> None:
        self._spec, self._strategy = spec, strategy
        # The prompt of each example, and its turns.
        self._examples: list[tuple[str, Sequence[Message]]] = []

    def before(self, case: Case) -> list[Message]:
        """Return the turns of the examples that precede a case, which is not among them.

        There are fewer, or none, if the task hardly asks anything else.
        """
        shots = self._spec.condition.shots
        others: list[Sequence[Message]] = []
        for index in range(_TRIES * shots):
            prompt, example = self._example(index)
            if prompt != case.prompt:
                others.append(example)
            if len(others) == shots:
                break
        return [turn for example in others for turn in example]

    def _example(self, index: int) -> tuple[str, Sequence[Message]]:
        while len(self._examples) <= index:
            self._examples.append(self._draw(len(self._examples)))
        return self._examples[index]

    def _draw(self, index: int) -> tuple[str, Sequence[Message]]:
        spec = self._spec
        params = spec.shown[index % len(spec.shown)]
        case = spec.task.draw(params, other_seed("shots", spec.draws.seed), index)
        return case.prompt, solved(case, self._strategy)


def solved(case: Case, strategy: Strategy) -> list[Message]:
    """Return the conversation in which a case is answered rightly, in the form asked."""
    conversation = Conversation(case, Condition("", exchanges=0), plain(strategy))
    for text in [case.answer] if case.reply is None else split(case.answer):
        if conversation.open:
            conversation.add(Answer(wrap(text)))
    return [*conversation.messages, {"role": "assistant", "content": conversation.responses[-1].text}]
