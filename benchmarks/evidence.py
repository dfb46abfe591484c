"""Measure what the verdicts claim against what is true: ``python benchmarks/evidence.py [--quick]``.

Prints every figure with its target, the table of verdicts and that of other rules; a full run writes them to
``docs/evidence.md``, between two marker lines. Simulations have fixed seeds: only a change of the rule changes them.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence

import evidence_cells
import evidence_curves
import evidence_peers
import evidence_runs
from common import FULL, QUICK, ROOT, Figure, Scale, at_least
from curve_simulation import horizon_coverage
from evidence_cells import BAR, PART, Row
from report import machine, table

from pytest_ood.evidence.verdict import Verdict

PAGE = ROOT / "docs" / "evidence.md"
BEGIN, END = "<!-- figures: written by benchmarks/evidence.py -->", "<!-- end of the figures -->"
# For each cell asked wave by wave, this many are judged at once.
WAVED_OF = 20
# And for each simulated curve.
RUNS_OF = 40


def measure(scale: Scale) -> list[Figure]:
    """Return all figures, for ``benchmarks/run.py``."""
    return _measure(scale)[0]


def _measure(scale: Scale) -> tuple[list[Figure], list[Row], list[list[str]]]:
    waved = scale.cells // WAVED_OF
    figures = [
        *evidence_cells.false_gaps(scale.cells),
        *evidence_cells.false_claims(scale.cells),
        *evidence_cells.gap_coverage(scale.cells),
        *curves(scale),
    ]
    rows = evidence_cells.rows(scale.cells, waved)
    figures += [*evidence_cells.designed_figures(rows), evidence_cells.collapse_calls(waved)]
    figures += [*evidence_cells.bias(waved // 2)]
    peers, wrong = evidence_peers.compare(scale.cells)
    figures += [*wrong, *evidence_runs.known_models(), *evidence_runs.even_models(scale.seeds)]
    return figures, rows, peers


def curves(scale: Scale) -> Iterator[Figure]:
    """Yield how often the intervals of a curve hold the truth: the mean and the worst of all simulated models."""
    rates = {
        f"{truth.name}, at {level:g}": horizon_coverage(truth, level, scale.cells // RUNS_OF)[0]
        for truth in evidence_curves.truths()
        for level in (0.5, BAR)
    }
    worst = min(rates, key=lambda what: rates[what])
    mean = sum(rates.values()) / len(rates)
    yield at_least(PART, f"the horizon's interval holds the truth: mean of {len(rates)} curves", mean, 0.93, "{:.1%}")
    yield at_least(
        PART, f"the horizon's interval holds the truth: worst of them ({worst})", rates[worst], 0.93, "{:.1%}"
    )


def verdict_table(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the lines of the table of verdicts."""
    heads = ["control / shift", *(verdict.value for verdict in Verdict), "calls"]
    yield from markdown(
        [
            heads,
            *(
                [
                    f"{row.truth[0]:g} / {row.truth[1]:g}",
                    *(_percent(row.verdicts[verdict]) for verdict in Verdict),
                    f"{row.calls:.0f}",
                ]
                for row in rows
            ),
        ]
    )


def _percent(value: float) -> str:
    return f"{value:.1f}" if value else ""


def markdown(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a Markdown table; the first row holds the heads."""
    widths = [max(len(entry) for entry in column) for column in zip(*rows, strict=True)]
    for number, row in enumerate(rows):
        yield "| " + " | ".join(entry.ljust(width) for entry, width in zip(row, widths, strict=True)) + " |"
        if number == 0:
            yield "|" + "|".join("-" * (width + 2) for width in widths) + "|"


def main() -> int:
    """Print the figures, and write them to the page if they are those of a full run."""
    parser = argparse.ArgumentParser(description="Measure what the verdicts claim against what is true.")
    parser.add_argument("--quick", action="store_true", help="show that everything runs; the figures mean little")
    scale = QUICK if parser.parse_args().quick else FULL
    began = time.perf_counter()
    figures, rows, peers = _measure(scale)
    text = "\n".join(
        [
            *table(figures),
            "",
            f"Verdicts in percent of {scale.cells:,} cells, and the mean number of calls, in waves:",
            "",
            *verdict_table(rows),
            "",
            "Right claims / false claims, in percent, / calls a cell:",
            "",
            *markdown(peers),
            "",
            *machine(),
            f"Measured in {time.perf_counter() - began:.0f} s.",
        ]
    )
    sys.stdout.write(f"{text}\n")
    if scale is FULL:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")
    return int(any(figure.met is False for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
