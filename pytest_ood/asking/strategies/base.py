"""The interface of a strategy: what a model is asked about a question, and which of its responses is the answer."""

import abc
import hashlib
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

from pytest_ood.case import Case
from pytest_ood.errors import OodError
from pytest_ood.evidence.judging import judge, read_answer
from pytest_ood.evidence.outcomes import AnswerOutcome
from pytest_ood.evidence.tally import Marks, Tally
from pytest_ood.models.base import Model
from pytest_ood.models.request import Answer, Message, Tool
from pytest_ood.tasks import Params, Task

#: What is added to a question: the form of an answer.
FORM = "Answer in the form <answer>...</answer>."


class StrategyError(OodError):
    """There is no such strategy, or it does not take an argument or its value.

    The message does not name the strategy: who knows where its name comes from says that.
    """

    @property
    def problem(self) -> str:
        """The message without the fix."""
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class Ask:
    """Something to ask a model.

    Attributes:
        messages: the conversation; its last message is what is asked.
        tools: the tools that the model may call, in OpenAI's form.
        forced: whether it must call one.
        samples: how many responses are wanted, each independent of the others.
        room: tokens that a response may need in addition to those of the answer.
        expected: the right response, if that is not the case's answer. Only fake models are told.
    """

    messages: Sequence[Message]
    tools: Sequence[Tool] = ()
    forced: bool = False
    samples: int = 1
    room: int = 0
    expected: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """The end of a question.

    Attributes:
        response: what counts as the model's response. It is read and judged like any other.
        marks: what else is known about it, by name. Each arm counts how often which marks come with which outcome.
        outcome: the outcome, where it does not follow from the response: "unparsed" for a vote that is a tie.
        detail: what else is known, for the trace; with an `outcome` only.
        shown: which of the responses to the last `Ask` is shown in the trace, counted from 0; by default the last.
    """

    response: Answer
    marks: Marks = field(default_factory=dict)
    shown: int = -1
    outcome: AnswerOutcome | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


class Drawing(NamedTuple):
    """Where a case comes from, so that others like it can be drawn."""

    task: Task
    params: Params
    seed: int

    @property
    def size(self) -> Any:
        """The value of the task's size parameter; None if it has no size, or no value of it."""
        name = self.task.size
        if name is None:
            return None
        default = self.task.parameters[name].default
        return self.params.get(name, None if default is inspect.Parameter.empty else default)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, as a strategy sees it.

    Attributes:
        case: the case.
        opening: the messages that precede the question: the system message, the exchanges that show the form, solved
            examples, and the earlier turns of a dialogue.
        question: the question.
        drawing: where the case comes from; None for one that is nobody's draw.
    """

    case: Case
    opening: Sequence[Message]
    question: str
    drawing: Drawing | None = None

    def messages(self, instruction: str = FORM) -> list[Message]:
        """Return the conversation that ends with the question, followed by an instruction."""
        return [*self.opening, {"role": "user", "content": f"{self.question}\n\n{instruction}"}]

    def read(self, answer: Answer) -> str | None:
        """Return the text between the answer tags of a response; None if there is none that counts."""
        text = read_answer(answer)
        return text if isinstance(text, str) else None

    def judged(self, answer: Answer) -> AnswerOutcome | None:
        """Return the outcome that the case would have with this response; None in a dialogue, which has several."""
        return judge(self.case, answer).outcome if self.case.reply is None else None

    def fresh(self, n: int, **params: Any) -> list[Case]:
        """Draw `n` other cases of the task that no arm asks; `params` replace parameters of this case's own.

        Raises:
            StrategyError: the case is nobody's draw.
            Exception: whatever the task raises on the parameters.
        """
        if self.drawing is None:
            raise StrategyError("there is no task to draw from", fix="ask cases that a task has drawn")
        task, own, seed = self.drawing
        return [task.draw({**own, **params}, other_seed("fresh", seed), draw) for draw in range(n)]


def other_seed(purpose: str, seed: int) -> int:
    """Return a seed for cases that no arm asks: a hash, so that it is not the seed of any case that is asked."""
    return int.from_bytes(hashlib.sha256(f"{purpose} {seed}".encode()).digest()[:7], "big")


class Strategy(abc.ABC):
    """How a question is put to a model. A subclass is one strategy; its keyword arguments are the strategy's.

    It has no state: what it needs to know about a question is in the question and in the responses so far. A run that
    is cut off goes through the stored responses again and arrives at the same place.

    Attributes:
        instruction: what is added to a question, and to solved examples.
        thinks: whether the model is asked to think before it answers.
        exchanges: whether the exchanges that show the form of an answer precede the question.
        calls: the maximum number of calls that a question takes.
        dialogues: whether it can ask the turns of a dialogue. One that needs what the messages state cannot, as the
            later ones are not known yet.
        tools: whether it offers tools. One draw then finds out whether the model takes any before others are asked.
        slow: whether `turns` takes so long that other calls would have to wait; it then runs on a thread.
    """

    instruction: ClassVar[str] = FORM
    thinks: ClassVar[bool] = False
    exchanges: ClassVar[bool] = True
    calls: ClassVar[int] = 1
    dialogues: ClassVar[bool] = True
    tools: ClassVar[bool] = False
    slow: ClassVar[bool] = False

    @abc.abstractmethod
    def turns(self, asked: Asked, history: Sequence[Answer]) -> Ask | Done:
        """Return what to ask next, or the end of the question.

        Args:
            asked: the question.
            history: the model's responses so far, none of them an error: a call that fails ends the question as one.
        """

    def for_model(self, model: Model, args: Mapping[str, Any]) -> "Strategy":
        """Return the strategy in which a model is really asked; by default this one.

        Args:
            model: the model.
            args: the recorded arguments of every call.
        """
        del model, args
        return self

    def most_calls(self, asked: Asked) -> int:
        """Return the maximum number of calls that a question takes; by default the same for all."""
        del asked
        return self.calls

    def why_not(self, task: Task) -> str:
        """Return why the cases of a task cannot be asked in this way; empty if they can."""
        del task
        return ""

    def remark(self, control: Tally, shift: Tally) -> str:
        """Return in a sentence what the marks of a cell show; empty if there is nothing to say.

        Args:
            control: how often which marks came with which outcome in the control arm.
            shift: the same for the shift arm; empty in a cell of one arm.
        """
        del control, shift
        return ""


def why_no_solver(task: Task) -> str:
    """Return why nothing can be asked of the solver of a task; empty if it has one."""
    return "" if task.solver is not None else f"the task {task.name} has no solver"


def argument_names(strategy: type[Strategy]) -> list[str]:
    """Return the names of the arguments that a strategy takes."""
    return list(inspect.signature(strategy).parameters)


def expect_whole(name: str, value: object, least: int, most: int) -> None:
    """Check an argument that is a whole number.

    Raises:
        StrategyError: it is not one from `least` to `most`.
    """
    if type(value) is not int or not least <= value <= most:
        raise StrategyError(f"{name}={value!r}: not a whole number from {least} to {most}", fix=f"use {least}")
