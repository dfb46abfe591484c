"""The full record of one asked case: one row of the dataset."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from pytest_ood.evidence.outcomes import AnswerOutcome, ArmName
from pytest_ood.models.request import Message
from pytest_ood.text.canonical import canonical, digest

# Raise it when a field changes its name or its meaning; readers of datasets migrate by it.
TRACE_VERSION = 1


@dataclass(frozen=True, slots=True)
class Trace:
    """One row, field by field as in ``schemas/trace.schema.json``.

    Values whose shape differs by task (params, model_args, lures, detail) are JSON strings, so that datasets of
    different probes concatenate. `id` names what was asked (task, version, params, arm, seed, draw, strategy, model,
    model_args), not when: asking the same again gives the same id.
    """

    id: str
    run_id: str
    probe: str
    task: str
    task_version: int
    family: str
    params: str
    arm: ArmName
    strategy: str
    model: str
    model_args: str
    seed: int
    draw: int
    messages: Sequence[Message]
    response: str
    reasoning: str | None
    finish_reason: str | None
    answer_given: str | None
    answer_expected: str
    answer_unique: bool
    outcome: AnswerOutcome
    lure: str | None
    lures: str
    detail: str
    input_tokens: int | None
    output_tokens: int | None
    cost_usd: float | None
    latency_s: float
    created_at: float
    prompt_sha256: str
    pytest_ood_version: str


FIELDS: tuple[str, ...] = tuple(field.name for field in fields(Trace))


def trace_id(asked: Sequence[Any]) -> str:
    """32 hexadecimal digits from the canonical JSON of what names an asked case."""
    return digest(canonical(asked))[:32]
