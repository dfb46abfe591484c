"""Invented facts, asked about again by reading the sentences of the prompt."""

import re
from statistics import fmean

import pytest

from pytest_ood.families.reversal.fictional_facts import fictional_facts
from tests.families.drawing import pairs

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (fictional_facts, {"facts": 2}, "24de3fa1d5c8b5156a50e82fb40687ddf765b19c3fd5300179d41dd2055bcf2d"),
    (
        fictional_facts,
        {"facts": 16, "direction": "backward"},
        "cec8c5be19c651a37c46e40d4bc69ea16be122ecffd742e188d428e5cb924a54",
    ),
]
NAME = r"[A-Z][a-z]{5} [A-Z][a-z]{5}"


@pytest.mark.parametrize("direction", ["forward", "backward"])
@pytest.mark.parametrize("facts", [2, 8, 50])
def test_answer_and_lures(facts, direction):
    """The name on the other side of the one sentence that holds the name in the question."""
    for draw in range(100):
        case = fictional_facts.draw({"facts": facts, "direction": direction}, 5, draw)
        stated = re.findall(rf"^({NAME}) is the (\w+) of ({NAME})\.$", case.prompt, re.MULTILINE)
        assert facts == len(stated)
        assert len({relation for _, relation, _ in stated}) == 1
        words = " ".join(left + " " + right for left, _, right in stated).split()
        assert len(words) == len(set(words))
        asked = re.search(rf"^(?:What|Who) .*?({NAME}).*\?", case.prompt, re.MULTILINE)[1]
        answers = {left: right for left, _, right in stated}
        if direction == "backward":
            answers = {right: left for left, right in answers.items()}
        assert answers.pop(asked) == case.answer
        assert case.lures["question_name"] == asked
        assert case.lures["another_fact"] in answers.values()
        assert case.chance == 1 / facts


def test_the_asked_fact_stands_anywhere():
    """No place among the sentences is asked about much more than another."""
    places = [0] * 4
    for draw in range(1000):
        case = fictional_facts.draw({"facts": 4}, 0, draw)
        places[[case.answer in sentence for sentence in case.input.split("\n")].index(True)] += 1
    assert min(places) > 200


def test_case_and_full_stop_do_not_count():
    """A name is a name in any case, with any white space, and with a full stop after it."""
    case = fictional_facts.draw({}, 0, 0)
    assert case.check(f"{case.answer.upper()}.").correct
    assert case.check(case.answer.replace(" ", "\n")).correct
    assert not case.check(case.answer.split()[0]).correct
    assert not case.check(f"{case.answer}, {case.lures['another_fact']}").correct


def test_facts_guessed():
    """A model that names anybody from the right side is right as often as the cases say."""
    drawn = [fictional_facts.draw({"facts": 4}, 1, draw) for draw in range(1000)]
    hits = fmean(case.answer == case.input.split("\n")[0].split(" is the ")[0] for case in drawn)
    assert hits == pytest.approx(0.25, abs=0.05)


def test_facts_pairs_match():
    """Same sentences, answers of the same length, prompts that differ by the one character that is declared."""
    for control, shift in pairs(fictional_facts, {"direction": "backward"}):
        assert control.input == shift.input
        assert len(control.answer) == len(shift.answer)
        assert len(control.prompt) == len(shift.prompt) + 1


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"facts": 1}, "facts=1: must be a whole number from 2 to 200"),
        ({"facts": 4.0}, "facts=4.0: must be a whole number"),
        ({"direction": "sideways"}, "direction='sideways': must be one of 'forward', 'backward'"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        fictional_facts.draw(params, 0, 0)
