"""Classic puzzles that a search over states solves, each with a version without its trap."""

import heapq
import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import numpy as np

from pytest_ood.drawing import choice, integer, sample, shuffled
from pytest_ood.families.shortcuts.classic_sums import Puzzle

State = TypeVar("State")
PASSENGERS = (
    ("farmer", "wolf", "goat", "cabbage"),
    ("traveller", "fox", "hen", "sack of corn"),
    ("ranger", "lynx", "rabbit", "carrot"),
    ("keeper", "snake", "toad", "box of beetles"),
)
WALKERS = ("Ann", "Bob", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hana")
# The volumes of two jugs, and what is to be measured: no jug holds it, and no step gives it at once.
JUGS = [
    (small, large, goal)
    for small, large in itertools.combinations(range(3, 12), 2)
    for goal in range(1, large)
    if math.gcd(small, large) == 1 and goal not in (small, large - small)
]


def cheapest(start: State, goal: Callable[[State], bool], moves: Callable[[State], Iterable[tuple[State, int]]]) -> int:
    """Return the least cost of a way from a state to a goal (Dijkstra 1959).

    Args:
        start: the first state.
        goal: whether a state is a goal.
        moves: the states that follow a state, each with its cost.
    """
    order = itertools.count()
    waiting, settled = [(0, next(order), start)], set()
    while waiting:
        cost, _, state = heapq.heappop(waiting)
        if goal(state):
            return cost
        if state not in settled:
            settled.add(state)
            for following, more in moves(state):
                heapq.heappush(waiting, (cost + more, next(order), following))
    raise AssertionError(f"no way leads from {start} to a goal")


def river_crossing(rng: np.random.Generator) -> Puzzle:
    """What must not be left alone together; altered: nothing harms anything."""
    rower, hunter, prey, food = choice(rng, PASSENGERS)
    minutes = integer(rng, 6, 60)
    tell = (
        f"A {rower} wants to cross a river with a {hunter}, a {prey} and a {food}. The boat holds the {rower} and at"
        f" most one of the three. {{}} Each crossing, in either direction, takes {minutes} minutes. How many minutes"
        " does it take at least until all four are on the other side?"
    )
    alone = (
        f"If left alone together without the {rower}, the {hunter} {{0}} eat the {prey}, and the {prey} {{0}} eat the"
        f" {food}."
    )
    return Puzzle(
        tell.format(alone.format("would")),
        tell.format(alone.format("would not")),
        minutes * crossings([{0, 1}, {1, 2}]),
        minutes * crossings([]),
    )


def crossings(quarrels: Sequence[set[int]]) -> int:
    """Return the fewest crossings for three passengers, of whom some must not be left alone together."""
    everything = frozenset(range(3))
    # Who is still on the first side, and whether the boat is.
    here = tuple[frozenset[int], bool]

    def moves(state: here) -> Iterable[tuple[here, int]]:
        waiting, boat_is_here = state
        side = waiting if boat_is_here else everything - waiting
        for taken in [frozenset[int](), *[frozenset({one}) for one in side]]:
            if not any(quarrel <= side - taken for quarrel in quarrels):
                left = waiting - taken if boat_is_here else waiting | taken
                yield (left, not boat_is_here), 1

    return cheapest((everything, True), lambda state: state == (frozenset(), False), moves)


def jugs(rng: np.random.Generator) -> Puzzle:
    """Two jugs measure what neither holds; altered: a third jug holds just that."""
    small, large, goal = choice(rng, JUGS)
    seconds = integer(rng, 5, 30)
    tell = (
        "There are a tap and {} litres. A step is to fill a jug to the brim, to empty a jug, or to pour from one jug"
        " into another until that one is full or the first one is empty."
        f" Each step takes {seconds} seconds. How many seconds does it take at least until a jug holds exactly {goal}"
        f" {'litre' if goal == 1 else 'litres'}?"
    )
    return Puzzle(
        tell.format(f"two empty jugs, which hold {small} and {large}"),
        tell.format(f"three empty jugs, which hold {small}, {large} and {goal}"),
        seconds * fewest_steps((small, large), goal),
        seconds * fewest_steps((small, large, goal), goal),
    )


def fewest_steps(volumes: Sequence[int], goal: int) -> int:
    """Return the fewest steps after which one of the jugs holds the goal."""

    def moves(held: tuple[int, ...]) -> Iterable[tuple[tuple[int, ...], int]]:
        for jug, volume in enumerate(volumes):
            yield (*held[:jug], volume, *held[jug + 1 :]), 1
            yield (*held[:jug], 0, *held[jug + 1 :]), 1
            for other, room in enumerate(volumes):
                if other != jug:
                    poured = min(held[jug], room - held[other])
                    after = list(held)
                    after[jug] -= poured
                    after[other] += poured
                    yield tuple(after), 1

    return cheapest((0,) * len(volumes), lambda held: goal in held, moves)


def bridge(rng: np.random.Generator) -> Puzzle:
    """A bridge carries two at a time; altered: it carries all."""
    names = sample(rng, WALKERS, 4)
    paces = shuffled(rng, [*sample(rng, range(1, 31), 3), integer(rng, 31, 90)])
    told = ", ".join(f"{name} needs {pace}" for name, pace in zip(names, paces, strict=True))
    tell = (
        f"Four people come to a bridge at night. They have one lamp, and no one can cross without it. {{}} To cross, in"
        f" minutes, {told}. Those who cross together walk at the pace of the slowest. How many minutes does it take at"
        " least until all four are on the other side?"
    )
    return Puzzle(
        tell.format("The bridge carries at most two people at a time."),
        tell.format("The bridge carries all four people at a time."),
        time_to_cross(paces, 2),
        time_to_cross(paces, 4),
    )


def time_to_cross(paces: Sequence[int], most: int) -> int:
    """Return the least time in which all cross a bridge that carries so many at a time."""
    everyone = frozenset(range(len(paces)))
    here = tuple[frozenset[int], bool]

    def moves(state: here) -> Iterable[tuple[here, int]]:
        waiting, lamp_is_here = state
        side = waiting if lamp_is_here else everyone - waiting
        for size in range(1, most + 1):
            for group in map(frozenset, itertools.combinations(side, size)):
                left = waiting - group if lamp_is_here else waiting | group
                yield (left, not lamp_is_here), max(paces[one] for one in group)

    return cheapest((everyone, True), lambda state: not state[0], moves)
