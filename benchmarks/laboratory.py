"""Does pytest-ood find a break that was planted by training? The truth is what 2,000 draws show at every width.

    python benchmarks/laboratory.py toy/automata toy/convolution toy:examples/training/runs/wide.npz

asks each toy with 20 seeds at every width, compares each claim with the truth, and prints a row per toy. How to train
further toys is in examples/training.
"""

import argparse
import asyncio
import functools
import itertools
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_ood import Curve, Request, answers, measure_curve
from pytest_ood.evidence.stats import lower_bound, upper_bound
from pytest_ood.families.grids import elementary_ca
from pytest_ood.models import open_model

RULE, BAR = 110, 0.8
WIDTHS = (4, 8, 12, 16, 20, 24, 32, 48, 64)
SEEDS = range(1, 21)
# Of seeds that no claim is made with.
TRUTH_SEED, TRUTH_DRAWS = 1000, 2000
HEADER = ("| toy | right of 2,000 draws, by width | verdicts | edges | horizons | lures |", "|---|---|---|---|---|---|")
LURES = ("copied", "one_step_more", "other_boundary", "mirrored_rule")
# How often a bound of a share may fail.
ALPHA = 0.01


@dataclass(frozen=True)
class Truth:
    """What a toy does at one width: the share of right answers, and how often each lure is given."""

    accuracy: float
    lures: Counter[str]

    @property
    def holds(self) -> bool:
        """Whether the width clears the bar."""
        return self.accuracy >= BAR


def truths(model: str) -> dict[int, Truth]:
    """Return the truth at every width."""
    return {width: asyncio.run(_truth(model, width)) for width in WIDTHS}


async def _truth(name: str, width: int) -> Truth:
    params = {"rule": RULE, "width": width}
    cases = [elementary_ca.draw(params, TRUTH_SEED, draw) for draw in range(TRUTH_DRAWS)]
    model = open_model(name, {})
    await model.start()
    requests = [Request(name, [{"role": "user", "content": case.prompt}]) for case in cases]
    given = [answers.read(answer.text) for answer in await asyncio.gather(*map(model.ask, requests))]
    await model.close()
    right, lures = 0, Counter[str]()
    for answer, case in zip(given, cases, strict=True):
        right += answer == case.answer
        lures.update(lure for lure, wrong in case.lures.items() if answer == wrong)
    return Truth(right / TRUTH_DRAWS, lures)


@dataclass
class Tally:
    """How the claims about one toy compare with the truth.

    Attributes:
        right, wrong, undecided: the verdicts at single widths.
        edges: how many seeds have the same widths that hold to, break by and hold again as the truth.
        horizons_met, horizons: how many horizons meet the stretch in which the toy breaks, of how many seeds.
    """

    right: int = 0
    wrong: int = 0
    undecided: int = 0
    edges: int = 0
    horizons_met: int = 0
    horizons: int = 0

    def add(self, curve: Curve, truth: dict[int, Truth]) -> None:
        """Compare the claims of one seed."""
        for width, outcome in curve:
            if outcome.undecided:
                self.undecided += 1
            elif outcome.robust == truth[width].holds:
                self.right += 1
            else:
                self.wrong += 1
        assert curve.row is not None
        self.edges += (curve.holds_to, curve.breaks_by, list(curve.row["holds_again"])) == edges(truth)


def edges(truth: dict[int, Truth]) -> tuple[int | None, int | None, list[int]]:
    """Return the widths to which a toy holds, by which it breaks, and at which it holds again."""
    holding = [width for width in WIDTHS if truth[width].holds]
    breaks_by = next((width for width in WIDTHS if truth[width].accuracy < 0.5), None)
    first_loss = next((place for place, width in enumerate(WIDTHS) if not truth[width].holds), len(WIDTHS))
    holds_to = WIDTHS[first_loss - 1] if first_loss else None
    return holds_to, breaks_by, [width for width in holding if breaks_by is not None and width > breaks_by]


def ladder(truth: dict[int, Truth]) -> list[int]:
    """Return the widths that hold and all that are larger: along them there is one break, or none."""
    last = max(width for width in WIDTHS if truth[width].holds)
    return [width for width in WIDTHS if truth[width].holds or width > last]


def meets(curve: Curve, truth: dict[int, Truth]) -> bool:
    """Return whether the horizon's interval meets the stretch between the last width that holds and the next."""
    if curve.horizon is None:
        return False
    last = max(width for width in curve.outcomes if truth[width].holds)
    breaks = min(width for width in curve.outcomes if width > last)
    low, high = curve.horizon.low, curve.horizon.high
    return (low is None or low <= breaks) and (high is None or high >= last)


def calibrate(model: str) -> str:
    """Return the row of one toy."""
    truth, tally = truths(model), Tally()
    given, asked = {width: Counter[str]() for width in WIDTHS}, Counter[int]()
    with tempfile.TemporaryDirectory() as folder:
        for seed in SEEDS:
            ask = functools.partial(
                measure_curve, elementary_ca, model, rule=RULE, seed=seed, bar=BAR, store=Path(folder) / f"{seed}.db"
            )
            curve = ask(width=list(WIDTHS))
            tally.add(curve, truth)
            if not truth[WIDTHS[-1]].holds:
                tally.horizons += 1
                tally.horizons_met += meets(ask(width=ladder(truth)), truth)
            for width, outcome in curve:
                _, arm = outcome.arms[-1]
                given[width].update(arm.lures)
                asked[width] += arm.n
    shares = [_agrees(given[width][lure], asked[width], truth[width].lures[lure]) for width in WIDTHS for lure in LURES]
    cells = len(SEEDS) * len(WIDTHS)
    verdicts = f"{tally.right} of {cells}, {tally.wrong} wrong, {tally.undecided} undecided"
    accuracies = " ".join(f"{width}: {one.accuracy:.3f}" for width, one in truth.items())
    return (
        f"| `{model}` | {accuracies} | {verdicts} | {tally.edges} of {len(SEEDS)}"
        f" | {tally.horizons_met} of {tally.horizons} | {sum(shares)} of {len(shares)} |"
    )


def _agrees(given: int, asked: int, truth: int) -> bool:
    """Return whether two shares may be the same: their bounds meet, each of which fails in 1 % of cases."""
    low, high = (bound(given, asked - given, ALPHA) for bound in (lower_bound, upper_bound))
    true_low, true_high = (bound(truth, TRUTH_DRAWS - truth, ALPHA) for bound in (lower_bound, upper_bound))
    return low <= true_high and true_low <= high


def main(models: Sequence[str]) -> None:
    """Print the table."""
    for line in itertools.chain(HEADER, map(calibrate, models)):
        print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", default=["toy/automata", "toy/convolution"])
    main(parser.parse_args().models)
