"""The ids of traces and of pairs."""

from typing import Any

from pytest_ood.evidence.trace import pair_id, trace_id

CONDITION: list[Any] = ["direct", "gpt-4o", {"temperature": 0}]


def asked(arm: str, draw: int = 0, seed: int = 0, condition: list[Any] = CONDITION, **params: Any) -> list[Any]:
    """What names a trace."""
    return ["toys.spell", 1, params, arm, seed, draw, *condition]


def test_a_pair_has_the_id_of_its_control_trace() -> None:
    """All shifts of one draw, seed and condition share it with their control twin."""
    control = {"size": 1, "mark": "."}
    id_ = trace_id(asked("control", **control))
    assert pair_id(asked("control", **control), control) == id_
    for size in (2, 3):
        assert pair_id(asked("shift", size=size, mark="."), control) == id_
        assert trace_id(asked("shift", size=size, mark=".")) != id_


def test_another_draw_seed_condition_or_control_is_another_pair() -> None:
    """Only twins meet."""
    control = {"size": 1}
    ids = {
        pair_id(asked("shift", size=2), control),
        pair_id(asked("shift", draw=1, size=2), control),
        pair_id(asked("shift", seed=1, size=2), control),
        pair_id(asked("shift", condition=["cot", "gpt-4o", {}], size=2), control),
        pair_id(asked("shift", size=2), {"size": 0}),
    }
    assert len(ids) == 5


def test_ids_are_those_of_the_first_edition() -> None:
    """A dataset that is published stays the same dataset."""
    assert trace_id(asked("shift", size=2)) == "ab49d3fa60346ed28886d0ae62f0e83a"
