"""Chaining: each step is easy, and there are more of them."""

import functools
import itertools
import operator
import re
from collections.abc import Sequence

import numpy as np

from pytest_ood.case import Case, task
from pytest_ood.families import expect_one_of, expect_whole, wrong_ones
from pytest_ood.verify import Check, sequence

# ---------------------------------------------------------------------------------------------------------------------
# Token rewriting. A row is a string with one letter a token, upper case facing right and lower case facing left. While
# a row is made, the tokens of pairs that will vanish are C and D in place of A and B.
TOKENS = {"A": "A#", "B": "B#", "C": "A#", "D": "B#", "a": "#A", "b": "#B", "c": "#A", "d": "#B"}
LETTERS = {"A#": "A", "B#": "B", "#A": "a", "#B": "b"}
MARKED = {"A": "C", "B": "D"}
PLAIN = str.maketrans("CDcd", "ABab")
RULES = {"Aa": "", "Bb": "", "Ab": "bA", "Ba": "aB"}
# Neighbours that a swapping rule may have left behind: they face away from each other and differ.
SWAPPED = re.compile("[ac](?=[BD])|[bd](?=[AC])")
WALKS = 20
# How often the commonest answer is right, by the number of tokens; with any other number less than 0.9 % of the time.
COMMONEST = {6: 1 / 16, 7: 1 / 24, 8: 1 / 32, 9: 1 / 40, 10: 3 / 208, 11: 3 / 256, 12: 3 / 304, 14: 1 / 96}

REWRITING_PROMPT = """\
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


@task(control={"steps": 2}, family="chaining")
def token_rewriting(rng: np.random.Generator, *, steps: int = 4, tokens: int = 12) -> Case:
    """The normal form of a row of tokens under four rewriting rules (the "A::B" problem).

    Moves: the number of rewriting steps from the row to its normal form, 2 in the control arm. No two rules overlap, so
    that every order of rewriting takes the same number of steps and ends in the same row.
    Matched: everything else. Both arms have prompts of the same length, the same number of vanishing pairs (one or two)
    and the very same answer. For that, whatever `steps` is, the answer is one that `most_steps` can lead to: many of
    its tokens in the middle are alike.
    Lures: `input`, the row itself (every case has it); `one_pass`, rewriting from left to right once; `wrong_order`,
    the tokens that remain in the order in which they stood: cancelled, never swapped. One that equals the answer or
    an earlier one is left out, as `one_pass` often is after few steps.
    Chance: the commonest answer is right in about 1 % of cases of 12 tokens, in 6 % of 6 tokens, and below 1 % with
    more tokens.
    Source: Victor Taelin's A::B challenge (2024).

    steps: rewriting steps, 2 to tokens^2/9 (16 for 12 tokens, 64 for 24).
    tokens: tokens in the row, 6 to 48.

    Raises:
        ValueError: a parameter is not one of these.
    """
    expect_whole("tokens", tokens, 6, 48)
    expect_whole(f"with tokens={tokens}, steps", steps, 2, most_steps(tokens))
    vanishing = 1 + int(2 * rng.random())
    final, opened = normal_form(rng, tokens, vanishing)
    word, rejected = unrewritten(rng, final, opened, steps, vanishing)
    row, answer = written(word), written(final)
    shortcuts = {
        "input": row,
        "one_pass": written(one_pass(word.translate(PLAIN))),
        "wrong_order": written("".join([letter for letter in word if letter in "ABab"])),
    }
    return Case(
        REWRITING_PROMPT.format(row=row),
        answer=answer,
        lures=wrong_ones(answer, shortcuts),
        verify=functools.partial(check_tokens, answer=answer),
        input=row,
        rejected=rejected,
        chance=COMMONEST.get(tokens, 0.0),
    )


def check_tokens(given: str, answer: str) -> Check:
    """Whether the tokens are right, one after the other, separated by any white space.

    The detail of a wrong row: `first_wrong`, the place of the first wrong token counted from 0, or both lengths where
    one row begins with the other; and where it holds nothing but tokens `rules_apply`, whether it is unfinished.
    Scores: `tokens`, the share of tokens that are right in their place.
    """
    mine, theirs = given.split(), answer.split()
    check, scores = sequence(mine, theirs), {"tokens": in_place(mine, theirs)}
    if check.correct or not all(token in LETTERS for token in mine):
        return Check(check.correct, check.detail, scores)
    word = "".join([LETTERS[token] for token in mine])
    return Check(False, {**check.detail, "rules_apply": any(facing in word for facing in RULES)}, scores)


def in_place(given: Sequence[object], answer: Sequence[object]) -> float:
    """The share of the answer's items that are given in their place."""
    right: int = sum(map(operator.eq, given, answer))
    return right / len(answer)


