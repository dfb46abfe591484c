"""Boxes, the things in them, and a series of swaps and replacements."""

import functools
import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import pick
from pytest_ood.families.chains.boxes import BOXES, State, Update, sentence_of, stated, updated, written
from pytest_ood.families.chains.state_tracking_prompts import PROMPTS, QUESTIONS
from pytest_ood.families.lures import wrong_answers
from pytest_ood.parameters import expect_one_of, expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import Check, sequence

THINGS = (
    "bell", "book", "boot", "bowl", "cage", "coat", "coin", "comb", "cork", "dice", "disk", "drum", "fork", "gear",
    "horn", "kite", "lamp", "leaf", "lock", "mask", "nail", "pipe", "ring", "rope", "seed", "shoe", "sock", "soap",
    "star", "tile", "vase", "wool",
)  # fmt: skip
SHARE_OF_REPLACEMENTS = 0.25
TRIES = 1000


def solve(inputs: Mapping[str, Any]) -> str:
    """Return what some boxes hold after things are swapped and replaced, separated by spaces.

    Args:
        inputs["boxes"]: dict[str, str], the thing in each box at the start, by the letter of the box.
        inputs["updates"]: list[list[str]], in order: ["swap", box, other box] or ["replace", box, new thing].
        inputs["report"]: str, "final" for the things at the end, "every" for a line with them after each update.
    """
    held, lines = dict(inputs["boxes"]), []
    for kind, box, other in inputs["updates"]:
        if kind == "swap":
            held[box], held[other] = held[other], held[box]
        else:
            held[box] = other
        lines.append(" ".join([held[box] for box in sorted(held)]))
    return "\n".join(lines) if inputs["report"] == "every" else lines[-1]


def step(inputs: Mapping[str, Any], states: Sequence[str]) -> str | None:
    """Return the answer as it is after one more update; None after all of them."""
    done = inputs["updates"][: len(states) + 1]
    return solve({**inputs, "updates": done}) if len(done) > len(states) else None


