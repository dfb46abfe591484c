"""Compare what has been trained in several ways: `python compare.py planning`, `python compare.py siblings`."""

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import planning
import siblings
from experiments import EXPERIMENTS
from training import Training

RUNS = Path(__file__).parent / "runs"


def finished(name: str, runs: Path) -> Training:
    """Return the training of an experiment that has been trained to its end."""
    if (runs / name / "checkpoint.npz").exists():
        training = Training(EXPERIMENTS[name], runs / name)
        if training.step == training.steps:
            return training
    raise SystemExit(f"train it first: python train.py {name}")


def weights_of(name: str, runs: Path) -> Mapping[str, np.ndarray]:
    """Return the weights of an experiment that has been trained to its end."""
    return {name: np.asarray(value) for name, value in finished(name, runs).weights.items()}


def planned(runs: Path) -> Iterator[str]:
    """Return a table of how paths in stars were learned, by the length of the arms."""
    yield "| | nodes of an arm | first hop | whole path | node by node, running freely | those before it given |"
    yield "|---|---|---|---|---|---|"
    for name in ("path_star", *planning.EXPERIMENTS):
        weights = weights_of(name, runs)
        for length in planning.LENGTHS:
            params = {"arms": planning.ARMS, "length": length, "direction": "forward"}
            found = planning.tried(EXPERIMENTS[name], weights, params)
            free, forced = (" ".join(f"{share:.2f}" for share in found[way]) or "-" for way in ("free", "forced"))
            yield f"| {name} | {length} | {found['first_hop']:.2f} | {found['whole']:.2f} | {free} | {forced} |"


def named(runs: Path) -> Iterator[str]:
    """Return a table of what is named, of as many draws as the log has, at the end and when most of it was creative."""
    yield "| | coherent | told | creative | most creative | at step |"
    yield "|---|---|---|---|---|---|"
    for name in siblings.EXPERIMENTS:
        log = finished(name, runs).log
        last, best = log[-1]["accuracy"], max(log, key=lambda row: row["accuracy"]["creative"])
        shares = " | ".join(f"{last[share]:.2f}" for share in ("coherent", "told", "creative"))
        yield f"| {name} | {shares} | {best['accuracy']['creative']:.2f} | {best['step']} |"
    told, creative = siblings.uniform()
    yield f"| any of all pairs, at random | 1 | {told:.2f} | {creative:.2f} | | |"


TABLES = {"planning": planned, "siblings": named}


def main() -> None:
    """Read the command line and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", choices=TABLES)
    parser.add_argument("--runs", type=Path, default=RUNS, help="where the trainings are")
    options = parser.parse_args()
    for line in TABLES[options.table](options.runs):
        print(line, flush=True)


if __name__ == "__main__":
    main()
