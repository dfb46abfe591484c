"""A rewriting puzzle, exactly the same in usual symbols and in novel ones."""

import functools
import itertools
from collections.abc import Mapping, Sequence

import numpy as np

from pytest_ood.case import Case, task
from pytest_ood.drawing import choice, integer
from pytest_ood.families.lures import wrong_answers
from pytest_ood.parameters import expect_one_of, expect_whole
from pytest_ood.verify import Check, sequence

# Each alphabet has four symbols, followed by their mirror images in the same order.
ALPHABETS = {
    "usual": ("(", "[", "{", "<", ")", "]", "}", ">"),
    "unicode": ("⸦", "⦑", "⧼", "⟅", "⸧", "⦒", "⧽", "⟆"),
    "nonce": ("vup", "gix", "zof", "kej", "puv", "xig", "foz", "jek"),
}
HALF = 4
# The puzzle is drawn as places in an alphabet, whatever the symbols there are.
Row = list[int]
# The pairs that vanish: from the first symbol to the second.
Partners = Mapping[int, int]
MIRRORED: Partners = {place: place + HALF for place in range(HALF)}
# All ways to pair three of the four symbols with the mirror images of these three, not each with its own.
PAIRINGS: list[Partners] = [
    {one: other + HALF for one, other in zip(kinds, partners, strict=True)}
    for kinds in itertools.combinations(range(HALF), 3)
    for partners in itertools.permutations(kinds)
    if partners != kinds
]
TRIES = 1000
# An answer longer than this many times the right one is not read.
LONGEST = 10

PROMPT = """\
A row of symbols is rewritten. Where two neighbours are one of these pairs, in this order, both vanish, and the \
symbols to their left and right become neighbours:
{rules}
No other neighbours vanish. This is done anywhere in the row, in any order, until no such pair is left.

The row is:
{row}

Give the row at the end, its symbols separated by spaces."""


@task(
    control={"alphabet": "usual"},
    name="symbols.novel_symbols",
    family="operator swap",
    declared=("prompt", "answer"),
    size="tokens",
)
def novel_symbols(rng: np.random.Generator, *, alphabet: str = "unicode", tokens: int = 12) -> Case:
    """What is left of a row of symbols when neighbours that are one of the stated pairs vanish.

    Moves: the symbols: in the control arm brackets, in the shift arm symbols of rare Unicode blocks or invented words.
    Matched: everything else exactly: replacing each symbol by its counterpart turns one prompt into the other, and one
    answer into the other. The stated rules are the same too: in both arms an opening symbol vanishes with the closing
    symbol of another kind, for two or all three kinds of the case. Declared: symbols and their counterparts may be of
    different lengths in characters and bytes.
    Rejected: rows in which letting symbols vanish with their own mirror images would leave the right answer, the whole
    row, or nothing.
    Lures: `usual_rule`, what is left when each symbol vanishes with its own mirror image, as brackets do: ``(`` and
    ``)``, ``vup`` and ``puv`` (every case has it); `copied`, the row itself (every case has it); `one_pass`, what is
    left after going over the row once without coming back, if that is not the right answer.
    Chance: 1 % with 9 tokens, of which 3 remain, and less with more.
    Source: Tang et al. 2023 (2305.14825), who separate the symbols of a rule from their usual meanings.

    Args:
        alphabet: "usual", "unicode" or "nonce".
        tokens: symbols in the row, 9 to 60; one third of them (rounded down) vanish with another third.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_one_of("alphabet", alphabet, list(ALPHABETS))
    expect_whole("tokens", tokens, 9, 60)
    row, partners, rejected = vanishing_row(rng, tokens)
    symbols = ALPHABETS[alphabet]
    answer, shown = written(remains(row, partners), symbols), written(row, symbols)
    shortcuts = {
        "usual_rule": written(remains(row, MIRRORED), symbols),
        "copied": shown,
        "one_pass": written(one_pass(row, partners), symbols),
    }
    return Case(
        PROMPT.format(
            rules="\n".join(f"{symbols[one]} {symbols[other]}" for one, other in partners.items()), row=shown
        ),
        answer=answer,
        lures=wrong_answers(answer, shortcuts),
        verify=functools.partial(check_symbols, answer=answer),
        input=shown,
        rejected=rejected,
    )


def check_symbols(given: str, answer: str) -> Check:
    """Check that the symbols are right. Case and the kind of white space do not count.

    The detail of a wrong row: `first_wrong`, the place of the first wrong symbol, counted from 0, or both lengths.
    """
    if len(given) > LONGEST * len(answer):
        return Check(False, {"too_long": True})
    return sequence(given.casefold().split(), answer.split())


def vanishing_row(rng: np.random.Generator, tokens: int) -> tuple[Row, Partners, int]:
    """Draw a row.

    It is made backwards: first what is left at the end, then pair after pair put in anywhere.

    Returns:
        The row, the pairs that vanish, and how many rows were rejected.
    """
    vanishing = tokens // 3
    staying = tokens - 2 * vanishing
    for rejected in range(TRIES):
        partners = choice(rng, PAIRINGS)
        pairs = list(partners.items())
        symbols = [*partners, *partners.values()]
        row: Row = []
        for _ in range(staying):
            # Any symbol except the one that would vanish with the symbol before it.
            barred = partners.get(row[-1]) if row else None
            row.append(choice(rng, [symbol for symbol in symbols if symbol != barred]))
        left = row[:]
        for _ in range(vanishing):
            pair = choice(rng, pairs)
            place = integer(rng, 0, len(row))
            row[place:place] = pair
        usual = remains(row, MIRRORED)
        if usual and usual not in (left, row):
            return row, partners, rejected
    raise AssertionError(f"no row of {tokens} symbols in {TRIES} tries")


def remains(row: Row, partners: Partners) -> Row:
    """Return what is left of the row when every pair has vanished."""
    left: Row = []
    for symbol in row:
        if left and partners.get(left[-1]) == symbol:
            left.pop()
        else:
            left.append(symbol)
    return left


def one_pass(row: Row, partners: Partners) -> Row:
    """Return what is left of the row when only neighbours of the start vanish, looked for from left to right."""
    left: Row = []
    place = 0
    while place < len(row):
        if place + 1 < len(row) and partners.get(row[place]) == row[place + 1]:
            place += 2
        else:
            left.append(row[place])
            place += 1
    return left


def written(row: Row, symbols: Sequence[str]) -> str:
    """Write the row in the symbols of an alphabet."""
    return " ".join([symbols[place] for place in row])
