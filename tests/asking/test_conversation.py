"""A case becomes a conversation, turn by turn."""

from collections.abc import Sequence

import pytest

from pytest_ood.answers import read, wrap
from pytest_ood.asking.cell import Condition
from pytest_ood.asking.conversation import EXCHANGES, Conversation
from pytest_ood.asking.strategies import FORM
from pytest_ood.asking.strategies.base import Strategy
from pytest_ood.asking.strategies.cot import ChainOfThought
from pytest_ood.asking.strategies.direct import Direct
from pytest_ood.asking.strategies.program import Program
from pytest_ood.asking.strategies.routed import Routed
from pytest_ood.asking.strategies.solver import SolverTool
from pytest_ood.asking.strategies.stepwise import Stepwise
from pytest_ood.case import Case
from pytest_ood.dialogue import Dialogue
from pytest_ood.models.request import Answer
from pytest_ood.verify import Check

CASE = Case("What is 2 + 2?", answer="4")


def echo(given: Sequence[str]) -> str | None:
    """Repeats what was said until someone says stop."""
    return None if given[-1] == "stop" else f"You said {', '.join(given)}. Give another."


TALK = Dialogue("Give a word.", reply=echo, answers=["a", "stop"], turns=3, verify=lambda given: given[-1] == "stop")


def talk(case: Case, *texts: str) -> Conversation:
    """A conversation in which the model has said these texts."""
    conversation = Conversation(case, Condition("model"), Direct())
    for text in texts:
        conversation.add(Answer(text))
    return conversation


@pytest.mark.parametrize("strategy", [Direct(), ChainOfThought()])
def test_a_case_is_one_turn(strategy: Direct) -> None:
    """The exchanges, the prompt and the instruction; over once it is answered."""
    conversation = Conversation(CASE, Condition("model"), strategy)
    asked = {"role": "user", "content": f"What is 2 + 2?\n\n{strategy.instruction}"}
    assert [*(turn for exchange in EXCHANGES[strategy.thinks] for turn in exchange), asked] == conversation.messages
    assert (conversation.open, conversation.calls_left) == (True, 1)
    conversation.add(Answer(wrap("4")))
    assert not conversation.open
    assert conversation.judge().outcome == "correct"


def test_a_long_answer_has_room() -> None:
    """No answer of a task is longer in tokens than in bytes, and a chain of thought comes before it."""
    short, long = (Case("Copy.", answer=answer) for answer in ("ä", "ä" * 1000))
    rooms = [Conversation(case, Condition("model"), Direct()).room for case in (short, long)]
    assert rooms[0] >= 2 + 20
    assert rooms[1] - rooms[0] >= 1998
    assert Conversation(short, Condition("model"), ChainOfThought()).room > rooms[0] + 4000


def test_a_system_message_comes_first_and_exchanges_can_be_left_out() -> None:
    """The condition says what precedes the question."""
    condition = Condition("model", exchanges=1, system="Be brief.")
    roles = [turn["role"] for turn in Conversation(CASE, condition, Direct()).messages]
    assert roles == ["system", "user", "assistant", "user"]
    assert Conversation(CASE, condition, Direct()).messages[0]["content"] == "Be brief."
    assert len(Conversation(CASE, Condition("model", exchanges=0), Direct()).messages) == 1


def test_a_dialogue_grows_by_each_answer() -> None:
    """The response goes in whole, the reply with the instruction; earlier messages stay as they were."""
    conversation = Conversation(TALK, Condition("model"), Direct())
    first = conversation.messages
    conversation.add(Answer(f"Hm. {wrap('a')}"))
    assert conversation.messages[: len(first)] == first
    assert conversation.messages[len(first) :] == [
        {"role": "assistant", "content": "Hm. <answer>a</answer>"},
        {"role": "user", "content": f"You said a. Give another.\n\n{FORM}"},
    ]
    assert conversation.open
    conversation.add(Answer(wrap("stop")))
    assert not conversation.open
    judged = conversation.judge()
    assert (judged.outcome, judged.given) == ("correct", "a\n\nstop")


