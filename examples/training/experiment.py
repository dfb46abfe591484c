"""An experiment: a network, and the tasks, parameters and seeds that it is trained on, which also probe it."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import convolution
import decoder
import jax
import jax.numpy as jnp
import numpy as np
import optax

from pytest_ood import Task
from pytest_ood.models.toy.convolution import Convolution
from pytest_ood.models.toy.decoder import Decoder
from pytest_ood.models.toy.reading import END, Reader
from pytest_ood.models.toy.weights import Network

Weights = dict[str, jax.Array]

# Probes draw their cases from seed 0, unless told otherwise. Training draws from another seed, and leaves out every
# question that seed 0 asks in its first draws, twice as many as an arm has by default.
PROBED_SEED, PROBED_DRAWS = 0, 200
TRAINED_SEED = 2026


# Compared by identity, so that it can be a key.
@dataclass(frozen=True, eq=False)
class Experiment:
    """A network that learns to answer the questions of a task, one token after the other.

    Attributes:
        task: what draws the questions.
        trained: the parameters of the questions, each kind as often as any other.
        watched: further parameters, by name, at which accuracy is logged.
        reader: what turns questions and answers into tokens.
        network: "decoder" or "convolution".
        steps: how many steps the training takes.
        rate: the highest learning rate.
        batch: questions per step.
        leaves_out: whether questions that probes ask are left out of the training; facts have to be told.
        sizes: further arguments of the network's `init`.
    """

    task: Task
    trained: Sequence[Mapping[str, Any]]
    watched: Mapping[str, Mapping[str, Any]]
    reader: Reader
    network: str = "decoder"
    steps: int = 2000
    rate: float = 2e-3
    batch: int = 64
    leaves_out: bool = True
    sizes: Mapping[str, Any] = field(default_factory=dict)

    def init(self, key: jax.Array) -> Weights:
        """Draw the first weights."""
        network = decoder if self.network == "decoder" else convolution
        return network.init(key, tokens=len(self.reader.vocabulary), **self.sizes)

    def loss(self, weights: Weights, questions: jax.Array, answers: jax.Array) -> jax.Array:
        """Return the mean cross-entropy of the tokens of the answers."""
        if self.network == "decoder":
            rows = jnp.concatenate([questions, answers[:, :-1]], axis=1)
            logits, right = decoder.logits(weights, rows)[:, questions.shape[1] - 1 :], answers
        else:
            logits, right = convolution.logits(weights, questions), answers[:, :-1]
        return optax.softmax_cross_entropy_with_integer_labels(logits, right).mean()

    def first_logits(self, weights: Weights, questions: np.ndarray) -> np.ndarray:
        """Return the logits of the first token of each answer, [rows, tokens of the vocabulary]."""
        if self.network == "decoder":
            return np.asarray(decoder.logits(weights, questions)[:, -1])
        return np.asarray(convolution.logits(weights, questions)[:, 0])

    def answering(self, weights: Mapping[str, np.ndarray]) -> Network:
        """Return the network that answers with these weights."""
        return Decoder(weights, decoder.HEADS) if self.network == "decoder" else Convolution(weights)

    def accuracy(self, weights: Mapping[str, np.ndarray]) -> dict[str, float]:
        """Return the share of whole answers that are right on the questions that probes ask, by what is watched."""
        network, found = self.answering(weights), {}
        for name, params in self.watched.items():
            questions, right = self.probes(params)
            given = network.continued(questions, end=0, most=2 * questions.shape[1] + 16)
            found[name] = sum(map(list.__eq__, given, right)) / len(right)
        return found

    def batch_at(self, step: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the questions and answers of a training step, [rows, places] each; the same ones whenever it is asked.

        Steps take turns among the parameters, so that all questions of a batch are equally long.
        """
        kind = self.trained[step % len(self.trained)]
        first = step // len(self.trained) * self.batch
        probed = _probed(self, step % len(self.trained)) if self.leaves_out else ()
        drawn = [self.row(kind, TRAINED_SEED, first + index) for index in range(self.batch)]
        rows = [row for row in drawn if row not in probed]
        if not rows:
            raise ValueError(f"{kind}: nothing is left to train on, seed {PROBED_SEED} asks every question")
        # Some take the places of those that were left out, and shorter answers are filled up with ends.
        end, longest = self.reader.vocabulary.index(END), max(len(answer) for _, answer in rows)
        filled = [rows[index % len(rows)] for index in range(self.batch)]
        answers = [[*answer, *[end] * (longest - len(answer))] for _, answer in filled]
        return np.array([question for question, _ in filled]), np.array(answers)

    def row(self, params: Mapping[str, Any], seed: int, draw: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the numbers of the tokens of one question and of its answer, with its end."""
        case = self.task.draw(params, seed, draw)
        tokens = self.reader.read(case.prompt)
        assert tokens is not None, "an experiment trains on what its reader reads"
        answer = [*self.reader.tokens(case.answer, case.prompt), END]
        return _numbers(self.reader, tokens), _numbers(self.reader, answer)

    def probes(self, params: Mapping[str, Any]) -> tuple[np.ndarray, list[list[int]]]:
        """Return the first questions that seed 0 asks, [rows, places], and the right answer to each, with its end."""
        rows = [self.row(params, PROBED_SEED, draw) for draw in range(100)]
        return np.array([question for question, _ in rows]), [list(answer) for _, answer in rows]


def _numbers(reader: Reader, tokens: Sequence[str]) -> tuple[int, ...]:
    return tuple(map(_places(reader).__getitem__, tokens))


@functools.cache
def _places(reader: Reader) -> Mapping[str, int]:
    return {token: place for place, token in enumerate(reader.vocabulary)}


@functools.cache
def _probed(experiment: Experiment, place: int) -> frozenset[tuple[tuple[int, ...], tuple[int, ...]]]:
    params = experiment.trained[place]
    return frozenset(experiment.row(params, PROBED_SEED, draw) for draw in range(PROBED_DRAWS))
