"""Lists counted off again, one by one, with the lists of the standard library."""

import calendar
import json
import math
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
    (alphabet_order, {}, "e4ed0d61350d7233df8adc8d4eff4ca65c2b11bcadfcbbeb9e12da6e6b6fab08"),
    (
        alphabet_order,
        {"list": "alphabet", "distance": 5},
        "f7ef8f2d9f52677b5e41dabfd2c261004b165ca9ea4b2f0232f6abb0e494c4ff",
    ),
    (
        alphabet_order,
        {"list": "months", "distance": 3},
        "f0fdde222a9a8bc780b1a477f4ac72531bdf1378a9d4579999e04606ef4f5c91",
    ),
    (
        alphabet_order,
        {"list": "weekdays", "distance": 2},
        "9ef210408e322af3a7f95f1562b3b1e0a7a0630882c97902f974bcd6cee8d217",
    ),
    (
        alphabet_order,
        {"list": "elements", "distance": 5},
        "fb1e5cd8b1e9cd00d54a0739508e163ac4cabe40b99b050b3159091d2d7a19b2",
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
    """Counted on one by one through three rounds of the list, from the items shown to the answer and to each lure."""
    order = items(name)
    ring = name in ("months", "weekdays")
    rounds = order * 3 if ring else order
    step = 1 if direction == "after" else -1
    for draw in range(100):
        case = alphabet_order.draw({"list": name, "distance": distance, "direction": direction}, 6, draw)
        places, word = re.search(r"comes (\d) (?:place|month|day)s? (after|before) it", case.prompt).groups()
        shown = case.prompt.split("\n\n")[1]
        assert (str(distance), direction, case.input) == (places, word, shown)
        start = [order.index(item) + (len(order) if ring else 0) for item in shown.split(", ")]
        assert len(start) == len(set(start)) == 3

        def counted(steps, start=start):
            found = [at + step * steps for at in start]
            return ", ".join(rounds[at] for at in found) if min(found) >= 0 else None

        assert counted(distance) == case.answer
        expected = {"off_by_one": counted(distance - 1), "one_too_far": counted(distance + 1)}
        if counted(-distance):
            expected["other_direction"] = counted(-distance)
        for kind, lure in case.lures.items():
            assert expected[kind] == lure
        assert set(expected.values()) == set(case.lures.values())
        assert direction == "after" or next(iter(case.lures)) == "other_direction"


@pytest.mark.parametrize(
    ("name", "distance"), [("alphabet", 1), ("alphabet", 5), ("months", 2), ("weekdays", 3), ("elements", 4)]
)
def test_order_pairs_match(name, distance):
    """The very same answers, prompts alike, and every possible item as likely as any other."""
    drawn = pairs(alphabet_order, {"list": name, "distance": distance}, 2000)
    for control, shift in drawn:
        assert control.answer == shift.answer
        assert control.chance == shift.chance
    lengths = [fmean(len(pair[arm].prompt) for pair in drawn) for arm in (0, 1)]
    assert lengths[1] == pytest.approx(lengths[0], abs=2)
    counts = Counter(item for _, shift in drawn for item in shift.answer.split(", "))
    possible = len(counts)
    assert drawn[0][1].chance == pytest.approx(1 / (possible * (possible - 1) * (possible - 2)))
    assert max(counts.values()) / 6000 < 2 / possible


@pytest.mark.parametrize(
    ("name", "distance", "most"), [("alphabet", 3, 2), ("months", 2, 3), ("weekdays", 1, 9), ("elements", 1, 1)]
)
def test_forty_draws_hardly_repeat_a_question(name, distance, most):
    """Of 40 questions hardly any comes again; about single months 28 of them would."""
    asked = [alphabet_order.draw({"list": name, "distance": distance}, 0, draw).prompt for draw in range(40)]
    assert len(asked) - len(set(asked)) <= most


@pytest.mark.parametrize("count", [2, 5])
def test_as_many_items_as_asked(count):
    """Items shown, answered and named in the prompt are as many as the parameter says."""
    word = {2: "two", 5: "five"}[count]
    for draw in range(50):
        case = alphabet_order.draw({"list": "weekdays", "items": count}, 0, draw)
        assert len(set(case.input.split(", "))) == len(set(case.answer.split(", "))) == count
        assert f"Give the {word} names," in case.prompt
        assert case.chance == 1 / math.perm(7, count)


def test_forms_and_detail_of_items():
    """Case, separators, a full stop and a second spelling do not count; the detail says what is wrong first."""
    found = {}
    for draw in range(3000):
        case = alphabet_order.draw({"list": "elements", "items": 2}, 0, draw)
        for item in case.answer.split(", "):
            found[item] = case
    case = found["aluminium"]
    one, other = case.answer.split(", ")
    american = case.answer.replace("aluminium", "Aluminum")
    for right in (
        american,
        case.answer.upper(),
        f"{one} {other}.",
        f"{one} and {other}",
        f"{one}\n{other}",
        f"{one};{other}",
    ):
        assert case.check(right).correct, right
    assert not case.unique
    assert found["gold"].unique
    assert found["sulfur"].check(found["sulfur"].answer.replace("sulfur", "Sulphur")).correct
    assert not case.check(f"{other}, {one}").correct
    assert dict(case.check(one).detail) == {"given_length": 1, "expected_length": 2}
    assert dict(case.check(f"{one}, phlogiston").detail) == {"first_wrong": 1, "off_by": None}
    assert dict(case.check(f"phlogiston, {other}").detail) == {"first_wrong": 0, "off_by": None}
    assert dict(case.check("x" * 5000).detail) == {"given_length": 0, "expected_length": 2}
    drawn = (alphabet_order.draw({"list": "months", "items": 2}, 0, draw) for draw in range(500))
    month = next(case for case in drawn if case.answer.startswith("January"))
    last = month.answer.split(", ")[1]
    offs = [month.check(f"{name}, {last}").detail.get("off_by", 0) for name in calendar.month_name[1:]]
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
        ({"items": 1}, "items=1: must be a whole number from 2 to 5"),
        ({"direction": ""}, "direction='': must be one of 'after', 'before'"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        alphabet_order.draw(params, 0, 0)