def written(word: str) -> str:
    """The row as a reader sees it."""
    return " ".join([TOKENS[letter] for letter in word])


def one_pass(word: str) -> str:
    """The row after going over it once, from left to right, rewriting whatever comes up."""
    done, held = [], ""
    for letter in word:
        rewritten = RULES.get(held + letter)
        if rewritten is None:
            done.append(held)
            held = letter
        else:
            # After a swap the token goes on to face the next one; after a pair has vanished nothing is in hand.
            done.append(rewritten[:1])
            held = rewritten[1:]
    return "".join(done) + held


def most_steps(tokens: int) -> int:
    """The most rewriting steps that may be asked for."""
    return tokens * tokens // 9


# The number of tokens that face left, of like ones at their end, and of like ones at the start of those facing right.
Shape = tuple[int, int, int]


def longest_walk(run_left: int, run_right: int, vanishing: int) -> tuple[int, int]:
    """How many swaps two runs of unlike tokens allow, and how many vanishing pairs lengthen the left one for it."""
    return max(((run_left + more) * (run_right + vanishing - more), more) for more in range(vanishing + 1))


@functools.lru_cache(maxsize=256)
def shapes(tokens: int, vanishing: int) -> list[Shape]:
    """The normal forms that `most_steps` can lead to, their runs as short as they can be."""
    remaining = tokens - 2 * vanishing
    fits = [
        (lefts, run_left, run_right)
        for lefts in range(remaining + 1)
        for run_left in range(lefts + 1)
        for run_right in range(remaining - lefts + 1)
        if longest_walk(run_left, run_right, vanishing)[0] >= most_steps(tokens) - vanishing
    ]
    known = set(fits)
    return [(n, left, right) for n, left, right in fits if not known & {(n, left - 1, right), (n, left, right - 1)}]


def normal_form(rng: np.random.Generator, tokens: int, vanishing: int) -> tuple[str, str]:
    """The end of the rewriting, and the same with the vanishing pairs put in where they lengthen the runs."""
    which, alike, *letters = rng.random(tokens + 2).tolist()
    possible = shapes(tokens, vanishing)
    lefts, run_left, run_right = possible[int(len(possible) * which)]
    left, right = "AB" if alike < 0.5 else "BA"
    free = "".join(["AB"[letter < 0.5] for letter in letters])
    before = free[: lefts - run_left].lower()
    after = free[lefts - run_left : tokens - 2 * vanishing - run_left - run_right]
    final = before + left.lower() * run_left + right * run_right + after
    more = longest_walk(run_left, run_right, vanishing)[1]
    inner, outer = MARKED[left] * more, MARKED[right] * (vanishing - more)
    opened = f"{before}{inner}{inner.lower()}{left.lower() * run_left}{right * run_right}{outer}{outer.lower()}{after}"
    return final, opened


def unrewritten(rng: np.random.Generator, final: str, opened: str, steps: int, vanishing: int) -> tuple[str, int]:
    """A row that becomes `final` in exactly `steps` steps, and how many walks towards one were rejected.

    It is made by running the rules backwards at random: `vanishing` times a pair is put in, otherwise two neighbours
    are swapped back. A walk that can do neither begins anew; after `WALKS` of them one begins with all pairs put in
    where the swaps are sure to be possible.
    """
    for rejected in range(WALKS):
        word, to_insert = final, vanishing
        for step, (kind, place, letter) in enumerate(rng.random((steps, 3)).tolist()):
            swapped = "" if kind * (steps - step) < to_insert else swap_back(word, place)
            if swapped:
                word = swapped
            elif to_insert:
                at = int(place * (len(word) + 1))
                word, to_insert = word[:at] + ("Cc" if letter < 0.5 else "Dd") + word[at:], to_insert - 1
            else:
                break
        else:
            return word, rejected
    for place in rng.random(steps - vanishing).tolist():
        opened = swap_back(opened, place)
    return opened, WALKS


