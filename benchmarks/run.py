"""Measure pytest-ood: ``python benchmarks/run.py [calls] [idle] [store] [dataset] [generators] [--quick]``.

Prints one table of figures with their targets; a full run writes it to ``benchmarks/RESULTS.md``.
"""

import argparse
import datetime
import importlib.metadata
import os
import platform
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import calls
import generators
import idle
import published
import stored
from common import FULL, HERE, QUICK, Figure, Scale

PARTS = {
    "calls": calls.measure,
    "idle": idle.measure,
    "store": stored.measure,
    "dataset": published.measure,
    "generators": generators.measure,
}
PACKAGES = ("pytest-ood", "pytest", "litellm", "aiohttp", "numpy")


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
HEADS = ("part", "what", "measured", "target", "met")
MET = {True: "yes", False: "**NO**", None: ""}


def table(figures: Sequence[Figure]) -> Iterator[str]:
    """Yield the lines of a Markdown table of the figures that is also readable as plain text."""
    rows = [HEADS, *((one.part, one.what, one.measured, one.target, MET[one.met]) for one in figures)]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for number, row in enumerate(rows):
        yield "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        if number == 0:
            yield "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    missed = sum(one.met is False for one in figures)
    yield ""
    yield f"{sum(one.met is not None for one in figures)} figures have a target; {missed or 'none'} missed."


def machine() -> Iterator[str]:
    """Yield when and on what machine the figures were measured."""
    yield f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}, {processor()}, {os.cpu_count()} cores,"
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    yield f"{platform.system()}, Python {platform.python_version()}, {versions}."
    yield f"Load of the machine at the end, over the last minute: {os.getloadavg()[0]:.1f}."


def processor() -> str:
    """Return the model of the CPU."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


if __name__ == "__main__":
    sys.exit(main())
