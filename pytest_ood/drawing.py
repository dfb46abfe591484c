"""The functions with which a task draws its material.

Each call takes a fixed number of values from the generator, whatever the result. That keeps the control arm and the
shift arm of a pair in step: as long as both make the same calls, they draw the same material.
"""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")
# The bits in one number of the generator.
_WORD = 64


def choice(rng: np.random.Generator, things: Sequence[T]) -> T:
    """Draw one of the things, each with the same probability."""
    return pick(things, rng.random())


def pick(things: Sequence[T], part: float) -> T:
    """Return the thing at this fraction of the sequence: `choice`, for a number in [0, 1) that was drawn earlier.

    Use it where the number must be drawn before the things to choose from are known.
    """
    return things[int(len(things) * part)]


def integer(rng: np.random.Generator, least: int, most: int) -> int:
    """Draw a whole number from `least` to `most`, both included."""
    return least + int((most - least + 1) * rng.random())


def shuffled(rng: np.random.Generator, things: Sequence[T]) -> list[T]:
    """Return all the things in random order."""
    keys = rng.random(len(things)).tolist()
    return [things[place] for place in sorted(range(len(things)), key=keys.__getitem__)]


def sample(rng: np.random.Generator, things: Sequence[T], count: int) -> list[T]:
    """Draw `count` different things, in random order."""
    pool = list(things)
    for place in range(count):
        other = integer(rng, place, len(pool) - 1)
        pool[place], pool[other] = pool[other], pool[place]
    return pool[:count]


def bits(rng: np.random.Generator, count: int) -> str:
    """Draw `count` digits, each 0 or 1 with equal probability. A shorter row is a prefix of a longer one."""
    words = rng.bit_generator.random_raw(-(-count // _WORD)).tolist()
    return "".join([f"{word:0{_WORD}b}" for word in words])[:count]
