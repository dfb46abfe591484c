"""Classic puzzles that a short calculation solves: what they are told about, and their answers."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from pytest_ood.drawing import choice, integer

THINGS = (("bat", "ball"), ("cup", "saucer"), ("bottle", "cork"), ("pen", "cap"), ("lamp", "bulb"))
ANIMALS = (("farmer", "sheep"), ("shepherd", "goats"), ("breeder", "geese"), ("farmer", "hens"))
PRODUCTS = ("widgets", "screws", "toys", "boxes", "brushes", "buttons")
CLIMBERS = ("snail", "caterpillar", "beetle", "frog")
PLANTS = ("lily pads", "duckweed", "algae", "water ferns")
PRIZES = ("car", "bicycle", "piano", "boat")


class Facts(NamedTuple):
    """What a puzzle is told about.

    Attributes:
        words: the names and numbers that both versions are told with.
        classic, altered: what each version states, as the arguments of the function that solves the puzzle.
    """

    words: Mapping[str, Any]
    classic: Mapping[str, Any]
    altered: Mapping[str, Any]


def bat_and_ball(rng: np.random.Generator) -> Facts:
    """One thing costs so much *more* than the other; altered: it costs so much."""
    dear, cheap = choice(rng, THINGS)
    amount, price = integer(rng, 100, 400), integer(rng, 11, 90)
    numbers = {"total": amount + 2 * price, "amount": amount}
    words = {"dear": dear, "cheap": cheap, **numbers}
    return Facts(words, {**numbers, "is_difference": True}, {**numbers, "is_difference": False})


def price_of_the_cheaper(total: int, amount: int, is_difference: bool) -> int:
    """Try every price: the other thing costs `amount`, or so much more."""
    return next(price for price in range(total) if price + amount + price * is_difference == total)


def lily_pond(rng: np.random.Generator) -> Facts:
    """A patch doubles every day; altered: it grows by the same area every day."""
    plant, days = choice(rng, PLANTS), 2 * integer(rng, 11, 60)
    return Facts({"plant": plant, "days": days}, {"days": days, "doubles": True}, {"days": days, "doubles": False})


def day_of_the_half(days: int, doubles: bool) -> int:
    """Find the day on which half of what is covered on the last day is covered."""
    areas = [2**day if doubles else day for day in range(days + 1)]
    return next(day for day, area in enumerate(areas) if 2 * area == areas[days])


def snail(rng: np.random.Generator) -> Facts:
    """What climbs by day slides back by night; altered: it does not slide."""
    climber, climb = choice(rng, CLIMBERS), integer(rng, 5, 12)
    slide, depth = integer(rng, 1, climb - 2), integer(rng, 60, 300)
    numbers = {"depth": depth, "climb": climb, "slide": slide}
    return Facts({"climber": climber, **numbers}, numbers, {**numbers, "slide": 0})


def day_at_the_top(depth: int, climb: int, slide: int) -> int:
    """Climb day by day."""
    height, day = climb, 1
    while height < depth:
        height, day = height - slide + climb, day + 1
    return day


def machines(rng: np.random.Generator) -> Facts:
    """As many machines make as many things in the same time; altered: one machine makes them all."""
    product = choice(rng, PRODUCTS)
    some, others = integer(rng, 11, 70), integer(rng, 75, 150)
    stated = {"some": some, "things": others}
    words = {"product": product, "some": some, "others": others}
    return Facts(words, {**stated, "machines": others}, {**stated, "machines": 1})


def minutes_to_make(some: int, machines: int, things: int) -> int:
    """Find how many things a machine makes a minute, if some make as many in as many minutes."""
    rate = Fraction(some, some * some)
    return int(things / (machines * rate))


def sheep(rng: np.random.Generator) -> Facts:
    """All but some are lost; altered: some are lost."""
    owner, animals = choice(rng, ANIMALS)
    count = integer(rng, 60, 250)
    some = integer(rng, 11, count // 2 - 5)
    stated = {"count": count, "some": some}
    words = {"owner": owner, "animals": animals, **stated}
    return Facts(words, {**stated, "all_but": True}, {**stated, "all_but": False})


def number_left(count: int, some: int, all_but: bool) -> int:
    """Take away those that are lost: some, or all but some."""
    lost = count - some if all_but else some
    return count - lost


def three_doors(rng: np.random.Generator) -> Facts:
    """The host knows where the prize is; altered: whoever opens doors does it at random."""
    prize, doors = choice(rng, PRIZES), integer(rng, 3, 5)
    games = 2 * doors * integer(rng, 5, 40)
    opened = "another door" if doors == 3 else f"{doors - 2} of the other doors"
    stated = {"doors": doors, "games": games}
    words = {"prize": prize, "opened": opened, **stated}
    return Facts(words, {**stated, "host_knows": True}, {**stated, "host_knows": False})


def games_won(doors: int, games: int, host_knows: bool) -> int:
    """Go through all places of the prize and all doors that may be left closed; the player picks door 0."""
    wins = rest = Fraction(0)
    for prize in range(doors):
        closed = range(1, doors)
        allowed = [door for door in closed if prize in (0, door)] if host_knows else list(closed)
        for door in allowed:
            weight = Fraction(1, doors * len(allowed))
            # If neither of the two closed doors hides the prize, it has shown.
            if prize in (0, door):
                rest += weight
                wins += weight * (prize == door)
    return int(games * wins / rest)
