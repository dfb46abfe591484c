"""The table of figures, and the machine that they were measured on."""

import datetime
import importlib.metadata
import os
import platform
from collections.abc import Iterator, Sequence
from pathlib import Path

from common import Figure

PACKAGES = ("pytest-ood", "pytest", "litellm", "aiohttp", "numpy")
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
