"""Models whose truth is known, through the real plugin and all bundled probes, in processes of their own."""

import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from common import ROOT, WORKERS, Figure, at_most, pytest, run

PART = "evidence"
RIGHT = 0.85
Summary = Mapping[str, Any]


def summary(folder: Path, model: str, *arguments: str) -> Summary:
    """Run all bundled probes and return the summary of the run."""
    verdicts = folder / "verdicts.json"
    options: list[str | Path] = [
        "--ood-model",
        model,
        "--ood-store",
        folder / "store.db",
        "--ood-refresh",
        "--ood-json",
        verdicts,
    ]
    command = pytest("-q", "--tb=no", "-rN", "-p", "even_model", ROOT / "probes", *options, *arguments)
    # 1: probes fail. Where all are undecided, pytest may also find that no test was run to its end.
    run(command, folder, {"PYTHONPATH": f"{WORKERS}:{ROOT}"}, ok=[0, 1])
    found: Summary = json.loads(verdicts.read_text(encoding="utf-8"))
    return found


def known_models() -> Iterator[Figure]:
    """Yield the verdicts on models that are always right, always lured, and always copying."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        oracle, lured, copy = (summary(folder, f"fake/{one}")["cells"] for one in ("oracle", "lured", "copy"))
    robust = sum(cell["verdict"] == "robust" for cell in oracle)
    yield _all_of("fake/oracle: robust", robust, len(oracle))
    named = sum(cell["verdict"] == "brittle" and bool(cell["lures"]) for cell in lured)
    yield _all_of("fake/lured: brittle, with the lure named", named, len(lured))
    robust = sum(cell["verdict"] == "robust" for cell in copy)
    yield at_most(PART, f"fake/copy: robust, of {len(copy)} cells", robust, 0, "{:.0f}")


def _all_of(what: str, count: int, cells: int) -> Figure:
    return Figure(PART, what, f"{count} of {cells} cells", "all", count == cells)


def even_models(seeds: int) -> Iterator[Figure]:
    """Yield how often a model that is right 85 % of the time everywhere is said to be worse somewhere."""
    verdicts: Counter[str] = Counter()
    arms: dict[tuple[Any, ...], str] = {}
    calls = right = scored = 0
    with tempfile.TemporaryDirectory() as name:
        for seed in range(seeds):
            options = (f"--ood-seed={seed}", f"--ood-model-arg=seed={seed}", f"--ood-model-arg=right={RIGHT}")
            found = summary(Path(name), "even", *options)
            calls += found["totals"]["calls"]
            bar = found["bar"]
            for cell in found["cells"]:
                verdicts[cell["verdict"]] += 1
                for arm, params in (("control", "control_params"), ("shift", "params")):
                    if cell[arm] is None:
                        continue
                    key = (seed, cell["task"], json.dumps(cell[params], sort_keys=True), arm)
                    misses = cell[arm]["high"] < bar
                    # A control that cells share is one arm; each judges its own part of it.
                    arms[key] = "misses" if misses or arms.get(key) == "misses" else "other"
                    right += cell[arm]["correct"]
                    scored += cell[arm]["correct"] + cell[arm]["wrong"]
    cells = verdicts.total()
    where = f"{RIGHT:.0%} right everywhere, all probes, {seeds} seeds"
    yield Figure(PART, f"{where}: right of the scored answers", f"{right / scored:.1%} of {scored:,}")
    worse = verdicts["brittle"] + verdicts["degraded"]
    yield at_most(PART, f"{where}: brittle or degraded, {worse} of {cells:,} cells", worse / cells, 0.006, "{:.2%}")
    missing = sum(one == "misses" for one in arms.values())
    yield at_most(
        PART, f"{where}: the bar missed, {missing} of {len(arms):,} arms", missing / len(arms), 0.01, "{:.2%}"
    )
    yield Figure(PART, f"{where}: undecided; calls a run", f"{verdicts['undecided'] / cells:.0%}; {calls / seeds:,.0f}")
    yield Figure(PART, f"{where}: robust", f"{verdicts['robust'] / cells:.0%}")
