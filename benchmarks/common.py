"""Shared by the parts of the benchmark: processes measured from outside, medians, and the figures of the table."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
SUITE = HERE / "suite"
WORKERS = HERE / "workers"
# What we are measured beside is installed in an environment of its own.
PEERS_PYTHON = ROOT / ".venv-peers" / "bin" / "python"
MIB = 2**20


@dataclass(frozen=True)
class Figure:
    """One row of the table. `met` is None if the figure has no target and is there for comparison."""

    part: str
    what: str
    measured: str
    target: str = ""
    met: bool | None = None


def at_most(part: str, what: str, value: float, target: float, form: str) -> Figure:
    """Return a figure that should be small; `form` is a format string such as ``{:.2f}x``."""
    return Figure(part, what, form.format(value), "<= " + form.format(target), value <= target)


def at_least(part: str, what: str, value: float, target: float, form: str) -> Figure:
    """Return a figure that should be large."""
    return Figure(part, what, form.format(value), ">= " + form.format(target), value >= target)


@dataclass(frozen=True)
class Scale:
    """How much is measured. The quick scale shows that everything works; its figures mean little."""

    calls: int
    rounds: int
    pairs: int
    draws: int
    cases: float
    repeats: int
    cells: int
    seeds: int


FULL = Scale(calls=1000, rounds=3, pairs=40, draws=100_000, cases=1.0, repeats=7, cells=20_000, seeds=20)
QUICK = Scale(calls=200, rounds=1, pairs=5, draws=10_000, cases=0.15, repeats=2, cells=1000, seeds=1)


@dataclass(frozen=True)
class Ran:
    """A process that has ended: wall-clock seconds, CPU seconds (user and system), peak memory in bytes, output."""

    wall_s: float
    cpu_s: float
    peak: int
    output: str


def run(
    command: Sequence[str | Path], folder: Path, env: Mapping[str, str] | None = None, ok: Sequence[int] = (0,)
) -> Ran:
    """Run a command to its end, without any part of this environment that could change its behaviour.

    Raises:
        RuntimeError: it ended with a status that is not in `ok`.
    """
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PY", "OOD", "LITELLM"))}
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            [*map(str, command)],
            cwd=folder,
            env={**clean, "OPENAI_API_KEY": "sk-benchmark", **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode(errors="replace")
    if process.returncode not in ok:
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{text[-3000:]}")
    # Linux reports the peak in KiB, macOS in bytes.
    return Ran(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * (1 if sys.platform == "darwin" else 1024), text)


def python(*arguments: str | Path) -> list[str | Path]:
    """Return a command for this interpreter."""
    return [sys.executable, *arguments]


def pytest(*arguments: str | Path) -> list[str | Path]:
    """Return a pytest command that leaves no cache behind."""
    return python("-m", "pytest", "-p", "no:cacheprovider", *arguments)


def probes(store: Path, model: str, draws: int, *arguments: str | Path) -> list[str | Path]:
    """Return a pytest command for the suite with exactly `draws` draws per arm, with verdicts in ``verdicts.json``."""
    options = ["--ood-model", model, "--ood-samples", str(draws), "--ood-store", store]
    return pytest(
        "-q", "-c", SUITE / "pytest.ini", SUITE, *options, "--ood-json", store.with_name("verdicts.json"), *arguments
    )


def totals(store: Path) -> dict[str, Any]:
    """Return the totals of a run of `probes`."""
    counts: dict[str, Any] = json.loads(store.with_name("verdicts.json").read_text(encoding="utf-8"))["totals"]
    return counts


def in_turn(contestants: Mapping[str, Callable[[], Ran]], rounds: int) -> dict[str, list[Ran]]:
    """Run each contestant once per round, A B C A B C, so that a machine that slows down slows all of them."""
    ran: dict[str, list[Ran]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, contestant in contestants.items():
            ran[name].append(contestant())
    return ran


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def paired(
    mine: Sequence[Ran], theirs: Sequence[Ran], value: Callable[[Ran], float], join: Callable[[float, float], float]
) -> float:
    """Return the median over the rounds of a difference or a ratio within each round."""
    return median([join(value(a), value(b)) for a, b in zip(mine, theirs, strict=True)])


def range_of(values: Sequence[float], form: str) -> str:
    """Return the median and, of several values, the minimum and the maximum."""
    middle = form.format(median(values))
    if len(values) == 1:
        return middle
    return f"{middle} ({form.format(min(values))} to {form.format(max(values))})"
