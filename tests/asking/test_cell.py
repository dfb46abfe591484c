"""What names a question: conditions, draws, arms and cells as values."""

from dataclasses import replace
from typing import Any

import pytest

from pytest_ood.asking.cell import ArmSpec, Cell, Condition, Draws
from pytest_ood.case import Case
from pytest_ood.evidence.outcomes import ArmName
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.tasks import Task
from pytest_ood.text.frozen import FrozenJson


def spell(rng: Any, length: int) -> Case:
    """A word to be spelt backward."""
    word = "".join(rng.choice(list("abcdefgh"), length))
    return Case(f"Spell {word}.", word[::-1])


SPELL = Task(spell, "toys.spell", "toys", {"length": 3}, 2)


def arm(name: ArmName = "shift", length: int = 5, **others: Any) -> ArmSpec:
    """An arm of words of one length."""
    made = ArmSpec(SPELL, FrozenJson({"length": length}), name, Condition("model"), Draws(), Sampling())
    return replace(made, **others)


def test_a_condition_names_all_its_axes() -> None:
    """As JSON values, also those at their default, but for axes that came after the first summaries."""
    condition = Condition("model", FrozenJson({"temperature": 0}), "cot", shots=2)
    assert condition.axes() == {
        "model": "model",
        "args": {"temperature": 0},
        "strategy": "cot",
        "strategy_args": {},
        "shots": 2,
        "exchanges": 3,
        "system": None,
    }
    further = Condition("model", shots=2, shots_from="mixed", wording=1, spaced=True)
    assert further.axes().items() > {"shots_from": "mixed", "wording": 1, "spaced": True}.items()
    assert type(condition.axes()["args"]) is dict


def test_the_identity_of_a_condition_names_a_further_axis_only_where_it_is_used() -> None:
    """So that the ids of traces stay what they were before there was such an axis."""
    args = FrozenJson({"temperature": 0})
    assert Condition("model", args, "cot").identity() == ["cot", "model", {"temperature": 0}]
    further = Condition("model", args, shots=2, system="Be brief.")
    assert further.identity() == ["direct", "model", {"temperature": 0}, {"shots": 2, "system": "Be brief."}]


def test_draws_of_a_seed_and_listed_ones() -> None:
    """The place in the arm is the draw of its seed, unless the cases are listed."""
    assert [Draws(7).at(index) for index in range(3)] == [(7, 0), (7, 1), (7, 2)]
    assert [Draws(7, ((1, 5), (2, 9))).at(index) for index in range(2)] == [(1, 5), (2, 9)]


@pytest.mark.parametrize(
    "others",
    [
        {"task": Task(spell, "toys.other", "toys", {}, 2)},
        {"task": Task(spell, "toys.spell", "toys", {"length": 3}, 3)},
        {"length": 6},
        {"name": "control"},
        {"condition": Condition("another")},
        {"draws": Draws(1)},
    ],
)
def test_arms_that_ask_something_else_share_no_draws(others: dict[str, Any]) -> None:
    """Another task, version, parameter, arm, condition or seed; the sampling says only how much is asked."""
    assert arm(**others).questions_key != arm().questions_key
    assert arm(sampling=Sampling(0.5)).questions_key == arm().questions_key


def test_the_identity_of_an_asked_case() -> None:
    """Task, version, parameters, arm, seed and draw, and then the condition."""
    asked = arm(condition=Condition("model", shots=1)).identity(3, 4)
    assert asked == ["toys.spell", 2, {"length": 5}, "shift", 3, 4, "direct", "model", {}, {"shots": 1}]


def test_a_cell_is_about_its_shift_or_its_only_arm() -> None:
    """The control comes first, and its condition is that of the cell."""
    control, shift = arm("control", 3), arm("shift", 5)
    pair, alone = Cell("id", "probe", control, shift), Cell("id", "probe", control)
    assert (list(pair.arms), pair.subject, pair.params) == ([control, shift], shift, shift.params)
    assert (list(alone.arms), alone.subject, alone.params) == ([control], control, control.params)
    assert (pair.task, pair.condition) == (SPELL, Condition("model"))
