"""A decision table, the same in familiar words and in unfamiliar ones."""

import functools
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from pytest_ood.case import Case, task
from pytest_ood.drawing import integer, sample
from pytest_ood.families.lures import wrong_ones
from pytest_ood.families.shortcuts.one_word import one_word
from pytest_ood.parameters import expect_one_of, expect_whole
from pytest_ood.verify import Check

# A case has a value for each condition. Both, and the actions, are numbers; a dress has words for them.
CONDITIONS, VALUES, ACTIONS = 4, 3, 5


@dataclass(frozen=True)
class Dress:
    """The words that a decision table is written in; those at the same place are equally long in every dress.

    topic: what is to be decided.
    asked: what an action is called.
    clauses: for each condition, and for each of its values, what says that it holds.
    actions: one word each.
    """

    topic: str
    asked: str
    clauses: Sequence[Sequence[str]]
    actions: Sequence[str]


def dressed(topic: str, asked: str, conditions: str, actions: str) -> Dress:
    """Return a dress whose conditions are written as "sky clear rainy snowy, air warm mild cold, ..."."""
    words = [condition.split() for condition in conditions.split(", ")]
    clauses = [[f"{name} is {value}" for value in values] for name, *values in words]
    return Dress(topic, asked, clauses, actions.split())


DRESSES = {
    "familiar": dressed(
        "What is the one thing to take along on a walk today?",
        "thing to take along",
        "sky clear rainy snowy, air warm mild cold, wind calm soft wild, hour noon dusk night",
        "umbrella boots torch scarf sunhat",
    ),
    "engine": dressed(
        "Which part of the engine does the mechanic replace?",
        "part to be replaced",
        "oil clean milky black, fan fast slow dead, load idle half full, tone hiss ping knock",
        "injector valve rotor gears piston",
    ),
    "billing": dressed(
        "Which code is entered on the bill for this account?",
        "code to be entered",
        "TQX K-104 K-207 K-391, ELM J4-0 J4-3 J4-8, VENQ 0x1A 0x2C 0x3F, MODR 77-A 77-D 77-XK",
        "MV-20914 RT-61 KD-38 QH-57 XB-402",
    ),
    "nonce": dressed(
        "Which zandle is bimmed when the plick has been glorped?",
        "zandle to be bimmed",
        "dax vorly mibon tupik, wug neem zolp fash, blit kerm sove drin, frap hask jilt yomby",
        "toverlim snarb quish welpo gazzer",
    ),
}


class Rule(NamedTuple):
    """Two conditions, the value that each is to have, and the action."""

    one: int
    value: int
    other: int
    other_value: int
    action: int


PROMPT = """\
{topic} These rules are gone through from top to bottom. The first whose two conditions both hold decides, and no rule \
after it counts.
{rules}

In this case {case}.

Give the {asked}, in the one word that the deciding rule has for it."""


@task(
    control={"dress": "familiar"},
    name="shortcuts.domain_dress",
    family="shortcuts and planning",
    declared=("labels",),
)
def domain_dress(rng: np.random.Generator, *, dress: str = "engine", rules: int = 6) -> Case:
    """What a decision table says in a case, in a familiar dress or an unfamiliar one.

    Moves: the words of the conditions, values and actions: the control arm is about what to take along on a walk.
    Matched: the table and the case, the same to the letter in every dress, and the length of every condition, value and
    action; the two sentences that name the topic differ by a few characters. A table has four conditions of three
    values and five actions; a rule asks for two of the conditions. Two rules hold: the one that decides, never the
    first, and a later one; of every other rule just one of the two conditions holds, so that every condition has to be
    looked at. Each of the five actions is right in one case of five. Declared: the labels of the arms are other words.
    Lures: `last_rule_that_holds`, wrong in every case; `first_rule`, wrong in every case. In the familiar dress, before
    these, `common_sense`, what one takes along in such weather whatever the table says (an umbrella in the rain, a
    torch at night); in the others, after them, `common_sense_of_familiar`, the action in its place, which nothing
    suggests: how often it is given is what the former is to be compared with. The table agrees with common sense in one
    case of five. A lure that equals the answer or an earlier one is left out.
    Chance: 1/5.
    Source: on what familiar content does to reasoning Dasgupta et al. 2022 (2207.07051). The tables are our own.

    dress: "familiar", "engine" (diagnostics), "billing" (made-up codes) or "nonce" (made-up words).
    rules: 3 to 12, the line for all other cases not counted.

    Raises:
        ValueError: a parameter is not one of these.
    """
    expect_one_of("dress", dress, list(DRESSES))
    expect_whole("rules", rules, 3, 12)
    words = DRESSES[dress]
    case, table, otherwise, deciding, later = decision(rng, rules)
    lines = [
        f"{number}. {words.clauses[rule.one][rule.value]} and {words.clauses[rule.other][rule.other_value]}"
        f" -> {words.actions[rule.action]}"
        for number, rule in enumerate(table, 1)
    ]
    lines.append(f"{rules + 1}. in every other case -> {words.actions[otherwise]}")
    actions = [words.actions[action] for action in [*[rule.action for rule in table], otherwise]]
    told = ", ".join([clauses[value] for clauses, value in zip(words.clauses, case, strict=True)])
    answer = actions[deciding]
    shortcuts = {"last_rule_that_holds": actions[later], "first_rule": actions[0]}
    sensible = words.actions[common_sense(case)]
    if dress == "familiar":
        shortcuts = {"common_sense": sensible, **shortcuts}
    else:
        shortcuts["common_sense_of_familiar"] = sensible
    return Case(
        PROMPT.format(topic=words.topic, rules="\n".join(lines), case=told, asked=words.asked),
        answer=answer,
        lures=wrong_ones(answer, shortcuts),
        verify=functools.partial(check_action, answer=answer, actions=actions, later=later),
        input=told,
        chance=1 / ACTIONS,
    )


