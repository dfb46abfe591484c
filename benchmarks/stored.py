"""A run answered entirely from the store: what it imports, how fast it is, and how its memory grows."""

import shutil
import tempfile
from pathlib import Path

from common import MIB, WORKERS, Figure, Ran, Scale, at_least, at_most, probes, python, range_of, run, totals

PART = "store"
MODEL = "openai/bench"
ARMS = 20
FEW = 1000
REPEATS = 3


def measure(scale: Scale) -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        filled = folder / "filled.db"
        run(python(WORKERS / "fill_store.py", str(scale.draws // ARMS), filled), folder)
        few = [from_store(folder, filled, FEW) for _ in range(REPEATS)]
        many = from_store(folder, filled, scale.draws)
        size = filled.stat().st_size
    runs = [*few, many]
    return [
        at_least(PART, f"{scale.draws:,} draws, whole process", scale.draws / many.wall_s, 3000, "{:,.0f} draws/s"),
        Figure(
            PART,
            "litellm imported",
            "yes" if any("litellm imported: True" in one.output for one in runs) else "no",
            "no",
            all("litellm imported: False" in one.output for one in runs),
        ),
        at_most(
            PART,
            f"memory at {scale.draws:,} draws, times that at {FEW:,}",
            many.peak / sorted(few, key=lambda one: one.peak)[REPEATS // 2].peak,
            1.5,
            "{:.2f}x",
        ),
        Figure(PART, f"{FEW:,} draws: process", range_of([one.wall_s for one in few], "{:.2f}") + " s"),
        Figure(PART, f"{FEW:,} draws: peak memory", range_of([one.peak / MIB for one in few], "{:.0f}") + " MiB"),
        Figure(
            PART,
            f"{scale.draws:,} draws: process, peak memory, answers on disk",
            f"{many.wall_s:.1f} s, {many.peak / MIB:.0f} MiB, {size / MIB:.0f} MiB",
        ),
    ]


def from_store(folder: Path, filled: Path, draws: int) -> Ran:
    """A run on a copy of the filled store, so that its records do not affect the next one."""
    store = folder / "run.db"
    for stale in folder.glob("run.db*"):
        shutil.rmtree(stale) if stale.is_dir() else stale.unlink()
    shutil.copy(filled, store)
    ran = run(probes(store, MODEL, draws // ARMS), folder, ok=[1])
    assert (totals(store)["calls"], totals(store)["from_store"]) == (0, draws), totals(store)
    return ran
