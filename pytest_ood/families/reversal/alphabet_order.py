"""Lists that everybody knows by heart, counted forward or backward."""

import functools
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from pytest_ood.case import Case, task
from pytest_ood.drawing import integer
from pytest_ood.families.data_files import data_lines
from pytest_ood.families.lures import wrong_answers
from pytest_ood.parameters import expect_one_of, expect_whole
from pytest_ood.verify import Check

ELEMENTS = Path(__file__).parent / "data" / "elements.txt"
ALPHABET = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# What an item is called, where it stands, and the sentence that says that the list wraps around, if it does.
LISTS = {
    "alphabet": ("letter", "in the alphabet", ""),
    "months": ("month", "in the year", " After December the year begins again with January."),
    "weekdays": ("day", "in the week", " After Sunday the week begins again with Monday."),
    "elements": ("chemical element", "in the order of atomic numbers", ""),
}
TWO_SPELLINGS = frozenset(("aluminium", "sulfur", "caesium"))
FARTHEST = 5
LONGEST_ANSWER = 2000

PROMPT = "Which {item} comes {places} {direction} {shown} {where}?{again} Give the {form} only."


@task(control={"direction": "after"}, name="reversal.alphabet_order", family="reversal", size="distance")
def alphabet_order(
    rng: np.random.Generator, *, list: str = "alphabet", distance: int = 1, direction: str = "before"
) -> Case:
    """The item that stands some places before or after another in a list that everybody knows.

    Moves: the direction, "after" in the control arm.
    Matched: both arms of a draw have the same answer; the item shown stands `distance` places before it in the control
    arm and after it in the shift arm. The words "after" and "before" differ by one character.
    Lists: months and weekdays wrap around, as the prompt says, and every answer is equally likely. The alphabet and the
    elements do not: an item so near an end that `other_direction` would fall off the list is never the answer.
    Lures: `other_direction`, the item equally far on the other side of the one shown (every shift case has it);
    `off_by_one`, the item shown counted as the first place; `one_too_far`. In the control arm `other_direction` is left
    out where it would fall before the start of the list.
    Chance: one over the number of possible answers: 1/12 for months, 1/7 for weekdays, 1/(length minus three times the
    distance) for the others.
    Source: the nearest relative is sorting into reverse alphabetical order in McCoy et al. 2023, "Embers of
    Autoregression" (2309.13638).

    Args:
        list: "alphabet", "months", "weekdays" or "elements" (118 of them, by atomic number).
        distance: how many places away, 1 to 5.
        direction: "after" or "before".

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_one_of("list", list, tuple(LISTS))
    expect_whole("distance", distance, 1, FARTHEST)
    expect_one_of("direction", direction, ("after", "before"))
    item, where, again = LISTS[list]
    items, places = ordered(list)
    length, ring = len(items), bool(again)
    # One step in the direction of the question.
    step = 1 if direction == "after" else -1
    count = length if ring else length - 3 * distance
    first = 0 if ring else distance
    place = integer(rng, first, first + count - 1)
    start = place - step * distance
    shortcuts = {"other_direction": start - step * distance, "off_by_one": place - step, "one_too_far": place + step}
    answer, shown = items[place], items[start % length]
    return Case(
        PROMPT.format(
            item=item,
            places=f"{distance} place{'s' if distance > 1 else ''}",
            direction=direction,
            shown=shown,
            where=where,
            again=again,
            form="letter" if list == "alphabet" else "name",
        ),
        answer=answer,
        lures=wrong_answers(
            answer, {name: items[at % length] for name, at in shortcuts.items() if ring or 0 <= at < length}
        ),
        verify=functools.partial(check_item, places=places, place=place, ring=length if ring else 0),
        input=shown,
        unique=answer not in TWO_SPELLINGS,
        chance=1 / count,
    )


def check_item(given: str, places: Mapping[str, int], place: int, ring: int) -> Check:
    """Check that this is the item at a place of the list. Case, white space and a closing full stop do not count.

    The detail of a wrong answer: `off_by`, how many places too far down the list it stands; None if it is not in the
    list. In a list that wraps around after `ring` items, the shorter way round counts.
    """
    item = " ".join(given.split()).removesuffix(".").casefold() if len(given) <= LONGEST_ANSWER else ""
    if item not in places:
        return Check(False, {"off_by": None})
    off = places[item] - place
    if not off:
        return Check(True)
    return Check(False, {"off_by": (off + ring // 2) % ring - ring // 2 if ring else off})


@functools.cache
def ordered(name: str) -> tuple[tuple[str, ...], dict[str, int]]:
    """Return the items of a list in order, and the place of each by its spellings in lower case.

    A line of the file of elements has a name, followed by its other spellings.
    """
    lines = {"alphabet": ALPHABET, "months": MONTHS, "weekdays": WEEKDAYS}.get(name) or data_lines(ELEMENTS)
    spellings = [line.split() for line in lines]
    places = {spelling.casefold(): place for place, names in enumerate(spellings) for spelling in names}
    return tuple([names[0] for names in spellings]), places
