"""Rows of tokens, rewritten again in random order by the rules of the prompt."""

import itertools
import random
import re
from collections import Counter

import pytest

from pytest_ood.families.chains.token_rewriting import check_tokens, shapes, token_rewriting
from tests.families.drawing import pairs

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (token_rewriting, {"steps": 4}, "b1eeef08fe5e29d666dd8d93a813aec1a3eeec3a348c12f3c6b0592a6ebc3b9b"),
    (
        token_rewriting,
        {"steps": 16, "tokens": 12},
        "bc12587779699131479a2172ce4b9355e405e4ebdad7159e4f62bb4189465723",
    ),
    (
        token_rewriting,
        {"steps": 40, "tokens": 24},
        "cc402692f817747055027c64ebb81c9552466822b77f4a7dba3226279bba06aa",
    ),
]


def rewriting_rules(prompt):
    """The four rules as a prompt states them."""
    found = re.findall(r"^(\S+ \S+) -> (nothing|\S+ \S+)", prompt, re.MULTILINE)
    return {tuple(left.split()): [] if right == "nothing" else right.split() for left, right in found}


def rewritten(tokens, rules, rng):
    """The normal form by rewriting anywhere at random, and the number of steps it took."""
    tokens, steps = list(tokens), 0
    while places := [i for i in range(len(tokens) - 1) if (tokens[i], tokens[i + 1]) in rules]:
        at = rng.choice(places)
        tokens[at : at + 2] = rules[tokens[at], tokens[at + 1]]
        steps += 1
    return tokens, steps


@pytest.mark.parametrize(
    ("tokens", "steps"),
    [(6, 2), (6, 3), (6, 4), (7, 5), (12, 2), (12, 4), (12, 8), (12, 16), (24, 30), (24, 64), (48, 256)],
)
def test_rewriting_takes_exactly_the_steps(tokens, steps):
    """Whatever the order, the row takes the asked number of steps and ends in the answer."""
    rng = random.Random(0)
    for draw in range(100 if tokens < 24 else 5):
        case = token_rewriting.draw({"tokens": tokens, "steps": steps}, 3, draw)
        rules = rewriting_rules(case.prompt)
        assert len(rules) == 4
        row = case.input.split()
        assert case.input in case.prompt
        assert tokens == len(row)
        for _ in range(3):
            assert (case.answer.split(), steps) == rewritten(row, rules, rng)


def test_rewriting_lures():
    """One pass leaves something to do; the wrong order has the right tokens."""
    passes = orders = 0
    for draw in range(300):
        case = token_rewriting.draw({"steps": 8}, 0, draw)
        rules = rewriting_rules(case.prompt)
        assert case.lures["input"] == case.input
        if "one_pass" in case.lures:
            passes += 1
            done, steps = rewritten(case.lures["one_pass"].split(), rules, random.Random(draw))
            assert done == case.answer.split()
            assert 0 < steps < 8
        if "wrong_order" in case.lures:
            orders += 1
            assert sorted(case.answer.split()) == sorted(case.lures["wrong_order"].split())
    assert passes > 200
    assert orders > 200


def test_rewriting_answers_are_many():
    """The answer cannot be guessed: the commonest of 2,000 comes up in less than 2 % of them."""
    answers = [token_rewriting.draw({"steps": 16}, 0, draw).answer for draw in range(2000)]
    assert max(answers.count(answer) for answer in set(answers)) < 40


def test_detail_of_a_wrong_row():
    """The first wrong token, and whether a rule still applies."""
    assert dict(check_tokens("#B A# #A", "#B #B A#").detail) == {"first_wrong": 1, "rules_apply": True}
    lengths = {"given_length": 1, "expected_length": 2}
    assert dict(check_tokens("#B", "#B A#").detail) == {**lengths, "rules_apply": False}
    assert dict(check_tokens("#B nothing", "#B A#").detail) == {"first_wrong": 1}
    assert check_tokens("#B\nA#", "#B A#").correct


@pytest.mark.parametrize("tokens", [6, 7, 8, 9, 10, 11, 12, 13, 14])
def test_rewriting_chance(tokens):
    """The chance is the share of the commonest answer, counted over all that can be drawn; left out below 0.9 %."""
    shares = Counter()
    for vanishing in (1, 2):
        possible = shapes(tokens, vanishing)
        for lefts, run_left, run_right in possible:
            before, after = lefts - run_left, tokens - 2 * vanishing - lefts - run_right
            letters = itertools.product("AB", repeat=before + after)
            for left, free in itertools.product("AB", map("".join, letters)):
                runs = left.lower() * run_left + ("B" if left == "A" else "A") * run_right
                final = free[:before].lower() + runs + free[before:]
                shares[final] += 0.5**2 / len(possible) / 2 ** (before + after)
    assert sum(shares.values()) == pytest.approx(1)
    case = token_rewriting.draw({"steps": 2, "tokens": tokens}, 0, 0)
    most = max(shares.values())
    assert case.chance == (pytest.approx(most) if most > 0.009 else 0)


def test_scores_of_rows():
    """The share of tokens in their place, of right answers too."""
    assert check_tokens("#B A#", "#B A#").scores == {"tokens": 1.0}
    assert check_tokens("#B #A", "#B A#").scores == {"tokens": 0.5}
    assert check_tokens("#B A# A# A#", "#B #B A#").scores == {"tokens": 2 / 3}
    assert check_tokens("", "#B A#").scores == {"tokens": 0.0}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"steps": 1}, "with tokens=12, steps=1: must be a whole number from 2 to 16"),
        ({"steps": 17}, "with tokens=12, steps=17: must be a whole number from 2 to 16"),
        ({"tokens": 5}, "tokens=5: must be a whole number from 6 to 48"),
        ({"tokens": "12"}, "tokens='12': must be a whole number"),
    ],
)
def test_bad_rewriting_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        token_rewriting.draw(params, 0, 0)


@pytest.mark.parametrize("steps", [4, 8, 16])
def test_rewriting_pairs_match(steps):
    """Rows of the same length that end in the same row."""
    for control, shift in pairs(token_rewriting, {"steps": steps}):
        assert control.answer == shift.answer
        assert len(control.prompt) == len(shift.prompt)
        assert control.input != shift.input
