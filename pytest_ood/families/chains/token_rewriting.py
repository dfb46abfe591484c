"""Rows of tokens, rewritten by four rules until none applies."""

import functools

import numpy as np

from pytest_ood.case import Case, task
from pytest_ood.drawing import choice, integer
from pytest_ood.families.lures import wrong_answers
from pytest_ood.parameters import expect_whole
from pytest_ood.verify import Check, sequence

# A row is a string with one letter for each token, upper case facing right and lower case facing left.
LETTERS = {"A#": "A", "B#": "B", "#A": "a", "#B": "b"}
RULES = {"Aa": "", "Bb": "", "Ab": "bA", "Ba": "aB"}
# How often the commonest answer is right, by the number of tokens; with any other number less than 0.9 % of the time.
COMMONEST = {6: 1 / 16, 7: 1 / 24, 8: 1 / 32, 9: 1 / 40, 10: 3 / 208, 11: 3 / 256, 12: 3 / 304, 14: 1 / 96}

PROMPT = """\
A row of tokens is rewritten. There are four tokens: A# and B# face right, #A and #B face left. Where two neighbours \
face each other, one of these rules applies:
A# #A -> nothing, both vanish
B# #B -> nothing, both vanish
A# #B -> #B A#
B# #A -> #A B#
The rules are applied anywhere in the row, in any order, until none applies any more.

The row is:
{row}

Give the row at the end, its tokens separated by spaces."""


