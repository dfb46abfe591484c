"""How a case becomes a conversation."""

from collections.abc import Sequence

from pytest_ood.answers import readings, split, wrap
from pytest_ood.asking.cell import Condition
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
#: The exchanges that precede a question, by strategy. The form of an answer is shown, not only described: small models
#: follow an example where they miss an instruction. The exchanges have nothing to do with any task (no signs, no sums,
#: no order to follow, nothing to copy) and are the same for both arms and all models; those of `cot` think first.
EXCHANGES: dict[str, tuple[list[Message], ...]] = {
    "direct": tuple([_exchange(question, answer) for question, answer, _ in _QUESTIONS]),
    "cot": tuple([_exchange(question, answer, thought) for question, answer, thought in _QUESTIONS]),
}
MOST_EXCHANGES = len(_QUESTIONS)

#: What each strategy adds to every turn: the answer and nothing else, or a chain of thought first (Wei et al. 2022;
#: Kojima et al. 2022).
STRATEGIES = {
    "direct": "Answer in the form <answer>...</answer>.",
    "cot": "Think step by step. Then answer in the form <answer>...</answer>.",
}

# Tokens that a response may need besides the answer itself: sentences around it; a chain of thought.
_FRAME, _THOUGHTS = 256, 8_192


class Conversation:
    """The conversation about one case, turn by turn.

    Attributes:
        messages: the whole conversation up to the next question, or to the last one once it is over.
        question: the last question, without what the condition adds to it.
        answers: the model's answers, turn by turn.
        open: whether another turn is to be asked.
        key: the key of the last request that was answered, under which the store has the answer.
    """

    def __init__(
        self,
        case: Case,
        condition: Condition,
        begun: Sequence[Message] | None = None,
        examples: Sequence[Message] = (),
    ) -> None:
        """Begin a conversation with the case's prompt, or with the messages of an earlier one, `begun`.

        Args:
            case: the case.
            condition: how it is asked.
            begun: the messages of an earlier conversation, up to and including a question.
            examples: the turns of solved examples, which precede the question.
        """
        self.case = case
        self.question = case.prompt
        self.answers: list[Answer] = []
        self.open = True
        self.key = ""
        self._strategy = condition.strategy
        self._texts: list[str] = []
        self._broken: Judgement | None = None
        # The strategy of an earlier conversation may not be known any more.
        self.messages: list[Message] = (
            [*_opening(condition), *examples, self._turn(case.prompt)] if begun is None else [*begun]
        )

    def _turn(self, text: str) -> Message:
        return {"role": "user", "content": f"{text}\n\n{STRATEGIES[self._strategy]}"}

    @property
    def room(self) -> int:
        """How many tokens a response needs at most, so that one that is cut off was too long by the model's own doing.

        No token is shorter than a byte. Where several answers are right, another may be longer than the oracle's: the
        answer counts twice.
        """
        thoughts = _THOUGHTS if self._strategy == "cot" else 0
        return 2 * len(self.case.answer.encode()) + _FRAME + thoughts

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
        # As the verifier gets it, without the rest of the dialogue.
        self._texts.append(readings(text, case.kind or "text", split(case.answer)[0])[-1])
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
    return [*system, *(turn for exchange in EXCHANGES[condition.strategy][: condition.exchanges] for turn in exchange)]
