"""How a case becomes a conversation."""

from collections.abc import Sequence

from pytest_ood.answers import peel, wrap
from pytest_ood.asking.cell import Condition
from pytest_ood.case import Case
from pytest_ood.evidence.judging import Judgement, judge, read_answer
from pytest_ood.models.request import Answer, Message


def _exchange(question: str, answer: str) -> list[Message]:
    return [{"role": "user", "content": question}, {"role": "assistant", "content": wrap(answer)}]


# The form of an answer is shown, not only described: small models follow an example where they miss an instruction.
# The three exchanges have nothing to do with any task and are the same for both arms, all strategies and all models.
# With them SmolLM2-135M gives readable answers to tasks as different as a sum and a row of cells; adding an
# instruction to each of the three made it worse.
EXCHANGES: tuple[list[Message], ...] = (
    _exchange("What is the capital of France?", "Paris"),
    _exchange("Three letters are given:\nk\nb\nt\n\nWrite them in this order, separated by spaces.", "k b t"),
    _exchange("What is 2 + 3? Give its value as a whole number in decimal digits.", "5"),
)

#: What each strategy adds to every turn: the answer and nothing else, or a chain of thought first (Wei et al. 2022;
#: Kojima et al. 2022).
STRATEGIES = {
    "direct": "Answer in the form <answer>...</answer>.",
    "cot": "Think step by step. Then answer in the form <answer>...</answer>.",
}


class Conversation:
    """The conversation about one case, turn by turn.

    Attributes:
        messages: the whole conversation up to the next question, or to the last one once it is over.
        question: the last question, without what the condition adds to it.
        answers: the model's answers, turn by turn.
        open: whether another turn is to be asked.
        key: the key of the last request that was answered, under which the store has the answer.
    """

    def __init__(self, case: Case, condition: Condition, begun: Sequence[Message] | None = None) -> None:
        """Begin a conversation with the case's prompt, or with the messages of an earlier one, `begun`."""
        self.case = case
        self.question = case.prompt
        self.answers: list[Answer] = []
        self.open = True
        self.key = ""
        self._strategy = condition.strategy
        self._texts: list[str] = []
        self._broken: Judgement | None = None
        self.messages: list[Message] = [*_opening(condition), self._turn(case.prompt)] if begun is None else [*begun]

    def _turn(self, text: str) -> Message:
        return {"role": "user", "content": f"{text}\n\n{STRATEGIES[self._strategy]}"}

    @property
    def turns_left(self) -> int:
        """How many more turns it can have."""
        return self.case.turns - len(self.answers)

    def add(self, answer: Answer, key: str = "") -> None:
        """Take the answer to the last turn; the case's reply to it, if there is one, is the next turn.

        An answer that is not evidence ends the conversation. `key` is that of the request that was answered.
        """
        self.answers.append(answer)
        self.key = key
        reply = self._reply()
        self.open = reply is not None
        if reply is not None:
            self.question = reply
            self.messages = [*self.messages, {"role": "assistant", "content": answer.text}, self._turn(reply)]

    def _reply(self) -> str | None:
        case = self.case
        if case.reply is None or not self.turns_left:
            return None
        text = read_answer(self.answers[-1])
        if isinstance(text, Judgement):
            return None
        self._texts.append(peel(text))
        try:
            return case.reply(list(self._texts))
        except Exception as broken:
            self._broken = Judgement("error", detail={"reply": f"{type(broken).__name__}: {broken}"})
            return None

    def judge(self, earlier: Sequence[str] = ()) -> Judgement:
        """Return the judgement of the whole conversation; `earlier` holds the answers of the arm's earlier draws."""
        return self._broken or judge(self.case, *self.answers, earlier=earlier)


def _opening(condition: Condition) -> list[Message]:
    """The messages that precede the question."""
    system: list[Message] = [] if condition.system is None else [{"role": "system", "content": condition.system}]
    return [*system, *(turn for exchange in EXCHANGES[: condition.exchanges] for turn in exchange)]
