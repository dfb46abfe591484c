"""Logs of Inspect, which `inspect view` and `inspect_ai.log.read_eval_log` open: one for each arm and condition.

Only right and wrong answers have a score. Inspect keeps the others out of its metrics and counts them as unscored.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from pytest_ood.dataset.formats import Written, missing
from pytest_ood.dataset.formats.jsonl import opened
from pytest_ood.evidence.trace import Trace
from pytest_ood.text.canonical import canonical

SCORER = "verifier"
#: Inspect's reason for an answer that is not scored, by its outcome here; it has none for an answer that was cut off.
REASONS = {"unparsed": "invalid_response_format", "refused": "refusal", "error": "scoring_failed"}
_STOP = {"stop": "stop", "length": "max_tokens", "content_filter": "content_filter", "refusal": "content_filter"}
_OF_ARM = ("task", "task_version", "params", "arm", "strategy", "model", "model_args", "condition")
_IN_METADATA = ("arm", "pair_id", "seed", "draw", "probe", "family", "outcome", "lure", "finish_reason")


def write(traces: Iterable[Trace], out: Path) -> Written:
    """Write the logs to the folder `out`, under numbers.

    Raises:
        DatasetError: Inspect is not installed.
    """
    try:
        from inspect_ai.log import write_eval_log
    except ImportError as error:
        raise missing("inspect-ai", error) from error
    arms: dict[str, list[Trace]] = {}
    for trace in traces:
        arms.setdefault(canonical([getattr(trace, name) for name in _OF_ARM]), []).append(trace)
    for number, asked in enumerate(arms.values()):
        write_eval_log(_log(asked), str(out / f"{number:05}.eval"))
    return Written("trace", sum(map(len, arms.values())))


def _log(traces: Sequence[Trace]) -> Any:
    """Return the log of one arm under one condition."""
    from inspect_ai import log

    first, *_ = traces
    times = [datetime.fromtimestamp(trace.created_at, timezone.utc).isoformat() for trace in traces]
    spec = log.EvalSpec(
        eval_id=first.id,
        run_id=first.run_id,
        created=min(times),
        task=first.task,
        task_id=first.id,
        task_version=first.task_version,
        task_args={**_object(first.params), "arm": first.arm},
        solver=first.strategy,
        dataset=log.EvalDataset(name=first.task, samples=len(traces), sample_ids=[trace.id for trace in traces]),
        model=first.model,
        model_args=_object(first.model_args),
        config=log.EvalConfig(),
        packages={"pytest-ood": first.pytest_ood_version},
        metadata={"family": first.family, "condition": _object(first.condition)},
    )
    return log.EvalLog(
        status="success",
        eval=spec,
        plan=log.EvalPlan(steps=[log.EvalPlanStep(solver=first.strategy)]),
        results=_results(traces),
        stats=log.EvalStats(started_at=min(times), completed_at=max(times)),
        samples=[_sample(trace) for trace in traces],
    )


def _results(traces: Sequence[Trace]) -> Any:
    from inspect_ai import log

    right, wrong = (sum(trace.outcome == outcome for trace in traces) for outcome in ("correct", "wrong"))
    scored = right + wrong
    accuracy = log.EvalMetric(name="accuracy", value=right / scored if scored else float("nan"))
    score = log.EvalScore(
        name=SCORER,
        scorer=SCORER,
        scored_samples=scored,
        unscored_samples=len(traces) - scored,
        metrics={"accuracy": accuracy},
    )
    return log.EvalResults(total_samples=len(traces), completed_samples=len(traces), scores=[score])


def _sample(trace: Trace) -> Any:
    from inspect_ai import log, model

    said: list[Any] = [model.ContentText(text=trace.response)]
    if trace.reasoning:
        said.insert(0, model.ContentReasoning(reasoning=trace.reasoning))
    answer = model.ChatMessageAssistant(content=said if trace.reasoning else trace.response, model=trace.model)
    asked = messages(trace.messages)
    usage = None
    if trace.input_tokens is not None and trace.output_tokens is not None:
        total = trace.input_tokens + trace.output_tokens
        usage = model.ModelUsage(input_tokens=trace.input_tokens, output_tokens=trace.output_tokens, total_tokens=total)
    stop: Any = _STOP.get(trace.finish_reason or "", "unknown")
    metadata = {name: getattr(trace, name) for name in _IN_METADATA}
    return log.EvalSample(
        id=trace.id,
        epoch=1,
        input=asked,
        target=trace.answer_expected,
        messages=[*asked, answer],
        output=model.ModelOutput(
            model=trace.model,
            choices=[model.ChatCompletionChoice(message=answer, stop_reason=stop)],
            usage=usage,
            time=trace.latency_s,
        ),
        scores={SCORER: score(trace.outcome, trace.answer_given, lure=trace.lure, detail=opened(trace.detail))},
        metadata={**metadata, "params": opened(trace.params)},
    )


def messages(turns: Iterable[Mapping[str, Any]]) -> list[Any]:
    """Return the messages of a conversation as Inspect's."""
    from inspect_ai import model

    kinds = {
        "system": model.ChatMessageSystem,
        "user": model.ChatMessageUser,
        "assistant": model.ChatMessageAssistant,
        "tool": model.ChatMessageTool,
    }
    return [kinds.get(turn["role"], model.ChatMessageUser)(content=turn["content"]) for turn in turns]


def score(outcome: str, answer: str | None, **details: Any) -> Any:
    """Return an outcome as a score of Inspect: only right and wrong answers have a value."""
    from inspect_ai import scorer

    metadata = {"outcome": outcome, **details}
    if outcome not in ("correct", "wrong"):
        return scorer.Score.unscored(reason=REASONS.get(outcome, outcome), answer=answer, metadata=metadata)
    value = scorer.CORRECT if outcome == "correct" else scorer.INCORRECT
    return scorer.Score(value=value, answer=answer, metadata=metadata)


def _object(text: str | None) -> dict[str, Any]:
    value = opened(text)
    return value if isinstance(value, dict) else {}
