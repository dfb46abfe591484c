"""The probes that come with the package: every task, affordable, and decided as known models should be."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pytest_ood.families import tasks

ROOT = Path(__file__).parent.parent
RUNNING = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
MOST, MOST_QUICK = 30_000, 1_800


def run(folder: Path, *options: str) -> str:
    """What pytest says on all probes, in a process of its own."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-q",
        "--rootdir",
        str(ROOT),
        str(ROOT / "probes"),
    ]
    store = ["--ood-store", str(folder / "store.db")]
    # These processes do what other tests do, thousands of times: measuring their coverage would double their time.
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_PROCESS")}
    ran = subprocess.run(
        [*command, *store, *options], cwd=ROOT, env=unmeasured, capture_output=True, text=True, check=False
    )
    assert ran.returncode in (0, 1, 5), ran.stdout + ran.stderr
    return ran.stdout


def cells(folder: Path, *options: str) -> list[Mapping[str, Any]]:
    """The cells of a run."""
    run(folder, *options, f"--ood-json={folder / 'out.json'}")
    found: list[Mapping[str, Any]] = json.loads((folder / "out.json").read_text(encoding="utf-8"))["cells"]
    return found


@pytest.mark.parametrize(("options", "most"), [((), MOST), (("--ood-quick",), MOST_QUICK)], ids=["all", "quick"])
def test_the_probes_are_affordable(tmp_path: Path, options: tuple[str, ...], most: int) -> None:
    """A dry run says so, and that fewer calls may do."""
    output = run(tmp_path, "--ood-model=fake/oracle", "--ood-dry-run", *options)
    (numbers,) = re.findall(r"^  calls +(.*)$", output, re.M)
    least, *expected, at_most = (int(number.replace(",", "")) for number in numbers.split())
    assert 0 < least < min(expected) < max(expected) < at_most <= most
    assert re.search(rf"\b{at_most:,}\b", RUNNING)


def test_the_oracle_is_robust_everywhere(tmp_path: Path) -> None:
    """On every task, and in the quick run too."""
    found = cells(tmp_path, "--ood-model=fake/oracle")
    assert {cell["verdict"] for cell in found} == {"robust"}
    assert {cell["task"] for cell in found} == {task.name for task in tasks()}
    quick = cells(tmp_path, "--ood-model=fake/oracle", "--ood-quick")
    assert {cell["verdict"] for cell in quick} == {"robust"}
    assert {cell["task"] for cell in quick} == {task.name for task in tasks()}


def test_the_lured_is_brittle_everywhere(tmp_path: Path) -> None:
    """And its lure is named, by the first of each case."""
    found = cells(tmp_path, "--ood-model=fake/lured")
    assert {cell["task"] for cell in found} == {task.name for task in tasks()}
    for cell in found:
        assert cell["verdict"] == "brittle", cell["id"]
        assert sum(cell["lures"].values()) == cell["shift"]["wrong"], cell["id"]


def test_copying_is_never_enough(tmp_path: Path) -> None:
    """It is below the bar, or what it copies is not in the form asked; then nothing is shown."""
    found = cells(tmp_path, "--ood-model=fake/copy", "--ood-undecided=fail")
    assert {cell["verdict"] for cell in found} == {"incapable", "undecided"}
    for cell in found:
        if cell["verdict"] == "undecided":
            assert cell["control"]["unparsed"] >= cell["control"]["wrong"], cell["id"]


def test_the_tasks_are_certified(tmp_path: Path) -> None:
    """By the user's command."""
    output = run(tmp_path, "--ood-certify")
    assert re.search(r"^\d+ cells certified$", output, re.M), output
