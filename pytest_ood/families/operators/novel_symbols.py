"""A rewriting puzzle, exactly the same in usual symbols and in novel ones."""

import functools
import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import choice, integer
from pytest_ood.families.lures import wrong_answers
from pytest_ood.families.operators.novel_symbols_prompts import PROMPTS
from pytest_ood.families.operators.vanishing_pairs import Partners, Row, one_pass, remains
from pytest_ood.parameters import expect_one_of, expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import Check, sequence

# Each alphabet has four symbols, followed by their mirror images in the same order.
ALPHABETS = {
    "usual": ("(", "[", "{", "<", ")", "]", "}", ">"),
    "unicode": ("⸦", "⦑", "⧼", "⟅", "⸧", "⦒", "⧽", "⟆"),
    "nonce": ("vup", "gix", "zof", "kej", "puv", "xig", "foz", "jek"),
}
HALF = 4
MIRRORED: Partners = {place: place + HALF for place in range(HALF)}
# All ways to give the mirror images of three of the four symbols to these three, not each its own.
CROSSINGS: list[Partners] = [
    {one: other + HALF for one, other in zip(kinds, partners, strict=True)}
    for kinds in itertools.combinations(range(HALF), 3)
    for partners in itertools.permutations(kinds)
    if partners != kinds
]
PAIRS = ("own", "crossed")
TRIES = 1000
# An answer longer than this many times the right one is not read.
LONGEST = 10


def solve(inputs: Mapping[str, Any]) -> str:
    """Return what is left of a row of symbols when neighbours that are one of some pairs are removed again and again.

    Args:
        inputs: the question in two parts:
            inputs["row"]: the symbols from left to right, a list of text.
            inputs["pairs"]: the pairs, each a list of its left and its right symbol.
    """
    left: list[str] = []
    for symbol in inputs["row"]:
        if left and [left[-1], symbol] in inputs["pairs"]:
            left.pop()
        else:
            left.append(symbol)
    return " ".join(left)


def step(inputs: Mapping[str, Any], states: Sequence[str]) -> str | None:
    """Return the row without the first of the pairs that can be removed; None once there is none."""
    row = states[-1].split() if states else inputs["row"]
    for place, pair in enumerate(itertools.pairwise(row)):
        if list(pair) in inputs["pairs"]:
            return " ".join([*row[:place], *row[place + 2 :]])
    return None


