"""Rows of tokens, rewritten by four rules until none applies."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import choice, integer, pick
from pytest_ood.families.chains.token_rewriting_prompts import PROMPTS
from pytest_ood.families.chains.token_rows import LETTERS, RULES, STATED_RULES, shortcuts, written
from pytest_ood.families.lures import wrong_answers
from pytest_ood.parameters import expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import Check, sequence

# The two rules that exchange neighbours, read from right to left.
SWAPS_UNDONE = {"bA": "Ab", "aB": "Ba"}
# From this many steps on, a row that a shortcut solves is rejected.
TOO_MANY_FOR_SHORTCUTS = 4
TRIES = 1000


def solve(inputs: Mapping[str, Any]) -> str:
    """Return a row of tokens after rewriting neighbours until no rule applies, its tokens separated by spaces.

    Args:
        inputs["row"]: list[str], the tokens.
        inputs["rules"]: list[list[list[str]]], for each rule two neighbours, and the tokens that take their place: none
            where both vanish.
    """
    row = " ".join(inputs["row"])
    while (after := step(inputs, [row])) is not None:
        row = after
    return row


def step(inputs: Mapping[str, Any], rows: Sequence[str]) -> str | None:
    """Return the row after rewriting the first neighbours to which a rule applies; None if none does."""
    row = rows[-1].split() if rows else inputs["row"]
    rules = {tuple(pair): new for pair, new in inputs["rules"]}
    for place in range(len(row) - 1):
        pair = (row[place], row[place + 1])
        if pair in rules:
            return " ".join([*row[:place], *rules[pair], *row[place + 2 :]])
    return None


@task(
    control={"steps": 2},
    name="chains.token_rewriting",
    family="chaining",
    version=2,
    size="steps",
    solver=solve,
    step=step,
    wordings=len(PROMPTS),
)
def token_rewriting(rng: np.random.Generator, *, steps: int = 8, tokens: int = 24, wording: int = 0) -> Case:
    """The normal form of a row of tokens under four rewriting rules (the "A::B" problem).

    Moves: the number of rewriting steps from the row to its normal form, 2 in the control arm. No two rules overlap, so
    that every order of rewriting takes the same number of steps and ends in the same row.
    Matched: everything else. Both arms have prompts of the same length, the same number of vanishing pairs (one or two)
    and the same answer. To make that possible, the tokens in the middle of every answer are alike: a quarter of the row
    faces left and a quarter faces right. Many steps need a long row.
    Rejected: rows that cannot be reached in exactly so many steps, and, from 4 steps on, rows that one of the lures
    solves: from there on no lure is ever right.
    Lures: `input`, the row itself; `one_pass`, rewriting from left to right once; `one_pass_back`, from right to left
    once; `wrong_order`, the tokens that remain in their original order: cancelled, never swapped. One that equals the
    answer or an earlier one is left out. In the control arm each pass is right in nine cases of ten.
    Chance: below 1 % for the commonest answer.
    Source: Victor Taelin's A::B challenge (2024).

    Args:
        steps: rewriting steps, 2 to tokens^2/16 (36 for 24 tokens, 64 for 32).
        tokens: the length of the row, 16 to 64.
        wording: the wording of the question, 0 to 2.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_whole("tokens", tokens, 16, 64)
    expect_whole(f"with tokens={tokens}, steps", steps, 2, tokens * tokens // 16)
    vanishing = integer(rng, 1, 2)
    final = drawn_normal_form(rng, tokens - 2 * vanishing, tokens // 4)
    row, rejected = drawn_row(rng, final, steps, vanishing)
    answer = written(final)
    return Case(
        PROMPTS[wording].format(row=written(row)),
        answer=answer,
        lures=wrong_answers(answer, {name: written(wrong) for name, wrong in shortcuts(row).items()}),
        verify=functools.partial(check_tokens, answer=answer),
        kind="items",
        input=written(row),
        inputs={"row": written(row).split(), "rules": STATED_RULES},
        rejected=rejected,
    )


def check_tokens(given: str, answer: str) -> Check:
    """Check that the tokens are right, one after the other, separated by any white space.

    The detail of a wrong row: `first_wrong`, the place of the first wrong token, counted from 0, or both lengths if one
    row begins with the other; and, if it holds nothing but tokens, `rules_apply`, whether it is unfinished.
    Scores: `tokens`, the share of tokens that are right in their place.
    """
    mine, theirs = given.split(), answer.split()
    check = sequence(mine, theirs)
    right = sum(one == other for one, other in zip(mine, theirs, strict=False))
    scores = {"tokens": right / len(theirs)}
    if not all(token in LETTERS for token in mine):
        return Check(False, check.detail, scores, in_form=False)
    if check.correct:
        return Check(True, scores=scores)
    row = "".join([LETTERS[token] for token in mine])
    return Check(False, {**check.detail, "rules_apply": any(facing in row for facing in RULES)}, scores)


# A case is made backwards, from the normal form: swaps are undone, and pairs that will vanish are inserted.


def drawn_normal_form(rng: np.random.Generator, tokens: int, run: int) -> str:
    """Draw the row at the end of the rewriting: first all tokens that face left, then all that face right.

    To allow many swaps, the last `run` of the former are alike, and so are the first of the latter, of the other kind.
    """
    left, right = choice(rng, (("a", "B"), ("b", "A")))
    outside = integer(rng, 0, tokens - 2 * run)
    free = "".join([choice(rng, "AB") for _ in range(tokens - 2 * run)])
    return free[:outside].lower() + left * run + right * run + free[outside:]


def drawn_row(rng: np.random.Generator, final: str, steps: int, vanishing: int) -> tuple[str, int]:
    """Draw a row that becomes `final` in exactly `steps` steps.

    Returns:
        The row, and how many were rejected.
    """
    for rejected in range(TRIES):
        row = row_before(rng, final, steps, vanishing)
        if row and (steps < TOO_MANY_FOR_SHORTCUTS or final not in shortcuts(row).values()):
            return row, rejected
    raise AssertionError(f"none of {TRIES} rows becomes {final} in {steps} steps")


def row_before(rng: np.random.Generator, row: str, steps: int, vanishing: int) -> str:
    """Run the rules backwards at random: undo a swap, or, `vanishing` times, insert a pair that vanishes.

    Returns:
        The row so many steps earlier; "" if there came a point at which neither was possible.
    """
    for steps_left, (kind, part, letter) in zip(range(steps, 0, -1), rng.random((steps, 3)).tolist(), strict=True):
        swapped = [place for place in range(len(row) - 1) if row[place : place + 2] in SWAPS_UNDONE]
        if kind * steps_left < vanishing:
            place = pick(range(len(row) + 1), part)
            row = row[:place] + pick(("Aa", "Bb"), letter) + row[place:]
            vanishing -= 1
        elif swapped:
            place = pick(swapped, part)
            row = row[:place] + SWAPS_UNDONE[row[place : place + 2]] + row[place + 2 :]
        else:
            return ""
    return row
