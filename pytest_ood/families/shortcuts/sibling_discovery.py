"""Pairs of siblings that have not been named yet."""

import functools
import itertools
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from pytest_ood.case import Case, task
from pytest_ood.drawing import choice, integer, sample, shuffled
from pytest_ood.parameters import expect_one_of, expect_whole
from pytest_ood.rng import generator
from pytest_ood.verify import Check

PARENTS, LARGEST_GRAPH = 12, 1_000_000
# The letters of a name, place by place: few such names are words.
LETTERS = ("bdfgklmnprstvz", "aeiou", "bdflmnrsv", "aeiou", "pvz")
# How the names of an answer are ordered.
ORDERS = {"parent_first": "the parent, then the two children", "siblings_first": "the two children, then the parent"}
# A parent and two of its children.
Pair = tuple[str, str, str]
# The children of each parent.
Families = Mapping[str, Sequence[str]]
# More than three names with white space between them.
LONGEST_ANSWER = 200

PROMPT = """\
Each line gives a parent and, after the colon, its children:
{families}

Two children of the same parent are siblings. These pairs of siblings are taken, each given as {form}:
{given}

Give one more pair of siblings in the same form: {form}, separated by spaces. It must not be one of those taken, with \
its children in either order. This question is asked many times, and a pair that was the answer before does not count: \
choose at random among all that are left."""


