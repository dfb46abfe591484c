"""Fictional facts, looked up again in the words of the prompt."""

import re

import pytest

from pytest_ood.families import reversal

NAME = r"[A-Z][a-z]{5} [A-Z][a-z]{5}"


@pytest.mark.parametrize("direction", ["forward", "backward"])
@pytest.mark.parametrize("facts", [2, 8, 50])
def test_answer_and_lures(facts, direction):
    """The name on the other side of the one sentence that holds the name in the question."""
    for draw in range(100):
        case = reversal.fictional_facts.draw({"facts": facts, "direction": direction}, 5, draw)
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


def test_the_asked_fact_stands_anywhere():
    """No place among the sentences is asked about much more than another."""
    places = [0] * 4
    for draw in range(1000):
        case = reversal.fictional_facts.draw({"facts": 4}, 0, draw)
        places[[case.answer in sentence for sentence in case.input.split("\n")].index(True)] += 1
    assert min(places) > 200


def test_case_and_full_stop_do_not_count():
    """A name is a name in any case, with any white space, and with a full stop after it."""
    case = reversal.fictional_facts.draw({}, 0, 0)
    assert case.check(f"{case.answer.upper()}.").correct
    assert case.check(case.answer.replace(" ", "\n")).correct
    assert not case.check(case.answer.split()[0]).correct
    assert not case.check(f"{case.answer}, {case.lures['another_fact']}").correct


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
        reversal.fictional_facts.draw(params, 0, 0)
