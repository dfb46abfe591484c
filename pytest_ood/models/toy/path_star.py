"""Read a question about the path between two nodes of a graph, and write the path."""

import re
from collections.abc import Sequence

from pytest_ood.models.toy.reading import END, NotTrained, Reader

# Ten arms of five nodes, and their centre.
MOST_NODES = 51
EDGES = re.compile(r"^\d{3}-\d{3}(?: \d{3}-\d{3})+$", re.MULTILINE)
ENDS = re.compile(r"\bfrom node (\d{3}) to node (\d{3})\b")


class PathStarReader(Reader):
    """The two nodes of each edge and a blank, in the order of the prompt, then the start and the goal.

    A node's token is that of the place at which it first occurs among the edges, so that any names can be read.
    """

    vocabulary = (END, "=", " ", *(f"node {place}" for place in range(MOST_NODES)))
    asks_for = "paths in a graph"

    def read(self, question: str) -> list[str] | None:
        """Return the tokens of a question about a path."""
        names = _names(question)
        ends = ENDS.search(question)
        if not names or ends is None:
            return None
        tokens = _tokens(names)
        if len(tokens) > MOST_NODES:
            raise NotTrained(f"trained on graphs of at most {MOST_NODES} nodes, not of {len(tokens)}")
        edges = zip(names[::2], names[1::2], strict=True)
        written = [token for one, other in edges for token in (tokens[one], tokens[other], " ")]
        return [*written, tokens[ends[1]], tokens[ends[2]], "="]

    def tokens(self, answer: str, question: str) -> list[str]:
        """Return the nodes of a path."""
        tokens = _tokens(_names(question))
        return [tokens[name] for name in answer.split()]

    def write(self, tokens: Sequence[str], question: str) -> str:
        """Return the path in the names of the question; what is not one of its nodes is written as ``?``."""
        names = {token: name for name, token in _tokens(_names(question)).items()}
        return " ".join([names.get(token, "?") for token in tokens])


def _names(question: str) -> list[str]:
    edges = EDGES.search(question)
    return re.findall(r"\d{3}", edges[0]) if edges else []


def _tokens(names: Sequence[str]) -> dict[str, str]:
    """Return the token of each node."""
    return {name: f"node {place}" for place, name in enumerate(dict.fromkeys(names))}
