"""Four languages of the Chomsky hierarchy as tasks: what a network must remember of a string to answer about it.

Each needs another memory, if it is to work at any length: `parity` one bit, a finite state; `sorting` a number, a
counter; `reversing` a stack, last in first out; `copying` a queue, first in first out. The first three are those of
Delétang et al. 2023, "Neural Networks and the Chomsky Hierarchy" (2207.02098), `sorting` with two letters instead of
five; the last is half of their "duplicate string".
"""

import numpy as np

from pytest_ood import Case, Task, task
from pytest_ood.drawing import bits

# Networks are trained on strings of up to 20 letters. The control arm is one of these lengths.
LONGEST = 20
CONTROL = {"length": 16}
DECLARED = ("prompt", "answer")


def string(rng: np.random.Generator, length: int) -> str:
    """Draw letters a and b, with equal chance. A shorter string is the beginning of a longer one."""
    return bits(rng, length).translate({ord("0"): "a", ord("1"): "b"})


@task(control=CONTROL, name="laboratory.parity", family="memory", size="length", declared=("prompt",))
def parity(rng: np.random.Generator, *, length: int = 40) -> Case:
    """Whether a letter occurs an even or an odd number of times. Moves: the length of the string. Chance: 1 in 2."""
    letters = string(rng, length)
    answer = "odd" if letters.count("b") % 2 else "even"
    return Case(f"Does the letter b occur an even or an odd number of times?\n{letters}", answer, chance=0.5)


@task(control=CONTROL, name="laboratory.sorting", family="memory", size="length", declared=DECLARED)
def sorting(rng: np.random.Generator, *, length: int = 40) -> Case:
    """The letters of a string in order. Moves: the length of the string."""
    letters = string(rng, length)
    return Case(f"Put the letters of this string in order.\n{letters}", "".join(sorted(letters)), input=letters)


@task(control=CONTROL, name="laboratory.reversing", family="memory", size="length", declared=DECLARED)
def reversing(rng: np.random.Generator, *, length: int = 40) -> Case:
    """A string from its end to its beginning. Moves: the length of the string."""
    letters = string(rng, length)
    return Case(f"Write this string backward.\n{letters}", letters[::-1], input=letters)


@task(control=CONTROL, name="laboratory.copying", family="memory", size="length", declared=DECLARED)
def copying(rng: np.random.Generator, *, length: int = 40) -> Case:
    """A string as it is. Moves: the length of the string."""
    letters = string(rng, length)
    return Case(f"Write this string as it is.\n{letters}", letters, input=letters)


LANGUAGES: dict[str, Task] = {"parity": parity, "sorting": sorting, "reversing": reversing, "copying": copying}
