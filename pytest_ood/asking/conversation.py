"""How a case becomes a conversation."""

import dataclasses
from collections.abc import Sequence

from pytest_ood.answers import readings, split, wrap
from pytest_ood.asking.cell import Condition
from pytest_ood.asking.strategies import Ask, Asked, Done, Strategy
from pytest_ood.asking.strategies.base import Drawing
from pytest_ood.asking.strategies.cot import ChainOfThought
from pytest_ood.asking.strategies.direct import Direct
from pytest_ood.case import Case
from pytest_ood.evidence.judging import Judgement, judge, read_answer
from pytest_ood.models.request import Answer, Message


def _exchange(question: str, answer: str, thought: str = "") -> list[Message]:
    said = f"{thought}\n\n{wrap(answer)}" if thought else wrap(answer)
    return [{"role": "user", "content": question}, {"role": "assistant", "content": said}]


_QUESTIONS = (
    (
        "What is the capital of France?",
        "Paris",
        "France has many large cities. The government and the president are in Paris, so Paris is the capital.",
    ),
    (
        "Name two fruits, one on each line.",
        "apple\nbanana",
        "Apples grow on trees and are fruits. Bananas are fruits as well.",
    ),
    (
        "How many legs does a spider have? Give the number in digits.",
        "8",
        "A spider is an arachnid, not an insect. Insects have six legs, and arachnids have eight.",
    ),
)
#: The exchanges that precede a question, without and with thoughts. The form of an answer is shown, not only described:
#: small models follow an example where they miss an instruction. The exchanges have nothing to do with any task (no
#: signs, no sums, no order to follow, nothing to copy) and are the same for both arms and all models.
EXCHANGES: dict[bool, tuple[list[Message], ...]] = {
    False: tuple([_exchange(question, answer) for question, answer, _ in _QUESTIONS]),
    True: tuple([_exchange(question, answer, thought) for question, answer, thought in _QUESTIONS]),
}
MOST_EXCHANGES = len(_QUESTIONS)

# Tokens that a response may need besides the answer itself: sentences around it; a chain of thought.
_FRAME, _THOUGHTS = 256, 8_192


class _AsItBegan(Direct):
    """An earlier conversation, whose strategy may not be known any more, up to and including its last question."""

    def __init__(self, begun: Sequence[Message]) -> None:
        self._begun = begun

    def turns(self, asked: Asked, history: Sequence[Answer]) -> Ask | Done:
        del asked
        return Done(history[0]) if history else Ask(self._begun)


