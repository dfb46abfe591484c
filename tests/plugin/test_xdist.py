"""Under pytest-xdist: one run, the same questions once in all, and what a serial run finds."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.plugin.conftest import PROBE, Suite

pytest.importorskip("xdist")

MODELS = ["--ood-model=fake/oracle", "--ood-model=fake/noisy-0.6"]


def traces(store: Path) -> list[dict[str, Any]]:
    """Every trace, sorted, without times and the names of runs."""
    with closing(sqlite3.connect(store)) as db:
        rows = db.execute(
            "SELECT t.row, a.messages, a.text, a.finish_reason FROM traces t"
            " JOIN answers a ON a.key = t.key AND a.run_id = t.answered_by"
        ).fetchall()
    found = [{**json.loads(row), "answer": rest} for row, *rest in rows]
    for trace in found:
        del trace["run_id"], trace["latency_s"]
    return sorted(found, key=lambda trace: str(trace["id"]))


def calls(store: Path) -> int:
    """How many answers were paid for."""
    with closing(sqlite3.connect(store)) as db:
        return int(db.execute("SELECT count(*) FROM answers").fetchone()[0])


def test_two_workers_find_what_one_process_finds(suite: Suite) -> None:
    """Verdicts, numbers, traces and calls; the summary and the dataset are written once."""
    suite.write(PROBE.replace("[2, 3]", "range(2, 8)"))
    serial = suite.run_apart(*MODELS, "--ood-store=serial.db", "--ood-json=serial.json", "--ood-export=serial")
    shared = suite.run_apart(*MODELS, "--ood-store=shared.db", "--ood-json=shared.json", "--ood-export=shared", "-n2")
    assert (serial.returncode, shared.returncode) == (1, 1), shared.stdout
    assert suite.verdicts("serial.json") == suite.verdicts("shared.json")
    assert set(suite.verdicts("serial.json").values()) > {"robust"}
    one, two = suite.summary("serial.json"), suite.summary("shared.json")
    # Who asked the shared control twin bears its cost; fakes cost nothing.
    assert one["cells"] == two["cells"]
    assert one["totals"]["calls"] == two["totals"]["calls"] == calls(suite.path / "serial.db")
    assert calls(suite.path / "serial.db") == calls(suite.path / "shared.db")
    assert traces(suite.path / "serial.db") == traces(suite.path / "shared.db")
    assert len(list((suite.path / "shared" / "data" / "traces").iterdir())) == 1


def test_a_worker_that_dies_is_replaced(suite: Suite) -> None:
    """Its claims are taken over, its finished tests keep their rows, and the others go on."""
    suite.write(
        PROBE.replace("[2, 3]", "range(2, 12)").replace(
            "assert ood.robust", "import os\n    assert ood.robust\n    if size == 5: os._exit(1)"
        )
    )
    result = suite.run_apart("-n2", "--ood-model=fake/oracle", "--ood-model-arg=delay=0.02", "--ood-json=out.json")
    assert "9 passed" in result.stdout, result.stdout
    assert "1 failed" in result.stdout, result.stdout
    verdicts = suite.verdicts()
    assert set(verdicts.values()) == {"robust"}
    assert {f"test_spell[{size}]" for size in range(2, 12) if size != 5} <= set(verdicts)
    assert suite.answers() == 19 * 11


def test_verdicts_of_failed_probes_come_through(suite: Suite) -> None:
    """The word of the verdict and the failing case, from the worker to the terminal."""
    result = suite.run_apart("-n2", "--ood-model=fake/lured")
    assert "BRITTLE test_probe.py::test_spell[2]" in result.stdout
    assert "brittle at size=2 (control: size=1), draw 0: wrong (copied)" in result.stdout
    assert "2 brittle of 2 cells" in result.stdout
