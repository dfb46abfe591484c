"""What is read from a question about a path in a graph."""

import re

import pytest

from pytest_ood.families import shortcuts
from pytest_ood.models.toy.path_star import PathStarReader
from pytest_ood.models.toy.reading import NotTrained

READER = PathStarReader()


@pytest.mark.parametrize("wording", [0, 1, 2])
@pytest.mark.parametrize("direction", ["forward", "backward"])
@pytest.mark.parametrize("arms", [2, 5, 10])
def test_a_question_becomes_its_edges_and_both_ends(wording: int, direction: str, arms: int) -> None:
    """With the names of the nodes in place of their tokens again, it is the graph that the prompt shows."""
    case = shortcuts.path_star.draw({"arms": arms, "direction": direction, "wording": wording}, 7, 3)
    assert case.inputs is not None
    tokens = READER.read(case.prompt)
    assert tokens is not None
    names = READER.write([token for token in tokens if token.startswith("node")], case.prompt).split()
    edges = [list(pair) for pair in zip(names[:-2:2], names[1:-2:2], strict=True)]
    assert edges == case.inputs["edges"]
    assert names[-2:] == [case.inputs["start"], case.inputs["goal"]]
    assert re.fullmatch(r"(nn )+nn=", "".join("n" if token.startswith("node") else token for token in tokens))


def test_an_answer_is_written_as_it_was_read() -> None:
    """In the names that the question has for its nodes."""
    case = shortcuts.path_star.draw({}, 1, 1)
    assert READER.write(READER.tokens(case.answer, case.prompt), case.prompt) == case.answer


def test_a_node_that_the_graph_does_not_have_has_no_name() -> None:
    """Nothing that could be right is made of it."""
    assert READER.write(["node 50", "="], shortcuts.path_star.draw({"arms": 2}, 1, 1).prompt) == "? ?"


def test_a_graph_that_is_too_large_is_refused() -> None:
    """There are tokens for ten arms of five nodes."""
    with pytest.raises(NotTrained, match="at most 51 nodes, not of 101"):
        READER.read(shortcuts.path_star.draw({"arms": 10, "length": 10}, 0, 0).prompt)


def test_other_questions_are_not_read() -> None:
    """Not even about other graphs."""
    assert READER.read(shortcuts.sibling_discovery.draw({}, 0, 0).prompt) is None
    assert READER.read("Find the path from node 111 to node 222.") is None
