"""Well-known puzzles, as everybody knows them and with the trap taken out."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from pytest_ood.case import Case
from pytest_ood.families.lures import wrong_answers
from pytest_ood.families.shortcuts.classic_search_tellings import SEARCH_TELLINGS
from pytest_ood.families.shortcuts.classic_searches import (
    bridge,
    jugs,
    minutes_to_cross_the_bridge,
    minutes_to_cross_the_river,
    river_crossing,
    seconds_to_measure,
)
from pytest_ood.families.shortcuts.classic_sum_tellings import SUM_TELLINGS
from pytest_ood.families.shortcuts.classic_sums import (
    Facts,
    bat_and_ball,
    day_at_the_top,
    day_of_the_half,
    games_won,
    lily_pond,
    machines,
    minutes_to_make,
    number_left,
    price_of_the_cheaper,
    sheep,
    snail,
    three_doors,
)
from pytest_ood.parameters import expect_one_of
from pytest_ood.tasks import task
from pytest_ood.verify import integer

# What draws the facts of a puzzle, and what solves it from what is stated.
PUZZLES: Mapping[str, tuple[Callable[[np.random.Generator], Facts], Callable[..., int]]] = {
    "bat_and_ball": (bat_and_ball, price_of_the_cheaper),
    "bridge": (bridge, minutes_to_cross_the_bridge),
    "jugs": (jugs, seconds_to_measure),
    "lily_pond": (lily_pond, day_of_the_half),
    "machines": (machines, minutes_to_make),
    "river_crossing": (river_crossing, minutes_to_cross_the_river),
    "sheep": (sheep, number_left),
    "snail": (snail, day_at_the_top),
    "three_doors": (three_doors, games_won),
}
TELLINGS = SUM_TELLINGS | SEARCH_TELLINGS

PROMPTS = (
    "{text} Give the number in decimal digits.",
    "Answer the following question with a number in decimal digits.\n\n{text}",
    "{text}\n\nWhat is the number? Write it in decimal digits.",
)


def solve(inputs: Mapping[str, Any]) -> str:
    """Return the answer of a puzzle, found by going through its states or numbers.

    Args:
        inputs["puzzle"]: str, its name. The other inputs are what it states:
        inputs["total"], inputs["amount"], inputs["is_difference"]: "bat_and_ball", the price of both things, and of the
            dear one; or by how much it exceeds the other, if `is_difference`.
        inputs["paces"], inputs["most"]: "bridge", the minutes that each walker needs, and how many cross at a time.
        inputs["volumes"], inputs["goal"], inputs["seconds"]: "jugs", the litres that each holds, those to be measured,
            and how long a step takes.
        inputs["days"], inputs["doubles"]: "lily_pond", the day on which all is covered, and whether the covered area
            doubles every day or grows by the same amount.
        inputs["some"], inputs["machines"], inputs["things"]: "machines", how many make as many things in as many
            minutes; how many machines make how many things.
        inputs["minutes"], inputs["passengers"], inputs["quarrels"]: "river_crossing", the time of a crossing, and pairs
            of passengers that must not be left alone.
        inputs["count"], inputs["some"], inputs["all_but"]: "sheep", how many there are, and whether all but some are
            lost or only some.
        inputs["depth"], inputs["climb"], inputs["slide"]: "snail", in metres; how far it goes up and down.
        inputs["doors"], inputs["games"], inputs["host_knows"]: "three_doors", and whether who opens doors knows where
            the prize is.
    """
    _, answer = PUZZLES[inputs["puzzle"]]
    return str(answer(**{name: value for name, value in inputs.items() if name != "puzzle"}))


@task(
    control={"told": "classic"},
    name="shortcuts.altered_classics",
    family="shortcuts and planning",
    declared=("prompt", "answer"),
    solver=solve,
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
        wording: the wording of the puzzle, 0 to 2.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_one_of("puzzle", puzzle, list(PUZZLES))
    expect_one_of("told", told, ("classic", "altered"))
    draw, solved = PUZZLES[puzzle]
    facts = draw(rng)
    stated, other = (facts.classic, facts.altered) if told == "classic" else (facts.altered, facts.classic)
    answer = solved(**stated)
    lure = "trap_overlooked" if told == "classic" else "classic_answer"
    text = TELLINGS[puzzle][wording].tell(told, facts.words)
    return Case(
        PROMPTS[wording].format(text=text),
        answer=str(answer),
        lures=wrong_answers(str(answer), {lure: str(solved(**other))}),
        verify=functools.partial(integer, answer=answer),
        kind="number",
        input=text,
        inputs={"puzzle": puzzle, **stated},
        chance=0.05,
    )
