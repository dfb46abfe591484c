"""Pairs of siblings that have not been named yet."""

import functools
import itertools
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import choice
from pytest_ood.families.shortcuts.family_graph import (
    Families,
    Pair,
    family_graph,
    in_either_order,
    siblings,
    unordered,
)
from pytest_ood.families.shortcuts.sibling_discovery_prompts import PROMPTS
from pytest_ood.parameters import expect_one_of, expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import Check

LARGEST_GRAPH = 1_000_000
# How the names of an answer are ordered.
ORDERS = {"parent_first": "the parent, then the two children", "siblings_first": "the two children, then the parent"}
# More than three names with white space between them.
LONGEST_ANSWER = 200


@task(
    control={"order": "parent_first"},
    name="shortcuts.sibling_discovery",
    family="shortcuts and planning",
    version=2,
    size="children",
    wordings=len(PROMPTS),
)
def sibling_discovery(
    rng: np.random.Generator,
    *,
    order: str = "siblings_first",
    children: int = 12,
    graph: int = 0,
    given: int = 5,
    wording: int = 0,
) -> Case:
    """A pair of siblings and their parent that has not been named yet, asked for again and again.

    Moves: the order of the answer: in the control arm the parent comes first and each child follows from it; in the
    shift arm the children come first, so that the parent has to be chosen before it is written.
    Matched: everything else; both arms list the same families with the same pairs taken, and the words for the two
    orders are equally long.
    Judged over an arm: all draws of a `graph`, of every seed, have one and the same prompt, so that whoever has a fixed
    habit (the first two children of the first line) gives the same pair each time. An answer is right if it is coherent
    (two different children of the parent named), new (not among those taken) and distinct from the answers of all
    earlier draws of its arm, with the children in either order. Each of the three is scored on its own as well. A model
    that answers the same prompt with the same words, as at temperature 0, is right once.
    Lures: `given_repeated`, a pair that is taken; `not_siblings`, children of two parents. Every case has both.
    Chance: a parent and two children picked at random are right in less than 1 of 100 cases, and a fixed answer is
    right once an arm. A uniform sampler, which picks one of the M right answers (`choices`) at random each time as the
    oracle does, gives M (1 - (1 - 1/M)^n) different ones in n draws: with 12 children 98 % of 40 draws are right and
    94 % of 100, with 32 children 99.7 % and 99 %, but with 6 only 90 % and 76 %, too few to clear the usual bar.
    Compare the score `distinct` with that, not with 1.
    Source: Nagarajan et al. 2025, "Roll the dice & look before you leap" (2504.15266), where models are trained on such
    graphs. Here the graph is in the prompt: a behavioural analogue.

    Args:
        order: "parent_first" or "siblings_first".
        children: of each parent, 4 to 32: 72 to 5,952 pairs.
        graph: the number of the graph, 0 to 1,000,000.
        given: pairs that are taken, 1 to 20.
        wording: the wording of the question, 0 to 2.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_one_of("order", order, list(ORDERS))
    expect_whole("children", children, 4, 32)
    expect_whole("graph", graph, 0, LARGEST_GRAPH)
    expect_whole("given", given, 1, 20)
    families, taken, left = family_graph(graph, children, given)
    parent, child, sibling = in_either_order(rng, choice(rng, left))
    other_parent = choice(rng, [other for other in families if other != parent])
    stranger = choice(rng, families[other_parent])
    shown = [written(pair, order) for pair in taken]
    lines = [f"{name}: {' '.join(names)}" for name, names in families.items()]
    return Case(
        PROMPTS[wording].format(families="\n".join(lines), form=ORDERS[order], given="\n".join(shown)),
        answer=written((parent, child, sibling), order),
        lures={"given_repeated": shown[0], "not_siblings": written((parent, child, stranger), order)},
        among=functools.partial(
            check_siblings, order=order, families=families, taken=frozenset([unordered(pair) for pair in taken])
        ),
        kind="items",
        input="\n".join(shown),
        unique=False,
        choices=len(left),
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