def swap_back(word: str, place: float) -> str:
    """The row before one swap, the first possible one from `place` in [0, 1) on; empty where there is none."""
    found = SWAPPED.search(word, int(place * len(word))) or SWAPPED.search(word)
    if found is None:
        return ""
    at = found.start()
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


# ---------------------------------------------------------------------------------------------------------------------
# State tracking.
THINGS = (
    "bell", "book", "boot", "bowl", "cage", "coat", "coin", "comb", "cork", "dice", "disk", "drum", "fork", "gear",
    "horn", "kite", "lamp", "leaf", "lock", "mask", "nail", "pipe", "ring", "rope", "seed", "shoe", "sock", "soap",
    "star", "tile", "vase", "wool",
)  # fmt: skip
BOXES = "ABCDEFGH"
TRIES = 1000
State = tuple[str, ...]
# A box, and the box that it is swapped with or the thing that replaces what it holds.
Update = tuple[int, int | str]

TRACKING_PROMPT = """Each box holds one thing.
{boxes}

Then this is done:
{updates}

{question}"""
QUESTIONS = {
    "final": "Give the things that boxes A to {last} hold at the end, in this order, separated by spaces.",
    "every": "Give the things that boxes A to {last} hold after each step, one line a step, in this order, separated by"
    " spaces.",
}


@task(control={"steps": 2}, family="chaining", declared=("prompt", "answer"))
def state_tracking(rng: np.random.Generator, *, steps: int = 4, registers: int = 5, report: str = "final") -> Case:
    """What some boxes hold after a number of swaps and replacements.

    Moves: the number of updates, 2 in the control arm.
    Matched: the boxes and what they hold at the start, the words (all of four letters), the kinds of update (three in
    four are swaps of two boxes, the others replacements by a thing that no box holds, so that every update changes
    something), and with report="final" the length of the answer. Declared: the prompt grows by a line for each update,
    and so does the answer with report="every".
    Rejected: updates whose end is the start, or is what the last update alone makes of the start.
    Lures: `start`, nothing done; `one_step_short`, all but the last update; `last_update_only`, the last update done to
    the start. With report="every" the same for each line: the start, the line before, and this one update done to the
    start. Every case of two or more steps has all three but where one equals an earlier one.
    Chance: below 0.01 %, and below 1 % for a guess that knows what five boxes hold at the start. If each step is right
    with probability p on its own, all are with p^steps.
    Source: the entity tracking of Kim & Schuster 2023 (2305.02363).

    steps: updates, 1 to 100.
    registers: boxes, 3 to 8.
    report: "final", what they hold at the end, or "every", after each step.

    Raises:
        ValueError: a parameter is not one of these.
    """
    expect_whole("steps", steps, 1, 100)
    expect_whole("registers", registers, 3, len(BOXES))
    expect_one_of("report", report, list(QUESTIONS))
    start = tuple([THINGS[place] for place in rng.permutation(len(THINGS))[:registers].tolist()])
    updates, states, rejected = history(rng, start, steps)
    alone = [updated(start, update) for update in updates]
    before = [start, *states[:-1]]
    reported = slice(None) if report == "every" else slice(-1, None)
    answer = listed(states[reported])
    shortcuts = {
        "start": listed(([start] * steps)[reported]),
        "one_step_short": listed(before[reported]),
        "last_update_only": listed(alone[reported]),
    }
    return Case(
        TRACKING_PROMPT.format(
            boxes="\n".join([f"Box {box}: {thing}" for box, thing in zip(BOXES, start, strict=False)]),
            updates="\n".join([f"{number}. {told(update)}" for number, update in enumerate(updates, 1)]),
            question=QUESTIONS[report].format(last=BOXES[registers - 1]),
        ),
        answer=answer,
        lures=wrong_ones(answer, shortcuts),
        verify=functools.partial(check_final, answer=states[-1])
        if report == "final"
        else functools.partial(check_every, answer=states, start=start, updates=updates),
        input=listed([start]),
        rejected=rejected,
    )


