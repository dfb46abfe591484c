"""Classic puzzles that a short calculation solves, each with a version without its trap."""

from fractions import Fraction
from typing import NamedTuple

import numpy as np

from pytest_ood.drawing import choice, integer

THINGS = (("bat", "ball"), ("cup", "saucer"), ("bottle", "cork"), ("pen", "cap"), ("lamp", "bulb"))
ANIMALS = (("farmer", "sheep"), ("shepherd", "goats"), ("breeder", "geese"), ("farmer", "hens"))
PRODUCTS = ("widgets", "screws", "toys", "boxes", "brushes", "buttons")
CLIMBERS = ("snail", "caterpillar", "beetle", "frog")
PLANTS = ("lily pads", "duckweed", "algae", "water ferns")
PRIZES = ("car", "bicycle", "piano", "boat")


class Puzzle(NamedTuple):
    """A classic and its altered version, told about the same things with the same numbers.

    Attributes:
        classic, altered: the texts, with the question.
        classic_answer, altered_answer: the numbers that answer it.
    """

    classic: str
    altered: str
    classic_answer: int
    altered_answer: int


def bat_and_ball(rng: np.random.Generator) -> Puzzle:
    """One thing costs so much *more* than the other; altered: it costs so much."""
    dear, cheap = choice(rng, THINGS)
    more, ball = integer(rng, 100, 400), integer(rng, 11, 90)
    total = more + 2 * ball
    tell = (
        f"A {dear} and a {cheap} cost {total} cents together. The {dear} costs {more} cents{{}}."
        f" How many cents does the {cheap} cost?"
    )
    # Every price is tried.
    classic = next(price for price in range(total) if price + (price + more) == total)
    return Puzzle(tell.format(f" more than the {cheap}"), tell.format(""), classic, total - more)


def lily_pond(rng: np.random.Generator) -> Puzzle:
    """A patch doubles every day; altered: it grows by the same area every day."""
    plant, days = choice(rng, PLANTS), 2 * integer(rng, 11, 60)
    tell = (
        f"The {plant} on a pond {{}}. After {days} days the whole pond is covered. After how many days is half of the"
        " pond covered?"
    )
    doubling, steady = {day: 2**day for day in range(days + 1)}, {day: day for day in range(days + 1)}
    classic, altered = (
        next(day for day, area in areas.items() if 2 * area == areas[days]) for areas in (doubling, steady)
    )
    return Puzzle(
        tell.format("cover an area that doubles every day"),
        tell.format("cover nothing at first and the same area more every day"),
        classic,
        altered,
    )


def snail(rng: np.random.Generator) -> Puzzle:
    """What climbs by day slides back by night; altered: it does not slide."""
    climber, climb = choice(rng, CLIMBERS), integer(rng, 5, 12)
    slide, depth = integer(rng, 1, climb - 2), integer(rng, 60, 300)
    tell = (
        f"A {climber} sits at the bottom of a well that is {depth} metres deep. Every day it climbs {climb} metres, and"
        f" every night it {{}}. On which day does it reach the top? The first day is day 1."
    )
    return Puzzle(
        tell.format(f"slides back {slide} metres"),
        tell.format("rests where it is and does not slide back"),
        day_at_the_top(depth, climb, slide),
        day_at_the_top(depth, climb, 0),
    )


def day_at_the_top(depth: int, climb: int, slide: int) -> int:
    """Climb day by day."""
    height, day = climb, 1
    while height < depth:
        height, day = height - slide + climb, day + 1
    return day


def machines(rng: np.random.Generator) -> Puzzle:
    """As many machines make as many things in the same time; altered: one machine makes them all."""
    product = choice(rng, PRODUCTS)
    some, others = integer(rng, 11, 70), integer(rng, 75, 150)
    tell = (
        f"{some} machines take {some} minutes to make {some} {product}."
        f" How many minutes {{}} to make {others} {product}?"
    )
    # A machine makes this many a minute.
    rate = Fraction(some, some * some)
    return Puzzle(
        tell.format(f"do {others} such machines take"),
        tell.format("does a single such machine take"),
        int(others / (others * rate)),
        int(others / rate),
    )


def sheep(rng: np.random.Generator) -> Puzzle:
    """All but some are lost; altered: some are lost."""
    owner, animals = choice(rng, ANIMALS)
    count = integer(rng, 60, 250)
    some = integer(rng, 11, count // 2 - 5)
    tell = f"A {owner} has {count} {animals}. {{}} of them run away. How many {animals} does the {owner} still have?"
    return Puzzle(tell.format(f"All but {some}"), tell.format(f"{some}"), some, count - some)


def three_doors(rng: np.random.Generator) -> Puzzle:
    """The host knows where the prize is; altered: he does not, and opens doors at random."""
    prize, doors = choice(rng, PRIZES), integer(rng, 3, 5)
    games = 2 * doors * integer(rng, 5, 40)
    tell = (
        f"A {prize} is hidden behind one of {doors} doors, each with the same chance. A player picks a door, which"
        f" stays closed. The host {{}}. Then the player switches to the one other door that is still closed and gets"
        f" what is behind it. In {games} games that come so far, how often does the player win the {prize} on average?"
    )
    opened = "another door" if doors == 3 else f"{doors - 2} of the other doors"
    at_random = f"opens {opened} at random; if the {prize} shows, the game is void"
    return Puzzle(
        tell.format(f"knows where the {prize} is and opens {opened}, never one that hides it"),
        tell.format(f"does not know where the {prize} is and {at_random}"),
        int(games * chance_of_switching(doors, host_knows=True)),
        int(games * chance_of_switching(doors, host_knows=False)),
    )


def chance_of_switching(doors: int, host_knows: bool) -> Fraction:
    """Go through all places of the prize and all doors that the host may leave closed; the player picks door 0."""
    wins = rest = Fraction(0)
    for prize in range(doors):
        closed = range(1, doors)
        allowed = [door for door in closed if prize in (0, door)] if host_knows else list(closed)
        for door in allowed:
            weight = Fraction(1, doors * len(allowed))
            # Neither of the two closed doors hides the prize: it has shown.
            if prize in (0, door):
                rest += weight
                wins += weight * (prize == door)
    return wins / rest
