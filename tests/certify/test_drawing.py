"""A draw names one case; other draws and seeds give other cases."""

import itertools
import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from pytest_ood.case import Case
from pytest_ood.certify import certify
from pytest_ood.tasks import Task, task
from pytest_ood.verify import Check
from tests.certify.spelling import CONTROL, Broken, Rng, find_faults, spelled


@task(control=CONTROL, family="spelling")
def unseeded(_: Rng, *, size: int) -> Case:
    """Draws from somewhere else."""
    return spelled(np.random.default_rng(random.getrandbits(64)), size)


# Triples of letters: the right answers to a question that is asked again and again.
TRIPLES = [" ".join(triple) for triple in itertools.product("abcdefgh", repeat=3)]


class Added(Task):
    """A task that adds seed and draw."""

    def draw(self, params: Any, seed: int, draw: int) -> Case:
        """The case of the sum."""
        return self.function(np.random.default_rng(seed + draw), **params)


def spelled_anew(rng: Rng, *, size: int) -> Case:
    """As it should be."""
    return spelled(rng, size)


added = Added(spelled_anew, "added", "spelling", CONTROL, 1)


@task(control=CONTROL, family="spelling")
def constant(_: Rng, *, size: int) -> Case:
    """The same case every time, which says that it can be guessed."""
    return spelled(np.random.default_rng(0), size, chance=1.0)


BROKEN: list[Broken] = [
    (unseeded, {"repeatable"}, "has a different prompt when drawn again: everything must come from `rng`"),
    (added, {"seeds"}, "seed 1 repeats 99 of 100 draws of seed 0, and a distant seed repeats 0"),
    (constant, {"seeds"}, "all 200 draws have the same prompt"),
]


@pytest.mark.parametrize(("broken", "checks", "what"), BROKEN, ids=[broken.name for broken, *_ in BROKEN])
def test_a_broken_task_is_at_fault_for_what_is_broken(broken: Task, checks: set[str], what: str) -> None:
    """The check is named, the words say what is wrong, and no other check fails."""
    find_faults(broken, checks, what)


@task(control=CONTROL, family="spelling")
def asked_again(rng: Rng, *, size: int) -> Case:
    """One question with many right answers, each of which counts once."""

    def check(given: str, earlier: Sequence[str]) -> Check:
        return Check(given in TRIPLES and given not in earlier)

    answer = TRIPLES[int(rng.integers(len(TRIPLES)))]
    return Case(f"Give another triple in size {size}.", answer, lures={"one": "1"}, unique=False, among=check)


def test_draws_that_are_judged_together_may_ask_one_question() -> None:
    """That all draws have the same prompt is no fault where a repeated answer is wrong."""
    assert [fault.check for fault in certify(asked_again, {"size": 2}, {"size": 1}) if fault.check == "seeds"] == []
