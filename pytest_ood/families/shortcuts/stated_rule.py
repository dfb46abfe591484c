"""A rule to be stated, from rows of an elementary cellular automaton, and then to be applied to a new row."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pytest_ood.answers import join
from pytest_ood.dialogue import Dialogue
from pytest_ood.drawing import choice, integer, sample
from pytest_ood.families.chains.conversations import next_message, total_length
from pytest_ood.families.grids.elementary_ca import NEIGHBOURHOODS, Rule, is_lively, rule_table, update
from pytest_ood.families.lures import wrong_answers
from pytest_ood.families.shortcuts.stated_rule_prompts import WORDINGS
from pytest_ood.parameters import expect_one_of, expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import Check

WIDTH = 8
ALL_ROWS = [f"{number:0{WIDTH}b}" for number in range(2**WIDTH)]
WELL_KNOWN = (30, 90, 110)
# Stands for a new value that the rows do not show.
UNKNOWN = "?"
TRIES = 1000
# More than two answers with white space around their characters.
LONGEST_ANSWER = 1000


def solve(inputs: Mapping[str, Any]) -> str:
    """Return the table that the rows show and, after an empty line, the successor of the new row.

    Args:
        inputs["rows"]: list[list[str]], each row with its successor, such as ["01100101", "11101111"].
        inputs["start"]: str, the new row.
    """
    shown = dict(pair for old, new in inputs["rows"] for pair in zip(neighbourhoods_in(old), new, strict=True))
    table = "".join([shown.get(neighbourhood, UNKNOWN) for neighbourhood in NEIGHBOURHOODS])
    return join([table, "".join([shown[neighbourhood] for neighbourhood in neighbourhoods_in(inputs["start"])])])


@task(
    control={"rule": "given"},
    name="shortcuts.stated_rule",
    family="shortcuts and planning",
    declared=("prompt", "lures"),
    size="rows",
    solver=solve,
    wordings=len(WORDINGS),
)
def stated_rule(rng: np.random.Generator, *, rows: int = 4, rule: str = "found", wording: int = 0) -> Dialogue:
    """Rows of a cellular automaton and their successors: first the rule is to be stated, then applied to a new row.

    A rule is the table of the new values for the eight neighbourhoods 111, 110, ... 000, with "?" for those that no row
    shows. Both answers must be right. Whether the second follows from the first is scored, too: a model may state the
    rule and not follow it, or answer rightly by something else than what it states.
    Moves: whether the rule is given, in the control arm, or has to be found.
    Matched: the rows and their successors, which both arms show; the rule, any of the 256; the new row, and so both
    answers. The new row has no neighbourhoods that are not shown, and none of the rows shown is a rotation of it.
    Declared: the prompt of the control arm has the table as well; a table that the rows show whole has no gaps to fill.
    Rejected: rows that one of the well-known rules 30, 90 and 110 fits, and those that leave no new row that changes
    and becomes neither all 0 nor all 1: one in five with 1 row, one in 17 with 2, one in 40 with 4 or more.
    Lures: `well_known_rule`, the rule 30, 90 or 110 that the fewest of the shown new values contradict, stated and
    applied (every case has it); `gaps_filled`, the right rule with 0 for the new values that are not shown;
    `other_order`, its table from 000 to 111; `row_copied`, the right rule and the new row itself.
    Chance: below 1 % for the commonest table.
    Source: Qiu et al. 2023, "Phenomenal Yet Puzzling: Testing Inductive Reasoning Capabilities of Language Models with
    Hypothesis Refinement" (2310.08559): models propose rules well and fail to apply them.

    Args:
        rows: rows that are shown with their successors, 1 to 32.
        rule: "given", or "found" where only the rows show it.
        wording: the wording of both questions, 0 to 2.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_whole("rows", rows, 1, 32)
    expect_one_of("rule", rule, ("given", "found"))
    number, shown, start, rejected = rule_and_rows(rng, rows)
    full, table = rule_table(number), table_shown(number, shown)
    nearest = min(WELL_KNOWN, key=lambda known: contradictions(known, table))
    answers = [table, successor_of(start, full)]
    shortcuts = {
        "well_known_rule": [table_of(nearest), successor_of(start, rule_table(nearest))],
        "gaps_filled": [table.replace(UNKNOWN, "0"), answers[1]],
        "other_order": [table[::-1], answers[1]],
        "row_copied": [table, start],
    }
    pairs = [[row, successor_of(row, full)] for row in shown]
    written = "\n".join([f"{row} -> {successor}" for row, successor in pairs])
    entries = "\n".join([f"{old} -> {new}" for old, new in zip(NEIGHBOURHOODS, table, strict=True)])
    words = WORDINGS[wording]
    given = words.given.format(table=entries) if rule == "given" else ""
    prompt = words.first.format(rows=written, given=given, neighbourhoods=", ".join(NEIGHBOURHOODS))
    return Dialogue(
        prompt,
        reply=functools.partial(next_message, messages=[prompt, words.second.format(start=start)]),
        answers=answers,
        verify=functools.partial(check_rule_and_row, table=table, start=start, successor=answers[1]),
        kind="grid",
        lures=wrong_answers(answers, shortcuts),
        input=written,
        inputs={"rows": pairs, "start": start},
        rejected=rejected,
    )


