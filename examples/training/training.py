"""One training loop for all experiments: steps, a log, checkpoints from which an interrupted training goes on."""

import json
import os
import resource
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import jax
import jax.numpy as jnp
import numpy as np
import optax

EVERY = 100  # steps from one line of the log, and one checkpoint, to the next


class Trainable(Protocol):
    """What can be trained.

    Attributes:
        steps: how many steps the training takes.
        rate: the highest learning rate.
    """

    steps: int
    rate: float

    def init(self, key: jax.Array) -> dict[str, jax.Array]:
        """Draw the first weights."""

    def batch_at(self, step: int) -> tuple[np.ndarray, ...]:
        """Return what a step learns from; the same whenever it is asked."""

    def loss(self, weights: dict[str, jax.Array], *batch: jax.Array) -> jax.Array:
        """Return the loss of a batch."""

    def accuracy(self, weights: Mapping[str, np.ndarray]) -> dict[str, float]:
        """Return what is logged now and then: shares of what is right, by name."""


class Training:
    """A training that can be interrupted at any moment: what it did since its last checkpoint is done again."""

    def __init__(self, experiment: Trainable, folder: Path, seed: int = 0, steps: int | None = None) -> None:
        """Begin, or go on from the checkpoint in the folder."""
        self.experiment, self.folder, self.seed = experiment, folder, seed
        self.steps = experiment.steps if steps is None else steps
        warmup = min(100, self.steps // 10)
        rate = optax.warmup_cosine_decay_schedule(
            0, experiment.rate, warmup, self.steps, end_value=experiment.rate / 20
        )
        self._optimizer = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(rate, weight_decay=0.01))
        self.weights = experiment.init(jax.random.key(seed))
        self._state = self._optimizer.init(self.weights)
        self.step, self.seconds = 0, 0.0
        folder.mkdir(parents=True, exist_ok=True)
        if self._checkpoint.exists():
            self._restore()
        else:
            # That of a training which was killed before its first checkpoint.
            self._log_file.unlink(missing_ok=True)
        self._update = jax.jit(self._updated)

    @property
    def parameters(self) -> int:
        """How many weights there are."""
        return sum(value.size for value in self.weights.values())

    def run(self) -> None:
        """Train until all steps are done, logging and keeping checkpoints."""
        begun = time.perf_counter() - self.seconds
        while self.step < self.steps:
            batch = self.experiment.batch_at(self.step)
            self.weights, self._state, loss = self._update(self.weights, self._state, batch)
            self.step += 1
            if self.step % EVERY == 0 or self.step == self.steps:
                self.seconds = time.perf_counter() - begun
                self._log(float(loss))
                self._keep()
            elif sys.stderr.isatty():
                print(f"\r{self.step:6}/{self.steps}", end="", file=sys.stderr, flush=True)

    def accuracy(self) -> dict[str, float]:
        """Return what the experiment watches."""
        return self.experiment.accuracy({name: np.asarray(value) for name, value in self.weights.items()})

    def _updated(self, weights, state, batch):
        loss, slope = jax.value_and_grad(self.experiment.loss)(weights, *batch)
        change, state = self._optimizer.update(slope, state, weights)
        return optax.apply_updates(weights, change), state, loss

    def _log(self, loss: float) -> None:
        row = {"step": self.step, "loss": loss, "seconds": round(self.seconds, 1), "accuracy": self.accuracy()}
        with self._log_file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        shown = " ".join(f"{name} {share:.2f}" for name, share in row["accuracy"].items())
        print(f"\r{self.step:6}/{self.steps}  {self.seconds:4.0f} s  loss {loss:.4f}  {shown}", flush=True)

    @property
    def _log_file(self) -> Path:
        return self.folder / "log.jsonl"

    @property
    def log(self) -> list[dict]:
        """The rows of the log."""
        return [json.loads(line) for line in self._log_file.read_text(encoding="utf-8").splitlines()]

    @property
    def _checkpoint(self) -> Path:
        return self.folder / "checkpoint.npz"

    def _keep(self) -> None:
        """Write a checkpoint beside the last one, then put it in its place: there is a whole one at any moment."""
        leaves = jax.tree.leaves((self.weights, self._state))
        part = self._checkpoint.with_suffix(".part")
        with part.open("wb") as file:
            np.savez(file, *leaves, step=self.step, seconds=self.seconds, steps=self.steps)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._checkpoint)

    def _restore(self) -> None:
        whole = (self.weights, self._state)
        with np.load(self._checkpoint, allow_pickle=False) as kept:
            if int(kept["steps"]) != self.steps:
                raise SystemExit(f"{self._checkpoint} is of a training of {kept['steps']} steps: use another folder")
            leaves = [jnp.asarray(kept[f"arr_{place}"]) for place in range(len(jax.tree.leaves(whole)))]
            self.step, self.seconds = int(kept["step"]), float(kept["seconds"])
        self.weights, self._state = jax.tree.unflatten(jax.tree.structure(whole), leaves)
        # A line of the log that no checkpoint confirms is written again.
        lines = [row for row in self.log if row["step"] <= self.step]
        self._log_file.write_text("".join(json.dumps(row) + "\n" for row in lines), encoding="utf-8")


def spent(training: Training) -> str:
    """Return the time of a training and the memory it took, in words."""
    return f"({training.seconds:.0f} s, {peak_gb():.2f} GB)"


def peak_gb() -> float:
    """Return the most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
