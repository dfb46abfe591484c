"""Lists that everybody knows by heart, counted off in either direction."""

import functools
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from pytest_ood.case import Case, task
from pytest_ood.drawing import integer
from pytest_ood.families.data_files import data_lines
from pytest_ood.families.lures import wrong_ones
from pytest_ood.parameters import expect_one_of, expect_whole
from pytest_ood.verify import Check

ELEMENTS = Path(__file__).parent / "data" / "elements.txt"
ALPHABET = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# What an item is called, where it stands, and how the list goes on after its end, if it does.
LISTS = {
    "alphabet": ("letter", "in the alphabet", ""),
    "months": ("month", "in the year", " After December the year begins again with January."),
    "weekdays": ("day", "in the week", " After Sunday the week begins again with Monday."),
    "elements": ("chemical element", "in the order of atomic numbers", ""),
}
SPELT_TWICE = frozenset(("aluminium", "sulfur", "caesium"))
FARTHEST = 5
LONGEST_ANSWER = 2000

PROMPT = "Which {item} comes {places} {direction} {shown} {where}?{again} Give the {form} only."


@task(control={"direction": "after"}, name="reversal.alphabet_order", family="reversal")
def alphabet_order(
    rng: np.random.Generator, *, list: str = "alphabet", distance: int = 1, direction: str = "before"
) -> Case:
    """The item that stands some places before or after another in a list that everybody knows.

    Moves: the direction, "after" in the control arm.
    Matched: both arms of a draw have the very same answer, so that answers are alike in every respect; the item shown
    stands `distance` places before it in the control arm and after it in the shift arm. The words "after" and "before"
    differ by one character.
    Lists: months and weekdays begin again after their end, and the prompt says so; every answer is equally likely.
    Alphabet and elements do not: items so near an end that `other_direction` would not exist are never the answer.
    Lures: `other_direction`, the item as far on the other side of the one shown (every shift case has it);
    `off_by_one`, the shown item counted as the first place; `one_too_far`. In the control arm the first is left out if
    it would lie before the beginning of the list.
    Chance: one over the number of possible answers: 1/12 for months, 1/7 for weekdays, 1/(length minus three times the
    distance) for the others.
    Source: a near relative is sorting in reverse alphabetical order, of McCoy et al. 2023, "Embers of Autoregression"
    (2309.13638).

    list: "alphabet", "months", "weekdays" or "elements" (118 of them, by atomic number).
    distance: how many places away, 1 to 5.
    direction: "after" or "before".

    Raises:
        ValueError: a parameter is not one of these.
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
        lures=wrong_ones(
            answer, {name: items[at % length] for name, at in shortcuts.items() if ring or 0 <= at < length}
        ),
        verify=functools.partial(check_item, places=places, place=place, ring=length if ring else 0),
        input=shown,
        unique=answer not in SPELT_TWICE,
        chance=1 / count,
    )


def check_item(given: str, places: Mapping[str, int], place: int, ring: int) -> Check:
    """Check that this is the item at a place of the list. Case, white space and a closing full stop do not count.

    The detail of a wrong answer: `off_by`, how many places too far down the list it stands; None if it is not in the
    list. In a list that begins again after `ring` items it is counted the shorter way round.
    """
    named = places.get(" ".join(given.split()).removesuffix(".").casefold()) if len(given) <= LONGEST_ANSWER else None
    if named == place:
        return Check(True)
    if named is None:
        return Check(False, {"off_by": None})
    off = named - place
    return Check(False, {"off_by": (off + ring // 2) % ring - ring // 2 if ring else off})


@functools.cache
def ordered(name: str) -> tuple[tuple[str, ...], dict[str, int]]:
    """Return the items of a list in order, and the place of each by its spellings in lower case.

    A line of the file of elements has a name, and then its other spellings.
    """
    lines = {"alphabet": ALPHABET, "months": MONTHS, "weekdays": WEEKDAYS}.get(name) or data_lines(ELEMENTS)
    spellings = [line.split() for line in lines]
    places = {spelling.casefold(): place for place, names in enumerate(spellings) for spelling in names}
    return tuple([names[0] for names in spellings]), places
