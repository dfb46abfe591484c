"""Rules found again from the rows of a prompt, by trying all 256 of them."""

import json
import re
from collections import Counter

import pytest

from pytest_ood import answers
from pytest_ood.families.shortcuts.stated_rule import check_rule_and_row, stated_rule
from tests.families.chains.players import played
from tests.families.drawing import pairs

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (stated_rule, {"rows": 1}, "8ee65f1c694596204de678dc359958574664f76cc567f7fd3f46f78061dd215a"),
    (stated_rule, {"rows": 2}, "60a1bbfbbddac0248e6b605e1f3c76c7991e441984766067c7a765a2f075f7a0"),
    (stated_rule, {"rows": 4}, "d2e8b8692784a0ad001223dedbaae33cb626a38254415a59ee7e08ab228e3f17"),
    (stated_rule, {"rows": 8}, "85f39d932b4cce3638e71350cc5810abdc2132f6347065b5ff7efc96481179c1"),
    (stated_rule, {"rows": 16}, "775cf97db1b06334a7db2f71bbb1815db3550396cb470ebc7586f17b6f43ce43"),
    (stated_rule, {"rows": 32}, "7bcfbe089fd30a6df74ed5fcbdc3275fdebae25c2753c969e859a12bd67f2fad"),
]


def stepped(number, row):
    """The row after one update by the rule of this number, by arithmetic."""
    width = len(row)
    cells = [int(cell) for cell in row]
    return "".join(
        str(number >> (4 * cells[place - 1] + 2 * cells[place] + cells[(place + 1) % width]) & 1)
        for place in range(width)
    )


def fitting(message):
    """The numbers of all rules that make the rows of a prompt what they become."""
    shown = re.findall(r"^([01]{8}) -> ([01]{8})$", message, re.MULTILINE)
    assert shown
    return [number for number in range(256) if all(stepped(number, row) == after for row, after in shown)]


def common_table(numbers):
    """The new values on which all of these rules agree, from 111 to 000, and "?" where they do not."""
    values = [{number >> bit & 1 for number in numbers} for bit in range(7, -1, -1)]
    return "".join("?" if len(found) == 2 else str(*found) for found in values)


def new_row(message):
    """The row of the second message."""
    return re.search(r"new row:\n([01]{8})\n", message)[1]


def solver(messages):
    """A player who tries every rule, and whom the new row leaves no choice."""
    rules = fitting(messages[0])
    if len(messages) == 1:
        return common_table(rules)
    (after,) = {stepped(number, new_row(messages[1])) for number in rules}
    return after


def knower(number):
    """A player who takes it for the rule of this number, whatever the rows are."""
    return lambda messages: f"{number:08b}" if len(messages) == 1 else stepped(number, new_row(messages[1]))


@pytest.mark.parametrize("rule", ["given", "found"])
@pytest.mark.parametrize("rows", [1, 2, 4, 8, 16, 32])
def test_the_rows_say_what_is_asked(rows, rule):
    """All rules that fit agree on the new row, and on those new values that are to be stated, and on no other."""
    for draw in range(150):
        case = stated_rule.draw({"rows": rows, "rule": rule}, 1, draw)
        assert played(case, solver)[0] == case.answer
        shown = re.findall("^([01]{8}) -> ", case.prompt, re.MULTILINE)
        assert len(set(shown)) == rows
        table, after = answers.split(case.answer)
        start = new_row(case.reply([table]))
        assert not any(start in row + row for row in shown)
        assert after != start
        assert {"0", "1"} == set(after)


def test_gaps_become_rare():
    """With 2 rows most rules have some, with 16 none: what is asked of a model changes along the curve."""
    share = {
        rows: sum("?" in stated_rule.draw({"rows": rows}, 0, draw).answer for draw in range(300)) / 300
        for rows in (2, 4, 16)
    }
    assert 0.5 < share[2] < 0.7
    assert 0.1 < share[4] < 0.2
    assert share[16] == 0


def test_lures_are_what_their_shortcuts_give():
    """A well-known rule that the rows contradict least, gaps taken for 0, another order, the row copied."""
    seen = Counter()
    for draw in range(400):
        case = stated_rule.draw({"rows": 2}, 2, draw)
        table, after = answers.split(case.answer)
        lures = {name: answers.split(lure) for name, lure in case.lures.items()}
        seen.update(list(lures))
        missed = {
            number: sum(shown not in ("?", new) for shown, new in zip(table, f"{number:08b}", strict=True))
            for number in (30, 90, 110)
        }
        assert min(missed.values()) > 0
        nearest = next(number for number, count in missed.items() if count == min(missed.values()))
        assert case.lures["well_known_rule"] == played(case, knower(nearest))[0]
        assert not {30, 90, 110} & set(fitting(case.prompt))
        assert lures.get("gaps_filled", [table.replace("?", "0"), after]) == [table.replace("?", "0"), after]
        assert ("gaps_filled" in lures) == ("?" in table)
        assert lures.get("other_order", [table[::-1], after]) == [table[::-1], after]
        assert lures["row_copied"] == [table, new_row(case.reply([table]))]
    assert seen["well_known_rule"] == seen["row_copied"] == 400
    assert min(seen.values()) > 200


