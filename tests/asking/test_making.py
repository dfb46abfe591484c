"""From a task and its parameters to a cell."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from pytest_ood.asking.cell import ArmSpec, Cell, Condition, Draws
from pytest_ood.asking.making import CellError, Place, build_cell
from pytest_ood.case import Case
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.tasks import Task
from pytest_ood.text.frozen import FrozenJson

PLACE, CONDITION = Place("test_it[5]", "test_it"), Condition("model")


def spell(rng: np.random.Generator, length: int, mark: str = ".") -> Case:
    """A word to be spelt backward."""
    word = "".join(rng.choice(list("abcdefgh"), length))
    return Case(f"Spell {word}{mark}", word[::-1])


def make_task(function: Callable[..., Case] = spell, cases: int | None = None) -> Task:
    """A task without the checks of the decorator."""
    return Task(function, "making.task", "toys", {"length": 3}, 1, cases=cases)


def build(
    params: dict[str, Any],
    *,
    task: Task | None = None,
    control: dict[str, Any] | None = None,
    sampling: Sampling | None = None,
    seed: int = 7,
) -> Cell:
    """A cell of a task in one place, under one condition."""
    return build_cell(PLACE, task or make_task(), params, control, CONDITION, sampling or Sampling(), seed)


def test_a_cell_asks_a_task_and_its_twin() -> None:
    """The twin has the control parameters in place of the cell's, and shares the rest."""
    task = make_task()
    twin = ArmSpec(task, FrozenJson({"length": 3, "mark": "!"}), "control", CONDITION, Draws(7), Sampling())
    shift = ArmSpec(task, FrozenJson({"length": 5, "mark": "!"}), "shift", CONDITION, Draws(7), Sampling())
    assert build({"length": 5, "mark": "!"}, task=task) == Cell("test_it[5]", "test_it", twin, shift)


def test_a_control_of_the_probe_replaces_that_of_the_task() -> None:
    """All of it, not name by name."""
    cell = build({"length": 5, "mark": "!"}, control={"mark": "?"})
    assert dict(cell.control.params) == {"length": 5, "mark": "?"}


def test_a_case_that_is_its_own_twin_makes_a_cell_of_one_arm() -> None:
    """That arm is the control."""
    cell = build({"length": 3})
    assert cell.shift is None
    assert (cell.control.name, dict(cell.control.params)) == ("control", {"length": 3})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (Sampling(0.9, 20, 50), Sampling(0.9, 10, 10)),
        (Sampling(0.9, 5, 8), Sampling(0.9, 5, 8)),
        (Sampling(0.9, None, 50), Sampling(0.9, None, 10)),
    ],
)
def test_a_task_of_ten_cases_is_asked_ten_at_most(given: Sampling, expected: Sampling) -> None:
    """Each case once, whatever the sampling allows."""
    cell = build({"length": 5}, task=make_task(cases=10), sampling=given)
    assert [spec.sampling for spec in cell.arms] == [expected] * 2


@pytest.mark.parametrize(
    ("params", "control"), [({"length": 5, "size": 2}, None), ({"length": 5}, {"length": 3, "size": 2})]
)
def test_a_parameter_that_the_task_does_not_take(params: dict[str, Any], control: dict[str, Any] | None) -> None:
    """From the probe or from its control: the error has the name and the value as they were given."""
    with pytest.raises(CellError, match="size=2") as raised:
        build(params, control=control)
    assert raised.value.fix


def test_a_task_may_take_any_parameter() -> None:
    """What has no name in the signature is not missing either."""

    def open_minded(rng: np.random.Generator, *sizes: int, **more: Any) -> Case:
        return Case(f"{sizes} {sorted(more)} {rng.integers(100)}", "yes")

    cell = build({"length": 5, "size": 2}, task=make_task(open_minded))
    assert dict(cell.params) == {"length": 5, "size": 2}


def test_the_size_of_a_cell() -> None:
    """That of the task or, before it, the given one; if the cell has such a parameter."""
    task = Task(spell, "making.task", "toys", {"length": 3}, 1, size="length")
    cells = [
        build_cell(PLACE, task, params, None, CONDITION, Sampling(), 7, size)
        for params in ({"length": 5}, {"length": 5, "mark": "!"})
        for size in (None, "mark")
    ]
    assert [cell.size for cell in cells] == ["length", None, "length", "mark"]
    assert build({"length": 5}).size is None
    with pytest.raises(CellError, match=r"size is 'width'.*spell\(rng: .*name the parameter"):
        build_cell(PLACE, task, {"length": 5}, None, CONDITION, Sampling(), 7, "width")


def test_a_parameter_that_json_cannot_hold() -> None:
    """It could not come back from a dataset; the error has its name."""
    for value in ({1, 2}, float("nan")):
        with pytest.raises(CellError, match="mark=") as raised:
            build({"length": 5, "mark": value})
        assert raised.value.fix


def test_a_parameter_that_is_missing() -> None:
    """The fix says how to give it; what has a default is not missing."""

    def two(rng: np.random.Generator, width: int, height: int, length: int = 3) -> Case:
        return Case(f"{width} x {height} x {length} {rng.integers(100)}", "yes")

    with pytest.raises(CellError, match="width, height") as raised:
        build({}, task=make_task(two))
    assert "'width'" in raised.value.fix
    with pytest.raises(CellError, match="needs height:"):
        build({"width": 2}, task=make_task(two))


def test_the_first_case_of_each_arm_is_tried_with_the_seed_of_the_run() -> None:
    """A task that fails on it is found before anything is asked; its parameters are named."""
    drawn = []

    def picky(rng: np.random.Generator, length: int) -> Case:
        drawn.append((length, int(rng.integers(10**9))))
        if length == 5:
            raise ZeroDivisionError("five")
        return Case("?", "yes")

    task = make_task(picky)
    build({"length": 4}, task=task, seed=11)
    tried = drawn.copy()
    drawn.clear()
    for length in (3, 4):
        task.draw({"length": length}, 11, 0)
    assert tried == drawn
    with pytest.raises(CellError, match="length=5: ZeroDivisionError: five"):
        build({"length": 5}, task=task)
    with pytest.raises(CellError, match="length=5: ZeroDivisionError: five"):
        build({"length": 4}, task=task, control={"length": 5})


def test_a_case_whose_own_answer_is_rejected_says_so_itself() -> None:
    """The task's error is passed on whole: it names the draw and the field."""

    def unfair(rng: np.random.Generator, length: int) -> Case:
        return Case(f"{length} {rng.integers(100)}", "yes", verify=lambda given: given == "no")

    with pytest.raises(CellError, match="rejects the case's own answer 'yes'"):
        build({"length": 5}, task=make_task(unfair))
