"""A small decoder in JAX. `pytest_ood.models.toy.decoder` runs the same weights on NumPy."""

import jax
import jax.numpy as jnp

EPSILON = 1e-6
LONGEST_WAVE = 10_000.0
HEADS = 4


def init(key, *, tokens, width=64, layers=3, positions=None):
    """Draw the weights, by name; those of all layers lie along the first axis.

    Args:
        key: the random key.
        tokens: how many tokens the vocabulary has.
        width: numbers per place.
        layers: how many layers.
        positions: how many learned positions; None for rotary ones.
    """
    keys = iter(jax.random.split(key, 9))

    def normal(*shape):
        return jax.random.normal(next(keys), shape) * shape[-2] ** -0.5

    weights = {
        "embedding": normal(tokens, width) * tokens**0.5 * 0.5,
        **{name: normal(layers, width, width) for name in ("query", "key", "value")},
        # What layers add to the state begins small, the less the more layers there are.
        "output": normal(layers, width, width) * (2 * layers) ** -0.5,
        "up": normal(layers, width, 4 * width),
        "down": normal(layers, 4 * width, width) * (2 * layers) ** -0.5,
        "attention_norm": jnp.ones((layers, width)),
        "feed_norm": jnp.ones((layers, width)),
        "norm": jnp.ones(width),
        "unembedding": normal(width, tokens),
    }
    if positions is not None:
        weights["position"] = normal(positions, width) * positions**0.5 * 0.5
    return weights


def logits(weights, tokens, heads=HEADS, causal=True):
    """Return the logits of the next token at every place: [rows, places] -> [rows, places, tokens]."""
    places = jnp.arange(tokens.shape[1])
    state = weights["embedding"][tokens]
    if "position" in weights:
        state = state + weights["position"][places]
    for layer in range(len(weights["query"])):
        scaled = normalized(state, weights["attention_norm"][layer])
        state = state + attend(weights, scaled, layer, places, heads, causal) @ weights["output"][layer]
        hidden = jax.nn.relu(normalized(state, weights["feed_norm"][layer]) @ weights["up"][layer])
        state = state + hidden @ weights["down"][layer]
    return normalized(state, weights["norm"]) @ weights["unembedding"]


def attend(weights, state, layer, places, heads, causal):
    """Let every place look at itself and at those before it, or at all places."""
    rows, length, width = state.shape
    query, key, value = (
        (state @ weights[name][layer]).reshape(rows, length, heads, -1).swapaxes(1, 2)
        for name in ("query", "key", "value")
    )
    if "position" not in weights:
        query, key = rotated(query, places), rotated(key, places)
    scores = query @ key.swapaxes(2, 3) / jnp.sqrt(width // heads)
    if causal:
        scores = jnp.where(places[:, None] >= places, scores, -1e9)
    return (jax.nn.softmax(scores) @ value).swapaxes(1, 2).reshape(rows, length, width)


def normalized(state, scale):
    """Divide by the root of the mean square."""
    return state * jax.lax.rsqrt(jnp.mean(state**2, axis=-1, keepdims=True) + EPSILON) * scale


def rotated(states, places):
    """Turn each pair of numbers by an angle that grows with the place, so that scores depend on distances."""
    half = states.shape[-1] // 2
    angles = places[:, None] * LONGEST_WAVE ** (-jnp.arange(half) / half)
    one, other = states[..., :half], states[..., half:]
    return jnp.concatenate(
        [one * jnp.cos(angles) - other * jnp.sin(angles), one * jnp.sin(angles) + other * jnp.cos(angles)], axis=-1
    )
