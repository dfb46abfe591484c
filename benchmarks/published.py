"""Traces exported and published to a local hub: how fast, how much is uploaded, and how memory grows."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from common import MIB, ROOT, WORKERS, Figure, Ran, Scale, at_least, at_most, python, run

sys.path.insert(0, str(ROOT))
from tests.hub import Hub

PART = "dataset"
FEW = 1000


def measure(scale: Scale) -> list[Figure]:
    many = scale.draws
    with tempfile.TemporaryDirectory() as name, Hub() as hub:
        home = Path(name)

        def published(count: int, run_id: str, folder: str, repository: str) -> tuple[Ran, dict[str, Any]]:
            worker = WORKERS / "publish.py"
            ran = run(
                python(worker, str(count), run_id, home / folder, repository), home, hub.environment(home / "hub")
            )
            return ran, json.loads(ran.output.splitlines()[-1])

        few, _ = published(FEW, "run-few", "few", "bench/few")
        first, one = published(many, "run-1", "many", "bench/many")
        second, two = published(many, "run-2", "many", "bench/many")
        size = sum(path.stat().st_size for path in (home / "many").rglob("*") if path.is_file())
    return [
        at_least(PART, f"{many:,} traces exported", one["rows"] / one["seconds"], 20_000, "{:,.0f} traces/s"),
        at_least(PART, "the same onto as many", two["rows"] / two["seconds"], 20_000, "{:,.0f} traces/s"),
        at_most(
            PART,
            f"a second run of {many:,} published onto the first: bytes sent, times those of the first",
            two["uploaded_bytes"] / one["uploaded_bytes"],
            1.1,
            "{:.2f}x",
        ),
        at_most(PART, f"memory at {many:,} traces, times that at {FEW:,}", first.peak / few.peak, 1.5, "{:.2f}x"),
        at_most(PART, "memory of the second run, times that of the first", second.peak / first.peak, 1.5, "{:.2f}x"),
        Figure(PART, "publishing: first run, second run", f"{one['publish_s']:.1f} s, {two['publish_s']:.1f} s"),
        Figure(
            PART,
            "peak memory at few, of the first run, of the second",
            ", ".join(f"{ran.peak / MIB:.0f} MiB" for ran in (few, first, second)),
        ),
        Figure(PART, "the folder in the end", f"{size / MIB:.1f} MiB"),
    ]
