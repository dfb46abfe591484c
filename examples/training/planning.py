"""Path-star learned in other ways than by the next node: with the path turned round, and with all nodes at once.

The next node of a path that is given up to there follows from one edge. Who learns to predict it that way (the Clever
Hans cheat) never needs to find out which arm leads to the goal, so that the first step remains a guess. Two ways out,
after Bachmann & Nagarajan 2024, "The Pitfalls of Next-Token Prediction" (2403.06963):

- `Reversed` writes the path from the goal to the start, along which every step is forced;
- `Teacherless` predicts all nodes from the question alone, which is followed by blanks in place of the nodes, so that
  there is nothing to cheat with.

`python compare.py planning` compares them with `path_star`, which learned by predicting the next node.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import decoder
import jax
import jax.numpy as jnp
import numpy as np
import optax
from experiment import Experiment, Weights

from pytest_ood.families.shortcuts import path_star
from pytest_ood.models.toy.decoder import Decoder
from pytest_ood.models.toy.path_star import PathStarReader
from pytest_ood.models.toy.weights import READERS, Network

ARMS = 2
LENGTHS = (2, 3, 5)
# The centre, the nodes of the longest arm, and the end.
MOST_TOKENS = max(LENGTHS) + 2
# The stars on which `tried` tries what has been trained: neither those of the training nor those of probes.
TRIED_SEED, TRIED = 1, 500


class ReversedReader(PathStarReader):
    """Writes the path from the goal to the start and turns it round in the answer."""

    def tokens(self, answer: str, question: str) -> list[str]:
        """Return the nodes from the last to the first."""
        return super().tokens(answer, question)[::-1]

    def write(self, tokens: Sequence[str], question: str) -> str:
        """Return the path from the first node to the last."""
        return super().write(tokens[::-1], question)


class Teacherless(Experiment):
    """All tokens of an answer are predicted at once, from the question and blanks."""

    def loss(self, weights: Weights, questions: jax.Array, answers: jax.Array) -> jax.Array:
        """Return the mean cross-entropy of the tokens of the answers, none of which is shown."""
        blanks = jnp.full_like(answers[:, 1:], self.blank)
        logits = decoder.logits(weights, jnp.concatenate([questions, blanks], axis=1))[:, questions.shape[1] - 1 :]
        return optax.softmax_cross_entropy_with_integer_labels(logits, answers).mean()

    def answering(self, weights: Mapping[str, np.ndarray]) -> Network:
        """Return what answers with the likeliest token at every place."""
        return AllAtOnce(weights, self.blank)

    @property
    def blank(self) -> int:
        """What stands for a node that is not shown: the token that ends questions, which occurs nowhere else."""
        return self.reader.vocabulary.index("=")


class AllAtOnce:
    """Answers by a single look at the question and the blanks behind it.

    Args:
        weights: those of a decoder.
        blank: the token that stands for one that is not shown.
    """

    def __init__(self, weights: Mapping[str, np.ndarray], blank: int) -> None:
        self._decoder, self._blank = Decoder(weights, decoder.HEADS), blank

    def continued(self, prompts: np.ndarray, end: int, most: int) -> list[list[int]]:
        """Return the likeliest token at every place up to the first end; see `Decoder.continued`."""
        blanks = np.full((len(prompts), min(most, MOST_TOKENS) - 1), self._blank)
        logits = self._decoder.logits(np.concatenate([prompts, blanks], axis=1))[:, prompts.shape[1] - 1 :]
        rows = logits.argmax(axis=-1).tolist()
        return [row[: row.index(end) + 1] if end in row else row for row in rows]


def planning(
    kind: type[Experiment] = Experiment, reader: PathStarReader | None = None, layers: int = 3, **further: Any
) -> Experiment:
    """Paths in stars of two arms from the centre outwards, where the first step is a choice."""
    kinds = [{"arms": ARMS, "length": length, "direction": "forward"} for length in LENGTHS]
    watched = {f"forward {ARMS} x {kind['length']}": kind for kind in kinds}
    sizes = {"positions": 200, "layers": layers}
    return kind(path_star, kinds, watched, reader or READERS["path_star"], sizes=sizes, **further)


EXPERIMENTS: Mapping[str, Experiment] = {
    # `path_star` of the package is also trained on the way back; this one is on what the others are trained on.
    "path_star_forward": planning(steps=4000),
    "path_star_reversed": planning(reader=ReversedReader(), steps=1500),
    "path_star_teacherless": planning(Teacherless, steps=4000),
    # From the goal back to the start a path has five steps, more than three layers take.
    "path_star_teacherless_deep": planning(Teacherless, layers=6, steps=4000),
    "path_star_deep": planning(layers=6, steps=4000),
}


def tried(experiment: Experiment, weights: Mapping[str, np.ndarray], params: Mapping[str, Any]) -> dict[str, Any]:
    """Return how a network does on 500 stars of another seed than training and probes use.

    Returns:
        The shares that are right: the `first_hop`, the `whole` path, every node of the path when the network runs
        freely (`free`) and when it is given all nodes before (`forced`, empty where none are ever given), in the order
        in which they are written.
    """
    rows = [experiment.row(params, TRIED_SEED, draw) for draw in range(TRIED)]
    questions, right = np.array([question for question, _ in rows]), np.array([answer for _, answer in rows])
    given = experiment.answering(weights).continued(questions, end=0, most=right.shape[1])
    # What ended early is wrong from there on.
    free = np.array([[*row, *[-1] * (right.shape[1] - len(row))] for row in given]) == right
    forced: list[float] = []
    if not isinstance(experiment, Teacherless):
        logits = Decoder(weights, decoder.HEADS).logits(np.concatenate([questions, right[:, :-1]], axis=1))
        forced = (logits[:, questions.shape[1] - 1 :].argmax(axis=-1) == right).mean(axis=0)[:-1].tolist()
    # The first hop is the second node of a path, and the last but one before the end where it is written backwards.
    hop = -3 if isinstance(experiment.reader, ReversedReader) else 1
    return {
        "first_hop": free[:, hop].mean(),
        "whole": free.all(axis=1).mean(),
        "free": free.mean(axis=0)[:-1].tolist(),
        "forced": forced,
    }