@task(
    control={"steps": 2},
    name="chains.state_tracking",
    family="chaining",
    version=2,
    declared=("prompt", "answer"),
    size="steps",
    solver=solve,
    step=step,
    wordings=len(PROMPTS),
)
def state_tracking(
    rng: np.random.Generator, *, steps: int = 4, registers: int = 5, report: str = "final", wording: int = 0
) -> Case:
    """What some boxes hold after a number of swaps and replacements.

    Moves: the number of updates, 2 in the control arm.
    Matched: the boxes and what they hold at the start, the words (all of four letters), the kinds of update (three in
    four are swaps of two boxes, the others replacements by a thing that no box holds, so that every update changes
    something), and with report="final" the length of the answer. Declared: the prompt grows by a line for each update,
    and so does the answer with report="every".
    Rejected: histories that end as they start, or in what the last update alone makes of the start.
    Lures: `start`, nothing done; `one_step_short`, all but the last update; `last_update_only`, the last update done to
    the start. With report="every" the same for each line: the start, the line before, and only this update done to the
    start. Every case of two or more steps has all three, less any that equals an earlier one.
    Chance: below 0.01 %, and below 1 % for a guess that knows what five boxes hold at the start. If each step is right
    with probability p, independently of the others, all of them are with p^steps.
    Source: the entity tracking of Kim & Schuster 2023 (2305.02363).

    Args:
        steps: updates, 1 to 100.
        registers: boxes, 3 to 8.
        report: what to give: what the boxes hold at the end ("final") or after each step ("every").
        wording: the wording of the question, 0 to 2.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_whole("steps", steps, 1, 100)
    expect_whole("registers", registers, 3, len(BOXES))
    expect_one_of("report", report, list(QUESTIONS))
    start = tuple([THINGS[place] for place in rng.permutation(len(THINGS))[:registers]])
    updates, states, rejected = history(rng, start, steps)
    before = [start, *states[:-1]]
    alone = [updated(start, update) for update in updates]
    reported = slice(None) if report == "every" else slice(-1, None)
    answer = written(states[reported])
    shortcuts = {
        "start": written(([start] * steps)[reported]),
        "one_step_short": written(before[reported]),
        "last_update_only": written(alone[reported]),
    }
    return Case(
        PROMPTS[wording].format(
            boxes="\n".join(f"Box {box}: {thing}" for box, thing in zip(BOXES, start, strict=False)),
            updates="\n".join(f"{number}. {sentence_of(update)}" for number, update in enumerate(updates, 1)),
            question=QUESTIONS[report][wording].format(last=BOXES[registers - 1]),
        ),
        answer=answer,
        lures=wrong_answers(answer, shortcuts),
        verify=functools.partial(check_final, answer=states[-1])
        if report == "final"
        else functools.partial(check_every, answer=states, start=start, updates=updates),
        kind="items" if report == "final" else "grid",
        input=written([start]),
        inputs={
            "boxes": dict(zip(BOXES, start, strict=False)),
            "updates": [stated(update) for update in updates],
            "report": report,
        },
        rejected=rejected,
    )


def check_final(given: str, answer: State) -> Check:
    """Check that each box holds the right thing. Case and the kind of white space do not count.

    The detail of a wrong answer: `first_wrong`, the first wrong box, counted from 0, or both lengths.
    Scores: `boxes`, the share of boxes that are right.
    """
    mine = given.casefold().split()
    check = sequence(mine, list(answer))
    right = sum(one == other for one, other in zip(mine, answer, strict=False))
    return Check(check.correct, check.detail, {"boxes": right / len(answer)})


def check_every(given: str, answer: Sequence[State], start: State, updates: Sequence[Update]) -> Check:
    """Check that each line is right. Case, empty lines and the kind of white space do not count.

    The detail of a wrong answer: `first_wrong_step`, by its number in the prompt; `state_accuracy`, the share of lines
    that are right; `step_accuracy`, the share of lines that follow from the line before, right or wrong;
    `later_step_accuracy`, the same share among the lines after the first wrong one, None if there are none. Of an
    answer with another number of lines only both numbers.
    Scores: `states` and `steps`, the share of lines that are right and of those that follow; a missing line is neither.
    """
    lines = [tuple(line.split()) for line in given.casefold().splitlines() if line.strip()]
    if lines == list(answer):
        return Check(True, scores={"states": 1.0, "steps": 1.0})
    right = [mine == theirs for mine, theirs in zip(lines, answer, strict=False)]
    follows = [
        len(line) == len(old) == len(start) and line == updated(old, update)
        for old, line, update in zip([start, *lines], lines, updates, strict=False)
    ]
    scores = {"states": sum(right) / len(answer), "steps": sum(follows) / len(answer)}
    if len(lines) != len(answer):
        return Check(False, {"given_steps": len(lines), "expected_steps": len(answer)}, scores)
    first = right.index(False)
    later = follows[first + 1 :]
    return Check(
        False,
        {
            "first_wrong_step": first + 1,
            "state_accuracy": scores["states"],
            "step_accuracy": scores["steps"],
            "later_step_accuracy": sum(later) / len(later) if later else None,
        },
        scores,
    )


def history(rng: np.random.Generator, start: State, steps: int) -> tuple[list[Update], list[State], int]:
    """Draw updates whose result is neither the start nor what the last update alone makes of it.

    Returns:
        The updates, the state after each, and how many histories were rejected.
    """
    boxes = range(len(start))
    swaps = list(itertools.combinations(boxes, 2))
    for rejected in range(TRIES):
        updates: list[Update] = []
        states = [start]
        for kind, which, new in rng.random((steps, 3)).tolist():
            if kind < SHARE_OF_REPLACEMENTS:
                unheld = [thing for thing in THINGS if thing not in states[-1]]
                update: Update = (pick(boxes, which), pick(unheld, new))
            else:
                update = pick(swaps, which)
            updates.append(update)
            states.append(updated(states[-1], update))
        if states[-1] != start and (steps == 1 or states[-1] != updated(start, updates[-1])):
            return updates, states[1:], rejected
    raise AssertionError(f"no history of {steps} steps in {TRIES} tries")
