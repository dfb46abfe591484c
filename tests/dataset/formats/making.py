"""Traces of bundled tasks, as a run would have stored them."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pytest_ood.answers import wrap
from pytest_ood.evidence.judging import judge
from pytest_ood.evidence.trace import Trace, trace_id
from pytest_ood.families import chains, grids, operators, shortcuts
from pytest_ood.models.request import Answer
from pytest_ood.tasks import Task
from pytest_ood.text.canonical import canonical, digest
from tests.dataset.making import SENTENCE, export, summary, trace

QUESTIONS: tuple[Task, ...] = (operators.arithmetic, grids.elementary_ca, chains.state_tracking, shortcuts.sentiment)


def asked(task: Task, params: Mapping[str, Any], draw: int, response: str = "", **fields: Any) -> Trace:
    """Return the trace of a case; the response is the right one unless another is given."""
    case = task.draw(params, 7, draw)
    response = response or wrap(case.answer)
    judged = judge(case, Answer(response, finish_reason=fields.get("finish_reason", "stop")))
    prompt_sha256 = fields.pop("prompt_sha256", digest(case.prompt))
    made = trace(
        draw,
        outcome=judged.outcome,
        **{
            "task": task.name,
            "task_version": task.version,
            "family": task.family,
            "params": canonical(params),
            "question": case.prompt,
            "messages": [{"role": "user", "content": f"{case.prompt}\n\n{SENTENCE}"}],
            "response": response,
            "answer_given": judged.given,
            "answer_expected": case.answer,
            "lure": judged.lure,
            **fields,
        },
    )
    new_id = trace_id([task.name, dict(params), draw, made.arm, made.model, response])
    return dataclasses.replace(made, id=new_id, prompt_sha256=prompt_sha256)


def answered(draws: int = 3) -> list[Trace]:
    """Return traces of several tasks: right, wrong, without tags and cut off."""
    found = []
    for task in QUESTIONS:
        for draw in range(draws):
            right = wrap(task.draw({}, 7, draw).answer)
            found += [
                asked(task, {}, draw),
                asked(task, {}, draw, "<answer>99999999</answer>"),
                asked(task, {}, draw, "I give up."),
                asked(task, {}, draw, right, finish_reason="length", model="other"),
            ]
    return found


def folder_of(path: Path, traces: list[Trace]) -> Path:
    """Write a dataset of these traces."""
    export(path, traces, summary())
    return path
