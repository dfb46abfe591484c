"""Draw the log of a training."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt


def plot(log: Sequence[dict[str, Any]], path: Path, title: str) -> None:
    """Draw the loss, and below it the share of whole answers that are right, over the steps."""
    steps = [row["step"] for row in log]
    figure, (above, below) = plt.subplots(2, sharex=True, figsize=(7, 5), layout="constrained")
    above.semilogy(steps, [row["loss"] for row in log], color="black")
    above.set(title=title, ylabel="loss")
    for name in log[-1]["accuracy"]:
        below.plot(steps, [row["accuracy"][name] for row in log], label=name)
    below.set(xlabel="step", ylabel="whole answers", ylim=(-0.03, 1.03))
    below.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
