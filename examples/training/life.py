"""Conway's Game of Life on a torus, learned on boards of two sizes.

The decoder is told where on the board a cell lies, by its row and its column, both while it reads the board and while
it writes the next one; it is not told that the rule is the same everywhere. The convolution looks at a cell and its
eight neighbours, wherever they are, so that it cannot tell one size from another.
"""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import decoder
import jax
import jax.numpy as jnp
import numpy as np
import optax
from experiment import Experiment, Weights

from pytest_ood.families.grids import life
from pytest_ood.models.toy.decoder import Decoder
from pytest_ood.models.toy.reading import END, NotTrained, Reader
from pytest_ood.models.toy.weights import Network

# A board may have as many rows and columns as there are positions.
LARGEST = 8
STEPS = re.compile(r"\bafter (\d+) steps?\b")
ROW = re.compile(r"^[01]+$", re.MULTILINE)
# A cell and its neighbours.
AROUND = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]


class LifeReader(Reader):
    """The cells of a board, row after row, one token each."""

    vocabulary = (END, "=", "0", "1")
    asks_for = "boards of Life after one step"

    def read(self, question: str) -> list[str] | None:
        """Return the cells of the board in a question about one step on a torus."""
        rows, steps = ROW.findall(question), STEPS.search(question)
        if steps is None or not rows or any(len(row) != len(rows) for row in rows) or "alive" not in question:
            return None
        if steps[1] != "1":
            raise NotTrained(f"trained on 1 step, not on {steps[1]}")
        if "torus" not in question:
            raise NotTrained("trained on a torus, not on boards with edges")
        if len(rows) > LARGEST:
            raise NotTrained(f"has positions for {LARGEST} rows, not for {len(rows)}")
        return [*"".join(rows), "="]

    def tokens(self, answer: str, question: str) -> list[str]:
        """Return the cells of the next board."""
        del question
        return list(answer.replace("\n", ""))

    def write(self, tokens: Sequence[str], question: str) -> str:
        """Return the cells in lines as long as those of the board that was asked about."""
        size = len(ROW.findall(question))
        cells = "".join(tokens)
        return "\n".join(cells[start : start + size] for start in range(0, len(cells), size))


class OnBoards(Experiment):
    """A decoder with positions in two dimensions."""

    def init(self, key: jax.Array) -> Weights:
        """Draw the first weights, with a position for every row, every column, and each part of the text."""
        first, *others = jax.random.split(key, 4)
        weights = super().init(first)
        width = weights["embedding"].shape[1]
        for name, count, one in zip(("row", "column", "part"), (LARGEST, LARGEST, 3), others, strict=True):
            weights[name] = jax.random.normal(one, (count, width)) * 0.5
        return weights

    def loss(self, weights: Weights, questions: jax.Array, answers: jax.Array) -> jax.Array:
        """Return the mean cross-entropy of the cells of the answers."""
        return super().loss(placed(weights, questions.shape[1]), questions, answers)

    def answering(self, weights: Mapping[str, np.ndarray]) -> Network:
        """Return a decoder for boards of any size."""
        return BoardDecoder(weights)


class BoardDecoder:
    """A decoder whose positions depend on the size of the board that is asked about."""

    def __init__(self, weights: Mapping[str, np.ndarray]) -> None:
        self._weights = weights

    def continued(self, prompts: np.ndarray, end: int, most: int) -> list[list[int]]:
        """Return what follows each prompt; see `Decoder.continued`."""
        return Decoder(placed(self._weights, prompts.shape[1]), decoder.HEADS).continued(prompts, end, most)


def placed(weights: Mapping[str, Any], asked: int) -> dict[str, Any]:
    """Return weights with the positions of a board and of the one that follows.

    A cell's position is where it lies. In the answer that of the *next* cell is given: what is to be predicted there.

    Args:
        weights: a decoder's, with `row`, `column` and `part`.
        asked: how many tokens a question has, the cells and one that ends it.
    """
    size = math.isqrt(asked - 1)
    part = weights["part"]
    cells = (weights["row"][:size, None] + weights["column"][None, :size]).reshape(size * size, -1)
    # The last cell of the answer is followed by the end, and that by nothing.
    shown = [cells + part[0], cells + part[1], part[2:], part[2:]]
    join = jnp.concatenate if isinstance(part, jax.Array) else np.concatenate
    return {**weights, "position": join(shown)}


class Convolved(Experiment):
    """A convolution over a torus. All cells are answered at once."""

    def init(self, key: jax.Array, width: int = 64, layers: int = 3) -> Weights:
        """Draw the first weights: a matrix for each of nine neighbours."""
        first, second, third = jax.random.split(key, 3)
        tokens, span = len(self.reader.vocabulary), len(AROUND)
        return {
            "embedding": jax.random.normal(first, (tokens, width)) * 0.5,
            "kernel": jax.random.normal(second, (layers, span, width, width)) * (2 / (span * width)) ** 0.5,
            "unembedding": jax.random.normal(third, (width, tokens)) * width**-0.5,
        }

    def loss(self, weights: Weights, questions: jax.Array, answers: jax.Array) -> jax.Array:
        """Return the mean cross-entropy of the cells of the answers."""
        logits = cell_logits(weights, questions[:, :-1])
        return optax.softmax_cross_entropy_with_integer_labels(logits, answers[:, :-1]).mean()

    def answering(self, weights: Mapping[str, np.ndarray]) -> Network:
        """Return what answers all cells at once."""
        return Convolution(weights)


class Convolution:
    """Answers with the likeliest value of every cell."""

    def __init__(self, weights: Mapping[str, np.ndarray]) -> None:
        self._weights = {name: jnp.asarray(value) for name, value in weights.items()}

    def continued(self, prompts: np.ndarray, end: int, most: int) -> list[list[int]]:
        """Return the next board and the end; see `Decoder.continued`."""
        del most
        return [[*row, end] for row in cell_logits(self._weights, prompts[:, :-1]).argmax(axis=-1).tolist()]


def cell_logits(weights: Weights, cells: jax.Array) -> jax.Array:
    """Return the logits of the new value of every cell: [rows, cells] -> [rows, cells, tokens]."""
    rows, count = cells.shape
    size = math.isqrt(count)
    state = weights["embedding"][cells].reshape(rows, size, size, -1)
    for kernel in weights["kernel"]:
        neighbours = [jnp.roll(state, (-down, -right), axis=(1, 2)) for down, right in AROUND]
        state = state + jax.nn.relu(sum(one @ matrix for one, matrix in zip(neighbours, kernel, strict=True)))
    return state.reshape(rows, count, -1) @ weights["unembedding"]


def boards(kind: type[Experiment], sizes: Sequence[int] = (4, 6), **further: Any) -> Experiment:
    """One step of Life on boards of a few sizes, watched on others."""
    kinds = [{"size": size} for size in sizes]
    return kind(life, kinds, {str(size): {"size": size} for size in (4, 5, 6, 8)}, LifeReader(), **further)


EXPERIMENTS: Mapping[str, Experiment] = {
    "life": boards(OnBoards, steps=3000),
    "life_convolution": boards(Convolved, steps=300),
}
