"""The full record of one asked case: one row of the dataset."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Any

from pytest_ood.evidence.outcomes import AnswerOutcome, ArmName
from pytest_ood.models.request import Message
from pytest_ood.text.canonical import canonical, digest

# Raise it when the name or the meaning of a field changes; readers of datasets migrate by it. Until the first release,
# version 2 may gain fields at its end: a row written before a field existed has the field's default.
TRACE_VERSION = 2


@dataclass(frozen=True, slots=True)
class Trace:
    """One row, field by field as in ``schemas/trace.schema.json``.

    Values whose shape differs by task (params, model_args, lures, detail) are JSON strings, so that datasets of
    different probes concatenate. `id` names what was asked (task, version, params, arm, seed, draw, strategy, model,
    model_args), not when: asking the same again gives the same id.

    The fields with a default are new in version 2 and are described in the schema. A row of version 1 has the defaults,
    except for `question`, which is read from its messages.
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
    pair_id: str | None = None
    control_params: str | None = None
    question: str = ""
    shots: int = 0
    served_model: str | None = None
    stopping: str | None = None
    condition: str | None = None
    system_fingerprint: str | None = None
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None


FIELDS: tuple[str, ...] = tuple(field.name for field in fields(Trace))
#: The default of each field that a row may lack, because it was written before the field existed.
DEFAULTS: Mapping[str, Any] = {field.name: field.default for field in fields(Trace) if field.default is not MISSING}


def trace_id(asked: Sequence[Any]) -> str:
    """Return the id of a trace: 32 hexadecimal digits from the canonical JSON of what was asked.

    Args:
        asked: task, task version, parameters, arm, seed, draw, and then the condition: strategy, model, arguments, ...
    """
    return digest(canonical(asked))[:32]


def pair_id(asked: Sequence[Any], control_params: Mapping[str, Any]) -> str:
    """Return the id that a trace shares with its twin: the id of the control twin's trace.

    The control trace of a draw and all shift traces of the same draw, seed and condition have the same `pair_id`, which
    is the control trace's own `id`. Group the rows of a dataset by it to see each shifted case with its familiar twin.

    Args:
        asked: what `trace_id` gets for this trace, of either arm.
        control_params: the parameters of the control arm.
    """
    task, version, _, _, *rest = asked
    return trace_id([task, version, control_params, "control", *rest])
