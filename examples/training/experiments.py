"""What each experiment trains on: the tasks, parameters and seeds that also probe it."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from facts import known_facts

from pytest_ood import Task
from pytest_ood.families import grids, operators, shortcuts
from pytest_ood.models.toy.reading import END
from pytest_ood.models.toy.weights import READERS

# Probes draw their cases from seed 0, unless told otherwise. Training draws from another seed, and leaves out every
# question that seed 0 asks in its first draws, twice as many as an arm has by default.
PROBED_SEED, PROBED_DRAWS = 0, 200
TRAINED_SEED = 2026


# Compared by identity, so that it can be a key.
@dataclass(frozen=True, eq=False)
class Experiment:
    """A network and what it is trained on.

    Attributes:
        task: what draws the questions.
        trained: the parameters of the questions, each kind as often as any other.
        watched: further parameters, by name, at which accuracy is logged.
        reader: the name of the reader in `pytest_ood.models.toy`.
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
    reader: str
    network: str = "decoder"
    steps: int = 2000
    rate: float = 2e-3
    batch: int = 64
    leaves_out: bool = True
    sizes: Mapping[str, Any] = field(default_factory=dict)

    def batch_at(self, step: int) -> np.ndarray:
        """Return the questions and answers of a training step, [rows, places]; the same ones whenever it is asked.

        Steps take turns among the parameters, so that all rows of a batch are equally long.
        """
        kind = self.trained[step % len(self.trained)]
        first = step // len(self.trained) * self.batch
        probed = _probed(self, step % len(self.trained)) if self.leaves_out else ()
        drawn = [self.row(kind, TRAINED_SEED, first + index) for index in range(self.batch)]
        rows = [row for row in drawn if tuple(row) not in probed]
        if not rows:
            raise ValueError(f"{kind}: nothing is left to train on, seed {PROBED_SEED} asks every question")
        # Some take the places of those that were left out, and shorter answers are filled up with ends.
        end, longest = READERS[self.reader].vocabulary.index(END), max(map(len, rows))
        filled = [[*row, *[end] * (longest - len(row))] for row in rows]
        return np.array([filled[index % len(filled)] for index in range(self.batch)])

    def row(self, params: Mapping[str, Any], seed: int, draw: int) -> list[int]:
        """Return the numbers of the tokens of one question and its answer."""
        reader = READERS[self.reader]
        case = self.task.draw(params, seed, draw)
        tokens = reader.read(case.prompt)
        assert tokens is not None, "an experiment trains on what its reader reads"
        return [reader.vocabulary.index(token) for token in [*tokens, *reader.tokens(case.answer, case.prompt), END]]

    def probes(self, params: Mapping[str, Any]) -> tuple[np.ndarray, list[list[int]]]:
        """Return the first questions that seed 0 asks, [rows, places], and the right answer to each, with its end."""
        reader = READERS[self.reader]
        numbers = {token: number for number, token in enumerate(reader.vocabulary)}
        cases = [self.task.draw(params, PROBED_SEED, draw) for draw in range(100)]
        questions = np.array([[numbers[token] for token in reader.read(case.prompt)] for case in cases])
        return questions, [
            [numbers[token] for token in [*reader.tokens(case.answer, case.prompt), END]] for case in cases
        ]


@functools.cache
def _probed(experiment: Experiment, place: int) -> frozenset[tuple[int, ...]]:
    params = experiment.trained[place]
    return frozenset(tuple(experiment.row(params, PROBED_SEED, draw)) for draw in range(PROBED_DRAWS))


def automata(
    widths: Sequence[int] = (8, 16), rules: Sequence[int] = (110, 90, 28), network: str = "decoder", **further: Any
) -> Experiment:
    """One step of some rules on rings of a few widths, watched on others."""
    kinds = [{"rule": rule, "width": width} for width in widths for rule in rules]
    watched = {str(width): {"rule": 110, "width": width} for width in (4, 8, 12, 16, 20, 24, 32, 64)}
    return Experiment(grids.elementary_ca, kinds, watched, "automata", network, **further)


def path_star(arms: Sequence[int] = (2,), lengths: Sequence[int] = (2, 3, 5), **further: Any) -> Experiment:
    """Paths in stars, from the centre outwards and back, learned by predicting the next node."""
    directions = ("forward", "backward")
    kinds = [
        {"arms": count, "length": length, "direction": way}
        for length in lengths
        for count in arms
        for way in directions
    ]
    watched = {
        f"{kind['direction']} {kind['arms']} x {kind['length']}": kind
        for kind in kinds
        if kind["length"] == lengths[-1]
    }
    return Experiment(shortcuts.path_star, kinds, watched, "path_star", **further)


def arithmetic(operands: Sequence[int] = (3, 4, 5), **further: Any) -> Experiment:
    """Values of expressions below the usual meanings of their signs, which never trade them."""
    kinds = [{"swap": "", "operands": count} for count in operands]
    watched = {
        f"{swap or 'usual'} {count}": {"swap": swap, "operands": count} for swap in ("", "+*") for count in operands
    }
    return Experiment(operators.arithmetic, kinds, watched, "arithmetic", **further)


def reversal(**further: Any) -> Experiment:
    """Invented facts, half of them told both ways and half of them one way."""
    kinds = [
        {"known": known, "direction": direction}
        for known, direction in (("both ways", "forward"), ("both ways", "backward"), ("one way", "forward"))
    ]
    watched = {
        f"{kind['known']}, {kind['direction']}": kind
        for kind in [*kinds, {"known": "one way", "direction": "backward"}]
    }
    return Experiment(known_facts, kinds, watched, "facts", leaves_out=False, **further)


EXPERIMENTS: Mapping[str, Experiment] = {
    "automata": automata(),
    "convolution": automata(network="convolution", steps=300),
    # For benchmarks/laboratory.py: breaks at other places. Of narrow rings, seed 0 asks every row.
    "three_widths": automata((8, 16, 32), rules=(110,)),
    "every_width_to_12": automata(range(4, 13), rules=(110,), leaves_out=False),
    "reversal": reversal(steps=1500),
    "path_star": path_star(steps=4000, sizes={"positions": 200}),
    "arithmetic": arithmetic(steps=6000, batch=256),
}
