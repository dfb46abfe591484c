"""Three recurrent networks in JAX that differ in their memory: a state, a state that can count, and a stack.

A network reads one token at a time. What it knows of those before is in its memory alone, of the same size at any
length, except for the stack, which grows with the string.
"""

import jax
import jax.numpy as jnp

CELL = 8  # numbers in one cell of the stack


def init(key, *, kind, tokens, width=64):
    """Draw the weights, by name.

    Args:
        key: the random key.
        kind: "rnn", "lstm" or "stack".
        tokens: how many tokens the vocabulary has.
        width: numbers in the state.
    """
    keys = iter(jax.random.split(key, 8))

    def normal(*shape):
        return jax.random.normal(next(keys), shape) * shape[0] ** -0.5

    # An LSTM has three gates beside its new value.
    blocks = 4 if kind == "lstm" else 1
    weights = {
        "embedding": normal(tokens, blocks * width),
        "recurrent": normal(width, blocks * width),
        "bias": jnp.zeros(blocks * width),
        "unembedding": normal(width, tokens),
    }
    if kind == "stack":
        weights |= {"top": normal(CELL, width), "action": normal(width, 3), "pushed": normal(width, CELL)}
    return weights


def logits(weights, tokens, kind):
    """Return the logits at every place: [rows, places] -> [rows, places, tokens]."""
    step = STEPS[kind]
    rows, places = tokens.shape
    seen = weights["embedding"][tokens] + weights["bias"]

    def read(state, one):
        state = step(weights, state, one)
        return state, state[0]

    zeros = jnp.zeros((rows, weights["unembedding"].shape[0]))
    # The stack is as deep as the row is long, so that nothing ever falls out of it.
    memory = {"rnn": (zeros,), "lstm": (zeros, zeros), "stack": (zeros, jnp.zeros((rows, places, CELL)))}[kind]
    _, states = jax.lax.scan(read, memory, seen.swapaxes(0, 1))
    return states.swapaxes(0, 1) @ weights["unembedding"]


def rnn(weights, state, seen):
    """Mix the state with what is seen (Elman 1990)."""
    (state,) = state
    return (jnp.tanh(seen + state @ weights["recurrent"]),)


def lstm(weights, state, seen):
    """Add to a sum that is never squashed, so that it can count (Hochreiter & Schmidhuber 1997)."""
    output, total = state
    keep, write, show, new = jnp.split(seen + output @ weights["recurrent"], 4, axis=-1)
    # A sum is kept unless training says otherwise.
    total = jax.nn.sigmoid(keep + 1) * total + jax.nn.sigmoid(write) * jnp.tanh(new)
    return jax.nn.sigmoid(show) * jnp.tanh(total), total


def stack_rnn(weights, state, seen):
    """Mix the state with what is seen and the top of the stack, then push, pop or wait (Joulin & Mikolov 2015)."""
    state, stack = state
    state = jnp.tanh(seen + state @ weights["recurrent"] + stack[:, 0] @ weights["top"])
    action = jax.nn.softmax(state @ weights["action"])
    return state, moved(stack, action, jnp.tanh(state @ weights["pushed"]))


def moved(stack, action, pushed):
    """Return the stack after a mixture of three actions: the weighted mean of the stacks after each of them.

    Args:
        stack: [rows, depth, CELL], the top first.
        action: [rows, 3], the shares of push, pop and wait.
        pushed: [rows, CELL], what is pushed.
    """
    push, pop, wait = (action[:, place, None, None] for place in range(3))
    longer = jnp.concatenate([pushed[:, None], stack[:, :-1]], axis=1)
    shorter = jnp.concatenate([stack[:, 1:], jnp.zeros_like(stack[:, :1])], axis=1)
    return push * longer + pop * shorter + wait * stack


# How a network goes from one place to the next. What it says depends on the first part of its memory alone.
STEPS = {"rnn": rnn, "lstm": lstm, "stack": stack_rnn}