def check_final(given: str, answer: State) -> Check:
    """Whether each box holds the right thing. Upper and lower case and the kind of white space do not count.

    The detail of a wrong answer: `first_wrong`, the first wrong box counted from 0, or both lengths.
    Scores: `boxes`, the share of boxes that are right.
    """
    mine = given.casefold().split()
    check = sequence(mine, list(answer))
    return Check(check.correct, check.detail, {"boxes": in_place(mine, answer)})


def check_every(given: str, answer: Sequence[State], start: State, updates: Sequence[Update]) -> Check:
    """Whether each line is right. Upper and lower case, empty lines and the kind of white space do not count.

    The detail of a wrong answer: `first_wrong_step`, by its number in the prompt; `state_accuracy`, the share of lines
    that are right; `step_accuracy`, the share of lines that follow from the line before, right or wrong as it stands;
    `later_step_accuracy`, the same share of those after the first wrong one, None where there are none. An answer with
    another number of lines gives only both numbers.
    Scores: `states` and `steps`, the share of lines that are right and that follow; a line that is missing is neither.
    """
    lines = [tuple(line.split()) for line in given.casefold().splitlines() if line.strip()]
    if lines == list(answer):
        return Check(True, scores={"states": 1.0, "steps": 1.0})
    follows = [
        len(line) == len(old) == len(start) and line == updated(old, update)
        for old, line, update in zip([start, *lines], lines, updates, strict=False)
    ]
    scores = {"states": in_place(lines, answer), "steps": sum(follows) / len(answer)}
    if len(lines) != len(answer):
        return Check(False, {"given_steps": len(lines), "expected_steps": len(answer)}, scores)
    right = [mine == theirs for mine, theirs in zip(lines, answer, strict=True)]
    first = right.index(False)
    later = follows[first + 1 :]
    return Check(
        False,
        {
            "first_wrong_step": first + 1,
            "state_accuracy": scores["states"],
            "step_accuracy": scores["steps"],
            "later_step_accuracy": sum(later) / len(later) if later else None,
        },
        scores,
    )


def history(rng: np.random.Generator, start: State, steps: int) -> tuple[list[Update], list[State], int]:
    """Updates, the state after each, and how many such histories were rejected."""
    boxes = range(len(start))
    swaps = list(itertools.combinations(boxes, 2))
    for rejected in range(TRIES):
        updates: list[Update] = []
        states = [start]
        for kind, place, choice in rng.random((steps, 3)).tolist():
            update: Update = swaps[int(place * len(swaps))]
            if kind < 0.25:
                unheld = [thing for thing in THINGS if thing not in states[-1]]
                update = (boxes[int(place * len(boxes))], unheld[int(choice * len(unheld))])
            updates.append(update)
            states.append(updated(states[-1], update))
        if states[-1] != start and (steps == 1 or states[-1] != updated(start, updates[-1])):
            return updates, states[1:], rejected
    raise AssertionError(f"no history of {steps} steps in {TRIES} tries")


def updated(state: State, update: Update) -> State:
    """The state after one update."""
    box, other = update
    new = list(state)
    if isinstance(other, str):
        new[box] = other
    else:
        new[box], new[other] = new[other], new[box]
    return tuple(new)


def told(update: Update) -> str:
    """The update in words."""
    box, other = update
    if isinstance(other, str):
        return f"Replace the thing in box {BOXES[box]} by {other}."
    return f"Swap the things in box {BOXES[box]} and box {BOXES[other]}."


def listed(states: Sequence[State]) -> str:
    """States as an answer gives them, one line each."""
    return "\n".join([" ".join(state) for state in states])