@task(control={"steps": 2}, name="chains.token_rewriting", family="chaining", size="steps")
def token_rewriting(rng: np.random.Generator, *, steps: int = 4, tokens: int = 12) -> Case:
    """The normal form of a row of tokens under four rewriting rules (the "A::B" problem).

    Moves: the number of rewriting steps from the row to its normal form, 2 in the control arm. No two rules overlap, so
    that every order of rewriting takes the same number of steps and ends in the same row.
    Matched: everything else. Both arms have prompts of the same length, the same number of vanishing pairs (one or two)
    and the same answer. To make that possible, the answer is always one that `most_steps` can lead to, whatever `steps`
    is: many of the tokens in its middle are alike.
    Lures: `input`, the row itself (every case has it); `one_pass`, rewriting from left to right once; `wrong_order`,
    the tokens that remain in their original order: cancelled, never swapped. One that equals the answer or an earlier
    one is left out, as `one_pass` often is where steps are few.
    Chance: the commonest answer is right in 6 % of cases with 6 tokens, in about 1 % with 12 or 14, and in less
    with 15 or more.
    Source: Victor Taelin's A::B challenge (2024).

    Args:
        steps: rewriting steps, 2 to tokens^2/9 (16 for 12 tokens, 64 for 24).
        tokens: the length of the row, 6 to 48.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_whole("tokens", tokens, 6, 48)
    expect_whole(f"with tokens={tokens}, steps", steps, 2, most_steps(tokens))
    vanishing = integer(rng, 1, 2)
    final, opened = normal_form(rng, tokens, vanishing)
    marked_row, rejected = row_before(rng, final, opened, steps, vanishing)
    row = marked_row.translate(UNMARKED)
    staying = "".join([letter for letter in marked_row if letter not in MARKS])
    shown, answer = written(row), written(final)
    shortcuts = {"input": shown, "one_pass": written(one_pass(row)), "wrong_order": written(staying)}
    return Case(
        PROMPT.format(row=shown),
        answer=answer,
        lures=wrong_answers(answer, shortcuts),
        verify=functools.partial(check_tokens, answer=answer),
        input=shown,
        rejected=rejected,
        chance=COMMONEST.get(tokens, 0.0),
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
    if check.correct or not all(token in LETTERS for token in mine):
        return Check(check.correct, check.detail, scores)
    row = "".join([LETTERS[token] for token in mine])
    return Check(False, {**check.detail, "rules_apply": any(facing in row for facing in RULES)}, scores)


def written(row: str) -> str:
    """Write a row in the tokens of the prompt."""
    tokens = {letter: token for token, letter in LETTERS.items()}
    return " ".join([tokens[letter] for letter in row])


def one_pass(row: str) -> str:
    """Return the row after going over it once, from left to right, rewriting whatever comes up."""
    done, held = "", ""
    for letter in row:
        if held + letter in RULES:
            rewritten = RULES[held + letter]
            # After a swap the token goes on to meet the next one; after two have vanished, none is held.
            done += rewritten[:1]
            held = rewritten[1:]
        else:
            done += held
            held = letter
    return done + held


def most_steps(tokens: int) -> int:
    """Return the maximum number of rewriting steps."""
    return tokens * tokens // 9


# ---------------------------------------------------------------------------------------------------------------------
# A case is made backwards, from the normal form: swaps are undone, and pairs that will vanish are inserted. The tokens
# of such pairs are marked: they are C and D instead of A and B, and c and d instead of a and b.
MARKS = "CDcd"
MARKED = {"A": "C", "B": "D"}
UNMARKED = str.maketrans("CDcd", "ABab")
# What a swap leaves behind: neighbours that face away from each other and are of different kinds.
SWAPPED = {"aB", "aD", "cB", "cD", "bA", "bC", "dA", "dC"}
WALKS = 20

# A normal form has first all tokens that face left and then all that face right. To allow many swaps, the last of the
# former are alike, and so are the first of the latter, of the other kind. A shape is how many tokens face left, how
# many at their end are alike, and how many at the beginning of the others are alike.
Shape = tuple[int, int, int]


def longest_walk(run_left: int, run_right: int, vanishing: int) -> tuple[int, int]:
    """Return how many swaps two runs of equal tokens allow, and how many vanishing pairs join the left run for that.

    A pair of the kind of a run's tokens, inserted next to the run, makes it longer by one.
    """
    return max(((run_left + more) * (run_right + vanishing - more), more) for more in range(vanishing + 1))


@functools.lru_cache(maxsize=256)
def shapes(tokens: int, vanishing: int) -> list[Shape]:
    """Return the shapes that `most_steps` can lead to, with runs as short as they can be."""
    remaining = tokens - 2 * vanishing
    swaps = most_steps(tokens) - vanishing
    possible = {
        (lefts, run_left, run_right)
        for lefts in range(remaining + 1)
        for run_left in range(lefts + 1)
        for run_right in range(remaining - lefts + 1)
        if longest_walk(run_left, run_right, vanishing)[0] >= swaps
    }
    return sorted(
        (lefts, run_left, run_right)
        for lefts, run_left, run_right in possible
        if not possible & {(lefts, run_left - 1, run_right), (lefts, run_left, run_right - 1)}
    )


def normal_form(rng: np.random.Generator, tokens: int, vanishing: int) -> tuple[str, str]:
    """Draw the row at the end of the rewriting.

    Returns:
        The row, and the same row with the vanishing pairs inserted where they lengthen the runs.
    """
    lefts, run_left, run_right = choice(rng, shapes(tokens, vanishing))
    left, right = choice(rng, (("A", "B"), ("B", "A")))
    free = "".join([choice(rng, "BA") for _ in range(tokens)])
    count_before = lefts - run_left
    count_free = tokens - 2 * vanishing - run_left - run_right
    before, after = free[:count_before].lower(), free[count_before:count_free]
    runs = left.lower() * run_left + right * run_right
    more = longest_walk(run_left, run_right, vanishing)[1]
    inner, outer = MARKED[left] * more, MARKED[right] * (vanishing - more)
    opened = f"{before}{inner}{inner.lower()}{runs}{outer}{outer.lower()}{after}"
    return before + runs + after, opened


def row_before(rng: np.random.Generator, final: str, opened: str, steps: int, vanishing: int) -> tuple[str, int]:
    """Draw a row that becomes `final` in exactly `steps` steps.

    The rules are run backwards at random: `vanishing` times a pair is inserted, otherwise two neighbours are swapped
    back. A walk that can do neither starts again; after `WALKS` of them, one starts with all pairs inserted where the
    swaps are sure to be possible.

    Returns:
        The row, with the pairs that will vanish marked, and how many walks were rejected.
    """
    for rejected in range(WALKS):
        row, to_insert = final, vanishing
        for steps_left, (kind, part, letter) in zip(range(steps, 0, -1), rng.random((steps, 3)).tolist(), strict=True):
            insert = kind * steps_left < to_insert
            swapped_back = "" if insert else swap_back(row, part)
            if swapped_back:
                row = swapped_back
            elif to_insert:
                place = int((len(row) + 1) * part)
                row = row[:place] + ("Cc" if letter < 0.5 else "Dd") + row[place:]
                to_insert -= 1
            else:
                break
        else:
            return row, rejected
    row = opened
    for _ in range(steps - vanishing):
        row = swap_back(row, rng.random())
    return row, WALKS


def swap_back(row: str, part: float) -> str:
    """Return the row before one swap: the first possible one from this part of the row on, or else the very first.

    Returns:
        The row; "" if no swap is possible.
    """
    places = [place for place in range(len(row) - 1) if row[place : place + 2] in SWAPPED]
    if not places:
        return ""
    start = int(len(row) * part)
    place = next((place for place in places if place >= start), places[0])
    return row[:place] + row[place + 1] + row[place] + row[place + 2 :]
