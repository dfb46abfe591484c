"""Decision tables, interpreted again from the words of the prompt."""

import itertools
import re
from collections import Counter

import pytest

from pytest_ood.families.shortcuts.domain_dress import ACTIONS, CONDITIONS, DRESSES, VALUES, check_action, domain_dress
from tests.families.drawing import pairs

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (
        domain_dress,
        {"dress": "billing", "rules": 3},
        "aaae9e8e310c203675b1514839ba92a9481ece988cdd764d8e0b3e7264bfb40b",
    ),
    (
        domain_dress,
        {"dress": "engine", "rules": 6},
        "a0a20c14668934775d849bf0bfbf1c611bbdfd5881f666a74af49896f4720da0",
    ),
    (
        domain_dress,
        {"dress": "nonce", "rules": 12},
        "48bd5aa900b1f61bb986a186487511cd0b9cc0ad094320931a4bc3af2f0ca859",
    ),
]


def interpreted(prompt):
    """The rules of a prompt as (conditions, action), with what holds in the case, and the action of all other cases."""
    rules = [
        (set(conditions.split(" and ")), action)
        for conditions, action in re.findall(r"^\d+\. (.* is .* and .* is .*) -> (\S+)$", prompt, re.MULTILINE)
    ]
    ((number, otherwise),) = re.findall(r"^(\d+)\. in every other case -> (\S+)$", prompt, re.MULTILINE)
    assert len(rules) + 1 == int(number)
    (told,) = re.findall(r"^In this case (.*)\.$", prompt, re.MULTILINE)
    return rules, set(told.split(", ")), otherwise


@pytest.mark.parametrize("dress", list(DRESSES))
@pytest.mark.parametrize("rules", [3, 6, 12])
def test_the_table_decides(rules, dress):
    """The first rule that holds gives the answer; two hold; of the others one condition does; the lures are theirs."""
    for draw in range(100):
        case = domain_dress.draw({"dress": dress, "rules": rules}, 4, draw)
        table, told, _ = interpreted(case.prompt)
        holding = [place for place, (conditions, _) in enumerate(table) if conditions <= told]
        assert rules == len(table)
        assert len({frozenset(conditions) for conditions, _ in table}) == rules
        assert all(len(conditions & told) == 1 for place, (conditions, _) in enumerate(table) if place not in holding)
        first, last = holding
        assert first > 0
        assert table[first][1] == case.answer
        assert table[last][1] in case.lures.values()
        assert table[0][1] in case.lures.values()
        named = {"last_rule_that_holds": table[last][1], "first_rule": table[0][1]}
        assert all(case.lures[name] == named[name] for name in named if name in case.lures)


SENSE = (
    ("sky is rainy", "umbrella"),
    ("sky is snowy", "boots"),
    ("hour is night", "torch"),
    ("air is cold", "scarf"),
    ("sky is clear", "sunhat"),
)


def test_common_sense_takes_an_umbrella_in_the_rain():
    """The lure of the familiar dress is what the weather suggests; it is right in one case of five."""
    agreed = 0
    for draw in range(1000):
        case = domain_dress.draw({"dress": "familiar"}, 5, draw)
        _, told, _ = interpreted(case.prompt)
        sensible = next(thing for condition, thing in SENSE if condition in told)
        agreed += sensible == case.answer
        assert case.lures.get("common_sense", case.answer) == sensible
    assert agreed / 1000 == pytest.approx(0.2, abs=0.05)


@pytest.mark.parametrize("dress", [dress for dress in DRESSES if dress != "familiar"])
def test_dress_pairs_match(dress):
    """Word for word the control prompt is the shifted one: the table, the case, the answer and the lures."""
    drawn = pairs(domain_dress, {"dress": dress})
    words = [
        [*itertools.chain.from_iterable(worn.clauses), *worn.actions] for worn in (DRESSES["familiar"], DRESSES[dress])
    ]
    assert list(map(len, words[0])) == list(map(len, words[1]))
    translation = dict(zip(*words, strict=True))
    for control, shift in drawn:
        (table, told, otherwise), shifted = interpreted(control.prompt), interpreted(shift.prompt)
        translated = [({translation[one] for one in conditions}, translation[action]) for conditions, action in table]
        assert (translated, {translation[one] for one in told}, translation[otherwise]) == shifted
        assert translation[control.answer] == shift.answer
        assert len(control.answer) == len(shift.answer)
        assert abs(len(control.prompt) - len(shift.prompt)) <= 4
    shares = Counter(shift.answer for _, shift in drawn)
    assert all(shares[action] / 1000 == pytest.approx(0.2, abs=0.05) for action in DRESSES[dress].actions)


def test_words_of_a_dress_are_told_apart():
    """No clause and no action of a dress comes twice, upper and lower case aside."""
    for worn in DRESSES.values():
        clauses = [clause.casefold() for values in worn.clauses for clause in values]
        assert CONDITIONS * VALUES == len(set(clauses)) == len(clauses)
        assert ACTIONS == len({action.casefold() for action in worn.actions}) == len(worn.actions)


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        ("boots", {"rules": [1, 4], "overruled": False}),
        ("Scarf.", {"rules": [3], "overruled": True}),
        ("gloves", {"not_an_action": True}),
        ("umbrella boots", {"not_an_action": True}),
        ("rule 2", {"not_an_action": True}),
        ("", {"not_an_action": True}),
    ],
)
def test_detail_of_a_wrong_action(answer, detail):
    """The rules that have the action, and whether the one that was overruled is among them."""
    check = check_action(answer, "umbrella", ["boots", "umbrella", "scarf", "boots"], 2)
    assert (False, detail) == (check.correct, dict(check.detail))


def test_codes_are_read_in_upper_and_lower_case():
    """A made-up code is the same code in small letters."""
    assert check_action("rt-61", "RT-61", ["QH-57", "RT-61"], 1).correct


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"dress": "sea"}, "dress='sea': must be one of 'familiar', 'engine', 'billing', 'nonce'"),
        ({"rules": 2}, "rules=2: must be a whole number from 3 to 12"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        domain_dress.draw(params, 0, 0)