def test_a_reply_gets_the_answer_in_its_plain_form() -> None:
    """By the kind of the dialogue: a number without its dress, or everything as it stands."""
    for kind, expected in (("number", "You said 7. Give another."), ("verbatim", "You said **7.0**. Give another.")):
        conversation = talk(Dialogue("?", reply=echo, answers=["1", "stop"], kind=kind), wrap("**7.0**"))  # type: ignore[arg-type]
        assert conversation.question == expected


def test_a_dialogue_ends_with_its_turns() -> None:
    """Whatever the case would still say."""
    conversation = talk(TALK, wrap("a"), wrap("b"))
    assert conversation.calls_left == 1
    conversation.add(Answer(wrap("c")))
    assert not conversation.open
    assert conversation.judge().outcome == "wrong"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer("no tags"), "unparsed"),
        (Answer(wrap("b"), finish_reason="length"), "truncated"),
        (Answer("", finish_reason="refusal"), "refused"),
        (Answer(error="500"), "error"),
    ],
)
def test_an_unscored_turn_ends_the_dialogue(answer: Answer, outcome: str) -> None:
    """Nothing follows from an answer that is not evidence; the detail says which turn it was."""
    conversation = talk(TALK, wrap("a"))
    conversation.add(answer)
    assert not conversation.open
    judged = conversation.judge()
    assert judged.outcome == outcome
    assert judged.detail["turn"] == 1


def test_a_reply_that_raises_is_an_error() -> None:
    """The model is not to blame for it."""
    dialogue = Dialogue("?", reply=lambda given: given[2], answers=["1", "2"])
    conversation = talk(dialogue, wrap("1"))
    assert not conversation.open
    assert conversation.judge().detail == {"reply": "IndexError: list index out of range"}


@pytest.mark.parametrize("strategy", [Stepwise(), SolverTool(), Routed(breaks={}), Program()])
def test_a_strategy_that_needs_all_messages_cannot_ask_a_dialogue(strategy: Strategy) -> None:
    """The draw is an error, and the model is not asked."""
    conversation = Conversation(TALK, Condition("model"), strategy)
    assert not conversation.open
    assert conversation.judge().outcome == "error"
    assert conversation.judge().detail == {"strategy": "ValueError: it cannot ask the turns of a dialogue"}


def test_a_conversation_can_begin_as_it_was_published() -> None:
    """With those messages and no others, also where the strategy is not known any more."""
    begun = [{"role": "user", "content": "What is 2 + 2?\n\nThink of it."}]
    conversation = Conversation(CASE, Condition("model", system="Be brief."), ChainOfThought(), begun=begun)  # type: ignore[arg-type]
    assert conversation.messages == begun
    conversation.add(Answer(wrap("4")))
    assert (conversation.open, conversation.judge().outcome) == (False, "correct")


def test_cases_may_be_judged_together() -> None:
    """The verifier also gets what earlier draws answered."""
    case = Case("Give a digit.", answer="1", among=lambda given, earlier: Check(given not in earlier))
    assert talk(case, wrap("2")).judge(["1"]).outcome == "correct"
    assert talk(case, wrap("2")).judge(["1", "2"]).outcome == "wrong"


def test_exchanges_have_nothing_to_do_with_any_task() -> None:
    """No signs, no digits in a question, nothing that the question already says; one answer has two lines."""
    for thinks, exchanges in EXCHANGES.items():
        questions = [question["content"] for question, _ in exchanges]
        texts = [read(answer["content"]) or "" for _, answer in exchanges]
        assert not set("".join(questions)) & set("0123456789+-*/=()<>#"), thinks
        assert not [answer for answer, question in zip(texts, questions, strict=True) if answer in question]
        assert sorted(answer.count("\n") for answer in texts) == [0, 0, 1]


def test_the_exchanges_of_a_chain_of_thought_think_first() -> None:
    """The same questions and answers, with a thought before the answer."""
    for (question, answer), (same_question, thought_out) in zip(EXCHANGES[False], EXCHANGES[True], strict=True):
        assert question == same_question
        thought, _, rest = thought_out["content"].partition("\n\n")
        assert (rest, thought.endswith(".")) == (answer["content"], True)
