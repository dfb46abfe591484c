"""Classic puzzles that a search over states solves: what they are told about, and their answers."""

import heapq
import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import numpy as np

from pytest_ood.drawing import choice, integer, sample, shuffled
from pytest_ood.families.shortcuts.classic_sums import Facts

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


def river_crossing(rng: np.random.Generator) -> Facts:
    """What must not be left alone together; altered: nothing harms anything."""
    rower, hunter, prey, food = choice(rng, PASSENGERS)
    minutes = integer(rng, 6, 60)
    stated = {"minutes": minutes, "passengers": [hunter, prey, food]}
    words = {"rower": rower, "hunter": hunter, "prey": prey, "food": food, "minutes": minutes}
    return Facts(words, {**stated, "quarrels": [[hunter, prey], [prey, food]]}, {**stated, "quarrels": []})


def minutes_to_cross_the_river(minutes: int, passengers: Sequence[str], quarrels: Sequence[Sequence[str]]) -> int:
    """Find the fewest crossings, for a boat with room for one passenger."""
    everything = frozenset(passengers)
    # Who is still on the first side, and whether the boat is.
    here = tuple[frozenset[str], bool]

    def moves(state: here) -> Iterable[tuple[here, int]]:
        waiting, boat_is_here = state
        side = waiting if boat_is_here else everything - waiting
        for taken in [frozenset[str](), *[frozenset({one}) for one in side]]:
            if not any(set(quarrel) <= side - taken for quarrel in quarrels):
                left = waiting - taken if boat_is_here else waiting | taken
                yield (left, not boat_is_here), minutes

    return cheapest((everything, True), lambda state: state == (frozenset(), False), moves)


def jugs(rng: np.random.Generator) -> Facts:
    """Two jugs measure what neither holds; altered: a third jug holds just that."""
    small, large, goal = choice(rng, JUGS)
    stated = {"goal": goal, "seconds": integer(rng, 5, 30)}
    words = {"small": small, "large": large, "litres": "litre" if goal == 1 else "litres", **stated}
    return Facts(words, {**stated, "volumes": [small, large]}, {**stated, "volumes": [small, large, goal]})


def seconds_to_measure(volumes: Sequence[int], goal: int, seconds: int) -> int:
    """Find the fewest steps after which one of the jugs holds the goal."""

    def moves(held: tuple[int, ...]) -> Iterable[tuple[tuple[int, ...], int]]:
        for jug, volume in enumerate(volumes):
            yield (*held[:jug], volume, *held[jug + 1 :]), seconds
            yield (*held[:jug], 0, *held[jug + 1 :]), seconds
            for other, room in enumerate(volumes):
                if other != jug:
                    poured = min(held[jug], room - held[other])
                    after = list(held)
                    after[jug] -= poured
                    after[other] += poured
                    yield tuple(after), seconds

    return cheapest((0,) * len(volumes), lambda held: goal in held, moves)


def bridge(rng: np.random.Generator) -> Facts:
    """A bridge carries two at a time; altered: it carries all."""
    names = sample(rng, WALKERS, 4)
    paces = shuffled(rng, [*sample(rng, range(1, 31), 3), integer(rng, 31, 90)])
    words = {
        "each_needs": ", ".join([f"{name} needs {pace}" for name, pace in zip(names, paces, strict=True)]),
        "paces": ", ".join([f"{name} {pace}" for name, pace in zip(names, paces, strict=True)]),
    }
    return Facts(words, {"paces": paces, "most": 2}, {"paces": paces, "most": len(paces)})


def minutes_to_cross_the_bridge(paces: Sequence[int], most: int) -> int:
    """Find the least time in which all cross a bridge that carries so many at a time."""
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
