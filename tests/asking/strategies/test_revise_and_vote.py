"""A second look and a vote: what they ask, what they make of the answers, and what they find out about a model."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from pytest_ood import Message, measure
from pytest_ood.answers import wrap
from pytest_ood.asking.cell import Condition
from pytest_ood.asking.conversation import Conversation
from pytest_ood.asking.strategies import Strategies, StrategyError
from pytest_ood.asking.strategies.revise import LOOK_AGAIN
from pytest_ood.case import Case
from pytest_ood.dialogue import Dialogue
from pytest_ood.models.request import Answer
from pytest_ood.tasks import task

CASE = Case("What is 2 + 2?", answer="4")


@task(control={"length": 3})
def backward(rng: np.random.Generator, *, length: int = 5) -> Case:
    """A word to be spelt backward."""
    word = "".join(rng.choice(list("abcdef"), length))
    return Case(f"Spell {word} backward.", word[::-1], lures={"copied": word})


def held(name: str, *texts: str, case: Case = CASE, **args: object) -> Conversation:
    """A conversation by this strategy in which the model has said these texts."""
    conversation = Conversation(case, Condition("model"), Strategies().of(name, args))
    for number, text in enumerate(texts):
        assert conversation.open
        conversation.add(Answer(text, created_at=number), f"key {number}")
    return conversation


@pytest.mark.parametrize(
    ("first", "second", "revision"),
    [
        ("5", "4", "mended"),
        ("4", "5", "spoiled"),
        ("4", "4", "unchanged"),
        ("5", "5", "unchanged"),
        ("5", "6", "changed"),
    ],
)
def test_a_second_look(first: str, second: str, revision: str) -> None:
    """The last answer counts, and what became of the first is known."""
    conversation = held("revise", wrap(first))
    assert [turn["content"] for turn in conversation.messages[-2:]] == [wrap(first), LOOK_AGAIN]
    assert conversation.calls_left == 1
    conversation.add(Answer(wrap(second)), "second")
    judged = conversation.judge()
    assert (conversation.open, conversation.key) == (False, "second")
    assert (judged.given, judged.marks) == (second, {"revision": revision})
    assert judged.details()["strategy"] == {"revision": revision}


def test_an_answer_that_cannot_be_read_may_be_mended() -> None:
    """It was not right, and becomes so."""
    assert held("revise", "four", wrap("4")).judge().marks == {"revision": "mended"}


def test_each_turn_of_a_dialogue_gets_a_second_look() -> None:
    """The reply answers the second answer, and the conversation keeps both."""
    echo = Dialogue(
        "Give a word.", reply=lambda given: f"You said {given[-1]}." if len(given) < 2 else None, answers=["a", "b"]
    )
    conversation = held("revise", wrap("x"), wrap("a"), case=echo)
    assert conversation.question == "You said a."
    assert [turn["content"] for turn in conversation.messages[-5:-1]][1:] == [wrap("x"), LOOK_AGAIN, wrap("a")]
    assert conversation.calls_left == 2
    for text in ("b", "b"):
        conversation.add(Answer(wrap(text)))
    assert (conversation.judge().outcome, len(conversation.responses), len(conversation.answers)) == ("correct", 2, 4)


def test_a_call_that_fails_ends_the_question() -> None:
    """Nothing is asked after it."""
    conversation = held("revise")
    conversation.add(Answer(error="500"))
    assert (conversation.open, conversation.judge().outcome) == (False, "error")


@pytest.mark.parametrize(
    ("texts", "outcome", "agreement", "shown"),
    [
        (["4", "5", "4"], "correct", "most", 0),
        (["5", "4", "4"], "correct", "most", 1),
        (["4", "4", "4"], "correct", "all", 0),
        (["5", "5", "4"], "wrong", "most", 0),
        (["3", "4", "5"], "unparsed", "tie", 2),
    ],
)
def test_a_vote(texts: list[str], outcome: str, agreement: str, shown: int) -> None:
    """The majority counts, and one of its answers is shown; a tie is no answer."""
    conversation = held("vote", *map(wrap, texts), k=3)
    judged = conversation.judge()
    assert (judged.outcome, judged.marks) == (outcome, {"agreement": agreement})
    assert (conversation.key, conversation.shown.created_at) == (f"key {shown}", shown)


def test_votes_that_cannot_be_read_do_not_count() -> None:
    """One readable answer is more than none; without any there is no answer."""
    assert held("vote", "I don't know", wrap(" 4 "), "no", k=3).judge().marks == {"agreement": "some"}
    assert held("vote", "I don't know", "no", k=2).judge().outcome == "unparsed"


def test_samples_are_asked_side_by_side() -> None:
    """All at once, each with a key of its own."""
    conversation = held("vote", k=4)
    assert (list(conversation.samples), conversation.calls_left) == ([0, 1, 2, 3], 4)
    conversation.add(Answer(wrap("4")))
    assert (list(conversation.samples), conversation.open) == ([1, 2, 3], True)


@pytest.mark.parametrize("k", [1, 101, "five", True, 2.0])
def test_a_vote_needs_voters(k: object) -> None:
    """Two at least."""
    with pytest.raises(StrategyError, match=r"vote\.k="):
        Strategies().of("vote", {"k": k})


def spoils(messages: Sequence[Message]) -> str:
    """A model that is right at first, and thinks better of it when it is asked again."""
    question = messages[-3 if messages[-1]["content"] == LOOK_AGAIN else -1]["content"]
    word = question.split()[1]
    return wrap(f"not {word}" if messages[-1]["content"] == LOOK_AGAIN else word[::-1])


def test_a_model_that_spoils_its_answers_is_found_out(tmp_path: Path) -> None:
    """Robust at once, brittle on second thoughts; the counts say why."""
    store = tmp_path / "store.db"
    assert measure(backward, spoils, store=store, samples=20).robust
    outcome = measure(backward, spoils, store=store, samples=20, strategy="revise")
    assert (outcome.control.correct, outcome.shift and outcome.shift.correct) == (0, 0)
    row = outcome.row()
    assert row["remark"] == "looked at its answers once more: 40 spoiled"
    assert row["shift"]["tally"] == [{"outcome": "wrong", "marks": {"revision": "spoiled"}, "n": 20}]


def test_a_vote_of_a_noisy_model_is_better_than_one_answer(tmp_path: Path) -> None:
    """Nine independent answers, each right in seven of ten cases: right in more than nine of ten."""
    options = {"store": tmp_path / "store.db", "samples": 60}
    alone = measure(backward, "fake/noisy-0.7", **options).control  # type: ignore[arg-type]
    outcome = measure(backward, "fake/noisy-0.7", strategy="vote", strategy_args={"k": 9}, **options)  # type: ignore[arg-type]
    assert alone.correct < 52 < outcome.control.correct
    marks = [row["marks"]["agreement"] for row in outcome.row()["control"]["tally"]]
    assert set(marks) >= {"all", "most"}
    said = r"votes of 9: \d+ unanimous, \d+ by more than half(, \d+ by fewer)?(, \d+ tied)?"
    assert re.fullmatch(said, outcome.row()["remark"])
