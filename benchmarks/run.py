"""Measure pytest-ood: ``python benchmarks/run.py [PART ...] [--quick]``, parts being those of `PARTS`.

Prints one table of figures with their targets; a full run writes it to ``benchmarks/RESULTS.md``.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence

import answers
import calls
import claims
import evidence
import generators
import idle
import pool
import published
import stored
from common import FULL, HERE, QUICK, Figure, Scale
from report import machine, table

PARTS = {
    "calls": calls.measure,
    "workers": pool.measure,
    "idle": idle.measure,
    "store": stored.measure,
    "claims": claims.measure,
    "dataset": published.measure,
    "generators": generators.measure,
    "evidence": evidence.measure,
    "answers": answers.measure,
}


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure pytest-ood against its targets.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"any of {', '.join(PARTS)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="show that everything runs; the figures mean little")
    options = parser.parse_args()
    unknown = [part for part in options.parts if part not in PARTS]
    if unknown:
        parser.error(f"{', '.join(unknown)}: unknown part; choose from {', '.join(PARTS)}")
    chosen = options.parts or list(PARTS)
    scale = QUICK if options.quick else FULL
    figures = list(measured(chosen, scale))
    text = "\n".join([*table(figures), "", *machine()]) + "\n"
    sys.stdout.write(text)
    if set(chosen) == set(PARTS) and not options.quick:
        (HERE / "RESULTS.md").write_text(f"{HEADING}\n{text}", encoding="utf-8")
    return 0


def measured(parts: Sequence[str], scale: Scale) -> Iterator[Figure]:
    for part in parts:
        began = time.perf_counter()
        sys.stderr.write(f"{part} ... ")
        sys.stderr.flush()
        yield from PARTS[part](scale)
        sys.stderr.write(f"{time.perf_counter() - began:.0f} s\n")


HEADING = """\
# Results

Written by `make bench`. Ratios and differences are taken within each round, in which every contestant runs once, and
the median over the rounds is given; in brackets the least and the greatest of all rounds.
"""


if __name__ == "__main__":
    sys.exit(main())
