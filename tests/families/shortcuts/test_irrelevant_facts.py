"""Word problems solved again from their text alone."""

import re
from collections import Counter

import pytest

from pytest_ood.families.shortcuts.irrelevant_facts import STORIES, irrelevant_facts
from tests.families.drawing import pairs

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (irrelevant_facts, {"facts": 1}, "43f1dca698617e298d2006466150969d796059b1e1f94803564651a838711573"),
    (irrelevant_facts, {"facts": 2}, "5590409eec1ec6dd3a1127d87511129a63e346b5a687ebbfd9291f0b51944e27"),
    (irrelevant_facts, {"facts": 3, "steps": 4}, "93ef3e5e9749b78533af19538573d51838bc8dd9921fe038948f1cbfcde76da9"),
]


def pattern(sentence):
    """What matches a sentence of a story, whoever it is about, with its number as a group."""
    return re.escape(sentence).replace(r"\{name\}", "[A-Z][a-z]+").replace(r"\{number\}", r"([0-9]+)")


def solved(prompt):
    """The answer, and the numbers of the facts that were told, by looking each sentence up in all stories."""
    *told, question = re.findall(r"[^.?]+[.?]", prompt.rpartition(" Give ")[0])
    assert question.strip().startswith("How many")
    total, facts = 0, []
    for sentence in map(str.strip, told):
        kinds = {
            kind: int(found[1])
            for story in STORIES
            for kind, sentences in (
                ("begin", [story.begin]),
                ("gain", story.gain),
                ("loss", story.loss),
                ("fact", story.facts),
            )
            for one in sentences
            if (found := re.fullmatch(pattern(one), sentence))
        }
        ((kind, number),) = kinds.items()
        if kind == "fact":
            facts.append(number)
        else:
            total += -number if kind == "loss" else number
    return total, facts


@pytest.mark.parametrize("facts", [0, 1, 2, 3])
@pytest.mark.parametrize("steps", [1, 3, 4])
def test_the_answer_does_not_depend_on_the_facts(facts, steps):
    """A reader who leaves them out comes to the answer; as many are told as were asked for."""
    for draw in range(200):
        case = irrelevant_facts.draw({"facts": facts, "steps": steps}, 2, draw)
        total, numbers = solved(case.prompt)
        assert int(case.answer) == total
        assert len(numbers) == facts
        assert all(2 <= number <= 9 < total for number in numbers)


def test_lures_use_a_fact():
    """That of the first one drawn; a model that uses the number in either way is found out."""
    for draw in range(300):
        case = irrelevant_facts.draw({"facts": 1}, 0, draw)
        total, (number,) = solved(case.prompt)
        assert case.lures["fact_subtracted"] == str(total - number)
        assert case.lures["fact_added"] == str(total + number)
        control = irrelevant_facts.draw({"facts": 0}, 0, draw)
        assert set(control.lures) <= {"last_step_ignored"}


def test_pairs_differ_in_the_facts_alone():
    """What remains without them is the control, word for word, with the same answer."""
    for control, shift in pairs(irrelevant_facts, {"facts": 3}, 200):
        assert control.answer == shift.answer
        kept = [
            sentence
            for sentence in re.findall(r"[^.?]+[.?]", shift.prompt)
            if not any(re.fullmatch(pattern(fact), sentence.strip()) for story in STORIES for fact in story.facts)
        ]
        assert "".join(kept) == control.prompt


def test_a_fact_never_stands_before_the_question():
    """There it would look like a condition of it."""
    for draw in range(200):
        prompt = irrelevant_facts.draw({"facts": 3}, 0, draw).prompt
        before = re.findall(r"[^.?]+[.?]", prompt.partition(" How many")[0])[-1].strip()
        assert not any(re.fullmatch(pattern(fact), before) for story in STORIES for fact in story.facts)


def test_no_answer_is_common():
    """The commonest comes up about as often as the stated chance says, and no more."""
    counts = Counter(irrelevant_facts.draw({"facts": 1, "steps": 1}, 0, draw).answer for draw in range(6100))
    assert max(counts.values()) / 6100 < 1.5 / 61
    assert irrelevant_facts.draw({"facts": 1}, 0, 0).chance == pytest.approx(1 / 61)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"facts": 4}, "facts=4: must be a whole number from 0 to 3"),
        ({"facts": 1, "steps": 0}, "steps=0: must be a whole number from 1 to 4"),
        ({"facts": 1, "steps": 5}, "steps=5: must be a whole number from 1 to 4"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        irrelevant_facts.draw(params, 0, 0)
