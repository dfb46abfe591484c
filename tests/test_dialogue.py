"""A dialogue: what a task author writes, and what the engine makes of it."""

from collections.abc import Sequence
from typing import Any

import pytest

from pytest_ood import Case, Check, Dialogue, task
from pytest_ood.answers import join
from pytest_ood.asking.cell import Condition
from pytest_ood.asking.conversation import Conversation
from pytest_ood.asking.strategies.direct import Direct
from pytest_ood.errors import CaseError
from pytest_ood.models.request import Answer


def ask_again(given: Sequence[str]) -> str | None:
    """Ask twice more."""
    return f"After {given[-1]}?" if len(given) < 3 else None


def counting(**changes: Any) -> Dialogue:
    """Return a dialogue of three turns."""
    arguments: dict[str, Any] = {"reply": ask_again, "answers": ["1", "2", "3"], "lures": {"stuck": ["1", "1", "1"]}}
    return Dialogue("What comes first?", **{**arguments, **changes})


def play(dialogue: Dialogue, *given: str) -> Conversation:
    """Answer a dialogue turn by turn."""
    conversation = Conversation(dialogue, Condition("model"), Direct())
    for answer in given:
        assert conversation.open
        conversation.add(Answer(f"<answer>{answer}</answer>"))
    return conversation


def test_it_is_a_case_of_as_many_turns_as_it_has_answers() -> None:
    """More can be allowed."""
    dialogue = counting()
    assert isinstance(dialogue, Case)
    assert (dialogue.prompt, dialogue.answers, dialogue.turns) == ("What comes first?", ("1", "2", "3"), 3)
    assert counting(turns=9).turns == 9


def test_it_is_played_and_judged() -> None:
    """What is said depends on the answers; without a verifier the oracle's answers are the only right ones."""
    right = play(counting(), "1", "2", "3")
    assert [message["content"].partition("\n")[0] for message in right.messages[-5::2]] == [
        "What comes first?",
        "After 1?",
        "After 2?",
    ]
    assert not right.open
    assert right.judge().outcome == "correct"
    wrong = play(counting(), "1", "2", "4").judge()
    assert (wrong.outcome, wrong.lure) == ("wrong", None)
    assert play(counting(), "1", "1", "1").judge().lure == "stuck"


def test_the_verifier_is_given_a_list() -> None:
    """One answer a turn, also where one has lines of its own."""
    seen: list[Sequence[str]] = []

    def verify(given: Sequence[str]) -> Check:
        seen.append(given)
        return Check(given[-1] == "3", {"turns": len(given)})

    dialogue = counting(verify=verify, unique=False)
    assert play(dialogue, "a\nb", "2", "3").judge().outcome == "correct"
    found = play(dialogue, "1", "2", "4").judge()
    assert (found.outcome, found.detail) == ("wrong", {"turns": 3})
    assert seen == [["a\nb", "2", "3"], ["1", "2", "4"]]


def test_it_says_what_its_messages_state() -> None:
    """As any case does, for a solver that answers all turns at once."""
    assert counting().inputs is None
    dialogue = counting(inputs={"first": 1, "turns": 3})
    assert dialogue.inputs == {"first": 1, "turns": 3}

    def solve(inputs: Any) -> str:
        return join([str(inputs["first"] + turn) for turn in range(inputs["turns"])])

    assert dialogue.inputs is not None
    assert dialogue.check(solve(dialogue.inputs)).correct
    assert not dialogue.check(solve({"first": 2, "turns": 3})).correct


def test_a_lure_that_is_the_answers_is_dropped() -> None:
    """As that of any case."""
    dialogue = counting(lures={"stuck": ["1", "1", "1"], "right": ["1", "2", "3"]})
    assert (list(dialogue.lures), dialogue.dropped_lures) == (["stuck"], 1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("answers", "123"),
        ("answers", []),
        ("answers", [1, 2, 3]),
        ("answers", None),
        ("lures", {"stuck": "1"}),
        ("lures", {"stuck": ["1", None]}),
        ("lures", ["1", "1"]),
        ("reply", "After?"),
        ("reply", None),
        ("verify", True),
        ("turns", 2),
        ("turns", 0),
        ("turns", True),
        ("turns", 3.0),
        ("turns", "3"),
        ("chance", 2),
        ("inputs", [1, 3]),
    ],
)
def test_a_mistake_is_an_error_where_it_is_made(field: str, value: object) -> None:
    """The argument is named."""
    with pytest.raises(CaseError) as caught:
        counting(**{field: value})
    assert caught.value.field == field


def test_an_error_names_the_task() -> None:
    """As that of any case, and so does a verifier that returns neither a bool nor a `Check`."""

    @task(control={})
    def made(rng: object, answers: object = ("1", "2", "3")) -> Dialogue:
        del rng
        return counting(answers=answers, verify=lambda given: given[-1] == "3" or None)

    with pytest.raises(CaseError, match=r"task test_dialogue.made\(answers='123'\), seed 0, draw 0: answers='123'"):
        made.draw({"answers": "123"}, 0, 0)
    judged = play(made.draw({}, 0, 0), "1", "2", "4").judge()  # type: ignore[arg-type]
    assert judged.outcome == "error"
    assert "task test_dialogue.made()" in judged.detail["verifier"]
    assert made.rehearse({}, 0).turns == 3
