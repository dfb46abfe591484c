"""The words that a decision table can be written in, and what common sense says about them."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

# A situation has a value for each condition. Conditions, values and actions are numbers; a dress has words for them.
CONDITIONS, VALUES, ACTIONS = 4, 3, 5
Situation = tuple[int, ...]


@dataclass(frozen=True)
class Dress:
    """The words that a decision table is written in.

    Every name, value and action is a single token in o200k and cl100k.

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
        "umbrella boots torch scarf hat",
    ),
    "engine": dress_from(
        "Which part of the engine does the mechanic replace?",
        "part to replace",
        "oil clean dirty black, fan fast slow dead, load idle half full, tone quiet sharp rough",
        "pump valve filter clutch belt",
    ),
    "billing": dress_from(
        "Which code is entered on the bill for this account?",
        "code to enter",
        "MCC SNP PWM RTC, VOC GFP SDS CIF, PLL LDAP PROC UUID, RMS ICC EPS DFA",
        "DHCP GLUT MQTT TIFF AUTH",
    ),
    "nonce": dress_from(
        "Which glor is needed when the kol has been vibbed?",
        "glor that is needed",
        "kel glac flav resc, tup trem plag brid, brom gluc cref vill, chol fren mund stal",
        "obst susp gren stip trib",
    ),
}


def common_sense(situation: Situation) -> int:
    """Return what one takes along on a walk: by the sky, then by the hour, then by the air."""
    sky, air, _wind, hour = situation
    if sky:
        return sky - 1
    if hour == 2:
        return 2
    return 3 if air == 2 else 4


# By the action that common sense suggests: the situations in which it does.
SITUATIONS: list[list[Situation]] = [
    [
        situation
        for situation in itertools.product(range(VALUES), repeat=CONDITIONS)
        if common_sense(situation) == action
    ]
    for action in range(ACTIONS)
]
