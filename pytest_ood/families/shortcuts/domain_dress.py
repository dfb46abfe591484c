"""A decision table in familiar words, and the same table in unfamiliar ones."""

import functools
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from pytest_ood.case import Case, task
from pytest_ood.drawing import integer, sample
from pytest_ood.families.lures import wrong_answers
from pytest_ood.families.shortcuts.one_word import one_word
from pytest_ood.parameters import expect_one_of, expect_whole
from pytest_ood.verify import Check

# A case has a value for each condition. Conditions, values and actions are numbers; a dress has the words for them.
CONDITIONS, VALUES, ACTIONS = 4, 3, 5


@dataclass(frozen=True)
class Dress:
    """The words that a decision table is written in; those at the same place are equally long in every dress.

    Attributes:
        topic: the question that the table decides.
        action_noun: what an action is called.
        clauses: for each condition, and for each of its values, the clause that says that it holds.
        actions: one word each.
    """

    topic: str
    action_noun: str
    clauses: Sequence[Sequence[str]]
    actions: Sequence[str]


def dress_from(topic: str, action_noun: str, conditions: str, actions: str) -> Dress:
    """Return a dress whose conditions are written as "sky clear rainy snowy, air warm mild cold, ..."."""
    words = [condition.split() for condition in conditions.split(", ")]
    clauses = [[f"{name} is {value}" for value in values] for name, *values in words]
    return Dress(topic, action_noun, clauses, actions.split())


DRESSES = {
    "familiar": dress_from(
        "What is the one thing to take along on a walk today?",
        "thing to take along",
        "sky clear rainy snowy, air warm mild cold, wind calm soft wild, hour noon dusk night",
        "umbrella boots torch scarf sunhat",
    ),
    "engine": dress_from(
        "Which part of the engine does the mechanic replace?",
        "part to be replaced",
        "oil clean milky black, fan fast slow dead, load idle half full, tone hiss ping knock",
        "injector valve rotor gears piston",
    ),
    "billing": dress_from(
        "Which code is entered on the bill for this account?",
        "code to be entered",
        "TQX K-104 K-207 K-391, ELM J4-0 J4-3 J4-8, VENQ 0x1A 0x2C 0x3F, MODR 77-A 77-D 77-XK",
        "MV-20914 RT-61 KD-38 QH-57 XB-402",
    ),
    "nonce": dress_from(
        "Which zandle is bimmed when the plick has been glorped?",
        "zandle to be bimmed",
        "dax vorly mibon tupik, wug neem zolp fash, blit kerm sove drin, frap hask jilt yomby",
        "toverlim snarb quish welpo gazzer",
    ),
}


class Rule(NamedTuple):
    """Two conditions, the value that each must have, and the action."""

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

Give the {action_noun}, in the one word that the deciding rule has for it."""


@task(
    control={"dress": "familiar"},
    name="shortcuts.domain_dress",
    family="shortcuts and planning",
    declared=("labels",),
    size="rules",
)
def domain_dress(rng: np.random.Generator, *, dress: str = "engine", rules: int = 6) -> Case:
    """The action that a decision table prescribes for a case, in a familiar dress or an unfamiliar one.

    Moves: the words of the conditions, values and actions: the control arm is about what to take along on a walk.
    Matched: the table and the case, which are the same in every dress, and the length of every condition, value and
    action; the two sentences that name the topic differ by a few characters. A table has four conditions of three
    values and five actions; a rule asks for two of the conditions. Two rules hold: the one that decides, never the
    first, and a later one; of every other rule exactly one of the two conditions holds, so that every condition has to
    be looked at. Each of the five actions is right in one case of five. Declared: the arms have different words as
    labels.
    Lures: `last_rule_that_holds`, wrong in every case; `first_rule`, wrong in every case. In the familiar dress, before
    these, `common_sense`, what one takes along in such weather whatever the table says (an umbrella in the rain, a
    torch at night); in the others, after them, `common_sense_of_familiar`, the action in its place, which nothing
    suggests: the rate at which it is given is the baseline for `common_sense`. The table agrees with common sense in
    one case of five. A lure that equals the answer or an earlier one is left out.
    Chance: 1/5.
    Source: Dasgupta et al. 2022 (2207.07051), on what familiar content does to reasoning. The tables are our own.

    Args:
        dress: "familiar", "engine" (diagnostics), "billing" (made-up codes) or "nonce" (made-up words).
        rules: 3 to 12, not counting the line for all other cases.

    Raises:
        ValueError: a parameter has any other value.
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
    situation = ", ".join([clauses[value] for clauses, value in zip(words.clauses, case, strict=True)])
    answer = actions[deciding]
    shortcuts = {"last_rule_that_holds": actions[later], "first_rule": actions[0]}
    sensible = words.actions[common_sense(case)]
    if dress == "familiar":
        shortcuts = {"common_sense": sensible, **shortcuts}
    else:
        shortcuts["common_sense_of_familiar"] = sensible
    return Case(
        PROMPT.format(topic=words.topic, rules="\n".join(lines), case=situation, action_noun=words.action_noun),
        answer=answer,
        lures=wrong_answers(answer, shortcuts),
        verify=functools.partial(check_action, answer=answer, actions=actions, later=later),
        input=situation,
        chance=1 / ACTIONS,
    )


def check_action(given: str, answer: str, actions: Sequence[str], later: int) -> Check:
    """Check that it is the right action. Case and a closing full stop do not count.

    The detail of a wrong answer: `rules`, the numbers of the rules that have this action, with the line for all other
    cases counted as the last; `overruled`, whether one of them holds but comes too late. Or `not_an_action`.

    Args:
        given: the answer.
        answer: the right action.
        actions: those of all rules, and of the line for all other cases as the last.
        later: the place of the rule that holds but comes too late.
    """
    word = one_word(given)
    if word == answer.casefold():
        return Check(True)
    rules = [number for number, action in enumerate(actions, 1) if action.casefold() == word]
    if not rules:
        return Check(False, {"not_an_action": True})
    return Check(False, {"rules": rules, "overruled": later + 1 in rules})


# Two conditions, each followed by how far the value that a rule requires is from that of the case.
Distances = tuple[int, int, int, int]
PAIRS = list(itertools.combinations(range(CONDITIONS), 2))
# Those of rules that hold, and those of rules of which exactly one condition holds.
HOLDING: list[Distances] = [(one, 0, other, 0) for one, other in PAIRS]
HALF_HOLDING: list[Distances] = [(one, off, other, 0) for one, other in PAIRS for off in (1, 2)] + [
    (one, 0, other, off) for one, other in PAIRS for off in (1, 2)
]


def decision(rng: np.random.Generator, rules: int) -> tuple[list[int], list[Rule], int, int, int]:
    """Draw a case and a decision table for it.

    Returns:
        The values of the case, the rules, the action for all other cases, the place of the rule that decides, and that
        of the later one that also holds.
    """
    case = [integer(rng, 0, VALUES - 1) for _ in range(CONDITIONS)]
    deciding = integer(rng, 1, rules - 2)
    later = integer(rng, deciding + 1, rules - 1)
    right = integer(rng, 0, ACTIONS - 1)
    distances = sample(rng, HALF_HOLDING, rules - 2)
    for place, holding in zip((deciding, later), sample(rng, HOLDING, 2), strict=True):
        distances.insert(place, holding)
    table = []
    for place, (one, off, other, other_off) in enumerate(distances):
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