@task(
    control={"order": "parent_first"},
    name="shortcuts.sibling_discovery",
    family="shortcuts and planning",
    size="children",
)
def sibling_discovery(
    rng: np.random.Generator, *, order: str = "siblings_first", children: int = 12, graph: int = 0, given: int = 5
) -> Case:
    """A pair of siblings and their parent that has not been named yet, asked for again and again.

    Moves: the order of the answer: in the control arm the parent comes first and each child follows from it; in the
    shift arm the children come first, so that the parent has to be chosen before it is written.
    Matched: everything else; both arms list the same families in the same order with the same pairs taken, and the
    words for the two orders are equally long.
    Judged over an arm: all draws of a `graph` show the same 12 parents and their children, listed in another order and
    with other pairs taken, and an answer is right if it is coherent (two different children of the parent named), new
    (not among those taken) and distinct from the answers of all earlier draws of its arm, with the children in either
    order. Each of the three is scored on its own as well.
    Lures: `given_repeated`, a pair that is taken; `not_siblings`, children of two parents. Every case has both.
    Chance: a parent and two children picked at random are right in less than 1 of 100 cases. A sampler that picks one
    of the `choices` right answers at random each time, as the oracle does, gives 2 % repeats in 40 draws and 6 % in
    100. Compare the score `distinct` with that, not with 0. With fewer children there are more repeats, 10 % and 24 %
    with 6, and it is hard to show that the bar is cleared.
    Source: Nagarajan et al. 2025, "Roll the dice & look before you leap" (2504.15266), where models are trained on such
    graphs. Here the graph is in the prompt: a behavioural analogue.

    Args:
        order: "parent_first" or "siblings_first".
        children: of each parent, 4 to 16: 72 to 1,440 pairs.
        graph: the number of the graph, 0 to 1,000,000; all draws of an arm have the same one.
        given: pairs that are taken, 1 to 20.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_one_of("order", order, list(ORDERS))
    expect_whole("children", children, 4, 16)
    expect_whole("graph", graph, 0, LARGEST_GRAPH)
    expect_whole("given", given, 1, 20)
    families, pairs = family_graph(graph, children)
    parents = list(families)
    listed_parents = shuffled(rng, parents)
    # The children of all families are listed in the same random order of their places.
    places = shuffled(rng, range(children))
    lines = [f"{parent}: {' '.join([families[parent][place] for place in places])}" for parent in listed_parents]
    right, *taken = [in_either_order(rng, pair) for pair in sample(rng, pairs, given + 1)]
    parent, child, _ = right
    # Another parent, any number of places before this one; a negative place counts from the end.
    other_parent = parents[parents.index(parent) - integer(rng, 1, PARENTS - 1)]
    stranger = choice(rng, families[other_parent])
    shown = [written(pair, order) for pair in taken]
    return Case(
        PROMPT.format(families="\n".join(lines), form=ORDERS[order], given="\n".join(shown)),
        answer=written(right, order),
        lures={"given_repeated": shown[0], "not_siblings": written((parent, child, stranger), order)},
        among=functools.partial(
            check_siblings, order=order, families=families, taken=frozenset([unordered(pair) for pair in taken])
        ),
        input="\n".join(shown),
        unique=False,
        choices=len(pairs) - given,
    )


def check_siblings(
    given: str, earlier: Sequence[str], order: str, families: Families, taken: Collection[Pair]
) -> Check:
    """Check that the answer is coherent, new and distinct from the earlier ones.

    The names may be separated by white space or commas, in upper or lower case. Earlier answers in another form are
    skipped.
    The detail of a wrong answer: `taken`; `repeats_draw`, the earlier draw that it repeats, counted from 0; of an
    incoherent one what `incoherence` returns.
    Scores: `coherent`; `new`, coherent and not taken; `distinct`, coherent and not answered earlier.
    """
    pair = read_pair(given, order)
    if pair is None or not siblings(pair, families):
        return Check(False, incoherence(pair, families), {"coherent": 0.0, "new": 0.0, "distinct": 0.0})
    same = unordered(pair)
    new = same not in taken
    repeated = next((draw for draw, answer in enumerate(earlier) if repeats(answer, same, order)), None)
    detail: dict[str, Any] = {} if new else {"taken": True}
    if repeated is not None:
        detail["repeats_draw"] = repeated
    return Check(not detail, detail, {"coherent": 1.0, "new": float(new), "distinct": float(repeated is None)})


def repeats(answer: str, pair: Pair, order: str) -> bool:
    """Return whether an earlier answer is this pair."""
    other = read_pair(answer, order)
    return other is not None and unordered(other) == pair


def incoherence(pair: Pair | None, families: Families) -> dict[str, Any]:
    """Return why the names are not siblings with their parent.

    `not_three_names`; `unknown`, the names that are in no family; `other_order`, if they are siblings in the order that
    was not asked for; `same_child`; `not_siblings`.
    """
    if pair is None:
        return {"not_three_names": True}
    parent, one, other = pair
    names = {*families, *itertools.chain.from_iterable(families.values())}
    if unknown := [name for name in pair if name not in names]:
        return {"unknown": unknown}
    if siblings((other, parent, one), families) or siblings((one, other, parent), families):
        return {"other_order": True}
    return {"same_child": True} if one == other else {"not_siblings": True}


def siblings(pair: Pair, families: Families) -> bool:
    """Return whether they are two different children of the parent."""
    parent, one, other = pair
    children = families.get(parent, ())
    return one != other and one in children and other in children


def read_pair(answer: str, order: str) -> Pair | None:
    """Return the parent and the two children of an answer; None if it is not three names."""
    names = answer.replace(",", " ").casefold().split() if len(answer) <= LONGEST_ANSWER else []
    if len(names) != 3:
        return None
    first, second, third = names
    return (first, second, third) if order == "parent_first" else (third, first, second)


def written(pair: Pair, order: str) -> str:
    """Write the pair as an answer gives it."""
    parent, one, other = pair
    return f"{parent} {one} {other}" if order == "parent_first" else f"{one} {other} {parent}"


def in_either_order(rng: np.random.Generator, pair: Pair) -> Pair:
    """Return the pair with its children in random order."""
    parent, one, other = pair
    return pair if rng.random() < 0.5 else (parent, other, one)


def unordered(pair: Pair) -> Pair:
    """Return the pair with its children in alphabetical order, whichever came first."""
    parent, one, other = pair
    return pair if one < other else (parent, other, one)


@functools.lru_cache(maxsize=64)
def family_graph(graph: int, children: int) -> tuple[Families, Sequence[Pair]]:
    """Draw the families of a graph, from a generator of its own.

    Any two names differ in two letters or more, so that one mistyped letter does not make another name.

    Returns:
        The children of each parent, and every pair of siblings with their parent.
    """
    rng = generator("shortcuts.sibling_discovery graph", 1, graph, 0)
    names: list[str] = []
    while len(names) < PARENTS * (children + 1):
        name = "".join([choice(rng, letters) for letters in LETTERS])
        if all(differences(name, other) > 1 for other in names):
            names.append(name)
    families = {name: tuple(names[PARENTS + place :: PARENTS]) for place, name in enumerate(names[:PARENTS])}
    pairs = [(parent, *two) for parent in families for two in itertools.combinations(families[parent], 2)]
    return families, pairs


def differences(name: str, other: str) -> int:
    """Return in how many letters two names differ."""
    return sum(mine != theirs for mine, theirs in zip(name, other, strict=True))
