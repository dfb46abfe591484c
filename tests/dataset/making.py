"""Datasets for the tests: traces, summaries, exports with a picture, and what to read them with."""

import functools
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from pyarrow import parquet

from pytest_ood.dataset import merge as merge_module
from pytest_ood.dataset import write as write_module
from pytest_ood.evidence.arm import Arm, ScoredDraw
from pytest_ood.evidence.pairs import Gap
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.evidence.trace import Trace, trace_id
from pytest_ood.report.curves import draw
from pytest_ood.text.canonical import digest

# As the plugin and the command call them.
export = functools.partial(write_module.export, draw_curves=draw)
merge = functools.partial(merge_module.merge, draw_curves=draw)

SENTENCE = "Answer in the form <answer>...</answer>."
HOSTILE = (
    "\x1b[2J\x1b]0;owned\x07 <script>alert(1)</script> | </td> \x00\r\u202e\u2028\n```\n````text\n# Not a title\n"
    "---\n[click](javascript:alert(1)) ![x](http://127.0.0.1/x.png) <!-- `` -->"
)


def trace(draw: int, run_id: str = "run-1", outcome: Any = "correct", **fields: Any) -> Trace:
    """A trace of its own for every draw and arm."""
    prompt = f"Spell {draw} backward."
    values = {
        "arm": "shift" if draw % 2 else "control",
        "lure": "copied" if outcome == "wrong" else None,
        "response": f"<answer>{draw}</answer>",
        "answer_given": str(draw),
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": f"{prompt}\n\n{SENTENCE}"},
        ],
        "question": prompt,
        "pair_id": trace_id([draw, fields.get("model"), "pair"]),
        "control_params": '{"length":3}',
        "stopping": '{"bar":0.8,"max_samples":40}',
        "condition": '{"strategy":"direct"}',
        **fields,
    }
    return Trace(
        id=trace_id([draw, fields.get("model")]),
        run_id=run_id,
        draw=draw,
        outcome=outcome,
        prompt_sha256=digest(prompt),
        **{
            "probe": "test_toys.py::test_spelling",
            "task": "toys.spell_backward",
            "task_version": 1,
            "family": "toys",
            "params": '{"length":6}',
            "strategy": "direct",
            "model": "gpt-4o",
            "model_args": '{"temperature":0}',
            "seed": 7,
            "reasoning": None,
            "finish_reason": "stop",
            "answer_expected": str(draw)[::-1],
            "answer_unique": True,
            "lures": "{}",
            "detail": "{}",
            "input_tokens": 20,
            "output_tokens": None,
            "cost_usd": None,
            "latency_s": 0.25,
            "created_at": 1.75e9 + draw,
            "pytest_ood_version": "0.1.0",
            **values,
        },
    )


def some(count: int = 10, run_id: str = "run-1", **fields: Any) -> list[Trace]:
    """Traces of which every third is a failure."""
    return [trace(draw, run_id, "correct" if draw % 3 else "wrong", **fields) for draw in range(count)]


def summary(**cell: Any) -> dict[str, Any]:
    """The summary of a run with one cell."""
    control, shift = Arm(Sampling()), Arm(Sampling())
    for _ in range(20):
        control.add(ScoredDraw("correct"))
        shift.add(ScoredDraw("wrong", "copied"))
    return {
        "schema_version": 3,
        "pytest_ood_version": "0.1.0",
        "run_id": "run-1",
        "started_at": "2026-11-28T12:00:00+00:00",
        "seed": 7,
        "bar": 0.8,
        "alpha": 0.05,
        "gap_alpha": 0.01,
        "models": ["gpt-4o"],
        "totals": {
            "cells": 1,
            "calls": 40,
            "from_store": 0,
            "input_tokens": 20,
            "output_tokens": 20,
            "cost_usd": None,
            "wall_s": 1.5,
            "verdicts": {"robust": 0, "brittle": 1, "degraded": 0, "incapable": 0, "undecided": 0},
            "claims": 5,
        },
        "cells": [
            {
                "id": "probes/test_toys.py::test_spelling[6]",
                "probe": "test_spelling",
                "task": "toys.spell_backward",
                "task_version": 1,
                "family": "toys",
                "params": {"length": 6},
                "control_params": {"length": 3},
                "model": "gpt-4o",
                "strategy": "direct",
                "condition": {"model": "gpt-4o"},
                "verdict": "brittle",
                "reason_code": "shift_misses",
                "reason": "a gap is shown, and the shift arm misses the bar 0.8",
                "reason_arm": None,
                "sampling": Sampling().row(),
                "size": "length",
                "control": control.row(1.0),
                "shift": shift.row(0.0),
                "gap": Gap(1.0, low=0.5, high=1.0, pairs=20, evidence=49932.2, alpha=0.01).row(),
                "gap_understood": None,
                "lures": {"copied": 20},
                "cost_usd": None,
                **cell,
            }
        ],
        "curves": [],
        "comparisons": [],
    }


def rows(folder: Path, config: str) -> list[dict[str, Any]]:
    """All rows of a config, as plain Python."""
    found = sorted((folder / "data" / config).glob("*.parquet"))
    return [row for path in found for row in parquet.read_table(path).to_pylist()]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def blocks(card: str, language: str) -> list[str]:
    """The code of a card in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", card, re.DOTALL | re.MULTILINE)


def run_python(code: str, folder: Path, path: str = "") -> str:
    """Run Python elsewhere, in a folder, offline; what it prints."""
    environment = {
        **os.environ,
        "PYTHONPATH": path,
        "HF_HUB_OFFLINE": "1",
        "HF_HOME": str(folder.parent / "cache"),
    }
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