def test_a_well_known_rule_follows_itself():
    """Its lure is wrong in both answers or in the rule alone, and consistent."""
    for draw in range(100):
        case = stated_rule.draw({}, 0, draw)
        scores = case.check(case.lures["well_known_rule"]).scores
        assert scores["rule"] == 0
        assert scores["follows"] == 1


def test_pairs_differ_in_the_table_alone():
    """What remains without it is the shift, word for word, with the same answers and the same second message."""
    for control, shift in pairs(stated_rule, {"rows": 4}, 300):
        given = re.search(r"This is the rule.*\n((?:[01]{3} -> [01?]\n){8})\n", control.prompt)
        assert control.prompt.replace(given[0], "") == shift.prompt
        table, _ = answers.split(shift.answer)
        assert "".join(re.findall("-> (.)", given[1])) == table
        assert control.answer == shift.answer
        assert control.lures == shift.lures
        assert control.reply([""]) == shift.reply([""])
        assert control.rejected == shift.rejected


def test_no_table_is_common():
    """A model that always states the same is right in less than 1 % of cases."""
    for rows in (1, 4, 16):
        drawn = [stated_rule.draw({"rows": rows}, 0, draw) for draw in range(4000)]
        tables = Counter(answers.split(case.answer)[0] for case in drawn)
        assert max(tables.values()) < 0.011 * len(drawn)
        assert {case.chance for case in drawn} == {0.0}


# Of rule 01101110, with the entry for 010 not shown: 11011001 becomes 01110111... by rule 110.
TABLE, START = "01101?10", "11100001"
AFTER = stepped(110, START)


def check(*given):
    """What the verifier says."""
    return check_rule_and_row(given, table=TABLE, start=START, successor=AFTER)


def test_scores_tell_the_rule_the_row_and_what_follows():
    """Right and wrong in every combination."""
    wrong_table, other = "11101?10", stepped(0b11101010, START)
    assert other != AFTER
    for given, rule, row, follows in [
        ((TABLE, AFTER), 1, 1, 1),
        ((TABLE, START), 1, 0, 0),
        ((wrong_table, AFTER), 0, 1, 0),
        ((wrong_table, other), 0, 0, 1),
        ((wrong_table, START), 0, 0, 0),
        (("01101110", AFTER), 0, 1, 1),
        (("????????", AFTER), 0, 1, 0),
        (("yes", AFTER), 0, 1, 0),
    ]:
        checked = check(*given)
        assert dict(checked.scores) == {"rule": rule, "row": row, "follows": follows}, given
        assert checked.correct == (rule == row == 1)


def test_the_detail_says_what_is_wrong():
    """Entries by neighbourhood, cells by place; white space does not count; what is no rule or row is not judged."""
    assert check(" ".join(TABLE), f"{AFTER[:3]} {AFTER[3:]}").correct
    assert dict(check("11101010", AFTER).detail) == {"wrong_entries": {"111": "1", "010": "0"}, "wrong_cells": []}
    swapped = AFTER[:-1] + ("0" if AFTER[-1] == "1" else "1")
    assert dict(check(TABLE, swapped).detail) == {"wrong_entries": {}, "wrong_cells": [7]}
    json.dumps(dict(check("11101010", swapped).detail))
    for given, detail in [
        (("0110", AFTER), {"not_a_rule": True}),
        (("rule 110", AFTER), {"not_a_rule": True}),
        ((TABLE, TABLE), {"not_a_row": True}),
        ((TABLE, AFTER[1:]), {"not_a_row": True}),
    ]:
        assert dict(check(*given).detail) == detail
        assert not check(*given).in_form
    for count, given in [(1, (TABLE,)), (3, (TABLE, AFTER, AFTER))]:
        assert dict(check(*given).detail) == {"given_turns": count, "expected_turns": 2}
    assert dict(check(TABLE + " " * 2000, AFTER).detail) == {"answer_length": 2018}


def test_hostile_answers_are_wrong_at_once():
    """Ten megabytes of anything."""
    case = stated_rule.draw({}, 0, 0)
    for unit in (case.answer, "0", "?", " ", "\n", "\n\n"):
        assert not case.check(unit * (10_000_000 // len(unit))).correct


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"rows": 0}, "rows=0: must be a whole number from 1 to 32"),
        ({"rows": 33}, "rows=33: must be a whole number from 1 to 32"),
        ({"rule": "told"}, "rule='told': must be one of 'given', 'found'"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        stated_rule.draw(params, 0, 0)
