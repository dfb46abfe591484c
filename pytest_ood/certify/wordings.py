"""A check of the other wordings of a question, and of its letters set apart: they ask for the same answer."""

from collections.abc import Mapping
from typing import Any

from pytest_ood.case import Case
from pytest_ood.certify.arms import Arms, CheckAborted, Drawn, Finding, Findings, describe_error, judged
from pytest_ood.tasks import Task

_CASES = 10
# What a case must keep in other words. Its prompt changes, and so may the material as it stands there.
_KEPT = ("answer", "lures", "inputs", "chance", "choices", "turns")


def wordings(arms: Arms) -> Findings:
    """Check that each wording, and letters set apart, change the prompt and nothing else."""
    task = arms.subject.task
    for drawn in arms.first(_CASES):
        params = arms.subject.arm_params(drawn.arm)
        prompts = {drawn.case.prompt: "the question as it is"}
        for way in _other_ways(task, params):
            shown = ", ".join(f"{name}={value}" for name, value in way.items())
            case = _in_other_words(task, {**params, **way}, arms.seed, drawn)
            if case.prompt in prompts:
                yield Finding(f"{shown} asks in the same words as {prompts[case.prompt]}", drawn)
            prompts.setdefault(case.prompt, shown)
            for name in _KEPT:
                if getattr(case, name) != getattr(drawn.case, name):
                    yield Finding(f"with {shown} the case has other {name}", drawn)
            if not judged(Drawn(drawn.arm, drawn.draw, case), case.answer).correct:
                yield Finding(f"with {shown} the right answer is wrong", drawn, case.answer)


def _other_ways(task: Task, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    ways: list[dict[str, Any]] = []
    # With one wording, a parameter of that name is the task's own.
    if task.wordings > 1:
        ways = [{"wording": number} for number in range(task.wordings) if number != params.get("wording", 0)]
    if "spaced" in task.parameters and not params.get("spaced", False):
        ways.append({"spaced": True})
    return ways


def _in_other_words(task: Task, params: Mapping[str, Any], seed: int, drawn: Drawn) -> Case:
    try:
        return task.draw(params, seed, drawn.draw)
    except Exception as error:
        raise CheckAborted(Finding(f"cannot be asked in other words: {describe_error(error)}", drawn)) from error
