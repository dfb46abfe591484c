"""Classic puzzles solved again from their text, each by another method."""

import itertools
import math
import re
from collections import Counter
from fractions import Fraction

import pytest

from pytest_ood.families.shortcuts.altered_classics import PUZZLES, altered_classics
from tests.families.drawing import pairs

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (altered_classics, {"puzzle": puzzle}, golden)
    for puzzle, golden in (
        ("bat_and_ball", "731543697e8022d32b3e91baede6e8a930e16f9243a1df3f8f8db2bc55f868d5"),
        ("bridge", "c8075b84d42eec4ac4c9de957d01d71566f6e64f5535ae9ad7b794bdebf0ed0c"),
        ("jugs", "c2c3d0faf22219596c53fff32d98ffc3a3ccfc9d6aec90ced2301a2f53008155"),
        ("lily_pond", "47b958ea376d34a664824d7f6a443b784089ffb9c44e8a2bb706263898b962dc"),
        ("machines", "2ecf3e40993ffb43e63651d91158e1b5650e872752f4efd5b9b735a1c47514d3"),
        ("river_crossing", "4883cce2d8d5f886cb482a27e774bf255a17e46d5b69a6d9ff687183c5410547"),
        ("sheep", "7ef75b5f3fb9d4be586a5683dee7f2b3b5a775aa179e492a69cf8cfbd72615e6"),
        ("snail", "78ca801bfee8d6e846bc887078ecef178cc78dec0bb4423b57c625a3be524063"),
        ("three_doors", "343ad458ed215e8ce4a3798c3d335eff27c283328a2c78c7c1c8364238b2e75e"),
    )
]


def numbers(prompt):
    """The numbers of a text, in order."""
    return [int(number) for number in re.findall(r"[0-9]+", prompt)]


def bat_and_ball(prompt):
    """A line through two prices."""
    total, other = numbers(prompt)
    return (total - other) // 2 if re.search("more than|higher than", prompt) else total - other


def lily_pond(prompt):
    """Half of a doubling is a day, and half of a steady growth is half the time."""
    (days,) = numbers(prompt)
    return days - 1 if re.search("doubles|twice", prompt) else days // 2


def snail(prompt):
    """By the formula for the last day."""
    depth, climb = (int(re.search(pattern, prompt)[1]) for pattern in ("([0-9]+) metres deep", "climbs ([0-9]+)"))
    slide = re.search("(?:slides back|slips down) ([0-9]+)", prompt)
    by_day = climb - (int(slide[1]) if slide else 0)
    return 1 + max(0, math.ceil(Fraction(depth - climb, by_day)))


def machines(prompt):
    """Each machine makes one thing in as many minutes as there are machines."""
    some, _, _, *others = numbers(prompt)
    return some * others[-1] if re.search("single|one machine", prompt) else some


def sheep(prompt):
    """Take away what is lost."""
    count, some = numbers(prompt)
    return some if re.search("ll but|all except", prompt) else count - some


def three_doors(prompt):
    """The closed door is right whenever the first one was wrong; the prize that never shows says nothing."""
    doors, *_, games = numbers(prompt)
    return games // 2 if "at random" in prompt else games * (doors - 1) // doors


def river_crossing(prompt):
    """By trying all plans of seven crossings or fewer."""
    minutes = numbers(prompt)[0]
    quarrels = [] if re.search("not (going to )?eat", prompt) else [{0, 1}, {1, 2}]
    for crossings in range(1, 8, 2):
        for plan in itertools.product((None, 0, 1, 2), repeat=crossings):
            here, there = {0, 1, 2}, set()
            for step, taken in enumerate(plan):
                side, other = (here, there) if step % 2 == 0 else (there, here)
                if taken is not None:
                    if taken not in side:
                        break
                    side.remove(taken)
                    other.add(taken)
                if any(quarrel <= side for quarrel in quarrels):
                    break
            else:
                if len(there) == 3:
                    return minutes * crossings
    raise AssertionError(prompt)


def jugs(prompt):
    """By the two known ways: keep filling one jug and pouring it into the other."""
    volumes, seconds, goal = numbers(prompt)[:-2], *numbers(prompt)[-2:]
    if goal in volumes:
        return seconds
    ways = []
    for source, target in itertools.permutations(volumes):
        in_source = in_target = steps = 0
        while goal not in (in_source, in_target):
            if not in_source:
                in_source = source
            elif in_target == target:
                in_target = 0
            else:
                poured = min(in_source, target - in_target)
                in_source, in_target = in_source - poured, in_target + poured
            steps += 1
        ways.append(steps)
    return seconds * min(ways)


def bridge(prompt):
    """By the formula for four walkers; all at once, they walk at the pace of the slowest."""
    first, second, third, fourth = sorted(numbers(prompt))
    if " two " not in prompt:
        return fourth
    return min(2 * first + second + third + fourth, first + 3 * second + fourth)


def test_every_puzzle_is_certified():
    """Certification of the task asks for one row only."""
    assert {params["puzzle"] for _, params, _ in CERTIFIED} == set(PUZZLES)


@pytest.mark.parametrize("told", ["classic", "altered"])
@pytest.mark.parametrize("puzzle", PUZZLES)
@pytest.mark.parametrize("wording", range(3))
def test_the_answer_is_that_of_another_method(puzzle, told, wording):
    """For every puzzle, in both versions and in all wordings."""
    for draw in range(50):
        case = altered_classics.draw({"puzzle": puzzle, "told": told, "wording": wording}, 3, draw)
        assert int(case.answer) == globals()[puzzle](case.prompt), case.prompt


@pytest.mark.parametrize("puzzle", PUZZLES)
def test_each_version_has_the_answer_of_the_other_as_its_lure(puzzle):
    """The numbers are the same, and the answers never are."""
    for control, shift in pairs(altered_classics, {"puzzle": puzzle}, 100):
        assert control.lures == {"trap_overlooked": shift.answer}
        assert shift.lures == {"classic_answer": control.answer}
        assert set(numbers(shift.prompt)) <= {*numbers(control.prompt), int(shift.answer), 1}
        assert set(re.findall("[A-Z][a-z]+", control.prompt)) - {"All"} <= set(re.findall("[A-Z]?[a-z]+", shift.prompt))


@pytest.mark.parametrize("told", ["classic", "altered"])
@pytest.mark.parametrize("puzzle", PUZZLES)
def test_no_answer_is_common(puzzle, told):
    """The commonest comes up about as often as the stated chance says, and no more."""
    counts = Counter(altered_classics.draw({"puzzle": puzzle, "told": told}, 0, draw).answer for draw in range(1000))
    assert max(counts.values()) / 1000 <= 0.065


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"puzzle": "trolley"}, "puzzle='trolley': must be one of"),
        ({"told": "badly"}, "told='badly': must be one of"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        altered_classics.draw(params, 0, 0)
