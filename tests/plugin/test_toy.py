"""--ood-model=toy: what it can read is asked, and the rest is skipped with the reason."""

import shutil
from pathlib import Path

import pytest

from tests.plugin.conftest import Suite

ROOT = Path(__file__).parents[2]


@pytest.fixture
def grids(suite: Suite) -> Suite:
    """Our probes of grids, as a newcomer runs them."""
    shutil.copy(ROOT / "probes" / "test_grid_scaling.py", suite.path / "test_probe.py")
    return suite


def test_a_trained_break_is_found(grids: Suite) -> None:
    """Robust at the widths of its training, brittle at all others, and everything else is skipped."""
    result = grids.run("--ood-model=toy", "--ood-json=out.json", "-k", "wider_rows or steps_of_a_row")
    assert result.parseoutcomes() == {"passed": 1, "failed": 6, "skipped": 4, "deselected": 33}
    result.stdout.fnmatch_lines(["SKIPPED * toy cannot read it: trained on 1 step, not on 2"])
    summary = grids.summary()
    assert {row["params"]["width"]: row["verdict"] for row in summary["cells"]} == {
        16: "robust", **dict.fromkeys((24, 32, 48, 64, 96), "brittle"),
    }  # fmt: skip


def test_other_tasks_are_skipped(grids: Suite) -> None:
    """Each with what the toys read instead."""
    result = grids.run("--ood-model=toy", "-k", "copies")
    assert result.parseoutcomes() == {"skipped": 4, "deselected": 40}
    result.stdout.fnmatch_lines(["4 probes skipped: the model cannot read them (-rs says what it can read)"])
    result.stdout.fnmatch_lines(["SKIPPED ?4? *: toy cannot read it: trained only on rows of cells*"])


def test_only_the_toy_skips(grids: Suite) -> None:
    """Another model of the same run is asked everything."""
    result = grids.run("--ood-model=toy", "--ood-model=fake/oracle", "-k", "copies")
    assert result.parseoutcomes() == {"passed": 4, "skipped": 4, "deselected": 80}


def test_the_reversal_curse_by_construction(suite: Suite) -> None:
    """Facts that were told both ways are known both ways, and the others only as they were told."""
    for name in ("facts.py", "test_facts.py"):
        shutil.copy(ROOT / "examples" / "training" / name, suite.path)
    result = suite.run("--ood-model=toy", "--ood-json=out.json", "test_facts.py")
    assert result.parseoutcomes() == {"passed": 1, "failed": 1}
    cells = suite.summary()["cells"]
    assert {row["params"]["known"]: row["verdict"] for row in cells} == {"both ways": "robust", "one way": "brittle"}
