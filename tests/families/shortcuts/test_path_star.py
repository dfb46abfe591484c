"""Paths, found again by searching the graph of the prompt."""

import itertools
import json
import re
from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood.families.shortcuts.path_star import check_path, path_star
from tests.families.drawing import pairs

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (path_star, {"arms": 2, "length": 2}, "de38a0bffb2117d93b41d72d8cce5861318556cf7f2d936d28b5bb3bb96af990"),
    (path_star, {"arms": 5, "length": 5}, "d0d8f3afffe1a9bd51bb01b8090aa20c3a26b35285c4d41567ed3be51bf5d389"),
    (
        path_star,
        {"arms": 10, "length": 10},
        "8be5c1cf5c092b9ba608bba0fd4929a44f95aad6096736754a8a33937c61972c",
    ),
]


def graph_of(prompt):
    """The neighbours of each node, the start and the goal, as a prompt states them."""
    neighbours = {}
    for a, b in re.findall(r"\b(\d+)-(\d+)\b", prompt):
        neighbours.setdefault(a, []).append(b)
        neighbours.setdefault(b, []).append(a)
    ((start, goal),) = re.findall(r"leads from node (\d+) to node (\d+) ", prompt)
    return neighbours, start, goal


def breadth_first(neighbours, start, goal):
    """The shortest path."""
    came_from, queue = {start: None}, deque([start])
    while queue:
        here = queue.popleft()
        for there in neighbours[here]:
            if there not in came_from:
                came_from[there] = here
                queue.append(there)
    path = [goal]
    while came_from[path[-1]] is not None:
        path.append(came_from[path[-1]])
    return path[::-1]


def simple_paths(neighbours, path, goal):
    """Every path that begins with this one, visits no node twice and ends at the goal."""
    if path[-1] == goal:
        return [path]
    following = [[*path, node] for node in neighbours[path[-1]] if node not in path]
    return [found for longer in following for found in simple_paths(neighbours, longer, goal)]


@pytest.mark.parametrize("direction", ["backward", "forward"])
@pytest.mark.parametrize(("arms", "length"), [(2, 2), (2, 10), (3, 4), (5, 5), (10, 2), (10, 10)])
def test_the_path_is_found_by_searching(arms, length, direction):
    """Breadth first the answer is found, depth first no other is; the graph is a star with such arms."""
    for draw in range(25):
        case = path_star.draw({"direction": direction, "arms": arms, "length": length}, 1, draw)
        neighbours, start, goal = graph_of(case.prompt)
        path = case.answer.split()
        assert path == breadth_first(neighbours, start, goal)
        assert [path] == simple_paths(neighbours, [start], goal)
        assert length + 1 == len(path)
        assert arms * length == sum(map(len, neighbours.values())) / 2
        centre = start if direction == "forward" else goal
        # A centre of two arms looks like any node between two others.
        assert arms == len(neighbours[centre])
        assert arms == sum(len(found) == 1 for found in neighbours.values())
        assert all(len(found) <= 2 for node, found in neighbours.items() if node != centre)
        assert case.chance == (1 / arms if direction == "forward" else 0)


@pytest.mark.parametrize(("arms", "length"), [(2, 2), (5, 5)])
def test_path_lures(arms, length):
    """A wrong arm is a path of the right length to another end; a wrong first hop is wrong in that place only."""
    for draw in range(200):
        case = path_star.draw({"arms": arms, "length": length}, 2, draw)
        neighbours, start, goal = graph_of(case.prompt)
        path, lures = case.answer.split(), {name: lure.split() for name, lure in case.lures.items()}
        assert list(lures) == ["wrong_arm", "first_hop_wrong", "turned_round"]
        end = lures["wrong_arm"][-1]
        assert lures["wrong_arm"] == breadth_first(neighbours, start, end)
        assert len(path) == len(lures["wrong_arm"])
        assert end != goal
        assert len(neighbours[end]) == 1
        wrong = [place for place, node in enumerate(lures["first_hop_wrong"]) if node != path[place]]
        assert wrong == [1]
        assert lures["first_hop_wrong"][1] in neighbours[start]
        assert path[::-1] == lures["turned_round"]


