"""Results by the schema of Every Eval Ever (0.3): for each model a file with accuracies, and one with all answers.

The schema has no value for an answer that is neither right nor wrong. Such an answer has the score -1, and its outcome
as `error`; the accuracy is that of the others, and its bounds are where such answers count as wrong and as right.
"""

import hashlib
import json
import re
import time
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pytest_ood import __version__
from pytest_ood.dataset.formats import Written
from pytest_ood.dataset.formats.lines import write_lines
from pytest_ood.evidence.outcomes import UNSCORED
from pytest_ood.evidence.questions import conversation
from pytest_ood.evidence.trace import Trace
from pytest_ood.text.canonical import canonical, digest

SCHEMA_VERSION = "0.3.0"
_COLLECTION = "pytest-ood"
_NOBODY = "unspecified"
_LONGEST_NAME = 100
_SPECIAL = re.compile(r"$|[.-]|(con|prn|aux|nul|data|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_OF_RESULT = ("task", "task_version", "params", "arm", "strategy", "model_args", "condition")
_IN_METADATA = ("arm", "pair_id", "task", "params", "control_params", "probe", "family", "outcome", "lure", "run_id")


def write(traces: Iterable[Trace], out: Path) -> Written:
    """Write the files to the folder `out`, which is laid out as a datastore is."""
    models: dict[str, list[Trace]] = {}
    for trace in traces:
        models.setdefault(trace.model, []).append(trace)
    for model, asked in models.items():
        _write_model(model, asked, out)
    return Written("trace", sum(map(len, models.values())))


def _write_model(model: str, traces: Sequence[Trace], out: Path) -> None:
    model_id = _model_id(model)
    name = uuid.UUID(hex=digest(canonical([trace.id for trace in traces]))[:32], version=4)
    folder = f"data/{_COLLECTION}/{model_id}"
    samples = f"{folder}/{name}_samples.jsonl"
    now = str(int(time.time()))
    run = {"evaluation_id": f"{_COLLECTION}/{model_id}/{name}", "model_id": model_id}
    results: dict[str, list[Trace]] = {}
    for trace in traces:
        results.setdefault(_result_id(trace), []).append(trace)
    # Without an answer that is right or wrong there is no accuracy.
    scored = {one for one, asked in results.items() if any(trace.outcome not in UNSCORED for trace in asked)}
    (out / folder).mkdir(parents=True, exist_ok=True)
    rows = write_lines(out / samples, (_instance(trace, run, scored) for trace in traces))
    aggregate = {
        "schema_version": SCHEMA_VERSION,
        "evaluation_id": run["evaluation_id"],
        "evaluation_timestamp": str(int(max(trace.created_at for trace in traces))),
        "retrieved_timestamp": now,
        "source_metadata": {
            "source_name": "pytest-ood",
            "source_type": "evaluation_run",
            "source_organization_name": _NOBODY,
            "evaluator_relationship": "other",
        },
        "eval_library": {"name": "pytest-ood", "version": __version__},
        "model_info": {
            "name": model,
            "id": model_id,
            "additional_details": {"deployment_type": "unknown", "model_availability": "unknown"},
        },
        "evaluation_results": [_result(one, asked) for one, asked in results.items() if one in scored],
        "detailed_evaluation_results": {
            "format": "jsonl",
            "file_path": samples,
            "hash_algorithm": "sha256",
            "checksum": hashlib.sha256((out / samples).read_bytes()).hexdigest(),
            "total_rows": rows,
        },
    }
    path = out / folder / f"{name}.json"
    path.write_text(json.dumps(aggregate, indent=2, allow_nan=False) + "\n", encoding="ascii", newline="\n")


def _model_id(model: str) -> str:
    """Return the name of a model as ``developer/model``, two names of folders on any system."""
    developer, slash, name = model.partition("/")
    return "/".join(_folder(part) for part in ((developer, name) if slash else (_NOBODY, model)))


def _folder(text: str) -> str:
    """Return a name as that of a folder on any system, whatever it is: neither "..", nor "con", nor "data"."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", text)[:_LONGEST_NAME].rstrip(".")
    return f"_{plain}" if _SPECIAL.match(plain) else plain


def _result_id(trace: Trace) -> str:
    return digest(canonical([getattr(trace, name) for name in _OF_RESULT]))[:32]


def _name(trace: Trace) -> str:
    return f"{trace.task} {trace.arm} {trace.params}"


def _result(result_id: str, traces: Sequence[Trace]) -> dict[str, Any]:
    first, counts, asked = traces[0], Counter(trace.outcome for trace in traces), len(traces)
    right, scored = counts["correct"], counts["correct"] + counts["wrong"]
    bounds = {"lower": right / asked, "upper": (right + asked - scored) / asked}
    return {
        "evaluation_result_id": result_id,
        "evaluation_name": _name(first),
        "source_data": {"dataset_name": first.task, "source_type": "other"},
        "metric_config": {
            "evaluation_description": f"{first.probe}: {first.arm} arm, asked with the strategy {first.strategy}",
            "metric_id": "accuracy",
            "metric_name": "Accuracy",
            "metric_kind": "accuracy",
            "metric_unit": "proportion",
            "lower_is_better": False,
            "score_type": "continuous",
            "min_score": 0,
            "max_score": 1,
        },
        "score_details": {
            "score": right / scored,
            "details": {outcome: str(count) for outcome, count in counts.items()},
            "uncertainty": {
                "confidence_interval": {**bounds, "method": "unscored answers counted as wrong, and as right"},
                "num_samples": asked,
            },
        },
    }


def _instance(trace: Trace, run: dict[str, str], scored: set[str]) -> dict[str, Any]:
    fields = {"messages": trace.messages, "prompt_sha256": trace.prompt_sha256, "question": trace.question}
    turns = [*conversation(fields), ("assistant", trace.response)]
    is_dialogue = len(turns) > 2
    unscored, result_id = trace.outcome in UNSCORED, _result_id(trace)
    references = [trace.answer_expected]
    row: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        **run,
        "evaluation_name": _name(trace),
        **({"evaluation_result_id": result_id} if result_id in scored else {}),
        "sample_id": trace.id,
        "sample_hash": digest(turns[0][1] + trace.answer_expected),
        "interaction_type": "multi_turn" if is_dialogue else "single_turn",
        "input": {
            "raw": turns[0][1],
            "formatted": "\n\n".join(f"{turn['role']}: {turn['content']}" for turn in trace.messages),
            "reference": references,
        },
        "answer_attribution": _attribution(trace, len(turns) - 1 if is_dialogue else 0, is_dialogue),
        "evaluation": {
            "score": -1.0 if unscored else float(trace.outcome == "correct"),
            "is_correct": trace.outcome == "correct",
            "num_turns": len(turns) // 2,
        },
        "performance": {"latency_ms": 1000 * trace.latency_s},
        "error": trace.outcome if unscored else None,
        "metadata": {name: str(getattr(trace, name)) for name in _IN_METADATA if getattr(trace, name) is not None},
    }
    if is_dialogue:
        row["messages"] = [
            {"turn_idx": index, "role": role, "content": text} for index, (role, text) in enumerate(turns)
        ]
    else:
        row["output"] = {"raw": [trace.response], "reasoning_trace": [trace.reasoning] if trace.reasoning else None}
    if trace.input_tokens is not None and trace.output_tokens is not None:
        tokens = {"input_tokens": trace.input_tokens, "output_tokens": trace.output_tokens}
        row["token_usage"] = {**tokens, "total_tokens": sum(tokens.values())}
    return row


def _attribution(trace: Trace, turn: int, is_dialogue: bool) -> list[dict[str, Any]]:
    if trace.answer_given is None:
        return []
    return [
        {
            "turn_idx": turn,
            "source": f"messages[{turn}].content" if is_dialogue else "output.raw",
            "extracted_value": trace.answer_given,
            "extraction_method": "regex",
            "is_terminal": True,
        }
    ]
