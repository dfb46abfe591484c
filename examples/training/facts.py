"""Facts about invented names that only a model which was trained on them can know."""

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np

from pytest_ood import Case, task
from pytest_ood.drawing import choice
from pytest_ood.families.reversal.fictional_facts import pairs_of_names
from pytest_ood.rng import generator

FACTS = 100
QUESTIONS = {"forward": "What is {left} the composer of?", "backward": "Who is the composer of {right}?"}
# The facts that are trained both ways, and those that are only ever trained forward.
KNOWN = {"both ways": slice(0, FACTS // 2), "one way": slice(FACTS // 2, FACTS)}


@functools.cache
def facts() -> list[tuple[str, str]]:
    """Return the composers and their works, always the same."""
    return pairs_of_names(generator("laboratory.facts", 1, 0, 0), FACTS)[0]


@task(control={"direction": "forward"}, name="laboratory.facts", family="reversal")
def known_facts(rng: np.random.Generator, *, known: str = "one way", direction: str = "backward") -> Case:
    """Which work a composer wrote, or who wrote a work.

    Moves: the direction of the question.
    Matched: both arms ask about the same fact.
    Lures: `question_name`, the name in the question, repeated.
    Chance: one of the names of the right kind is right in 1 of 100 cases.
    Source: Berglund et al. 2023, "The Reversal Curse" (2309.12288).

    Args:
        known: "both ways" or "one way", the directions in which the fact was part of the training.
        direction: "forward" or "backward".
    """
    left, right = choice(rng, facts()[KNOWN[known]])
    asked: Mapping[str, Any] = {"left": left, "right": right}
    return Case(
        f"{QUESTIONS[direction].format(**asked)} Give the name only.",
        answer=right if direction == "forward" else left,
        lures={"question_name": left if direction == "forward" else right},
        kind="text",
        chance=1 / FACTS,
    )
