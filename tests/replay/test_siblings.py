"""Siblings are fresh: 21 draws of a fresh seed, none of them published, and no two alike."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from pytest_ood.asking.cell import Draws
from pytest_ood.case import Case
from pytest_ood.replay.siblings import SIBLINGS, TRIES, USED_UP, find_siblings, fresh_seed, published_prompts
from pytest_ood.tasks import Task
from pytest_ood.text.canonical import digest
from tests.dataset.making import export, summary, trace


def number(rng: Any, below: int) -> Case:
    """One of few questions."""
    drawn = int(rng.integers(below))
    return Case(f"Say {drawn}.", str(drawn))


NUMBER = Task(number, "toys.number", "toys", {"below": 5}, 1)


def prompts(draws: Draws | str, below: int) -> list[str]:
    """What the siblings are asked."""
    assert isinstance(draws, Draws)
    assert draws.places is not None
    return [NUMBER.draw({"below": below}, *place).prompt for place in draws.places]


def test_siblings_are_the_first_draws_that_are_fresh() -> None:
    """In the order of the draws, without what is published and what was drawn before."""
    every = [NUMBER.draw({"below": 40}, 8, draw).prompt for draw in range(TRIES)]
    published = {digest(prompt) for prompt in every[:5]}
    expected = [prompt for prompt in dict.fromkeys(every) if digest(prompt) not in published][:SIBLINGS]
    assert prompts(find_siblings(NUMBER, {"below": 40}, 8, published), 40) == expected
    assert len(expected) == SIBLINGS == 21


def test_where_nothing_collides_they_are_the_first_draws() -> None:
    """The 21 first ones of the seed."""
    found = find_siblings(NUMBER, {"below": 10**9}, 3, set())
    assert found == Draws(places=tuple((3, draw) for draw in range(21)))


@pytest.mark.parametrize(
    ("below", "published", "enough"), [(21, 0, True), (21, 1, False), (22, 1, True), (5, 0, False)]
)
def test_the_case_space_may_be_used_up(below: int, published: int, enough: bool) -> None:
    """Exactly 21 fresh cases are enough, and one fewer is not."""
    known = {digest(f"Say {one}.") for one in range(published)}
    found = find_siblings(NUMBER, {"below": below}, 1, known)
    assert isinstance(found, Draws) == enough
    assert enough or found == USED_UP


def test_the_search_ends_after_200_draws() -> None:
    """Also where there would be more."""
    drawn: list[int] = []

    def seldom(_: Any) -> Case:
        """A question that is mostly the same."""
        drawn.append(1)
        return Case(f"Say {len(drawn) // 12}.", "x")

    rare = Task(seldom, "toys.rare", "toys", {}, 1)
    assert find_siblings(rare, {}, 0, set()) == USED_UP
    assert len(drawn) == TRIES == 200


def test_answers_judged_together_may_have_one_prompt() -> None:
    """There a draw is told from another by the answers, not by its prompt."""

    def another(_: Any) -> Case:
        """A question that is always the same."""
        return Case("Say another word.", "x", among=lambda given, earlier: given not in earlier)

    found = find_siblings(Task(another, "toys.another", "toys", {}, 1), {}, 4, {digest("Say another word.")})
    assert found == Draws(places=tuple((4, draw) for draw in range(21)))


def test_a_task_that_fails_is_named() -> None:
    """With the draw; nothing that a terminal obeys."""

    def broken(_: Any) -> Case:
        """No question."""
        raise ValueError("\x1b[2J")

    task = Task(broken, "toys.broken", "toys", {}, 1)
    found = find_siblings(task, {}, 9, set())
    assert isinstance(found, str)
    assert found.startswith("the task toys.broken fails on seed 9, draw 0: ValueError(")
    assert "\x1b" not in found


def test_prompts_of_right_answers_are_published_too(tmp_path: Path) -> None:
    """Of every task that is asked for, and of no other."""
    one, two = trace(0, outcome="wrong"), trace(1)
    other = dataclasses.replace(trace(2), task="toys.other")
    export(tmp_path, [one, two, other], summary())
    assert published_prompts(tmp_path, [one.task, "toys.none"]) == {
        one.task: {one.prompt_sha256, two.prompt_sha256},
        "toys.none": set(),
    }


def test_the_seed_is_not_in_the_dataset(tmp_path: Path) -> None:
    """The first one from the least on."""
    export(tmp_path, [trace(0), dataclasses.replace(trace(1), seed=8)], summary())
    assert [fresh_seed(tmp_path, least) for least in (0, 7, 8, 9)] == [0, 9, 9, 9]