class Conversation:
    """The conversation about one case, turn by turn. How a turn is asked, once or several times, the strategy decides.

    Attributes:
        ask: what is asked now; what was asked last, once the conversation is over.
        question: the last question, without what the condition adds to it.
        answers: everything that the model said.
        responses: what counts as its responses, one for each turn.
        open: whether anything is to be asked.
        key: the key of the request whose answer is shown in the trace, under which the store has it.
        shown: that answer.
    """

    def __init__(
        self,
        case: Case,
        condition: Condition,
        strategy: Strategy,
        *,
        drawing: Drawing | None = None,
        begun: Sequence[Message] | None = None,
        examples: Sequence[Message] = (),
    ) -> None:
        """Begin a conversation with the case's prompt, or with the messages of an earlier one, `begun`.

        Args:
            case: the case.
            condition: how it is asked.
            strategy: the strategy of the condition.
            drawing: where the case comes from.
            begun: the messages of an earlier conversation, up to and including a question.
            examples: the turns of solved examples, which precede the question.
        """
        self.case = case
        self.question = case.prompt
        self.answers: list[Answer] = []
        self.responses: list[Answer] = []
        self.open = True
        self.key = ""
        self.shown = Answer()
        self._strategy = strategy if begun is None else _AsItBegan(begun)
        self._drawing = drawing
        self._opening = [*_opening(condition, strategy), *examples]
        # Of this turn: the responses so far, with their keys, and how many of them came before the last `ask`.
        self._history: list[Answer] = []
        self._keys: list[str] = []
        self._before = 0
        self._texts: list[str] = []
        self._marks: dict[str, str | bool] = {}
        # Where it does not follow from the responses: by the strategy, or because something broke.
        self._settled: Judgement | None = None
        self.ask = Ask([*self._opening, {"role": "user", "content": case.prompt}])
        self._go_on()

    @property
    def messages(self) -> Sequence[Message]:
        """The conversation up to what is asked now, or to what was asked last once it is over."""
        return self.ask.messages

    @property
    def slow(self) -> bool:
        """Whether taking an answer may take long."""
        return self._strategy.slow

    @property
    def room(self) -> int:
        """How many tokens a response needs at most, so that one that is cut off was too long by the model's own doing.

        No token is shorter than a byte. Where several answers are right, another may be longer than the oracle's: the
        answer counts twice.
        """
        thoughts = _THOUGHTS if self._strategy.thinks else 0
        return 2 * len(self.case.answer.encode()) + _FRAME + thoughts + self.ask.room

    @property
    def samples(self) -> range:
        """Which of the responses to what is asked now are missing."""
        return range(len(self._history) - self._before, self.ask.samples)

    @property
    def calls_left(self) -> int:
        """How many more calls it can take."""
        if not self.open:
            return 0
        most = self._strategy.most_calls(self._asked)
        turns_after = self.case.turns - len(self.responses) - 1
        return max(len(self.samples), most - len(self._history)) + turns_after * most

    @property
    def _asked(self) -> Asked:
        return Asked(self.case, self._opening, self.question, self._drawing)

    def add(self, answer: Answer, key: str = "") -> None:
        """Take the next response to what was asked, to the request of this key, and go on once there are all of them.

        An answer that is not evidence ends the conversation.
        """
        self.answers.append(answer)
        self._history.append(answer)
        self._keys.append(key)
        if answer.error is not None:
            self._end(answer, -1)
            self.open = False
        elif not self.samples:
            self._go_on()

    def _go_on(self) -> None:
        """Ask what the strategy wants to ask next; at the end of a turn, take the case's reply as the next one."""
        asked = self._asked
        try:
            if self.case.reply is not None and not self._strategy.dialogues:
                raise ValueError("it cannot ask the turns of a dialogue")
            step = self._strategy.turns(asked, list(self._history))
            if isinstance(step, Ask) and len(self._history) >= (most := self._strategy.most_calls(asked)):
                raise RuntimeError(f"it asks more often than its most_calls, {most}, says")
        except Exception as broken:
            self._break("strategy", broken)
            return
        if isinstance(step, Ask):
            self.ask, self._before = step, len(self._history)
            return
        said: list[Message] = [*self.messages, {"role": "assistant", "content": step.response.text}]
        self._marks.update(step.marks)
        self._settled = None if step.outcome is None else Judgement(step.outcome, detail=step.detail)
        self._end(step.response, self._before + step.shown if step.shown >= 0 else -1)
        reply = self._reply()
        self.open = reply is not None
        if reply is not None:
            self.question, self._opening = reply, said
            self._history, self._keys, self._before = [], [], 0
            self._go_on()

    def _end(self, response: Answer, shown: int) -> None:
        """End the turn with what counts as its response; the answer at `shown` is shown in the trace."""
        self.responses.append(response)
        if self._history:
            self.key, self.shown = self._keys[shown], self._history[shown]

    def _break(self, part: str, broken: Exception) -> None:
        self._settled = _error(part, broken)
        if self._history:
            self._end(self._history[-1], -1)
        self.open = False

    def _reply(self) -> str | None:
        case = self.case
        if case.reply is None or len(self.responses) == case.turns or self._settled is not None:
            return None
        text = read_answer(self.responses[-1])
        if isinstance(text, Judgement):
            return None
        # As the verifier gets it, without the rest of the dialogue.
        self._texts.append(readings(text, case.kind or "text", split(case.answer)[0])[-1])
        try:
            return case.reply(list(self._texts))
        except Exception as broken:
            self._settled = _error("reply", broken)
            return None

    def judge(self, earlier: Sequence[str] = ()) -> Judgement:
        """Return the judgement of the whole conversation; `earlier` holds the answers of the arm's earlier draws."""
        judgement = self._settled or judge(self.case, *self.responses, earlier=earlier)
        return dataclasses.replace(judgement, marks=self._marks)


def _error(part: str, broken: Exception) -> Judgement:
    return Judgement("error", detail={part: f"{type(broken).__name__}: {broken}"})


def plain(strategy: Strategy) -> Strategy:
    """Return the strategy in which a question beside the case's own is asked: only once, with thoughts if it thinks."""
    return ChainOfThought() if strategy.thinks else Direct()


def _opening(condition: Condition, strategy: Strategy) -> list[Message]:
    """The messages that precede the question."""
    system: list[Message] = [] if condition.system is None else [{"role": "system", "content": condition.system}]
    exchanges = EXCHANGES[strategy.thinks][: condition.exchanges] if strategy.exchanges else ()
    return [*system, *(turn for exchange in exchanges for turn in exchange)]