@task(
    control={"alphabet": "usual", "pairs": "own"},
    name="symbols.novel_symbols",
    family="operator swap",
    version=2,
    declared=("prompt", "answer", "lures"),
    size="tokens",
    solver=solve,
    step=step,
    wordings=len(PROMPTS),
)
def novel_symbols(
    rng: np.random.Generator, *, alphabet: str = "unicode", pairs: str = "own", tokens: int = 12, wording: int = 0
) -> Case:
    """What is left of a row of symbols when neighbours that are one of the stated pairs are removed.

    Moves: the symbols, the pairs, or both. In the control arm the symbols are brackets, and each is removed with its
    own partner: ``(`` with ``)``. `alphabet` replaces the brackets by symbols of rare Unicode blocks or by invented
    words, which come in mirrored pairs as well; `pairs` gives the three kinds of brackets in the row each other's
    partners, all or two of them.
    Matched: everything else exactly: replacing each symbol by its counterpart turns one prompt into the other, and one
    answer into the other. Declared: symbols and their counterparts may be of different lengths in characters, bytes
    and tokens: a bracket is one token in o200k, an invented word one or two, a symbol of the rare blocks three;
    where a symbol has its own partner, the order in which pairs are removed does not matter.
    Rejected: rows in which, with the pairs crossed, letting symbols go with their own partners would leave the right
    answer, the whole row, or nothing. Both values of `pairs` reject the same rows.
    Lures: with the pairs crossed `usual_rule`, what is left when each symbol is removed with its own partner, as
    brackets are: ``(`` with ``)``, ``vup`` with ``puv`` (every such case has it). With either, `copied`, the row itself
    (every case has it); `one_pass`, what is left after going over the row once without coming back; `either_order`,
    what is left when the pairs are removed in the opposite order, too. One that is right or equals an earlier one is
    left out.
    Chance: 1 % with 9 tokens, of which 3 remain, and less with more.
    Source: Tang et al. 2023 (2305.14825), who separate the symbols of a rule from their usual meanings.

    Args:
        alphabet: "usual", "unicode" or "nonce".
        pairs: "own" or "crossed".
        tokens: symbols in the row, 9 to 60; one third of them (rounded down) is removed with another third.
        wording: the wording of the question, 0 to 2.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_one_of("alphabet", alphabet, list(ALPHABETS))
    expect_one_of("pairs", pairs, PAIRS)
    expect_whole("tokens", tokens, 9, 60)
    row, partners, rejected = vanishing_row(rng, tokens, pairs)
    symbols = ALPHABETS[alphabet]
    answer, shown = written(remains(row, partners), symbols), written(row, symbols)
    opposite = {other: one for one, other in partners.items()}
    shortcuts = {
        "usual_rule": written(remains(row, MIRRORED), symbols),
        "copied": shown,
        "one_pass": written(one_pass(row, partners), symbols),
        "either_order": written(remains(row, {**partners, **opposite}), symbols),
    }
    rules = [[symbols[one], symbols[other]] for one, other in partners.items()]
    return Case(
        PROMPTS[wording].format(rules="\n".join(map(" ".join, rules)), row=shown),
        answer=answer,
        lures=wrong_answers(answer, shortcuts),
        verify=functools.partial(check_symbols, answer=answer),
        kind="items",
        input=shown,
        inputs={"row": shown.split(), "pairs": rules},
        rejected=rejected,
    )


def check_symbols(given: str, answer: str) -> Check:
    """Check that the symbols are right. Case and the kind of white space do not count.

    The detail of a wrong row: `first_wrong`, the place of the first wrong symbol, counted from 0, or both lengths.
    """
    if len(given) > LONGEST * len(answer):
        return Check(False, {"too_long": True})
    return sequence(given.casefold().split(), answer.split())


def vanishing_row(rng: np.random.Generator, tokens: int, pairs: str) -> tuple[Row, Partners, int]:
    """Draw a row.

    It is made backwards: first what is left at the end, then pair after pair put in anywhere.

    Returns:
        The row, the pairs that vanish, and how many rows were rejected.
    """
    vanishing = tokens // 3
    staying = tokens - 2 * vanishing
    for rejected in range(TRIES):
        crossing = choice(rng, CROSSINGS)
        own = {one: MIRRORED[one] for one in crossing}
        symbols = [*own, *own.values()]
        row: Row = []
        for _ in range(staying):
            # Any symbol except the one that would vanish with the symbol before it.
            barred = own.get(row[-1]) if row else None
            row.append(choice(rng, [symbol for symbol in symbols if symbol != barred]))
        left = row[:]
        for _ in range(vanishing):
            place = integer(rng, 0, len(row))
            row[place:place] = choice(rng, list(own.items()))
        crossed = cross(row, crossing)
        usual = remains(crossed, MIRRORED)
        if usual and usual not in (cross(left, crossing), crossed):
            return (row, own, rejected) if pairs == "own" else (crossed, crossing, rejected)
    raise AssertionError(f"no row of {tokens} symbols in {TRIES} tries")


def cross(row: Row, crossing: Partners) -> Row:
    """Return the row with each closing symbol replaced by the one that takes its place in the crossed pairs."""
    return [crossing[symbol - HALF] if symbol >= HALF else symbol for symbol in row]


def written(row: Row, symbols: Sequence[str]) -> str:
    """Write the row in the symbols of an alphabet."""
    return " ".join([symbols[place] for place in row])
