"""Parents and their children, the same for every case that asks about the same graph."""

import functools
import itertools
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from pytest_ood.drawing import choice, sample
from pytest_ood.rng import generator

PARENTS = 12
# The letters of a name, place by place: few such names are words.
LETTERS = ("bdfgklmnprstvz", "aeiou", "bdflmnrsv", "aeiou", "pvz")
# A parent and two of its children.
Pair = tuple[str, str, str]
# The children of each parent.
Families = Mapping[str, Sequence[str]]


class Graph(NamedTuple):
    """A family graph.

    Attributes:
        families: the children of each parent.
        taken: the pairs of siblings that are named in the prompt.
        left: all other pairs, one of which is to be found.
    """

    families: Families
    taken: Sequence[Pair]
    left: Sequence[Pair]


@functools.lru_cache(maxsize=64)
def family_graph(number: int, children: int, given: int) -> Graph:
    """Draw the graph of this number, from a generator of its own.

    Any two names differ in two letters or more, so that one mistyped letter does not make another name.
    """
    rng = generator("shortcuts.sibling_discovery graph", 1, number, 0)
    names: list[str] = []
    while len(names) < PARENTS * (children + 1):
        name = "".join([choice(rng, letters) for letters in LETTERS])
        if all(differences(name, other) > 1 for other in names):
            names.append(name)
    families = {name: tuple(names[PARENTS + place :: PARENTS]) for place, name in enumerate(names[:PARENTS])}
    pairs = [(parent, *two) for parent in families for two in itertools.combinations(families[parent], 2)]
    mixed = sample(rng, pairs, len(pairs))
    return Graph(families, [in_either_order(rng, pair) for pair in mixed[:given]], mixed[given:])


def differences(name: str, other: str) -> int:
    """Return in how many letters two names differ."""
    return sum(mine != theirs for mine, theirs in zip(name, other, strict=True))


def in_either_order(rng: np.random.Generator, pair: Pair) -> Pair:
    """Return the pair with its children in random order."""
    parent, one, other = pair
    return pair if rng.random() < 0.5 else (parent, other, one)


def unordered(pair: Pair) -> Pair:
    """Return the pair with its children in alphabetical order, whichever came first."""
    parent, one, other = pair
    return pair if one < other else (parent, other, one)


def siblings(pair: Pair, families: Families) -> bool:
    """Return whether they are two different children of the parent."""
    parent, one, other = pair
    children = families.get(parent, ())
    return one != other and one in children and other in children
