"""Siblings that only a model which was trained on their families can know."""

import functools

import numpy as np

from pytest_ood import Case, task
from pytest_ood.drawing import choice
from pytest_ood.families.shortcuts.family_graph import Graph, family_graph, in_either_order, unordered
from pytest_ood.families.shortcuts.sibling_discovery import ORDERS, check_siblings, written

CHILDREN = 32
# The pairs of siblings that are told in training, of the 12 x 496 that there are.
TOLD = 1000


@functools.cache
def graph() -> Graph:
    """Return twelve families, always the same; `taken` are the pairs that are told, `left` all others."""
    return family_graph(0, CHILDREN, TOLD)


@task(
    control={"order": "parent_first"}, name="laboratory.siblings", family="shortcuts and planning", declared=("prompt",)
)
def told_siblings(rng: np.random.Generator, *, order: str = "siblings_first") -> Case:
    """A pair of siblings and their parent that was never told, asked for again and again.

    Moves: the order of the answer, as in `shortcuts.sibling_discovery`; but the families are nowhere in the prompt, so
    that only a model that was told of some pairs can know them.
    Judged over an arm: an answer is right if it is coherent, new (not among the pairs that were told) and distinct from
    the earlier ones of its arm.
    Lures: `told`, a pair of the training.
    Chance: a parent and two children picked at random are right in less than 1 of 100 cases.
    Source: Nagarajan et al. 2025, "Roll the dice & look before you leap" (2504.15266).

    Args:
        order: "parent_first" or "siblings_first".
    """
    families, told, left = graph()
    return Case(
        f"Name two siblings and their parent. Give {ORDERS[order]}, separated by spaces.",
        answer=written(in_either_order(rng, choice(rng, left)), order),
        lures={"told": written(choice(rng, told), order)},
        among=functools.partial(check_siblings, order=order, families=families, taken=_told()),
        kind="items",
        unique=False,
        choices=len(left),
    )


@functools.cache
def _told() -> frozenset[tuple[str, str, str]]:
    return frozenset(map(unordered, graph().taken))
