"""A short training without checkpoints, for experiments that train many small networks of their own."""

import resource
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import optax

EVERY = 500  # steps from one line of the log to the next


class Fit(NamedTuple):
    """What a training has come to.

    Attributes:
        weights: after the last step.
        steps: how many steps it took.
        loss: the mean over the last steps.
        seconds: what it took.
        peak_gb: the largest memory of this process so far.
    """

    weights: dict[str, jax.Array]
    steps: int
    loss: float
    seconds: float
    peak_gb: float


def fit(
    loss: Callable[..., jax.Array],
    weights: dict[str, jax.Array],
    batch_at: Callable[[int], tuple[Any, ...]],
    *,
    steps: int,
    rate: float,
) -> Fit:
    """Train by AdamW with a warm-up and a cosine decay, as `Training` does.

    Args:
        loss: from weights and what `batch_at` returns to a number.
        weights: those to begin with.
        batch_at: from the number of a step to its batch: arrays of the same shapes at every step.
        steps: how many steps.
        rate: the highest learning rate.
    """
    schedule = optax.warmup_cosine_decay_schedule(0, rate, min(100, steps // 10), steps, end_value=rate / 20)
    optimizer = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(schedule, weight_decay=0.01))

    @jax.jit
    def update(weights, state, *batch):
        value, slope = jax.value_and_grad(loss)(weights, *batch)
        change, state = optimizer.update(slope, state, weights)
        return optax.apply_updates(weights, change), state, value

    begun, state, recent = time.perf_counter(), optimizer.init(weights), []
    for step in range(steps):
        weights, state, value = update(weights, state, *batch_at(step))
        recent.append(float(value))
        if (step + 1) % EVERY == 0 or step + 1 == steps:
            mean, seconds = sum(recent) / len(recent), time.perf_counter() - begun
            print(f"\r{step + 1:6}/{steps}  {seconds:4.0f} s  loss {mean:.4f}", flush=True)
            recent = []
        elif sys.stderr.isatty():
            print(f"\r{step + 1:6}/{steps}", end="", file=sys.stderr, flush=True)
    return Fit(weights, steps, mean, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)