def check_rule_and_row(given: Sequence[str], table: str, start: str, successor: str) -> Check:
    """Check that the rule and the row are right. White space within them does not count.

    The detail of wrong answers: `wrong_entries`, the neighbourhoods whose new value is stated wrongly, with what was
    stated; `wrong_cells`, the places of the cells that are wrong, counted from 0. Of another number of answers only
    both numbers; of anything but a table and a row only that it is `not_a_rule` or `not_a_row`.
    Scores: `rule` and `row`, 1 for a right one; `follows`, 1 if the row is what the rule makes of the new row as it was
    stated, right or wrong.
    """
    nothing = {"rule": 0.0, "row": 0.0, "follows": 0.0}
    if total_length(given) > LONGEST_ANSWER:
        return Check(False, {"answer_length": total_length(given)}, nothing)
    if len(given) != 2:
        return Check(False, {"given_turns": len(given), "expected_turns": 2}, nothing)
    stated, row = ["".join(turn.split()) for turn in given]
    is_rule = len(stated) == len(table) and set(stated) <= {"0", "1", UNKNOWN}
    is_row = len(row) == len(successor) and set(row) <= {"0", "1"}
    follows = is_rule and row == successor_of(start, dict(zip(NEIGHBOURHOODS, stated, strict=True)))
    scores = {"rule": float(stated == table), "row": float(row == successor), "follows": float(follows)}
    if not (is_rule and is_row):
        return Check(False, {"not_a_row" if is_rule else "not_a_rule": True}, scores, in_form=False)
    if stated == table and row == successor:
        return Check(True, scores=scores)
    wrong_entries = {old: mine for old, mine, right in zip(NEIGHBOURHOODS, stated, table, strict=True) if mine != right}
    wrong_cells = [place for place, (mine, right) in enumerate(zip(row, successor, strict=True)) if mine != right]
    return Check(False, {"wrong_entries": wrong_entries, "wrong_cells": wrong_cells}, scores)


def rule_and_rows(rng: np.random.Generator, rows: int) -> tuple[int, list[str], str, int]:
    """Draw a rule that can be told from the well-known ones by the rows that are drawn with it.

    Returns:
        The number of the rule, the rows to show, the new row, and how many rules were rejected.
    """
    for rejected in range(TRIES):
        number = integer(rng, 0, 255)
        shown = sample(rng, ALL_ROWS, rows)
        table, starts = table_shown(number, shown), new_rows(number, shown)
        if starts and all(contradictions(known, table) for known in WELL_KNOWN):
            return number, shown, choice(rng, starts), rejected
    raise AssertionError(f"none of {TRIES} rules and {rows} rows made a case")


def new_rows(number: int, shown: Sequence[str]) -> list[str]:
    """Return the rows that are updated by shown neighbourhoods alone, to a row that differs and is not all 0 or 1."""
    seen, turned = neighbourhoods_of(shown), {row[place:] + row[:place] for row in shown for place in range(WIDTH)}
    return [
        row
        for row in ALL_ROWS
        if row not in turned
        and seen.issuperset(neighbourhoods_in(row))
        and is_lively(row, successor_of(row, rule_table(number)))
    ]


def successor_of(row: str, rule: Rule) -> str:
    """Return the row after one update."""
    return update(row, rule, "periodic")


@functools.cache
def neighbourhoods_in(row: str) -> list[str]:
    """Return the neighbourhoods of the cells of a row, from left to right."""
    ring = row[-1] + row + row[0]
    return [ring[place : place + 3] for place in range(len(row))]


def neighbourhoods_of(shown: Sequence[str]) -> frozenset[str]:
    """Return the neighbourhoods of the cells of all rows."""
    return frozenset[str]().union(*map(neighbourhoods_in, shown))


def table_of(number: int) -> str:
    """Write the table of a rule: its new values in the order of the neighbourhoods."""
    return "".join(rule_table(number).values())


def table_shown(number: int, shown: Sequence[str]) -> str:
    """Write the table of a rule as far as the rows show it, with "?" for the other new values."""
    seen = neighbourhoods_of(shown)
    return "".join([new if old in seen else UNKNOWN for old, new in rule_table(number).items()])


def contradictions(known: int, table: str) -> int:
    """Return how many new values of a table that was shown are not those of a known rule."""
    return sum(shown not in (UNKNOWN, new) for new, shown in zip(table_of(known), table, strict=True))
