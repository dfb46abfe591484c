"""Turn trained weights into a toy: `python export.py automata` writes NAME.npz and NAME.json."""

import argparse
import hashlib
import json
import platform
from pathlib import Path

import jax
import numpy as np
from decoder import HEADS
from experiment import PROBED_DRAWS, PROBED_SEED, TRAINED_SEED, Experiment
from experiments import EXPERIMENTS
from training import Training

import pytest_ood.models.toy
from pytest_ood.models.toy.weights import READERS

HERE = Path(__file__).parent
SHIPPED = Path(pytest_ood.models.toy.__file__).parent / "data"


def export(training: Training, path: Path) -> None:
    """Write the weights with half precision, and a card that says how they were made.

    Args:
        training: one that is finished.
        path: that of the weights, NAME.npz; the card is written beside it.
    """
    if training.step < training.steps:
        raise SystemExit(f"only {training.step} of {training.steps} steps are done: train on, then export")
    reader = next((name for name, one in READERS.items() if one is training.experiment.reader), None)
    if reader is None or type(training.experiment) is not Experiment:
        raise SystemExit("this cannot be a toy: the package has neither its reader nor its way to answer")
    # The accuracy on the card is that of the weights as they are written.
    training.weights = {name: value.astype(np.float16).astype(np.float32) for name, value in training.weights.items()}
    np.savez(path, **{name: np.asarray(value, np.float16) for name, value in training.weights.items()})
    card = {
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "network": training.experiment.network,
        "reader": reader,
        "heads": HEADS,
        "weights": training.parameters,
        "trained": described(training.experiment, training),
        "accuracy": training.accuracy(),
        "reference": reference(training),
    }
    path.with_suffix(".json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def described(experiment: Experiment, training: Training) -> dict:
    """Return what the weights were trained on, and how."""
    task = experiment.task
    return {
        "task": task.name,
        "version": task.version,
        "params": [dict(kind) for kind in experiment.trained],
        "seed": TRAINED_SEED,
        "left_out": (
            f"the questions of draws 0 to {PROBED_DRAWS - 1} of seed {PROBED_SEED}"
            if experiment.leaves_out
            else "nothing"
        ),
        "first_weights": training.seed,
        "steps": training.steps,
        "batch": experiment.batch,
        "rate": experiment.rate,
        "loss": training.log[-1]["loss"],
        "seconds": round(training.seconds),
        "with": f"jax {jax.__version__} on {platform.machine()}",
    }


def reference(training: Training) -> dict:
    """Return one question and JAX's logits of the first token of its answer, which NumPy must reproduce."""
    experiment = training.experiment
    tokens = experiment.probes(next(iter(experiment.watched.values())))[0][:1]
    logits = experiment.first_logits(training.weights, tokens)[0]
    return {"tokens": tokens[0].tolist(), "logits": [round(float(one), 6) for one in logits]}


def main() -> None:
    """Read the command line and export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("experiment", choices=EXPERIMENTS)
    parser.add_argument("--runs", type=Path, help="where the training is (default: runs/EXPERIMENT)")
    parser.add_argument("--to", type=Path, help="the file of weights to write (default: what the package ships)")
    options = parser.parse_args()
    folder = options.runs or HERE / "runs" / options.experiment
    path = options.to or SHIPPED / f"{options.experiment}.npz"
    export(Training(EXPERIMENTS[options.experiment], folder), path)
    print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
