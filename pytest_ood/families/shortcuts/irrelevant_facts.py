"""A word problem, with and without facts that are true and make no difference."""

import functools
import itertools
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import choice, integer, sample, shuffled
from pytest_ood.families.lures import wrong_answers
from pytest_ood.parameters import expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import integer as is_integer

NAMES = ("Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gwen", "Hugo", "Ines", "Jack")


class Story(NamedTuple):
    """A person who gains and loses things, with facts about them that change no number of things.

    Attributes:
        things: what is counted.
        begin: the first sentence.
        gain, loss: the sentences of the steps, which say how many are gained or lost.
        facts: the irrelevant facts, each with a number.
    """

    things: str
    begin: str
    gain: tuple[str, ...]
    loss: tuple[str, ...]
    facts: tuple[str, ...]


STORIES = (
    Story(
        "apples",
        "{name} picks {number} apples on Monday.",
        ("On the next day {name} picks {number} more.", "A neighbour brings {number} more."),
        ("{name} gives {number} of them to a friend.", "{name} bakes {number} of them into a cake."),
        (
            "{number} of the apples are a bit smaller than the others.",
            "The tree is {number} years old.",
            "{number} of the apples are red on one side only.",
        ),
    ),
    Story(
        "stamps",
        "{name} has {number} stamps in an album.",
        ("{name} buys {number} more.", "An aunt sends {number} more."),
        ("{name} sells {number} of them.", "{name} gives {number} of them away."),
        (
            "{number} of the stamps show birds.",
            "The album has {number} pages.",
            "{number} of the stamps are older than the album.",
        ),
    ),
    Story(
        "chairs",
        "{name} puts {number} chairs into a hall.",
        ("{name} carries in {number} more.", "A caretaker brings {number} more."),
        ("{name} takes {number} of them out again.", "{number} of them are lent to the school."),
        (
            "{number} of the chairs have a green seat.",
            "The hall was built {number} years ago.",
            "{number} of the chairs are a little higher than the others.",
        ),
    ),
    Story(
        "books",
        "{name} has {number} books on a shelf.",
        ("{name} buys {number} more.", "A cousin lends {name} {number} more."),
        ("{name} sells {number} of them.", "{name} takes {number} of them back to the library."),
        (
            "{number} of the books have a picture on the cover.",
            "The shelf is {number} centimetres deep.",
            "{number} of the books are thinner than a finger.",
        ),
    ),
)

PROMPTS = (
    "{story} How many {things} are there now? Give the number in decimal digits.",
    "Read this and work out how many {things} there are at the end:\n\n{story}\n\nWrite the number in decimal digits.",
    "{story}\n\nAfter all that, what is the number of {things}? Answer in decimal digits.",
)


def solve(inputs: Mapping[str, Any]) -> str:
    """Return how many things there are after some were gained and lost.

    Args:
        inputs: the question in two parts:
            inputs["begin"]: how many things there are at first, a whole number.
            inputs["changes"]: how many are gained, or lost if the number is negative, one whole number for each time.
    """
    return str(inputs["begin"] + sum(inputs["changes"]))


def step(inputs: Mapping[str, Any], states: Sequence[str]) -> str | None:
    """Return how many things there are after one more change; None after the last one."""
    if len(states) == len(inputs["changes"]):
        return None
    before = int(states[-1]) if states else inputs["begin"]
    return str(before + inputs["changes"][len(states)])


@task(
    control={"facts": 0},
    name="shortcuts.irrelevant_facts",
    family="shortcuts and planning",
    declared=("prompt",),
    size="facts",
    solver=solve,
    step=step,
    wordings=len(PROMPTS),
)
def irrelevant_facts(rng: np.random.Generator, *, facts: int = 1, steps: int = 3, wording: int = 0) -> Case:
    """A word problem about things that are gained and lost, told with facts that change nothing.

    Moves: how many irrelevant facts are told, none in the control arm. Each has a number of its own, about things that
    are there anyway or about something else.
    Matched: the story, its steps and its numbers, and so the answer. Declared: the prompt grows by the facts.
    Rejected: nothing. There are never fewer than ten things, and no fact is about more than nine.
    Lures: `fact_subtracted`, the number of the first fact taken away, as if its things did not count; `fact_added`, the
    same number added; `last_step_ignored`, the number before the last step, the only one in the control arm.
    Chance: 1 in 61, as many as there are numbers to begin with.
    Source: Mirzadeh et al. 2024, "GSM-Symbolic" (2410.05229), whose GSM-NoOp adds such clauses; Shi et al. 2023, "Large
    Language Models Can Be Easily Distracted by Irrelevant Context" (2302.00093).

    Args:
        facts: irrelevant facts, 0 to 3.
        steps: how often things are gained or lost after the beginning, 1 to 4.
        wording: the wording of the question, 0 to 2.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_whole("facts", facts, 0, 3)
    expect_whole("steps", steps, 1, 4)
    story, name = choice(rng, STORIES), choice(rng, NAMES)
    counts = [integer(rng, 90, 150)]
    sentences = [story.begin.format(name=name, number=counts[0])]
    for step in range(steps):
        gains, change = choice(rng, (True, False)), integer(rng, 5, 20)
        # Two ways to say it take turns.
        ways = story.gain if gains else story.loss
        sentences.append(ways[step % len(ways)].format(name=name, number=change))
        counts.append(counts[-1] + change if gains else counts[-1] - change)
    told = shuffled(rng, story.facts)[:facts]
    numbers = sample(rng, range(2, 10), len(story.facts))[:facts]
    # A fact never stands right before the question, where it would look like a condition of it.
    places = [integer(rng, 0, steps - 1) for _ in story.facts]
    lines = []
    for place, sentence in enumerate(sentences):
        lines.append(sentence)
        lines += [
            fact.format(number=number)
            for fact, number, after in zip(told, numbers, places, strict=False)
            if after == place
        ]
    answer = counts[-1]
    shortcuts = {
        "fact_subtracted": answer - numbers[0] if numbers else answer,
        "fact_added": answer + numbers[0] if numbers else answer,
        "last_step_ignored": counts[-2],
    }
    return Case(
        PROMPTS[wording].format(story=" ".join(lines), things=story.things),
        answer=str(answer),
        lures=wrong_answers(str(answer), {lure: str(wrong) for lure, wrong in shortcuts.items()}),
        verify=functools.partial(is_integer, answer=answer),
        kind="number",
        input=" ".join(lines),
        inputs={"begin": counts[0], "changes": [after - before for before, after in itertools.pairwise(counts)]},
        chance=1 / 61,
    )