def check_action(given: str, answer: str, actions: Sequence[str], later: int) -> Check:
    """Check that it is the right action. Case and a closing full stop do not count.

    The detail of a wrong answer: `rules`, the numbers of the rules that have this action, with the line for all other
    cases as the last of them; `overruled`, whether one of them holds but comes too late. Or `not_an_action`.

    Args:
        given: the answer.
        answer: the right action.
        actions: of all rules, with the line for all other cases as the last of them.
        later: the place of the rule that holds but comes too late.
    """
    word = one_word(given)
    if word == answer.casefold():
        return Check(True)
    rules = [number for number, action in enumerate(actions, 1) if action.casefold() == word]
    if not rules:
        return Check(False, {"not_an_action": True})
    return Check(False, {"rules": rules, "overruled": later + 1 in rules})


# Two conditions, and how far the values that a rule asks for are from those of the case.
Distances = tuple[int, int, int, int]
PAIRS = list(itertools.combinations(range(CONDITIONS), 2))
# Of rules that hold, and of rules of which one condition holds.
HOLDING: list[Distances] = [(one, 0, other, 0) for one, other in PAIRS]
HALF_HOLDING: list[Distances] = [(one, off, other, 0) for one, other in PAIRS for off in (1, 2)] + [
    (one, 0, other, off) for one, other in PAIRS for off in (1, 2)
]


def decision(rng: np.random.Generator, rules: int) -> tuple[list[int], list[Rule], int, int, int]:
    """Draw a case and a decision table for it.

    Returns:
        The values of the case, the rules, the action for all other cases, the place of the rule that decides, and that
        of the later one that holds, too.
    """
    case = [integer(rng, 0, VALUES - 1) for _ in range(CONDITIONS)]
    deciding = integer(rng, 1, rules - 2)
    later = integer(rng, deciding + 1, rules - 1)
    right = integer(rng, 0, ACTIONS - 1)
    asked = sample(rng, HALF_HOLDING, rules - 2)
    for place, holding in zip((deciding, later), sample(rng, HOLDING, 2), strict=True):
        asked.insert(place, holding)
    table = []
    for place, (one, off, other, other_off) in enumerate(asked):
        if place in (0, later):
            # Any action but the right one.
            action = (right + integer(rng, 1, ACTIONS - 1)) % ACTIONS
        else:
            action = integer(rng, 0, ACTIONS - 1)
        if place == deciding:
            # What was drawn for this rule is not used: each rule takes one number, wherever it stands.
            action = right
        table.append(Rule(one, (case[one] + off) % VALUES, other, (case[other] + other_off) % VALUES, action))
    return case, table, integer(rng, 0, ACTIONS - 1), deciding, later


def common_sense(case: Sequence[int]) -> int:
    """Return what one takes along on a walk: by the sky, then by the hour, then by the air."""
    sky, air, _wind, hour = case
    if sky:
        return sky - 1
    if hour == 2:
        return 2
    return 3 if air == 2 else 4
