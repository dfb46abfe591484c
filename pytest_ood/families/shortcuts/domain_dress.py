"""A decision table in familiar words, and the same table in unfamiliar ones."""

import functools
import itertools
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import choice, integer, pick, sample, shuffled
from pytest_ood.families.lures import wrong_answers
from pytest_ood.families.one_word import one_word
from pytest_ood.families.shortcuts.domain_dress_prompts import PROMPTS
from pytest_ood.families.shortcuts.dresses import (
    ACTIONS,
    CONDITIONS,
    DRESSES,
    SITUATIONS,
    VALUES,
    Situation,
    common_sense,
)
from pytest_ood.parameters import expect_one_of, expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import Check

MOST_RULES = 20


class Rule(NamedTuple):
    """Two conditions, the value that each must have, and the action."""

    one: int
    value: int
    other: int
    other_value: int
    action: int


class Decision(NamedTuple):
    """A situation, a decision table, and what is to be known about them.

    Attributes:
        situation: the value of each condition.
        table: the rules.
        deciding: the place of the rule that decides.
        later: the place of a later rule that also holds; None if the last rule decides.
    """

    situation: Situation
    table: Sequence[Rule]
    deciding: int
    later: int | None


def solve(inputs: Mapping[str, Any]) -> str:
    """Return the action of the first rule of a decision table whose conditions all hold.

    Args:
        inputs: the question in two parts:
            inputs["rules"]: the rules from top to bottom, each a list of its conditions, a list of text, and its
            action: [["sky is rainy", "hour is noon"], "umbrella"].
            inputs["situation"]: what holds, a list of conditions: ["sky is rainy", "wind is calm"].
    """
    return next(str(action) for conditions, action in inputs["rules"] if set(conditions) <= set(inputs["situation"]))


