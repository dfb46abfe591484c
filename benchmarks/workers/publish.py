"""Export traces to a folder and publish it: ``python publish.py TRACES RUN FOLDER [NAME]``.

The traces are made one by one, as the store yields them. Prints the seconds that the export took, including the making
of the traces, and the bytes and files that were uploaded, as JSON.
"""

import dataclasses
import itertools
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from pytest_ood import Trace, __version__
from pytest_ood.asking.cell import ArmSpec, Cell, Condition, Draws
from pytest_ood.asking.conversation import EXCHANGES
from pytest_ood.asking.outcome import Outcome
from pytest_ood.dataset.write import export
from pytest_ood.evidence.arm import Arm, ScoredDraw
from pytest_ood.evidence.pairs import Pairs
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.evidence.stats import ALPHA
from pytest_ood.evidence.verdict import Verdict, find
from pytest_ood.families import grids
from pytest_ood.plugin.reporting import SUMMARY_VERSION
from pytest_ood.report.claims import claims
from pytest_ood.report.curves import draw as draw_curves
from pytest_ood.text.canonical import canonical, digest
from pytest_ood.text.frozen import FrozenJson

MODEL = "openai/bench"


def traces(count: int, run: str) -> Iterator[Trace]:
    """Yield traces: every other one is a failure, all are different, and each run has its own ids."""
    case = grids.elementary_ca.draw({"width": 64}, 0, 0)
    exchanges = list(itertools.chain(*EXCHANGES[False]))
    fixed = {
        **{"run_id": run, "probe": "test_wider_rows", "task": "grids.elementary_ca", "task_version": 1},
        **{"family": "grid scaling", "params": canonical({"width": 64}), "arm": "shift", "strategy": "direct"},
        **{"model": MODEL, "model_args": "{}", "seed": 0, "reasoning": None},
        **{"finish_reason": "stop", "answer_expected": case.answer, "answer_unique": True, "lure": None},
        **{"lures": canonical(dict(case.lures)), "input_tokens": 300, "output_tokens": 40, "cost_usd": 0.001},
        **{"latency_s": 1.5, "created_at": 1.7e9, "pytest_ood_version": __version__},
        **{"control_params": canonical({"width": 8}), "stopping": canonical({"samples": count})},
        **{"condition": canonical({"strategy": "direct"}), "served_model": MODEL},
    }
    for draw in range(count):
        answer = digest(f"{run} {draw}")
        question = f"{case.prompt}\n{answer}"
        yield Trace(
            id=answer[:32],
            draw=draw,
            messages=[
                *exchanges,
                {"role": "user", "content": f"{question}\n\nAnswer in the form <answer>...</answer>."},
            ],
            response=f"<answer>{answer}</answer>",
            answer_given=answer,
            outcome="wrong" if draw % 2 else "correct",
            detail=canonical({"first_wrong": draw % 64}),
            prompt_sha256=digest(question),
            question=question,
            pair_id=answer[:32],
            **fixed,  # type: ignore[arg-type]
        )


def summary(count: int) -> dict[str, object]:
    """Return the summary of a run of one cell."""
    arm = Arm(Sampling(samples=count))
    arm.add(ScoredDraw("wrong"))
    task, condition = grids.elementary_ca, Condition(MODEL)
    control = ArmSpec(task, FrozenJson({"width": 8}), "control", condition, Draws(), arm.sampling)
    cell = Cell("t.py::t[64]", "t.py::t", control, dataclasses.replace(control, params=FrozenJson({"width": 64})))
    pairs = Pairs()
    pairs.add("wrong", "wrong")
    row = Outcome(cell, arm, arm, pairs, find(arm, arm, pairs), 0.0).row()
    verdicts = {verdict.value: 0 for verdict in Verdict}
    totals = {"cells": 1, "calls": count, "from_store": 0, "input_tokens": 0, "output_tokens": 0, "cost_usd": 0.0}
    return {
        **{"schema_version": SUMMARY_VERSION, "pytest_ood_version": __version__, "seed": 0, "bar": 0.8},
        **{"run_id": "run-1", "started_at": None, "alpha": ALPHA, "gap_alpha": arm.sampling.gap_alpha},
        **{"models": [MODEL], "cells": [row], "curves": [], "comparisons": []},
        "totals": {**totals, "wall_s": 1.0, "claims": claims([row]), "verdicts": {**verdicts, row["verdict"]: 1}},
    }


def main(count: int, run: str, folder: Path, name: str | None) -> None:
    began = time.perf_counter()
    exported = export(folder, traces(count, run), summary(count), draw_curves=draw_curves)
    found = {"seconds": time.perf_counter() - began, **dataclasses.asdict(exported)}
    if name is not None:
        from pytest_ood.dataset.hub import publish

        began = time.perf_counter()
        found |= dataclasses.asdict(publish(folder, name, draw_curves=draw_curves)) | {
            "publish_s": time.perf_counter() - began
        }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), sys.argv[4] if len(sys.argv) > 4 else None)
