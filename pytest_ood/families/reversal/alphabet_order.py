"""Lists that everybody knows by heart, counted forward or backward."""

import functools
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import sample
from pytest_ood.families.data_files import data_lines
from pytest_ood.families.lures import wrong_answers
from pytest_ood.families.reversal.alphabet_order_prompts import PROMPTS, QUESTIONS
from pytest_ood.parameters import expect_one_of, expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import Check

ELEMENTS = Path(__file__).parent / "data" / "elements.txt"
ALPHABET = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Lists that begin again after their last item.
RINGS = frozenset(("months", "weekdays"))
TWO_SPELLINGS = frozenset(("aluminium", "sulfur", "caesium"))
FARTHEST = 5
NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five"}
LONGEST_ANSWER = 2000
BETWEEN_ITEMS = re.compile(r"[\s,;]+(?:and\s+)?")


def solve(inputs: Mapping[str, Any]) -> str:
    """Return the items that come some places before or after others in a list that everybody knows.

    Args:
        inputs: the question in four parts:
            inputs["list"]: "alphabet", "months", "weekdays" or "elements" (chemical elements by atomic number).
            inputs["items"]: items of the list, a list of text.
            inputs["distance"]: how many places to go from each of them, a whole number.
            inputs["direction"]: "after" or "before".
    """
    names, known = ordered(inputs["list"])
    step = inputs["distance"] if inputs["direction"] == "after" else -inputs["distance"]
    places = [known[item.casefold()] + step for item in inputs["items"]]
    return written(names, places, inputs["list"] in RINGS)


@task(
    control={"direction": "after"},
    name="reversal.alphabet_order",
    family="reversal",
    version=2,
    size="distance",
    solver=solve,
    wordings=len(PROMPTS),
)
def alphabet_order(
    rng: np.random.Generator,
    *,
    list: str = "alphabet",
    distance: int = 1,
    direction: str = "before",
    items: int = 3,
    wording: int = 0,
) -> Case:
    """The items that come some places before or after others in a list that everybody knows.

    Moves: the direction, "after" in the control arm.
    Matched: both arms of a draw have the same answer; each item shown stands `distance` places before its answer in the
    control arm and after it in the shift arm. The words "after" and "before" differ by one character.
    Lists: months and weekdays wrap around, and every answer is equally likely. The alphabet and the elements do not: an
    item so near an end that `other_direction` would fall off the list is never among the answers. Several items are
    asked about at once, since there are only 7 to 26 questions about a single day, month or letter, and the draws of an
    arm would repeat them: with three items there are 210 about weekdays and 990 or more about the others.
    Lures: `other_direction`, the items equally far on the other side of those shown (every shift case has it);
    `off_by_one`, the items shown counted as the first place; `one_too_far`. In the control arm `other_direction` is
    left out where it would fall before the start of the list.
    Chance: that of naming so many different answers in the right order: 1 in 210 for three weekdays, 1 in 1,320 for
    months, 1 in n (n - 1) (n - 2) for the others, where n is the length of the list minus three times the distance.
    Source: the nearest relative is sorting into reverse alphabetical order in McCoy et al. 2023, "Embers of
    Autoregression" (2309.13638).

    Args:
        list: "alphabet", "months", "weekdays" or "elements" (118 of them, by atomic number).
        distance: how many places away, 1 to 5.
        direction: "after" or "before".
        items: how many items are asked about, 2 to 5.
        wording: the wording of the question, 0 to 2.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_one_of("list", list, tuple(QUESTIONS))
    expect_whole("distance", distance, 1, FARTHEST)
    expect_one_of("direction", direction, ("after", "before"))
    expect_whole("items", items, 2, 5)
    names, known = ordered(list)
    length, ring = len(names), list in RINGS
    possible = range(length) if ring else range(distance, length - 2 * distance)
    places = sample(rng, possible, items)
    # One step in the direction of the question.
    step = 1 if direction == "after" else -1
    shown = written(names, [place - step * distance for place in places], ring)
    answer = written(names, places, ring)
    shortcuts = {
        "other_direction": written(names, [place - 2 * step * distance for place in places], ring),
        "off_by_one": written(names, [place - step for place in places], ring),
        "one_too_far": written(names, [place + step for place in places], ring),
    }
    unit, *questions = QUESTIONS[list]
    counted = f"{distance} {unit}{'s' if distance > 1 else ''}"
    return Case(
        PROMPTS[wording].format(
            question=questions[wording].format(distance=counted, direction=direction),
            shown=shown,
            items=NUMBERS[items],
            what="letters" if list == "alphabet" else "names",
        ),
        answer=answer,
        lures=wrong_answers(answer, {name: given for name, given in shortcuts.items() if given}),
        verify=functools.partial(check_items, known=known, places=places, ring=length if ring else 0),
        kind="items",
        input=shown,
        inputs={"list": list, "items": shown.split(", "), "distance": distance, "direction": direction},
        unique=TWO_SPELLINGS.isdisjoint(answer.split(", ")),
        chance=1 / math.perm(len(possible), items),
    )


def written(names: Sequence[str], places: Sequence[int], ring: bool) -> str:
    """Write the items at some places; "" if one of them is off a list that does not wrap around."""
    if not ring and not all(0 <= place < len(names) for place in places):
        return ""
    return ", ".join([names[place % len(names)] for place in places])


def check_items(given: str, known: Mapping[str, int], places: Sequence[int], ring: int) -> Check:
    """Check that these are the items at some places of the list. Case and a closing full stop do not count.

    Items are separated by white space, commas, semicolons or "and".

    The detail of a wrong answer: both lengths, or `first_wrong`, the number of the first wrong item, counted from 0,
    and `off_by`, how many places too far down the list it stands; None if it is not in the list. In a list that wraps
    around after `ring` items, the shorter way round counts.
    """
    items = BETWEEN_ITEMS.split(given.strip().removesuffix(".").casefold()) if len(given) <= LONGEST_ANSWER else []
    if len(items) != len(places):
        return Check(False, {"given_length": len(items), "expected_length": len(places)})
    for number, (item, place) in enumerate(zip(items, places, strict=True)):
        if known.get(item) != place:
            off = known[item] - place if item in known else None
            if off is not None and ring:
                off = (off + ring // 2) % ring - ring // 2
            return Check(False, {"first_wrong": number, "off_by": off})
    return Check(True)


@functools.cache
def ordered(name: str) -> tuple[tuple[str, ...], dict[str, int]]:
    """Return the items of a list in order, and the place of each by its spellings in lower case.

    A line of the file of elements has a name, followed by its other spellings.
    """
    lines = {"alphabet": ALPHABET, "months": MONTHS, "weekdays": WEEKDAYS}.get(name) or data_lines(ELEMENTS)
    spellings = [line.split() for line in lines]
    places = {spelling.casefold(): place for place, names in enumerate(spellings) for spelling in names}
    return tuple([names[0] for names in spellings]), places
