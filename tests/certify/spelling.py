"""A sound case to be changed, and what all tests of certification share."""

import dataclasses
import string
from collections.abc import Sequence
from typing import Any

import numpy as np

from pytest_ood.case import Case
from pytest_ood.certify import certify
from pytest_ood.tasks import Task
from pytest_ood.verify import Check

LETTERS = list(string.ascii_lowercase)
CONTROL = {"size": 1}
SHIFT = {"size": 2}
Rng = np.random.Generator
# A task, the checks that it fails, and a part of what one of them says.
Broken = tuple[Task, set[str], str]


def find_faults(broken: Task, checks: set[str], what: str) -> None:
    """Assert that exactly these checks fail, and that one of them says this."""
    faults = certify(broken, SHIFT, CONTROL)
    assert {fault.check for fault in faults} == checks
    assert [fault for fault in faults if what in fault.what]


def spelled(rng: Rng, size: int, **changes: Any) -> Case:
    """Return a sound case, except for the changes."""
    word = "".join(rng.choice(LETTERS, 8).tolist())
    case = Case(f"Spell {word} backward in size {size}. Give the word.", word[::-1], lures={"copied": word}, input=word)
    return dataclasses.replace(case, **changes)


def labelled(rng: Rng, size: int, share: float, chance: float) -> Case:
    """Return a question to be answered with yes or no."""
    answer, other = ("yes", "no") if rng.random() < share else ("no", "yes")
    prompt = f"Is {rng.random():.9f} drawn in size {size}? Give yes or no."
    return Case(prompt, answer, lures={"loud": other}, chance=chance)


def multiples(rng: Rng, size: int, distinct: bool) -> Case:
    """Return a question with many right answers, each of them once in an arm if `distinct`."""
    answer, taken = map(str, rng.choice([997 * factor for factor in range(11, 101)], 2, replace=False).tolist())

    def check(given: str, earlier: Sequence[str]) -> Check:
        digits = len(given) == 5 and given.isascii() and given.isdigit() and given[0] != "0"
        return Check(digits and int(given) % 997 == 0 and given not in {taken, *(earlier if distinct else ())})

    prompt = f"Give another multiple of 997 with 5 digits than {taken}, in size {size}."
    return Case(prompt, answer, lures={"copied": taken}, input=taken, unique=False, among=check)
