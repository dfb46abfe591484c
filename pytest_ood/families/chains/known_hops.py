"""From one chemical element to the next, by what everybody can know about them."""

import functools
import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import choice
from pytest_ood.families.data_files import data_lines
from pytest_ood.families.lures import wrong_answers
from pytest_ood.parameters import expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import Check

ELEMENTS = Path(__file__).parents[1] / "reversal" / "data" / "elements.txt"
MOVES = {"forward": 1, "back": -1}
MOST_HOPS = 8
SHORT = ("one_hop_short", "two_hops_short", "three_hops_short", "four_hops_short")
# Longer than the name of any element, with white space to spare.
LONGEST_NAME = 100
# The atomic numbers of some elements, each of which leads to the next.
Chain = tuple[int, ...]

PROMPTS = (
    """\
{sentences}

Which element does this lead to? Give its name only.""",
    """\
Find the element at which these directions end, and write its name and nothing else:

{sentences}""",
    """\
The following directions lead to a chemical element.

{sentences}

What is it called? Answer with its name alone.""",
)
START = "Start at the chemical element with the atomic number {number}."
MOVE = "From there, go {move} in order of atomic number, by as many places as the name of that element has letters."


def solve(inputs: Mapping[str, Any]) -> str:
    """Return the name of the chemical element that an atomic number and some moves lead to.

    Each move goes to the element that comes as many places later or earlier, in order of atomic number, as the name of
    the element before the move has letters.

    Args:
        inputs["number"]: int, the atomic number of the element to start at.
        inputs["moves"]: list[str], the direction of each move, "forward" or "back"; none for the first element.
    """
    return names_along(inputs["number"], inputs["moves"])[-1]


def step(inputs: Mapping[str, Any], elements: Sequence[str]) -> str | None:
    """Return the next element, at first the one to start at; None after the last one."""
    names = names_along(inputs["number"], inputs["moves"])
    return names[len(elements)] if len(elements) < len(names) else None


@task(
    control={"hops": 1},
    name="chains.known_hops",
    family="chaining",
    declared=("prompt",),
    size="hops",
    solver=solve,
    step=step,
    wordings=len(PROMPTS),
)
def known_hops(rng: np.random.Generator, *, hops: int = 2, wording: int = 0) -> Case:
    """The last of some chemical elements, each of which leads to the next.

    The first hop goes from an atomic number to its element. Each of the others goes from an element to the one that
    comes as many places after or before it as its name has letters: from iron, which has the number 26 and four
    letters, forward to zinc, which has the number 30. So the name of every element on the way is needed. Who takes
    every name to have eight letters is right in one of five cases of two hops and in one of seventeen of three.

    Moves: the number of hops, 1 in the control arm.
    Matched: both arms of a draw have the same answer; the shift arm starts further away from it. Declared: the prompt
    grows by a sentence for each hop.
    Left out: elements whose names are spelt in two ways (aluminium, caesium, sulfur), and ways that leave the table or
    come to an element twice. The answer is one of the 89 elements at which a way of eight hops can end, each equally
    often, so the control arm has 89 different questions.
    Lures: `one_hop_short`, the bridge: the element before the answer (every shift case has it); `two_hops_short`,
    `three_hops_short` and `four_hops_short`, the bridges before it; `start_counted`, the last hop counted from the
    bridge itself as the first place. In the control arm, which has no bridge, there are none.
    Chance: 1 in 89.
    Source: Press et al. 2022, "Measuring and Narrowing the Compositionality Gap in Language Models" (2210.03350); Yang
    et al. 2024, "Do Large Language Models Latently Perform Multi-Hop Reasoning?" (2402.16837). Here the facts are about
    chemical elements, and the letters of a name have to be counted as well.

    Args:
        hops: facts to combine, 1 to 8.
        wording: the wording of the question, 0 to 2.

    Raises:
        ValueError: `hops` has any other value.
    """
    expect_whole("hops", hops, 1, MOST_HOPS)
    ends = chains_by_end()
    chain = choice(rng, ends[choice(rng, list(ends))])[-hops:]
    moves = ["forward" if after > before else "back" for before, after in itertools.pairwise(chain)]
    sentences = "\n".join([START.format(number=chain[0]), *[MOVE.format(move=move) for move in moves]])
    answer, *bridges = [name_of(number) for number in reversed(chain)]
    shortcuts = dict(zip(SHORT, bridges, strict=False))
    if moves:
        shortcuts["start_counted"] = name_of(chain[-1] - MOVES[moves[-1]])
    return Case(
        PROMPTS[wording].format(sentences=sentences),
        answer=answer,
        lures=wrong_answers(answer, shortcuts),
        verify=functools.partial(check_element, answer=chain[-1]),
        kind="text",
        input=sentences,
        inputs={"number": chain[0], "moves": moves},
        chance=1 / len(ends),
    )


def check_element(given: str, answer: int) -> Check:
    """Check that this is the name of the element with an atomic number. Case and a closing full stop do not count.

    The detail of a wrong answer: `off_by`, how many places after the right element it stands, or `not_an_element`.
    """
    name = given.strip().removesuffix(".").casefold() if len(given) <= LONGEST_NAME else ""
    number = numbers().get(name)
    if number is None:
        return Check.unparsed(not_an_element=True)
    return Check(True) if number == answer else Check(False, {"off_by": number - answer})


def names_along(number: int, moves: Sequence[str]) -> list[str]:
    """Return the names of the elements on the way from an atomic number by some moves."""
    names = [name_of(number)]
    for move in moves:
        number += MOVES[move] * len(names[-1])
        names.append(name_of(number))
    return names


@functools.cache
def chains_by_end() -> Mapping[int, Sequence[Chain]]:
    """Return the chains of `MOST_HOPS` elements by the last one; shorter chains are the ends of these."""
    usable = [number for number in range(1, len(spellings()) + 1) if len(spellings()[number - 1]) == 1]
    chains: list[Chain] = [(number,) for number in usable]
    for _ in range(MOST_HOPS - 1):
        chains = [
            (*chain, after)
            for chain in chains
            for after in [chain[-1] + sign * len(name_of(chain[-1])) for sign in MOVES.values()]
            if after in usable and after not in chain
        ]
    return {end: [chain for chain in chains if chain[-1] == end] for end in sorted({chain[-1] for chain in chains})}


def name_of(number: int) -> str:
    """Return the name of the element with an atomic number."""
    return spellings()[number - 1][0]


@functools.cache
def numbers() -> Mapping[str, int]:
    """Return the atomic numbers of the elements, by all spellings of their names."""
    return {name: number for number, names in enumerate(spellings(), 1) for name in names}


@functools.cache
def spellings() -> Sequence[Sequence[str]]:
    """Return the spellings of the name of each element, in order of atomic number."""
    return [line.split() for line in data_lines(ELEMENTS)]
