"""Lists counted off again, one by one, with the lists of the standard library."""

import calendar
import json
import re
import string
from collections import Counter
from statistics import fmean

import pytest

from pytest_ood.families.reversal.alphabet_order import alphabet_order
from tests.families.drawing import pairs
from tests.families.raw_data import raw

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (alphabet_order, {}, "f79e421f491126b38c1298bdfe40affe32069e230d5be1347f3567055af7a564"),
    (
        alphabet_order,
        {"list": "alphabet", "distance": 5},
        "e4aa470f47238a027dcbaa94925da099f472a83048f5f28d8c74cbb2c058c5a8",
    ),
    (
        alphabet_order,
        {"list": "months", "distance": 3},
        "f59e8e8c758feaad88e55d41d7b2093e2f66240ba6f351422a33587478f69fba",
    ),
    (
        alphabet_order,
        {"list": "weekdays", "distance": 2},
        "3fe2b9c0357730ad33e85829de5c44574a087d47e9a93ce0ee53157ed1237f48",
    ),
    (
        alphabet_order,
        {"list": "elements", "distance": 5},
        "d85a3f091bc4ca164226ce4fa984a57e96145d425f35fe59d4888f20dfbf3292",
    ),
]
ORDERED = {
    "alphabet": list(string.ascii_uppercase),
    "months": list(calendar.month_name)[1:],
    "weekdays": list(calendar.day_name),
}
# Atomic numbers by which a name that is missing or in the wrong place would be noticed.
ATOMIC_NUMBERS = {
    "hydrogen": 1, "carbon": 6, "neon": 10, "sodium": 11, "silicon": 14, "chlorine": 17, "argon": 18, "calcium": 20,
    "titanium": 22, "iron": 26, "copper": 29, "zinc": 30, "bromine": 35, "krypton": 36, "zirconium": 40, "silver": 47,
    "tin": 50, "iodine": 53, "xenon": 54, "barium": 56, "cerium": 58, "europium": 63, "lutetium": 71, "tungsten": 74,
    "platinum": 78, "gold": 79, "mercury": 80, "lead": 82, "radon": 86, "radium": 88, "uranium": 92, "plutonium": 94,
    "curium": 96, "einsteinium": 99, "lawrencium": 103, "bohrium": 107, "darmstadtium": 110, "copernicium": 112,
    "flerovium": 114, "livermorium": 116, "oganesson": 118,
}  # fmt: skip


def items(name):
    """A list in its order, elements by the first of their spellings."""
    return ORDERED.get(name) or [line.split()[0] for line in raw("reversal/data/elements.txt").strip().split("\n")]


def test_elements_are_in_order():
    """118 different names, the known ones at their atomic numbers."""
    names = items("elements")
    assert 118 == len(names) == len(set(names))
    assert {name: names.index(name) + 1 for name in ATOMIC_NUMBERS} == ATOMIC_NUMBERS


@pytest.mark.parametrize("direction", ["after", "before"])
@pytest.mark.parametrize("distance", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("name", ["alphabet", "months", "weekdays", "elements"])
def test_order_is_counted_off(name, distance, direction):
    """Counted on one by one through two rounds of the list, from the shown item to the answer and to each lure."""
    order = items(name)
    step = 1 if direction == "after" else -1
    rounds = order * 3 if name in ("months", "weekdays") else order
    for draw in range(100):
        case = alphabet_order.draw({"list": name, "distance": distance, "direction": direction}, 6, draw)
        places, word, shown = re.match(
            r"Which [a-z ]+ comes (\d) places? (after|before) (\w+) in the", case.prompt
        ).groups()
        assert (str(distance), direction, case.input) == (places, word, shown)
        at = order.index(shown) + (len(order) if len(rounds) > len(order) else 0)
        assert rounds[at + step * distance] == case.answer
        expected = {
            "off_by_one": rounds[at + step * (distance - 1)],
            "one_too_far": rounds[at + step * (distance + 1)],
        }
        if at - step * distance >= 0:
            expected["other_direction"] = rounds[at - step * distance]
        for kind, lure in case.lures.items():
            assert expected[kind] == lure
        assert set(expected.values()) == set(case.lures.values())
        assert direction == "after" or next(iter(case.lures)) == "other_direction"
        assert ("begins again" in case.prompt) == (name in ("months", "weekdays"))


@pytest.mark.parametrize(
    ("name", "distance"), [("alphabet", 1), ("alphabet", 5), ("months", 2), ("weekdays", 3), ("elements", 4)]
)
def test_order_pairs_match(name, distance):
    """The very same answers, prompts alike, and every possible answer as likely as the chance that is stated."""
    drawn = pairs(alphabet_order, {"list": name, "distance": distance}, 2000)
    for control, shift in drawn:
        assert control.answer == shift.answer
        assert control.chance == shift.chance
    lengths = [fmean(len(pair[arm].prompt) for pair in drawn) for arm in (0, 1)]
    assert lengths[1] == pytest.approx(lengths[0], abs=2)
    counts = Counter(shift.answer for _, shift in drawn)
    assert drawn[0][1].chance == 1 / len(counts)
    assert max(counts.values()) / len(drawn) < 2 * drawn[0][1].chance


def test_forms_and_detail_of_an_item():
    """Case and a full stop do not count, nor does British or American spelling; the detail says how far off."""
    found = {}
    for draw in range(3000):
        case = alphabet_order.draw({"list": "elements"}, 0, draw)
        found[case.answer] = case
    case = found["aluminium"]
    assert [case.check(right).correct for right in ("Aluminum", "ALUMINIUM.", "aluminium")] == [True, True, True]
    assert not case.unique
    assert found["gold"].unique
    assert found["sulfur"].check("Sulphur").correct
    assert dict(case.check("magnesium").detail) == {"off_by": -1}
    assert dict(case.check("oganesson").detail) == {"off_by": 105}
    assert dict(case.check("phlogiston").detail) == {"off_by": None}
    assert dict(case.check("x" * 5000).detail) == {"off_by": None}
    month = next(
        case
        for case in (alphabet_order.draw({"list": "months"}, 0, draw) for draw in range(500))
        if case.answer == "January"
    )
    offs = [month.check(name).detail.get("off_by", 0) for name in calendar.month_name[1:]]
    assert offs == [0, 1, 2, 3, 4, 5, -6, -5, -4, -3, -2, -1]


def test_details_are_json():
    """What the verifier says of wrong answers can be written down."""
    case = alphabet_order.draw({}, 0, 0)
    for wrong in ("", "x", case.input, *case.lures.values()):
        assert json.loads(json.dumps(dict(case.check(wrong).detail))) == case.check(wrong).detail


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"list": "planets"}, "list='planets': must be one of 'alphabet', 'months'"),
        ({"distance": 6}, "distance=6: must be a whole number from 1 to 5"),
        ({"distance": True}, "distance=True: must be a whole number"),
        ({"direction": ""}, "direction='': must be one of 'after', 'before'"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        alphabet_order.draw(params, 0, 0)
