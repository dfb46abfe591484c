"""Rows of tokens, rewritten again in random order by the rules of the prompt."""

import random
import re
from collections import Counter

import pytest

from pytest_ood.families.chains.token_rewriting import check_tokens, token_rewriting
from pytest_ood.families.chains.token_rows import one_pass, turned_round
from tests.families.drawing import pairs

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (token_rewriting, {"steps": 4}, "5d3ff1b51d96f408840df27c00242ca3666a1997c3fcf4b1ea7e35c3e293498c"),
    (
        token_rewriting,
        {"steps": 16, "tokens": 16},
        "f15929e68a7f64cfbf3c246e910f05d052ea9445a3f7983ad7fe5c1cd0631853",
    ),
    (
        token_rewriting,
        {"steps": 64, "tokens": 32},
        "24f3488a0cc78cb688709c8c6dcaf8a4cdba498d29190fd1ab101b560c1d0541",
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
    [(16, 2), (16, 3), (16, 4), (17, 5), (16, 16), (24, 4), (24, 8), (24, 36), (32, 64), (48, 144), (64, 256)],
)
def test_rewriting_takes_exactly_the_steps(tokens, steps):
    """Whatever the order, the row takes the asked number of steps and ends in the answer."""
    rng = random.Random(0)
    for draw in range(100 if tokens < 24 else 10):
        case = token_rewriting.draw({"tokens": tokens, "steps": steps}, 3, draw)
        rules = rewriting_rules(case.prompt)
        assert len(rules) == 4
        row = case.input.split()
        assert case.input in case.prompt
        assert tokens == len(row)
        for _ in range(3):
            assert (case.answer.split(), steps) == rewritten(row, rules, rng)


def swept(tokens, rules):
    """The row after one sweep from left to right, neighbours looked at in turn, on a list of the prompt's tokens."""
    row, at = list(tokens), 0
    while at < len(row) - 1:
        two = tuple(row[at : at + 2])
        if two not in rules:
            at += 1
            continue
        row[at : at + 2] = rules[two]
        # After a swap the right one of the two meets the next token; after two have vanished, the next two meet.
        at += 1 if rules[two] else 0
    return row


def mirrored(tokens):
    """The row seen from the other side."""
    return [token[::-1] for token in reversed(tokens)]


@pytest.mark.parametrize(("steps", "tokens"), [(4, 16), (4, 24), (8, 24), (16, 24), (64, 32)])
def test_no_shortcut_is_ever_right(steps, tokens):
    """From 4 steps on, neither one sweep in either direction nor cancelling without swaps ends in the answer."""
    orders = 0
    for draw in range(150):
        case = token_rewriting.draw({"steps": steps, "tokens": tokens}, 0, draw)
        rules, row = rewriting_rules(case.prompt), case.input.split()
        sweeps = {"one_pass": swept(row, rules), "one_pass_back": mirrored(swept(mirrored(row), rules))}
        assert row == case.lures["input"].split()
        for name, sweep in sweeps.items():
            assert sweep != case.answer.split()
            assert case.lures.get(name, case.lures["one_pass"]).split() == sweep
        # Left out only where it is what a pass ends in.
        if "wrong_order" in case.lures:
            orders += 1
            assert sorted(case.lures["wrong_order"].split()) == sorted(case.answer.split())
    assert orders > 100


def test_a_pass_leaves_the_rest_to_be_done():
    """What one pass makes of a row has the same normal form, and fewer steps to go."""
    for draw in range(100):
        case = token_rewriting.draw({"steps": 8}, 1, draw)
        rules = rewriting_rules(case.prompt)
        for name in ("one_pass", "one_pass_back"):
            done, steps = rewritten(case.lures.get(name, case.lures["one_pass"]).split(), rules, random.Random(draw))
            assert done == case.answer.split()
            assert 0 < steps < 8


def test_passes_of_known_rows():
    """A token that faces right is carried along; one that faces left waits for the next pass."""
    assert one_pass("Abb") == "bbA"
    assert one_pass("AAb") == "AbA"
    assert one_pass("ABba") == "Aa"
    assert turned_round("ABba") == "ABba"
    assert turned_round("AAb") == "Baa"


def test_one_pass_is_mostly_right_in_the_control_arm():
    """Two steps are what one pass can do: the docstring says in nine cases of ten."""
    cases = [token_rewriting.draw({"steps": 2}, 0, draw) for draw in range(1000)]
    rules = rewriting_rules(cases[0].prompt)
    right = sum(swept(case.input.split(), rules) == case.answer.split() for case in cases)
    assert right / 1000 == pytest.approx(0.92, abs=0.03)


@pytest.mark.parametrize("tokens", [16, 24])
def test_rewriting_answers_are_many(tokens):
    """The answer cannot be guessed: the commonest of 3,000 comes up in less than 1 % of them."""
    answers = Counter(token_rewriting.draw({"steps": 16, "tokens": tokens}, 0, draw).answer for draw in range(3000))
    assert max(answers.values()) < 30
    assert token_rewriting.draw({"steps": 16, "tokens": tokens}, 0, 0).chance == 0


def test_detail_of_a_wrong_row():
    """The first wrong token, and whether a rule still applies."""
    assert dict(check_tokens("#B A# #A", "#B #B A#").detail) == {"first_wrong": 1, "rules_apply": True}
    lengths = {"given_length": 1, "expected_length": 2}
    assert dict(check_tokens("#B", "#B A#").detail) == {**lengths, "rules_apply": False}
    assert dict(check_tokens("#B nothing", "#B A#").detail) == {"first_wrong": 1}
    assert check_tokens("#B\nA#", "#B A#").correct


def test_scores_of_rows():
    """The share of tokens in their place, of right answers too."""
    assert check_tokens("#B A#", "#B A#").scores == {"tokens": 1.0}
    assert check_tokens("#B #A", "#B A#").scores == {"tokens": 0.5}
    assert check_tokens("#B A# A# A#", "#B #B A#").scores == {"tokens": 2 / 3}
    assert check_tokens("", "#B A#").scores == {"tokens": 0.0}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"steps": 1}, "with tokens=24, steps=1: must be a whole number from 2 to 36"),
        ({"steps": 37}, "with tokens=24, steps=37: must be a whole number from 2 to 36"),
        ({"tokens": 15}, "tokens=15: must be a whole number from 16 to 64"),
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
