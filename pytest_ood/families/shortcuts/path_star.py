"""The path between the centre of a star and the end of one of its arms."""

import functools
import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import sample, shuffled
from pytest_ood.families.lures import wrong_answers
from pytest_ood.parameters import expect_one_of, expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import Check, sequence

NODES = [str(number) for number in range(100, 1000)]
# What may stand between the nodes of an answer, apart from white space.
SEPARATORS = re.compile("->|[,\N{RIGHTWARDS ARROW}]")

PROMPTS = (
    """\
These are the edges of a graph, each written as the numbers of the two nodes that it joins. Neither the order of the \
edges nor the order of the two numbers means anything.
{edges}

Just one path leads from node {start} to node {goal} without visiting a node twice. Give its nodes in order, both ends \
included: numbers separated by spaces, {start} first and {goal} last.""",
    """\
Find the path from node {start} to node {goal} that visits no node twice, in a graph with these edges:
{edges}

There is only one such path. An edge is written as the numbers of the two nodes that it joins, in either order, and \
the edges are in no order either. Write the nodes of the path in order, from {start} at the beginning to {goal} at the \
end, as numbers separated by spaces.""",
    """\
{edges}

Each of these is an edge of a graph: two numbers, of the nodes that it joins. The order of the edges does not matter, \
nor does that of the two numbers of an edge. By which nodes does one get from node {start} to node {goal} if no node \
may be visited twice? There is just one way. Answer with its nodes in order, {start} and {goal} included as the first \
and the last: numbers with spaces in between.""",
)


def solve(inputs: Mapping[str, Any]) -> str:
    """Return the path between two nodes of a graph without circles, found by way of all nodes that can be reached.

    Args:
        inputs: the question in three parts:
            inputs["edges"]: pairs of the nodes that are joined, each a list of two texts, in either order.
            inputs["start"], inputs["goal"]: the nodes between which the path leads, as text.
    """
    neighbours: dict[str, list[str]] = {}
    for one, other in inputs["edges"]:
        neighbours.setdefault(one, []).append(other)
        neighbours.setdefault(other, []).append(one)
    paths = {inputs["start"]: [inputs["start"]]}
    waiting = [inputs["start"]]
    while waiting:
        node = waiting.pop()
        for neighbour in neighbours[node]:
            if neighbour not in paths:
                paths[neighbour] = [*paths[node], neighbour]
                waiting.append(neighbour)
    return " ".join(paths[inputs["goal"]])


@task(
    control={"direction": "backward"},
    name="shortcuts.path_star",
    family="shortcuts and planning",
    version=2,
    size="arms",
    solver=solve,
    wordings=len(PROMPTS),
)
def path_star(
    rng: np.random.Generator, *, direction: str = "forward", arms: int = 5, length: int = 5, wording: int = 0
) -> Case:
    """The path between the centre of a star and the end of one of its arms.

    Moves: the direction: in the control arm the path goes from the end of the arm to the centre, and every step is
    forced; in the shift arm it goes from the centre, where the first step is a choice between all the arms, and only
    the end of the right one shows which it is.
    Matched: everything else. Both arms show the same edges in the same order and ask about the same two nodes, so that
    one answer is the other backwards and the prompts are equally long. Each edge is written with either of its nodes
    first, with equal chance, so that reading order favours neither direction.
    Lures: `wrong_arm`, the nodes of another arm, as many as in the right path; `first_hop_wrong`, the first step into
    another arm, then the right nodes; `turned_round`, the right path backwards. Every case of the shift arm has all
    three.
    Chance: 1/arms in the shift arm, for a model that reads the edges and takes any arm; compare the score `first_hop`
    with it, too. In the control arm it is 0, as nothing is left to chance. Without reading the edges no path is ever
    right.
    Source: Bachmann & Nagarajan 2024, "The Pitfalls of Next-Token Prediction" (2403.06963), where models are trained on
    such graphs and edges are written from the centre outwards. Here the graph is in the prompt: a behavioural analogue.

    Args:
        direction: "forward", from the centre, or "backward", to it.
        arms: 2 to 10.
        length: nodes of an arm, not counting the centre, 2 to 10.
        wording: the wording of the question, 0 to 2.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_one_of("direction", direction, ("backward", "forward"))
    expect_whole("arms", arms, 2, 10)
    expect_whole("length", length, 2, 10)
    centre, *nodes = sample(rng, NODES, 1 + arms * length)
    # Every arm from the centre outwards. As names are drawn at random, the first one is as good as any to ask about.
    paths = [[centre, *nodes[start : start + length]] for start in range(0, len(nodes), length)]
    steps = [step for path in paths for step in itertools.pairwise(path)]
    written = [f"{one}-{other}" if rng.random() < 0.5 else f"{other}-{one}" for one, other in steps]
    edges = " ".join(shuffled(rng, written))
    path, other_path = paths[0], paths[1]
    if direction == "backward":
        path, other_path = path[::-1], other_path[::-1]
    answer = " ".join(path)
    shortcuts = {
        "wrong_arm": " ".join([path[0], *other_path[1:]]),
        "first_hop_wrong": " ".join([path[0], other_path[1], *path[2:]]),
        "turned_round": " ".join(path[::-1]),
    }
    return Case(
        PROMPTS[wording].format(edges=edges, start=path[0], goal=path[-1]),
        answer=answer,
        lures=wrong_answers(answer, shortcuts),
        verify=functools.partial(check_path, answer=path, edges=edges.split()),
        kind="items",
        input=edges,
        inputs={"edges": [edge.split("-") for edge in edges.split()], "start": path[0], "goal": path[-1]},
        chance=1 / arms if direction == "forward" else 0.0,
    )


def check_path(given: str, answer: Sequence[str], edges: Sequence[str]) -> Check:
    """Check that the nodes are right, one after the other, separated by white space, commas or arrows.

    The detail of a wrong path: `first_wrong`, the place of the first wrong node, counted from 0, or both lengths if one
    path begins with the other; `all_edges`, whether every step follows an edge; `ends_at_goal`. Of a text that is
    longer than any path could be, only that.
    Scores: `first_hop`, 1 if the first two nodes are right, else 0.

    Args:
        given: the answer.
        answer: the right nodes.
        edges: as the prompt writes them, such as "111-222".
    """
    if len(given) > 100 + 10 * len(answer):
        return Check(False, {"too_long": True}, {"first_hop": 0.0})
    mine = SEPARATORS.sub(" ", given).split()
    scores = {"first_hop": float(mine[:2] == answer[:2])}
    check = sequence(mine, answer)
    if check.correct:
        return Check(True, {}, scores)
    steps = list(itertools.pairwise(mine))
    all_edges = bool(steps) and all(f"{one}-{other}" in edges or f"{other}-{one}" in edges for one, other in steps)
    detail = {**check.detail, "all_edges": all_edges, "ends_at_goal": mine[-1:] == answer[-1:]}
    return Check(False, detail, scores, in_form=all(map(str.isdigit, mine)))