@pytest.mark.parametrize(("arms", "length"), [(2, 2), (5, 5), (10, 10)])
def test_path_pairs_match(arms, length):
    """The same edges, the same two nodes, prompts of the same length, and one answer is the other backwards."""
    for control, shift in pairs(path_star, {"arms": arms, "length": length}, 300):
        assert control.input == shift.input
        assert len(control.prompt) == len(shift.prompt)
        assert control.answer.split() == shift.answer.split()[::-1]
        assert control.prompt != shift.prompt


def test_neither_direction_follows_the_writing():
    """Half of the edges have the inner node first; the right arm's are nowhere in particular."""
    first = places = steps = 0
    for _, case in pairs(path_star, {}, 300):
        edges, path = case.input.split(), case.answer.split()
        for step in itertools.pairwise(path):
            steps += 1
            first += "-".join(step) in edges
            places += (
                edges.index("-".join(step)) if "-".join(step) in edges else edges.index("-".join(step[::-1]))
            ) / 24
    assert first / steps == pytest.approx(0.5, abs=0.05)
    assert places / steps == pytest.approx(0.5, abs=0.05)


PATH, EDGES = ["111", "222", "333"], ["222-111", "222-333", "111-444", "555-444"]


@pytest.mark.parametrize(
    ("answer", "detail", "hop"),
    [
        ("111 444 555", {"first_wrong": 1, "all_edges": True, "ends_at_goal": False}, 0),
        ("111 444 333", {"first_wrong": 1, "all_edges": False, "ends_at_goal": True}, 0),
        ("111 222", {"given_length": 2, "expected_length": 3, "all_edges": True, "ends_at_goal": False}, 1),
        ("111 222 333 333", {"given_length": 4, "expected_length": 3, "all_edges": False, "ends_at_goal": True}, 1),
        ("222 333", {"first_wrong": 0, "all_edges": True, "ends_at_goal": True}, 0),
        ("111", {"given_length": 1, "expected_length": 3, "all_edges": False, "ends_at_goal": False}, 0),
        ("", {"given_length": 0, "expected_length": 3, "all_edges": False, "ends_at_goal": False}, 0),
        ("222-111 222-333", {"first_wrong": 0, "all_edges": False, "ends_at_goal": False}, 0),
        ("111 222 333" + " " * 200, {"too_long": True}, 0),
    ],
)
def test_detail_of_a_wrong_path(answer, detail, hop):
    """The first wrong node, whether all steps are edges, whether it ends at the goal; the first hop is scored."""
    check = check_path(answer, PATH, EDGES)
    assert (False, detail, {"first_hop": hop}) == (check.correct, dict(check.detail), dict(check.scores))


@pytest.mark.parametrize("between", [" ", "\n", ",", ", ", "->", " -> ", " \N{RIGHTWARDS ARROW} "])
def test_nodes_may_be_separated_by_arrows_and_commas(between):
    """What stands between the nodes does not count; a right path has the first hop right."""
    check = check_path(between.join(PATH), PATH, EDGES)
    assert check.correct
    assert check.scores == {"first_hop": 1}


@given(st.lists(st.sampled_from(["111", "222", "333", "444", "555", "11", "9", "x"]), max_size=6))
def test_any_list_of_nodes_is_judged_as_a_search_would(nodes):
    """Right if it is the path, and the detail holds whatever the nodes."""
    edges = {frozenset(edge.split("-")) for edge in EDGES}
    check = check_path(" ".join(nodes), PATH, EDGES)
    assert check.correct == (nodes == PATH)
    assert check.scores["first_hop"] == (nodes[:2] == PATH[:2])
    if not check.correct:
        steps = [frozenset(step) for step in itertools.pairwise(nodes)]
        assert check.detail["all_edges"] == (bool(steps) and edges >= set(steps))
        assert check.detail["ends_at_goal"] == (nodes[-1:] == ["333"])


@given(st.text(alphabet="0123456789 ->,\n\x00\ud800x", max_size=40))
def test_any_text_is_judged(text):
    """Nothing raises, and what is found is JSON."""
    json.dumps(dict(check_path(text, PATH, EDGES).detail))


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"direction": "up"}, "direction='up': must be one of 'backward', 'forward'"),
        ({"arms": 1}, "arms=1: must be a whole number from 2 to 10"),
        ({"length": 11}, "length=11: must be a whole number from 2 to 10"),
        ({"length": 5.0}, "length=5.0: must be a whole number"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        path_star.draw(params, 0, 0)
