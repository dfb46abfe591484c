"""Siblings: does a model that was told of some pairs name others, and different ones each time?

After Nagarajan et al. 2025, "Roll the dice & look before you leap" (2504.15266). Of a graph of parents and children,
the model sees some pairs of siblings with their parent, the siblings first: the parent, which makes the pair, has to be
chosen before it is written. It is then asked for pairs again and again. Creative is what is coherent, new (not told in
training) and distinct from what it has said before.

Three ways to learn:

- "next": each name from those before it;
- "several": half of the rows show blanks in place of the names, so that all three are predicted at once;
- "masked": a random part of the names is hidden, and those are predicted from all that are seen, before and after
  (masked diffusion). Names are then drawn one after the other in random order.

And two ways to draw: from the probabilities that the model gives; or always the likeliest name, after a *seed*, a row
of random digits. In training, each pair has a seed of its own, which means nothing.

`python compare.py siblings` compares them.
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import decoder
import jax
import numpy as np
import optax
from experiment import TRAINED_SEED, Weights
from kin import graph

from pytest_ood.families.shortcuts.family_graph import Pair, siblings, unordered
from pytest_ood.rng import generator

DIGITS, SEED_LENGTH = 10, 6
NAMES = 3  # of an answer
DRAWS = 1000


@functools.cache
def vocabulary() -> list[str]:
    """Return the tokens: a blank, the digits of seeds, and the names of parents and children."""
    families = graph().families
    return ["blank", *map(str, range(DIGITS)), *families, *(child for named in families.values() for child in named)]


# Compared by identity, so that it can be a key.
@dataclass(frozen=True, eq=False)
class Siblings:
    """A decoder that learns to name siblings and their parent.

    Attributes:
        way: "next", "several" or "masked".
        seeded: whether a row of random digits precedes each pair.
        parent_first: whether the parent is written before the children.
        steps: how many steps the training takes.
        rate: the highest learning rate.
        batch: pairs per step.
    """

    way: str
    seeded: bool = False
    parent_first: bool = False
    steps: int = 1000
    rate: float = 2e-3
    batch: int = 256

    def init(self, key: jax.Array) -> Weights:
        """Draw the first weights."""
        return decoder.init(key, tokens=len(vocabulary()), layers=2, positions=1 + SEED_LENGTH + NAMES)

    @functools.cached_property
    def told(self) -> np.ndarray:
        """The pairs of the training as tokens, with the siblings in both orders: [rows, what precedes them and names].

        Each row has a seed of its own, always the same one.
        """
        pairs = [pair for parent, one, two in graph().taken for pair in ((parent, one, two), (parent, two, one))]
        rows = np.array([[vocabulary().index(name) for name in self.ordered(pair)] for pair in pairs])
        rng = generator("laboratory.siblings seeds", 1, TRAINED_SEED, 0)
        return np.concatenate([self.seeds(rng, len(rows)), rows], axis=1)

    def ordered(self, pair: Pair) -> Sequence[str]:
        """Return the names of a parent and two children as they are written."""
        return pair if self.parent_first else (*pair[1:], pair[0])

    def seeds(self, rng: np.random.Generator, count: int) -> np.ndarray:
        """Draw what precedes the names: a blank, then random digits, if there are any. [count, places]."""
        digits = rng.integers(1, 1 + DIGITS, (count, SEED_LENGTH if self.seeded else 0))
        return np.concatenate([np.zeros((count, 1), int), digits], axis=1)

    def batch_at(self, step: int) -> tuple[np.ndarray, ...]:
        """Return what is shown [rows, places], the names to predict [rows, 3] and what each counts [rows, 3]."""
        rng = generator("laboratory.siblings training", 1, TRAINED_SEED, step)
        rows = self.told[rng.integers(0, len(self.told), self.batch)]
        before, names = rows[:, :-NAMES], rows[:, -NAMES:]
        if self.way == "masked":
            # A row hides a share of its names and counts them accordingly, so that every share counts the same.
            share = rng.uniform(0.05, 1, (self.batch, 1))
            hidden = rng.random(names.shape) < share
            return np.concatenate([before, np.where(hidden, 0, names)], axis=1), names, hidden / share
        shown = names[:, :-1].copy()
        if self.way == "several":
            shown[::2] = 0
        return np.concatenate([before, shown], axis=1), names, np.ones(names.shape)

    def loss(self, weights: Weights, shown: jax.Array, names: jax.Array, counts: jax.Array) -> jax.Array:
        """Return the mean cross-entropy of the names."""
        each = optax.softmax_cross_entropy_with_integer_labels(self.logits(weights, shown), names)
        return (each * counts).mean()

    def logits(self, weights: Weights, shown: jax.Array) -> jax.Array:
        """Return the logits of the names: [rows, places] -> [rows, 3, tokens]."""
        return decoder.logits(weights, shown, causal=self.way != "masked")[:, -NAMES:]

    def drawn(self, weights: Weights, rng: np.random.Generator, count: int) -> list[Pair]:
        """Let the model name pairs, the parent first in each."""
        rows = np.concatenate([self.seeds(rng, count), np.zeros((count, NAMES), int)], axis=1)
        # Names are drawn from the left to the right; with masks in an order of their own in each row.
        order = np.tile(np.arange(NAMES), (count, 1))
        if self.way == "masked":
            order = rng.permuted(order, axis=1)
        every = np.arange(count)
        for places in order.T:
            shown = rows if self.way == "masked" else rows[:, :-1]
            logits = np.asarray(_logits(self, weights, shown))[every, places]
            if not self.seeded:
                logits = logits + rng.gumbel(size=logits.shape)
            rows[every, places - NAMES] = logits.argmax(axis=1)
        names = [[vocabulary()[token] for token in row] for row in rows[:, -NAMES:]]
        return [(one, two, three) if self.parent_first else (three, one, two) for one, two, three in names]

    def accuracy(self, weights: Mapping[str, np.ndarray]) -> dict[str, float]:
        """Return the shares of draws that are coherent, told in training, and creative."""
        return judged(self.drawn(weights, np.random.default_rng(0), DRAWS))


@functools.partial(jax.jit, static_argnums=0)
def _logits(experiment: Siblings, weights: Weights, shown: jax.Array) -> jax.Array:
    return experiment.logits(weights, shown)


def judged(pairs: Sequence[Pair]) -> dict[str, float]:
    """Return the shares of pairs that are coherent, told in training, and creative.

    Creative: coherent, not told, and the first of its kind, with the children in either order.
    """
    families, told = graph().families, {unordered(pair) for pair in graph().taken}
    coherent = [unordered(pair) for pair in pairs if siblings(pair, families)]
    new = [pair for pair in coherent if pair not in told]
    return {
        "coherent": len(coherent) / len(pairs),
        "told": (len(coherent) - len(new)) / len(pairs),
        "creative": len(set(new)) / len(pairs),
    }


def uniform() -> tuple[float, float]:
    """Return the shares that are told and creative if every draw is any of all pairs at random."""
    told, left = len(graph().taken), len(graph().left)
    return told / (told + left), left * (1 - (1 - 1 / (told + left)) ** DRAWS) / DRAWS


WAYS = ("next", "several", "masked")
EXPERIMENTS: Mapping[str, Siblings] = {
    **{f"siblings_{way}": Siblings(way) for way in WAYS},
    **{f"siblings_{way}_seeded": Siblings(way, seeded=True) for way in WAYS},
    **{f"siblings_{way}_parent_first": Siblings(way, parent_first=True) for way in WAYS},
}
