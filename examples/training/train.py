"""Train one experiment: `python train.py automata`. Run it again to go on where it was interrupted."""

import argparse
from pathlib import Path

from experiments import EXPERIMENTS
from plotting import plot
from training import Training

HERE = Path(__file__).parent


def main() -> None:
    """Read the command line, train, and draw the plot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("experiment", choices=EXPERIMENTS)
    parser.add_argument("--out", type=Path, help="where log, checkpoint and plot go (default: runs/EXPERIMENT)")
    parser.add_argument("--seed", type=int, default=0, help="of the first weights")
    parser.add_argument("--steps", type=int, help="of the training, if not those of the experiment")
    options = parser.parse_args()
    folder = options.out or HERE / "runs" / options.experiment
    training = Training(EXPERIMENTS[options.experiment], folder, options.seed, options.steps)
    print(f"{options.experiment}: {training.parameters:,} weights, {training.steps} steps, in {folder}")
    training.run()
    plot(training.log, folder / "training.svg", options.experiment)


if __name__ == "__main__":
    main()
