"""What the plugin costs a suite without probes, and what collecting the probes costs."""

import operator
import re
import tempfile
from importlib import metadata
from pathlib import Path

from common import ROOT, Figure, Ran, Scale, at_most, in_turn, paired, pytest, python, range_of, run

PART = "idle"
TRIVIAL = "def test_nothing():\n    pass\n"
COLLECTIONS = 5
# pytest looks for installed plugins in any case; with autoloading off, naming one with -p would add that to its cost.
OTHERS = [f"-pno:{plugin.name}" for plugin in metadata.entry_points(group="pytest11") if plugin.name != "ood"]


def measure(scale: Scale) -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # Compile what has changed since the last run.
        run(pytest("-q", "--collect-only", ROOT / "probes"), folder)
        (folder / "pytest.ini").write_text("[pytest]\n")
        (folder / "test_trivial.py").write_text(TRIVIAL)

        def trivial(*arguments: str) -> Ran:
            return run(pytest("-q", *arguments, "test_trivial.py"), folder)

        ran = in_turn(
            {
                "with": lambda: trivial(*OTHERS),
                "without": lambda: trivial(*OTHERS, "-pno:ood"),
                "without again": lambda: trivial(*OTHERS, "-pno:ood"),
                "loaded": trivial,
                "blocked": lambda: trivial("-pno:ood"),
            },
            scale.pairs,
        )
        collecting = in_turn(
            {
                "probes": lambda: run(pytest("-q", "--collect-only", ROOT / "probes"), folder),
                "trivial": lambda: trivial("--collect-only", "-pno:ood"),
            },
            min(COLLECTIONS, scale.pairs),
        )
        imports = [imported(folder) for _ in range(min(COLLECTIONS, scale.pairs))]

    def beyond(mine: list[Ran], theirs: list[Ran]) -> float:
        return paired(mine, theirs, lambda one: one.wall_s, operator.sub)

    clean, loaded = beyond(ran["with"], ran["without"]), beyond(ran["loaded"], ran["blocked"])
    noise = beyond(ran["without again"], ran["without"])
    cpu = paired(ran["with"], ran["without"], lambda one: one.cpu_s, operator.sub)
    return [
        at_most(
            PART, "a suite without probes: start-up beyond pytest's, no other plugin", 1000 * clean, 5, "{:.1f} ms"
        ),
        at_most(PART, "the same with the other installed plugins in both", 1000 * loaded, 5, "{:.1f} ms"),
        at_most(PART, "pytest --collect-only probes/ beyond pytest alone", beyond(*collecting.values()), 1, "{:.2f} s"),
        Figure(PART, "pytest against itself: the noise of these differences", f"{1000 * noise:.1f} ms"),
        Figure(PART, "the same start-up in CPU time, no other plugin", f"{1000 * cpu:.1f} ms"),
        Figure(PART, "importing the plugin (-X importtime)", range_of(imports, "{:.1f}") + " ms"),
        Figure(
            PART, "pytest alone on one test", range_of([1000 * one.wall_s for one in ran["without"]], "{:.0f}") + " ms"
        ),
    ]


def imported(folder: Path) -> float:
    """Return the milliseconds that Python spends on the plugin's own modules once pytest is imported."""
    imports = run(
        python("-X", "importtime", "-c", "import pytest, pytest_ood, pytest_ood.plugin, pytest_ood.plugin.hooks"),
        folder,
    )
    own = re.findall(r"import time:\s+\d+ \|\s+(\d+) \| pytest_ood(?:\.plugin(?:\.\w+)?)?\n", imports.output)
    return sum(map(int, own)) / 1000
