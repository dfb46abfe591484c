"""A convolution over a ring of cells in JAX: a model that has locality built in. All cells are answered at once."""

import jax
import jax.numpy as jnp


def init(key, *, tokens, width=128, layers=3, reach=1):
    """Draw the weights, by name.

    Args:
        key: the random key.
        tokens: how many tokens the vocabulary has.
        width: numbers per cell.
        layers: how many layers.
        reach: how many neighbours on each side a layer looks at.
    """
    first, second, third = jax.random.split(key, 3)
    span = 2 * reach + 1
    return {
        "embedding": jax.random.normal(first, (tokens, width)) * 0.5,
        "kernel": jax.random.normal(second, (layers, span, width, width)) * (2 / (span * width)) ** 0.5,
        "unembedding": jax.random.normal(third, (width, tokens)) * width**-0.5,
    }


def logits(weights, questions):
    """Return the logits of the new value of every cell: [rows, rule, cells and end] -> [rows, cells, tokens]."""
    state = weights["embedding"][questions[:, 1:-1]] + weights["embedding"][questions[:, :1]]
    reach = weights["kernel"].shape[1] // 2
    for kernel in weights["kernel"]:
        neighbours = [jnp.roll(state, -offset, axis=1) for offset in range(-reach, reach + 1)]
        state = state + jax.nn.relu(sum(one @ matrix for one, matrix in zip(neighbours, kernel, strict=True)))
    return state @ weights["unembedding"]
