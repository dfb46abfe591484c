"""Export traces to a folder and publish it: ``python publish.py TRACES RUN FOLDER [NAME]``.

The traces are made one by one, as the store gives them. Prints the seconds that the export took, making the traces
included, and the bytes and files that went up, as JSON.
"""

import dataclasses
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from pytest_ood import Trace, __version__
from pytest_ood.asking.conversation import EXCHANGES, STRATEGIES
from pytest_ood.asking.outcome import Arm, Cell, Judgement, Outcome, Sampling, verdict
from pytest_ood.dataset.write import export
from pytest_ood.evidence.stats import ALPHA
from pytest_ood.families import grids
from pytest_ood.plugin.reporting import SUMMARY_VERSION
from pytest_ood.text.canonical import canonical, digest

MODEL = "openai/bench"


def traces(count: int, run: str) -> Iterator[Trace]:
    """Every other one is a failure; no two are alike, and those of another run have other ids."""
    case = grids.elementary_ca.draw({"width": 64}, 0, 0)
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
            messages=[*EXCHANGES, {"role": "user", "content": f"{question}\n\n{STRATEGIES['direct']}"}],
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
    """What a run of one cell comes to."""
    arm = Arm(Sampling(samples=count))
    arm.add(Judgement("wrong", "1"))
    cell = Cell(
        "t.py::t[64]", "t.py::t", grids.elementary_ca, {"width": 64}, {"width": 8}, MODEL, "direct", arm.sampling
    )
    row = Outcome(cell, arm, arm, *verdict(arm, arm), 0.0).row()
    verdicts = dict.fromkeys(("robust", "brittle", "incapable", "undecided"), 0)
    totals = {"cells": 1, "calls": count, "from_store": 0, "input_tokens": 0, "output_tokens": 0, "cost_usd": 0.0}
    return {
        **{"schema_version": SUMMARY_VERSION, "pytest_ood_version": __version__, "seed": 0, "bar": 0.8},
        **{"alpha": ALPHA, "models": [MODEL], "cells": [row]},
        "totals": {**totals, "wall_s": 1.0, "verdicts": {**verdicts, row["verdict"]: 1}},
    }


def main(count: int, run: str, folder: Path, name: str | None) -> None:
    began = time.perf_counter()
    exported = export(folder, traces(count, run), summary(count))
    found = {"seconds": time.perf_counter() - began, **dataclasses.asdict(exported)}
    if name is not None:
        from pytest_ood.dataset.hub import publish

        began = time.perf_counter()
        found |= dataclasses.asdict(publish(folder, name)) | {"publish_s": time.perf_counter() - began}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), sys.argv[4] if len(sys.argv) > 4 else None)
