"""Solved examples: the same for both arms, from a seed of their own, never the question itself."""

from collections.abc import Sequence

import numpy as np
import pytest

from pytest_ood.answers import read
from pytest_ood.asking.cell import Cell, Condition, ShotsFrom
from pytest_ood.asking.making import CellError, Place, build_cell
from pytest_ood.asking.questions import ArmQuestions
from pytest_ood.asking.shots import Shots, solved
from pytest_ood.asking.strategies import FORM, Strategies
from pytest_ood.asking.strategies.base import other_seed
from pytest_ood.asking.strategies.direct import Direct
from pytest_ood.case import Case
from pytest_ood.dialogue import Dialogue
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.models.fake import FakeModel
from pytest_ood.models.request import Message
from pytest_ood.rows.pairs import pairs_task
from pytest_ood.tasks import Task, task


@task(control={"length": 3})
def backward(rng: np.random.Generator, *, length: int = 5) -> Case:
    """A word to be spelt backward."""
    word = "".join(rng.choice(list("abcdef"), length))
    return Case(f"Spell {word} backward.", word[::-1])


@task(control={"length": 1})
def one_of_three(rng: np.random.Generator, *, length: int = 2) -> Case:
    """Three questions in all."""
    word = "abc"[int(rng.integers(3))] * length
    return Case(f"Spell {word} backward.", word)


def cell(shots: int, shots_from: ShotsFrom = "control", of: Task = backward, length: int = 5) -> Cell:
    """A cell whose questions follow examples."""
    condition = Condition("fake/oracle", shots=shots, shots_from=shots_from)
    return build_cell(Place("a::b", "a::b"), of, {"length": length}, None, condition, Sampling(), 0)


def asked(made: Cell, draw: int = 0) -> list[Sequence[Message]]:
    """The messages of a draw in each arm, without the exchanges."""
    model = FakeModel("fake/oracle", {})
    arms = [ArmQuestions(made, spec, "run", model, Strategies()).draw(draw).conversation.messages for spec in made.arms]
    return [messages[6:] for messages in arms]


def words(messages: Sequence[Message]) -> list[str]:
    """What the examples spell backward."""
    return [message["content"].split()[1] for message in messages[:-1] if message["role"] == "user"]


def test_examples_are_turns_in_the_form_asked() -> None:
    """Each a question with the strategy's instruction, and its right answer in tags; then the question."""
    control, shift = asked(cell(2))
    assert [message["role"] for message in control] == ["user", "assistant"] * 2 + ["user"]
    assert all(message["content"].endswith(FORM) for message in control if message["role"] == "user")
    for question, answer in zip(words(control), control[1::2], strict=True):
        assert read(answer["content"]) == question[::-1]
    # Both arms, and all draws, see the same examples.
    assert control[:-1] == shift[:-1]
    assert control[:-1] == asked(cell(2), draw=5)[0][:-1]


@pytest.mark.parametrize(
    ("shots_from", "lengths"), [("control", [3, 3, 3, 3]), ("shift", [5, 5, 5, 5]), ("mixed", [3, 5, 3, 5])]
)
def test_where_examples_are_drawn(shots_from: ShotsFrom, lengths: list[int]) -> None:
    """From one arm, or from both in turn."""
    control, shift = asked(cell(4, shots_from))
    assert [len(word) for word in words(control)] == lengths
    assert words(shift) == words(control)


def test_fewer_examples_are_the_first_of_more() -> None:
    """So that what a provider caches is used again."""
    few, many = (asked(cell(count))[0] for count in (2, 8))
    assert many[: len(few) - 1] == few[:-1]
    assert len(many) == 17


def test_no_example_is_a_case_that_is_asked() -> None:
    """The seed is another one, and a question that comes up by chance is passed over."""
    assert other_seed("shots", 0) not in (0, other_seed("shots", 1))
    assert 0 <= other_seed("shots", 0) < 2**56
    for draw in range(20):
        for messages in asked(cell(4, of=one_of_three, length=2), draw):
            assert messages[-1]["content"] not in [message["content"] for message in messages[:-1]]


@task(control={"length": 1})
def always_the_same(rng: np.random.Generator, *, length: int = 2) -> Case:
    """One question, asked again and again."""
    del rng
    return Case(f"Name a word of {length} letters.", "a" * length)


def test_a_task_that_asks_the_same_again_has_no_examples_of_it() -> None:
    """An example would give the answer away; those of the other arm are shown."""
    control, shift = asked(cell(2, of=always_the_same, length=2))
    assert len(control) == 1
    assert len(shift) == 5


def test_a_dialogue_is_shown_whole() -> None:
    """With the oracle's answer to each turn."""
    talk = Dialogue(
        "Give a word.",
        reply=lambda given: None if len(given) > 1 else "And another.",
        answers=["a", "b"],
        turns=2,
        verify=lambda given: list(given) == ["a", "b"],
    )
    turns = solved(talk, Direct())
    assert [message["content"].partition("\n")[0] for message in turns] == [
        "Give a word.",
        "<answer>a</answer>",
        "And another.",
        "<answer>b</answer>",
    ]


def test_a_finite_task_has_no_case_left_for_an_example() -> None:
    """Each of its rows is asked once."""
    rows = [{"plain": f"{number}+1?", "moved": f"{number}+2?", "answer": "5"} for number in range(20)]
    made = pairs_task(rows, control="plain", shift="moved", answer="answer", name="sums")
    with pytest.raises(CellError, match="--ood-shots"):
        build_cell(Place("a::b", "a::b"), made, {}, None, Condition("fake/oracle", shots=1), Sampling(), 0)


def test_an_arm_is_identified_by_its_examples() -> None:
    """Examples of another size are other questions, and traces of them have other ids."""
    small, large = (cell(2, "shift", length=length).control for length in (5, 6))
    assert small.questions_key != large.questions_key
    assert small.identity(0, 0) != large.identity(0, 0)
    alike = [cell(2, length=length).control for length in (5, 6)]
    assert alike[0].questions_key == alike[1].questions_key
    assert alike[0].identity(0, 0) == alike[1].identity(0, 0)
    assert Shots(cell(0).control, Direct()).before(backward.draw({"length": 3}, 0, 0)) == []
