"""The bundled tasks under Inspect, which finds this module by its entry point.

    inspect eval pytest_ood/arithmetic --model openai/gpt-4o -T operands=5 -T samples=20

A sample is one draw of one arm, asked and judged as pytest-ood does. Samples with the same `pair_id` are twins.
"""

from collections.abc import Callable, Mapping
from typing import Any

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.scorer import Score, Scorer, Target, accuracy, grouped, scorer, stderr
from inspect_ai.solver import Generate, Solver, TaskState, solver

from pytest_ood import families
from pytest_ood.asking.cell import ArmSpec, Condition
from pytest_ood.asking.conversation import Conversation
from pytest_ood.asking.making import Place, build_cell
from pytest_ood.asking.strategies import Strategies, StrategyError
from pytest_ood.dataset.formats import inspect as logs
from pytest_ood.dataset.redraw import case_of
from pytest_ood.errors import TaskError
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.evidence.trace import trace_id
from pytest_ood.models.request import Answer
from pytest_ood.tasks import Task as OodTask
from pytest_ood.text.canonical import canonical, digest

_STRATEGIES = ("direct", "cot")
_FINISH = {"max_tokens": "length", "model_length": "length"}
_ANSWERS = "answers"


def _offer(asked: OodTask) -> Callable[..., Task]:
    """Offer a task to Inspect under the last part of its name."""

    def build(samples: int = 20, seed: int = 0, strategy: str = "direct", exchanges: int = 3, **params: Any) -> Task:
        # Inspect passes it to every task that takes any parameter.
        params.pop("model", None)
        condition = Condition("", strategy=_known(strategy), exchanges=exchanges)
        place = Place(asked.name, asked.name)
        cell = build_cell(place, asked, params, None, condition, Sampling(samples=samples, max_samples=samples), seed)
        twin_ids = [trace_id(cell.control.identity(seed, draw)) for draw in range(samples)]
        dataset = [_sample(arm, seed, draw, twin_ids[draw]) for draw in range(samples) for arm in cell.arms]
        return Task(MemoryDataset(dataset, asked.name), solver=ask(), scorer=verifier(), version=asked.version)

    build.__name__ = build.__qualname__ = asked.name.rpartition(".")[2]
    build.__doc__ = asked.__doc__
    offered: Callable[..., Task] = task(build)
    return offered


def _sample(arm: ArmSpec, seed: int, draw: int, pair_id: str) -> Sample:
    case = arm.task.draw(arm.params, seed, draw)
    if case.among is not None:
        raise TaskError(
            f"the task {arm.task.name} judges its draws together, and Inspect each sample alone",
            task=arm.task.name,
            fix="ask it with pytest",
        )
    metadata = {
        "arm": arm.name,
        "pair_id": pair_id,
        "task": arm.task.name,
        "task_version": arm.task.version,
        "params": dict(arm.params),
        "seed": seed,
        "draw": draw,
        "prompt_sha256": digest(case.prompt),
        "strategy": arm.condition.strategy,
        "exchanges": arm.condition.exchanges,
    }
    messages = logs.messages(_begun(metadata).messages)
    return Sample(messages, target=case.answer, id=f"{draw}-{arm.name}", metadata=metadata)


def _begun(metadata: Mapping[str, Any]) -> Conversation:
    """Return the conversation about the case of a sample, with nothing answered yet.

    `inspect score` reads the sample from a log, which may be a stranger's: its parameters are checked first.
    """
    case = case_of({**metadata, "params": canonical(metadata["params"])})
    condition = Condition("", strategy=metadata["strategy"], exchanges=metadata["exchanges"])
    return Conversation(case, condition, Strategies().of(_known(condition.strategy)))


def _known(strategy: str) -> str:
    if strategy not in _STRATEGIES:
        raise StrategyError(f"strategy={strategy}: not one for Inspect", fix=f"choose from {', '.join(_STRATEGIES)}")
    return strategy


@solver
def ask() -> Solver:
    """Ask the question of a sample; the turns of a dialogue one after the other."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        conversation, answers = _begun(state.metadata), []
        while conversation.open:
            state.messages = logs.messages(conversation.messages)
            state = await generate(state)
            said, reason = state.output, str(state.output.stop_reason)
            answers.append({"text": said.completion, "finish_reason": _FINISH.get(reason, reason), "error": said.error})
            conversation.add(Answer(**answers[-1]))
        # So that `inspect score` judges the same answers again.
        state.store.set(_ANSWERS, answers)
        return state

    return solve


@scorer(
    metrics=[
        grouped(accuracy(), "arm", all=False, name_template="{group_name}_accuracy"),
        grouped(stderr(), "arm", all=False, name_template="{group_name}_stderr"),
    ]
)
def verifier() -> Scorer:
    """Judge the answer by the verifier of the case."""

    async def judge(state: TaskState, target: Target) -> Score:
        del target
        conversation = _begun(state.metadata)
        answers = state.store.get(_ANSWERS, [])
        for answer in answers:
            conversation.add(Answer(**answer))
        if not answers:
            return logs.score("error", None)
        judged = conversation.judge()
        return logs.score(judged.outcome, judged.given, lure=judged.lure, detail=judged.details())

    return judge


# Inspect registers a task when it is decorated.
OFFERED = [_offer(asked) for asked in families.tasks()]
