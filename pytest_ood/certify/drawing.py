"""Checks of drawing: a draw always gives the same case, and other draws and seeds give other cases."""

import math
from collections.abc import Sequence
from typing import Any

from pytest_ood import answers
from pytest_ood.case import Case
from pytest_ood.certify.arms import AGAIN, DRAWS, Arms, Finding, Findings, describe_error, draw_case, flat

STANDARD_ERRORS = 4
# A distance at which two seeds share cases only by accident.
FAR = 1_000_003


def fingerprint(case: Case) -> dict[str, Any]:
    """Return all data of a case, by name."""
    return {
        "prompt": case.prompt,
        "answer": case.answer,
        "lures": [list(pair) for pair in case.lures.items()],
        "input": case.input,
        "unique": case.unique,
        "rejected": case.rejected,
        "chance": case.chance,
        "comprehension": None if case.comprehension is None else fingerprint(case.comprehension),
        "reply": None if case.reply is None else _replies(case),
        "turns": case.turns,
        "choices": case.choices,
    }


def _replies(case: Case) -> list[Any]:
    """The replies of a dialogue to the oracle's answers."""
    assert case.reply is not None
    turns = answers.split(case.answer)
    try:
        return [case.reply(turns[: count + 1]) for count in range(len(turns))]
    except Exception as error:  # the check of dialogues reports it; here it only must not change
        return [describe_error(error)]


def repeatable(arms: Arms) -> Findings:
    """Check that a draw gives the same case again, in another order and with other draws in between."""
    rows = [reversed(arms.moved[:AGAIN]), *([arms.control[:AGAIN]] if arms.shift else [])]
    for drawn in flat(zip(*rows, strict=True)):
        again = fingerprint(draw_case(arms.subject, drawn.arm, arms.seed, drawn.draw))
        different = [name for name, value in fingerprint(drawn.case).items() if again[name] != value]
        if different:
            what = f"the same draw has a different {different[0]} when drawn again: everything must come from `rng`"
            yield Finding(what, drawn)


def seeds(arms: Arms) -> Findings:
    """Check that neighbouring seeds share no more cases than distant ones do, and that draws differ.

    A finite task is exempt: every seed has all its cases. So is a task whose draws are judged together: it may ask the
    same question again and again.
    """
    if arms.subject.task.cases is not None or arms.moved[0].case.among is not None:
        return
    prompts = [drawn.case.prompt for drawn in arms.moved]
    if len(set(prompts)) == 1:
        yield Finding(f"all {len(prompts)} draws have the same prompt", arms.moved[0])
        return
    own, arm = prompts[: DRAWS // 2], arms.moved[0].arm
    near, far = (
        _shared(own, [draw_case(arms.subject, arm, arms.seed + away, draw).prompt for draw in range(len(own))])
        for away in (1, FAR)
    )
    if near > far + STANDARD_ERRORS * math.sqrt(far + 1):
        yield Finding(
            f"seed {arms.seed + 1} repeats {near} of {len(own)} draws of seed {arms.seed}, and a distant seed"
            f" repeats {far}: seed and draw must not be added together"
        )


def _shared(one: Sequence[str], two: Sequence[str]) -> int:
    """The number of prompts that are the same at the same place, or shifted by one place; the largest of these."""
    return max(sum(map(str.__eq__, one, two)), sum(map(str.__eq__, one[1:], two)), sum(map(str.__eq__, one, two[1:])))