@task(
    control={"dress": "familiar", "conflict": False},
    name="shortcuts.domain_dress",
    family="shortcuts and planning",
    version=2,
    declared=("labels", "lures"),
    size="rules",
    solver=solve,
    wordings=len(PROMPTS),
)
def domain_dress(
    rng: np.random.Generator, *, dress: str = "engine", conflict: bool = False, rules: int = 5, wording: int = 0
) -> Case:
    """The action that a decision table prescribes for a case, in a familiar dress or an unfamiliar one.

    Moves: the words of the conditions, values and actions, or whether the table contradicts common sense, or both. The
    control arm is about what to take along on a walk, and its table says what common sense says (an umbrella in the
    rain, a torch at night). With `conflict`, the deciding rule has another action, whatever the dress.
    Matched: with the same `conflict`, the table and the situation, to the letter of their structure; with another one,
    the situation, the conditions and which rules hold. Names, values and actions are one token each in every dress, so
    that prompts have the same number of tokens except for the sentence that names the topic. A table has four
    conditions of three values and five actions, each of which occurs equally often; a rule asks for two of the
    conditions. Each rule is equally often the one that decides. Unless it is the last, a later one holds as well; of
    every other rule exactly one of the two conditions holds, so that every condition has to be looked at. Declared: the
    arms have different words as labels; without `conflict` the action in the place of common sense's is the right one.
    Lures: `common_sense`, what one takes along in such weather whatever the table says, wrong in every case with
    `conflict` and in no other; in the other dresses, `common_sense_of_familiar`, the action in its place, which nothing
    suggests: the rate at which it is given is the baseline. `last_rule_that_holds`; `first_rule`; `last_rule`. One that
    equals the answer or an earlier one is left out.
    Chance: 1/5, for any action and for the action of any one rule; 1/4 with `conflict`, for anything except what common
    sense says. Common sense alone is always right in the control arm: that is what makes it familiar.
    Source: Dasgupta et al. 2022 (2207.07051), on what familiar content does to reasoning. The tables are our own.

    Args:
        dress: "familiar", "engine" (diagnostics), "billing" (made-up codes) or "nonce" (made-up words).
        conflict: whether the deciding rule contradicts common sense.
        rules: 5, 10, 15 or 20.
        wording: the wording of the question, 0 to 2.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_one_of("dress", dress, list(DRESSES))
    if not isinstance(conflict, bool):
        raise ValueError(f"conflict={conflict!r}: must be True or False")
    expect_whole("rules", rules, ACTIONS, MOST_RULES)
    if rules % ACTIONS:
        raise ValueError(f"rules={rules!r}: must be a multiple of {ACTIONS}")
    words = DRESSES[dress]
    situation, table, deciding, later = decision(rng, rules, conflict)
    actions = [words.actions[rule.action] for rule in table]
    conditions = [[words.clauses[rule.one][rule.value], words.clauses[rule.other][rule.other_value]] for rule in table]
    lines = [
        f"{number}. {one} and {other} -> {action}"
        for number, ((one, other), action) in enumerate(zip(conditions, actions, strict=True), 1)
    ]
    holding = [clauses[value] for clauses, value in zip(words.clauses, situation, strict=True)]
    told = ", ".join(holding)
    answer = actions[deciding]
    sense = "common_sense" if dress == "familiar" else "common_sense_of_familiar"
    shortcuts = {sense: words.actions[common_sense(situation)]}
    if later is not None:
        shortcuts["last_rule_that_holds"] = actions[later]
    shortcuts |= {"first_rule": actions[0], "last_rule": actions[-1]}
    return Case(
        PROMPTS[wording].format(
            topic=words.topic, rules="\n".join(lines), situation=told, action_noun=words.action_noun
        ),
        answer=answer,
        lures=wrong_answers(answer, shortcuts),
        verify=functools.partial(check_action, answer=answer, actions=actions, later=later),
        input=told,
        inputs={"rules": [list(rule) for rule in zip(conditions, actions, strict=True)], "situation": holding},
        chance=1 / (ACTIONS - 1) if conflict else 1 / ACTIONS,
    )


def check_action(given: str, answer: str, actions: Sequence[str], later: int | None) -> Check:
    """Check that it is the right action. Case and a closing full stop do not count.

    The detail of a wrong answer: `rules`, the numbers of the rules that have this action; `overruled`, whether one of
    them holds but comes too late. Or `not_an_action`.

    Args:
        given: the answer.
        answer: the right action.
        actions: those of all rules.
        later: the place of the rule that holds but comes too late, if there is one.
    """
    word = one_word(given)
    if word == answer.casefold():
        return Check(True)
    rules = [number for number, action in enumerate(actions, 1) if action.casefold() == word]
    if not rules:
        return Check.unparsed(not_an_action=True)
    return Check(False, {"rules": rules, "overruled": later is not None and later + 1 in rules})


# Two conditions, each followed by how far the value that a rule requires is from that of the situation.
Distances = tuple[int, int, int, int]
PAIRS = list(itertools.combinations(range(CONDITIONS), 2))
# Those of rules that hold, and those of rules of which exactly one condition holds.
HOLDING: list[Distances] = [(one, 0, other, 0) for one, other in PAIRS]
HALF_HOLDING: list[Distances] = [(one, off, other, 0) for one, other in PAIRS for off in (1, 2)] + [
    (one, 0, other, off) for one, other in PAIRS for off in (1, 2)
]


def decision(rng: np.random.Generator, rules: int, conflict: bool) -> Decision:
    """Draw a situation and a decision table for it, in which every action has equally many rules."""
    sensible = integer(rng, 0, ACTIONS - 1)
    situation = choice(rng, SITUATIONS[sensible])
    contrary = (sensible + integer(rng, 1, ACTIONS - 1)) % ACTIONS
    answer = contrary if conflict else sensible
    deciding, part = integer(rng, 0, rules - 1), rng.random()
    later = pick(range(deciding + 1, rules), part) if deciding < rules - 1 else None
    distances = sample(rng, HALF_HOLDING, rules)
    distances[deciding], also_holding = sample(rng, HOLDING, 2)
    if later is not None:
        distances[later] = also_holding
    others = [action for action in range(ACTIONS) for _ in range(rules // ACTIONS)]
    others.remove(answer)
    actions = shuffled(rng, others)
    actions.insert(deciding, answer)
    table = [
        Rule(one, (situation[one] + off) % VALUES, other, (situation[other] + other_off) % VALUES, action)
        for (one, off, other, other_off), action in zip(distances, actions, strict=True)
    ]
    return Decision(situation, table, deciding, later)
