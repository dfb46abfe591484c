"""Parameters from a dataset cannot keep a generator busy for ever, nor take all memory."""

import dataclasses
import time
from typing import Any

import numpy as np
import pytest

from pytest_ood import Case, task
from pytest_ood.dataset import elsewhere
from pytest_ood.dataset.elsewhere import try_out
from pytest_ood.families import grids
from pytest_ood.replay.groups import Group
from pytest_ood.replay.published import Published
from pytest_ood.tasks import Task
from pytest_ood.text.canonical import digest
from tests.dataset.making import trace

Rng = np.random.Generator


def _spell(rng: Rng, length: int, rounds: int) -> Case:
    word = "".join(rng.choice(list("abcdefgh"), length))
    for _ in range(rounds):
        word = word[::-1]
    return Case(f"Spell {word} backward.", word[::-1])


@task(control={"length": 3}, name="elsewhere.free")
def free(rng: Rng, length: int = 3, rounds: int = 0) -> Case:
    """Takes as long as its parameters say."""
    return _spell(rng, length, rounds)


@task(control={"length": 3}, name="elsewhere.limited", limits={"length": (1, 100), "rounds": (0, 1000)})
def limited(rng: Rng, length: int = 3, rounds: int = 0) -> Case:
    """The same, and says how much is too much."""
    assert rounds <= 1000, "run beyond its limits"
    return _spell(rng, length, rounds)


def group_of(drawn_by: Task, **params: Any) -> Group:
    """A group of one published case; its prompt is that of harmless parameters."""
    prompt = drawn_by.draw({"length": 3}, 7, 0).prompt
    published = trace(0, outcome="wrong", task=drawn_by.name, params="{}", question=prompt)
    published = dataclasses.replace(
        published,
        prompt_sha256=digest(prompt),
        messages=[{"role": "user", "content": f"{prompt}\n\nAnswer in the form <answer>...</answer>."}],
    )
    group = Group("probe", "toys", drawn_by.name, 1, {"length": 3, **params}, "shift", "direct")
    group.cases[7, 0] = Published(published)
    group.find_task([drawn_by])
    return group


@pytest.mark.parametrize("drawn_by", [free, limited], ids=["free", "limited"])
def test_usual_parameters_are_drawn_again(drawn_by: Task) -> None:
    """In this process, once nothing speaks against it."""
    assert group_of(drawn_by, rounds=4).task is drawn_by


def test_a_task_is_not_run_beyond_its_limits() -> None:
    """The cases are asked as they were published, and the reason has the parameter."""
    group = group_of(limited, rounds=10**12)
    assert group.task is not limited
    assert "rounds=1000000000000 is not within 0 to 1000" in group.no_siblings
    assert group.cases[7, 0].why_not == ""


def test_what_takes_for_ever_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """A task without limits has so many seconds, in another process."""
    monkeypatch.setattr(elsewhere, "PATIENCE_S", 2.0)
    began = time.monotonic()
    group = group_of(free, rounds=10**12)
    assert time.monotonic() - began < 10
    assert group.task is not free
    assert "takes more than 2 s" in group.no_siblings


def test_what_takes_all_memory_is_ended() -> None:
    """Where a process can be limited, or the system ends it."""
    assert "too much memory" in try_out(free, {"length": 10**12}, (7, 0))


def test_an_error_of_the_task_is_left_to_this_process() -> None:
    """Which draws the case again, and says what is wrong in its own words."""
    assert try_out(free, {"length": "x"}, (7, 0)) == ""
    assert "fails on seed 7" in group_of(free, length="x").no_siblings


def test_a_task_without_an_address_is_drawn_here() -> None:
    """No other process could import it."""

    @task(control={"length": 3}, name="elsewhere.closure")
    def closure(rng: Rng, length: int = 3, rounds: int = 0) -> Case:
        return _spell(rng, length, rounds)

    assert group_of(closure).task is closure


def test_bundled_tasks_need_no_other_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their parameters are bounded."""
    monkeypatch.setattr(elsewhere.subprocess, "run", None)
    case = grids.elementary_ca.draw({"width": 8}, 7, 0)
    group = Group("probe", "grids", "grids.elementary_ca", grids.elementary_ca.version, {"width": 8}, "shift", "direct")
    group.cases[7, 0] = Published(dataclasses.replace(trace(0, outcome="wrong"), prompt_sha256=digest(case.prompt)))
    group.find_task([])
    assert group.task is grids.elementary_ca


@pytest.mark.parametrize(
    ("value", "beyond"),
    [
        *[(1, False), (5, False), (0, True), (6, True), (2.5, False), (float("nan"), True), (True, False)],
        *[("abc", False), ("abcdef", True), ([1, 5], False), ([1, 9], True), ([1] * 6, True)],
        *[({"a": [2, 7]}, True), (None, False)],
    ],
)
def test_limits_of_numbers_texts_and_lists(value: Any, beyond: bool) -> None:
    """A number by its value, the others by their length and by the numbers in them."""
    bounded = dataclasses.replace(free, limits={"length": (1, 5)})
    assert bool(bounded.beyond_limits({"length": value})) is beyond
    assert bounded.beyond_limits({"rounds": 10**9}) == ""


@pytest.mark.parametrize("limits", [{"width": (1, 2)}, {"length": 5}, {"length": (2, 1)}, {"length": (1, 2, 3)}])
def test_limits_that_cannot_be_are_refused(limits: Any) -> None:
    """When the task is made."""
    with pytest.raises(TypeError, match="limits"):
        task(control={"length": 3}, limits=limits)(lambda rng, length: _spell(rng, length, 0))
