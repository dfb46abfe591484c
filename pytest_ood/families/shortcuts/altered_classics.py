"""Well-known puzzles, as everybody knows them and with the trap taken out."""

import functools
from collections.abc import Callable, Mapping

import numpy as np

from pytest_ood.case import Case
from pytest_ood.families.lures import wrong_answers
from pytest_ood.families.shortcuts.classic_searches import bridge, jugs, river_crossing
from pytest_ood.families.shortcuts.classic_sums import (
    Puzzle,
    bat_and_ball,
    lily_pond,
    machines,
    sheep,
    snail,
    three_doors,
)
from pytest_ood.parameters import expect_one_of
from pytest_ood.tasks import task
from pytest_ood.verify import integer

PUZZLES: Mapping[str, Callable[[np.random.Generator], Puzzle]] = {
    one.__name__: one
    for one in (bat_and_ball, bridge, jugs, lily_pond, machines, river_crossing, sheep, snail, three_doors)
}

PROMPTS = (
    "{text} Give the number in decimal digits.",
    "Answer the following question with a number in decimal digits.\n\n{text}",
    "{text}\n\nWhat is the number? Write it in decimal digits.",
)


@task(
    control={"told": "classic"},
    name="shortcuts.altered_classics",
    family="shortcuts and planning",
    declared=("prompt", "answer"),
    wordings=len(PROMPTS),
)
def altered_classics(
    rng: np.random.Generator, *, puzzle: str = "bat_and_ball", told: str = "altered", wording: int = 0
) -> Case:
    """A puzzle that everybody knows, with the one sentence changed that makes it a puzzle.

    Moves: the sentence. The control arm tells the classic, the shift arm a version without the trap: "costs 110 cents"
    for "costs 110 cents more than the ball", a bridge that carries all four, a snail that does not slide back.
    Matched: the puzzle, the people, the things and the numbers. Declared: the sentence may be shorter or longer, and so
    may the answer.
    Lures: in the shift arm `classic_answer`, what would be right in the classic; in the control arm `trap_overlooked`,
    what would be right without the trap.
    Chance: at most 5 % for the commonest answer of a puzzle.
    Source: the altered classics of 2510.11812, whose models recite the known solution ("phantom recall"), and
    2405.19616.

    Args:
        puzzle: "bat_and_ball", "bridge", "jugs", "lily_pond", "machines", "river_crossing", "sheep", "snail" or
            "three_doors" (Monty Hall, with three doors or more).
        told: "classic" or "altered".
        wording: the wording of what is said besides the puzzle itself, 0 to 2.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_one_of("puzzle", puzzle, list(PUZZLES))
    expect_one_of("told", told, ("classic", "altered"))
    drawn = PUZZLES[puzzle](rng)
    text, answer, lure, other = {
        "classic": (drawn.classic, drawn.classic_answer, "trap_overlooked", drawn.altered_answer),
        "altered": (drawn.altered, drawn.altered_answer, "classic_answer", drawn.classic_answer),
    }[told]
    return Case(
        PROMPTS[wording].format(text=text),
        answer=str(answer),
        lures=wrong_answers(str(answer), {lure: str(other)}),
        verify=functools.partial(integer, answer=answer),
        kind="number",
        input=text,
        chance=0.05,
    )
