"""Decision tables, interpreted again from the words of the prompt."""

import importlib.util
import itertools
import re
from collections import Counter
from pathlib import Path

import pytest
import tiktoken

from pytest_ood.families.shortcuts.domain_dress import check_action, domain_dress
from pytest_ood.families.shortcuts.dresses import ACTIONS, CONDITIONS, DRESSES, VALUES
from tests.families.drawing import pairs

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (
        domain_dress,
        {"dress": "billing", "rules": 5},
        "da35f345ff3f22cea7fe68881668b7c6d0fc6520201fad327c9af2786b6248e0",
    ),
    (
        domain_dress,
        {"dress": "engine", "rules": 10},
        "38ed965ac44251a435dc6a1b6b4bb32d16d39b7f250da5fa4b370cf468086bbc",
    ),
    (
        domain_dress,
        {"dress": "familiar", "conflict": True},
        "57ca8ed9aace248d83d4792e4411a47924c1d11fcc3d473ee7404904a979b4ed",
    ),
    (
        domain_dress,
        {"dress": "nonce", "rules": 20, "conflict": True},
        "32cb51a4f3b2b784b6632881203f060419376f2c41298c0cf783597e01631566",
    ),
]


def interpreted(prompt):
    """The rules of a prompt as (conditions, action), and what holds in the situation."""
    rules = [
        (set(conditions.split(" and ")), action)
        for conditions, action in re.findall(r"^\d+\. (.* is .* and .* is .*) -> (\S+)$", prompt, re.MULTILINE)
    ]
    (told,) = re.findall(r"^In this case (.*)\.$", prompt, re.MULTILINE)
    return rules, set(told.split(", "))


@pytest.mark.parametrize("conflict", [False, True])
@pytest.mark.parametrize("dress", list(DRESSES))
@pytest.mark.parametrize("rules", [5, 10, 20])
def test_the_table_decides(rules, dress, conflict):
    """The first rule that holds gives the answer; of other rules one condition does; the lures are theirs."""
    for draw in range(60):
        case = domain_dress.draw({"dress": dress, "rules": rules, "conflict": conflict}, 4, draw)
        table, told = interpreted(case.prompt)
        holding = [place for place, (conditions, _) in enumerate(table) if conditions <= told]
        assert rules == len(table)
        assert len({frozenset(conditions) for conditions, _ in table}) == rules
        assert all(len(conditions & told) == 1 for place, (conditions, _) in enumerate(table) if place not in holding)
        assert Counter(action for _, action in table) == dict.fromkeys(DRESSES[dress].actions, rules // 5)
        assert len(holding) == (1 if holding[0] == rules - 1 else 2)
        assert table[holding[0]][1] == case.answer
        named = {"last_rule_that_holds": table[holding[-1]][1], "first_rule": table[0][1], "last_rule": table[-1][1]}
        assert {*named.values(), *case.lures.values()} - {case.answer} == set(case.lures.values())
        assert all(case.lures[name] == named[name] for name in named if name in case.lures)


SENSE = (
    ("sky is rainy", "umbrella"),
    ("sky is snowy", "boots"),
    ("hour is night", "torch"),
    ("air is cold", "scarf"),
    ("sky is clear", "hat"),
)


def sensible(prompt):
    """What the weather of a familiar prompt suggests, without a look at the rules."""
    _, told = interpreted(prompt)
    return next(thing for condition, thing in SENSE if condition in told)


def test_common_sense_takes_an_umbrella_in_the_rain():
    """It is right in every familiar table, and in none with a conflict, where it is the first lure."""
    for draw in range(300):
        control = domain_dress.draw({"dress": "familiar", "conflict": False}, 5, draw)
        shift = domain_dress.draw({"dress": "familiar", "conflict": True}, 5, draw)
        assert sensible(control.prompt) == control.answer
        assert interpreted(control.prompt)[1] == interpreted(shift.prompt)[1]
        assert ("common_sense", sensible(shift.prompt)) == next(iter(shift.lures.items()))
        assert "common_sense" not in control.lures


@pytest.mark.parametrize("conflict", [False, True])
@pytest.mark.parametrize("rules", [5, 10])
def test_no_place_and_no_action_is_worth_more_than_chance(rules, conflict):
    """Every rule decides equally often, so that the action of any one rule, or any one action, is a guess."""
    drawn = [domain_dress.draw({"rules": rules, "conflict": conflict}, 1, draw) for draw in range(3000)]
    tables = [interpreted(case.prompt) for case in drawn]
    deciding = Counter(next(n for n, (needed, _) in enumerate(table) if needed <= told) for table, told in tables)
    assert all(deciding[place] / 3000 == pytest.approx(1 / rules, abs=0.03) for place in range(rules))
    for place in range(rules):
        right = sum(table[place][1] == case.answer for (table, _), case in zip(tables, drawn, strict=True))
        assert right / 3000 == pytest.approx(0.2, abs=0.03)
    answers = Counter(case.answer for case in drawn)
    assert all(answers[action] / 3000 == pytest.approx(0.2, abs=0.03) for action in DRESSES["engine"].actions)
    assert {case.chance for case in drawn} == {0.25 if conflict else 0.2}


def test_anything_but_common_sense_is_no_better_than_the_stated_chance():
    """Whoever knows that the table contradicts common sense still has four actions to guess from."""
    cases = [domain_dress.draw({"dress": "familiar", "conflict": True}, 2, draw) for draw in range(3000)]
    others = [next(thing for _, thing in SENSE if thing != sensible(case.prompt)) for case in cases]
    assert sum(map(str.__eq__, others, [case.answer for case in cases])) / 3000 < 0.25 + 0.03


@pytest.mark.parametrize("dress", [dress for dress in DRESSES if dress != "familiar"])
def test_dress_pairs_match(dress):
    """Word for word the control prompt is the shifted one: the table, the situation, the answer and the lures."""
    drawn = pairs(domain_dress, {"dress": dress}, 300)
    words = [
        [*itertools.chain.from_iterable(worn.clauses), *worn.actions] for worn in (DRESSES["familiar"], DRESSES[dress])
    ]
    translation = dict(zip(*words, strict=True))
    for control, shift in drawn:
        (table, told), shifted = interpreted(control.prompt), interpreted(shift.prompt)
        translated = [({translation[one] for one in conditions}, translation[action]) for conditions, action in table]
        assert (translated, {translation[one] for one in told}) == shifted
        assert translation[control.answer] == shift.answer


@pytest.mark.parametrize("encoding", ["o200k_base", "cl100k_base"])
def test_dresses_are_of_like_length_in_tokens(encoding, monkeypatch):
    """Every word is one token, and the prompts of the largest table differ by a few per cent at most."""
    vocabularies = Path(importlib.util.find_spec("litellm").origin).parent / "litellm_core_utils" / "tokenizers"
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(vocabularies))
    encode = tiktoken.get_encoding(encoding).encode
    lengths = []
    for dress, worn in DRESSES.items():
        parts = [part for values in worn.clauses for clause in values for part in clause.split(" is ")]
        assert {len(encode(f" {part}")) for part in [*parts, *worn.actions]} == {1}
        lengths.append(len(encode(domain_dress.draw({"dress": dress, "rules": 20}, 0, 0).prompt)))
    assert max(lengths) - min(lengths) <= 5


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
        ({"rules": 2}, "rules=2: must be a whole number from 5 to 20"),
        ({"rules": 12}, "rules=12: must be a multiple of 5"),
        ({"conflict": "yes"}, "conflict='yes': must be True or False"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        domain_dress.draw(params, 0, 0)
