"""Chains, worked out again from the words of the prompt: rewriting in random order, histories sentence by sentence."""

import itertools
import random
import re
from collections import Counter

import pytest

from pytest_ood.families import chains
from tests.families.drawing import pairs

# Task, parameters of the shift arm, and the digest of its first cases.
CERTIFIED = [
    (chains.token_rewriting, {"steps": 4}, "b1eeef08fe5e29d666dd8d93a813aec1a3eeec3a348c12f3c6b0592a6ebc3b9b"),
    (
        chains.token_rewriting,
        {"steps": 16, "tokens": 12},
        "bc12587779699131479a2172ce4b9355e405e4ebdad7159e4f62bb4189465723",
    ),
    (
        chains.token_rewriting,
        {"steps": 40, "tokens": 24},
        "cc402692f817747055027c64ebb81c9552466822b77f4a7dba3226279bba06aa",
    ),
    (chains.state_tracking, {"steps": 4}, "1feed93df0d457a34393071044fd4a87ad47509c343f4322573a4f9ca8e839fe"),
    (
        chains.state_tracking,
        {"steps": 32, "registers": 3},
        "f4cea9321ea19bc676fe132517778974fccc76a7454b3d7491bc2d6a0b0f0a1f",
    ),
    (
        chains.state_tracking,
        {"steps": 8, "report": "every"},
        "9b45bf7aca8dada28527235ccf0c9ed6afa3879381ffd43d3796c01a5c331912",
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
        case = chains.token_rewriting.draw({"tokens": tokens, "steps": steps}, 3, draw)
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
        case = chains.token_rewriting.draw({"steps": 8}, 0, draw)
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
    answers = [chains.token_rewriting.draw({"steps": 16}, 0, draw).answer for draw in range(2000)]
    assert max(answers.count(answer) for answer in set(answers)) < 40


def test_detail_of_a_wrong_row():
    """The first wrong token, and whether a rule still applies."""
    assert dict(chains.check_tokens("#B A# #A", "#B #B A#").detail) == {"first_wrong": 1, "rules_apply": True}
    lengths = {"given_length": 1, "expected_length": 2}
    assert dict(chains.check_tokens("#B", "#B A#").detail) == {**lengths, "rules_apply": False}
    assert dict(chains.check_tokens("#B nothing", "#B A#").detail) == {"first_wrong": 1}
    assert chains.check_tokens("#B\nA#", "#B A#").correct


@pytest.mark.parametrize("tokens", [6, 7, 8, 9, 10, 11, 12, 13, 14])
def test_rewriting_chance(tokens):
    """The chance is the share of the commonest answer, counted over all that can be drawn; left out below 0.9 %."""
    shares = Counter()
    for vanishing in (1, 2):
        shapes = chains.shapes(tokens, vanishing)
        for lefts, run_left, run_right in shapes:
            before, after = lefts - run_left, tokens - 2 * vanishing - lefts - run_right
            letters = itertools.product("AB", repeat=before + after)
            for left, free in itertools.product("AB", map("".join, letters)):
                runs = left.lower() * run_left + ("B" if left == "A" else "A") * run_right
                final = free[:before].lower() + runs + free[before:]
                shares[final] += 0.5**2 / len(shapes) / 2 ** (before + after)
    assert sum(shares.values()) == pytest.approx(1)
    case = chains.token_rewriting.draw({"steps": 2, "tokens": tokens}, 0, 0)
    most = max(shares.values())
    assert case.chance == (pytest.approx(most) if most > 0.009 else 0)


def test_scores_of_rows():
    """The share of tokens in their place, of right answers too."""
    assert chains.check_tokens("#B A#", "#B A#").scores == {"tokens": 1.0}
    assert chains.check_tokens("#B #A", "#B A#").scores == {"tokens": 0.5}
    assert chains.check_tokens("#B A# A# A#", "#B #B A#").scores == {"tokens": 2 / 3}
    assert chains.check_tokens("", "#B A#").scores == {"tokens": 0.0}


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
        chains.token_rewriting.draw(params, 0, 0)


def told(prompt):
    """What the boxes hold at the start and after each numbered sentence, box by box."""
    boxes = dict(re.findall(r"^Box ([A-H]): (\w+)$", prompt, re.MULTILINE))
    history = [list(boxes.values())]
    for number, sentence in enumerate(re.findall(r"^\d+\. .*$", prompt, re.MULTILINE), 1):
        if swap := re.fullmatch(rf"{number}\. Swap the things in box (.) and box (.)\.", sentence):
            boxes[swap[1]], boxes[swap[2]] = boxes[swap[2]], boxes[swap[1]]
        else:
            box, thing = re.fullmatch(rf"{number}\. Replace the thing in box (.) by (\w+)\.", sentence).groups()
            assert thing not in boxes.values()
            boxes[box] = thing
        history.append(list(boxes.values()))
    return history


def lines(states):
    """States as an answer gives them."""
    return "\n".join(" ".join(state) for state in states)


@pytest.mark.parametrize("registers", [3, 5, 8])
@pytest.mark.parametrize("steps", [1, 2, 8, 32])
def test_tracking_follows_the_sentences(steps, registers):
    """Both reports are what the sentences say; no sentence leaves all as it was; the lures are what they are called."""
    for draw in range(50):
        params = {"steps": steps, "registers": registers}
        final = chains.state_tracking.draw({**params, "report": "final"}, 2, draw)
        every = chains.state_tracking.draw({**params, "report": "every"}, 2, draw)
        start, *states = told(final.prompt)
        assert [start, *states] == told(every.prompt)
        assert (steps, registers) == (len(states), len(start))
        assert all(old != new for old, new in zip([start, *states], states, strict=False))
        assert lines(states[-1:]) == final.answer
        assert lines(states) == every.answer
        assert final.lures["start"] == lines([start])
        assert every.lures["start"] == lines([start] * steps)
        assert every.lures.get("one_step_short", lines([start])) == lines([start, *states[:-1]])
        if steps > 1:
            assert "last_update_only" in every.lures
            assert final.lures.get("one_step_short", lines([start])) == lines([states[-2]])


def test_detail_of_every_state():
    """After a wrong step the later ones are judged by the line before them, wrong as it is."""
    case = chains.state_tracking.draw({"steps": 8, "report": "every"}, 0, 1)
    start, *states = told(case.prompt)
    updates = case.verify.keywords["updates"]
    given = [tuple(state) for state in states[:3]]
    given[2] = (given[2][1], given[2][0], *given[2][2:])
    for update in updates[3:]:
        given.append(chains.updated(given[-1], update))
    wrong = sum(mine != tuple(theirs) for mine, theirs in zip(given, states, strict=True))
    assert dict(case.check(lines(given)).detail) == {
        "first_wrong_step": 3,
        "state_accuracy": 1 - wrong / 8,
        "step_accuracy": 7 / 8,
        "later_step_accuracy": 1.0,
    }
    assert dict(case.check(lines(given[:4])).detail) == {"given_steps": 4, "expected_steps": 8}
    last = [*map(tuple, states[:7]), tuple(start)]
    assert case.check(lines(last)).detail["later_step_accuracy"] is None
    assert case.check(lines(states).upper().replace("\n", "\n\n")).correct
    assert not case.check(lines([state[:2] for state in states])).correct


def test_scores_of_states():
    """The share of boxes at the end, of states and of steps; what is missing is not right."""
    assert chains.check_final("Bell book", ("bell", "book")).scores == {"boxes": 1.0}
    assert chains.check_final("bell coat", ("bell", "book")).scores == {"boxes": 0.5}
    assert chains.check_final("bell", ("bell", "book")).scores == {"boxes": 0.5}
    case = chains.state_tracking.draw({"steps": 4, "report": "every"}, 0, 1)
    start, *states = told(case.prompt)
    assert case.check(lines(states)).scores == {"states": 1.0, "steps": 1.0}
    assert case.check(lines(states[:3])).scores == {"states": 0.75, "steps": 0.75}
    assert case.check(lines([*states, start])).scores == {"states": 1.0, "steps": 1.0}
    assert case.check(lines([*states[:2], start, states[3]])).scores["states"] == 0.75
    assert case.check("").scores == {"states": 0.0, "steps": 0.0}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"steps": 0}, "steps=0: must be a whole number from 1 to 100"),
        ({"registers": 9}, "registers=9: must be a whole number from 3 to 8"),
        ({"report": "all"}, "report='all': must be one of 'final', 'every'"),
    ],
)
def test_bad_tracking_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        chains.state_tracking.draw(params, 0, 0)


@pytest.mark.parametrize("steps", [4, 8, 16])
def test_rewriting_pairs_match(steps):
    """Rows of the same length that end in the same row."""
    for control, shift in pairs(chains.token_rewriting, {"steps": steps}):
        assert control.answer == shift.answer
        assert len(control.prompt) == len(shift.prompt)
        assert control.input != shift.input


def test_tracking_pairs_match():
    """Same boxes and start, answers of the same length, and a line more for each update, which is declared."""
    for control, shift in pairs(chains.state_tracking, {"steps": 8}):
        assert control.input == shift.input
        assert len(control.answer) == len(shift.answer)
        assert shift.prompt.count("\n") - control.prompt.count("\n") == 6
