"""Siblings, found again by brute force over the names in the prompt."""

import itertools
import json
import random
import re
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood.evidence import stats
from pytest_ood.families.shortcuts.family_graph import family_graph
from pytest_ood.families.shortcuts.sibling_discovery import ORDERS, check_siblings, sibling_discovery
from tests.families.drawing import pairs

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (
        sibling_discovery,
        {"children": 4, "given": 1},
        "4d4c09ec3d60e28049015d4608e9111e18ca28f5c56c9b034744fb96ae903177",
    ),
    (
        sibling_discovery,
        {"order": "siblings_first"},
        "fc4f36bda597749195910f0423daccc1fc1f893691663b523505ef3f2602c21e",
    ),
    (
        sibling_discovery,
        {"children": 16, "graph": 3, "given": 20},
        "188f403198c6bf72d1caf47165671f8bc6dfa683078fce05ed27ab3c86968455",
    ),
]


def families_of(prompt):
    """The children of each parent, as a prompt lists them."""
    return {parent: names.split() for parent, names in re.findall(r"^(\w+): (.+)$", prompt, re.MULTILINE)}


def coherent_answers(prompt, order):
    """Every coherent answer and every taken one, by brute force over the names in the prompt."""
    families = families_of(prompt)
    two = [(parent, *both) for parent, names in families.items() for both in itertools.permutations(names, 2)]
    taken = {tuple(line.split()) for line in re.findall(r"^\w+ \w+ \w+$", prompt, re.MULTILINE)}
    if order == "siblings_first":
        return {f"{a} {b} {parent}" for parent, a, b in two}, {
            text for a, b, parent in taken for text in (f"{a} {b} {parent}", f"{b} {a} {parent}")
        }
    return {f"{parent} {a} {b}" for parent, a, b in two}, {
        text for parent, a, b in taken for text in (f"{parent} {a} {b}", f"{parent} {b} {a}")
    }


@pytest.mark.parametrize("order", list(ORDERS))
@pytest.mark.parametrize(("children", "taken"), [(4, 1), (6, 20), (12, 5), (16, 5)])
def test_right_answers_by_brute_force(children, taken, order):
    """Right are all coherent ones but those taken: twice as many as `choices`, with the children in either order."""
    params = {"children": children, "given": taken, "order": order}
    for draw in range(5):
        case = sibling_discovery.draw(params, 1, draw)
        coherent, given_pairs = coherent_answers(case.prompt, order)
        assert given_pairs <= coherent
        assert 2 * taken == len(given_pairs)
        assert 2 * case.choices == len(coherent - given_pairs)
        assert case.answer in coherent - given_pairs
        for text in coherent:
            check = case.check(text)
            assert check.correct == (text not in given_pairs)
            assert check.scores == {"coherent": 1, "new": float(check.correct), "distinct": 1}


@pytest.mark.parametrize("order", list(ORDERS))
def test_no_other_three_names_are_right(order):
    """Of all triples of the names of three families, twins and strangers among them, only coherent ones are."""
    case = sibling_discovery.draw({"children": 4, "order": order}, 2, 0)
    coherent, given_pairs = coherent_answers(case.prompt, order)
    families = families_of(case.prompt)
    names = [name for parent in list(families)[:3] for name in (parent, *families[parent])]
    right = {text for text in map(" ".join, itertools.product(names, repeat=3)) if case.check(text).correct}
    some = {text for text in coherent - given_pairs if set(text.split()) <= set(names)}
    assert right == some
    assert some


def test_all_draws_of_an_arm_have_one_prompt():
    """It is the same in every draw and seed; in the other arm only the order asked for differs; other graphs differ."""
    drawn = pairs(sibling_discovery, {}, 50)
    for arm in zip(*drawn, strict=True):
        assert len({case.prompt for case in arm}) == 1
        assert len({case.answer for case in arm}) > 40
    assert sibling_discovery.draw({}, 9, 3).prompt == drawn[0][1].prompt
    assert families_of(drawn[0][0].prompt) == families_of(drawn[0][1].prompt)
    assert set(families_of(sibling_discovery.draw({"graph": 1}, 0, 0).prompt)) != set(families_of(drawn[0][1].prompt))


def first_line_first_children(prompt, order, _):
    """What takes no thought: the first two children of the first line."""
    parent, (one, other, *_) = next(iter(families_of(prompt).items()))
    return f"{parent} {one} {other}" if order == "parent_first" else f"{one} {other} {parent}"


def any_line_first_children(prompt, order, rng):
    """The first two children of a line at random."""
    parent, (one, other, *_) = rng.choice(list(families_of(prompt).items()))
    return f"{parent} {one} {other}" if order == "parent_first" else f"{one} {other} {parent}"


@pytest.mark.parametrize("order", list(ORDERS))
@pytest.mark.parametrize(("habit", "most"), [(first_line_first_children, 1), (any_line_first_children, 12)])
def test_a_fixed_habit_repeats_itself(habit, most, order):
    """Copying from the prompt gives the same few pairs again and again: no more of them are right than there are."""
    rng, earlier, right = random.Random(0), [], 0
    for draw in range(40):
        case = sibling_discovery.draw({"order": order}, 0, draw)
        given = habit(case.prompt, order, rng)
        right += case.check(given, earlier).correct
        earlier.append(given)
    assert 0 < right <= most


def test_sibling_pairs_match():
    """The same listing and the same pairs taken; only the order within a triple and its two names differ."""
    for control, shift in pairs(sibling_discovery, {}):
        assert control.prompt.split("\n\n")[0] == shift.prompt.split("\n\n")[0]
        assert len(control.prompt) == len(shift.prompt)
        assert len(control.answer) == len(shift.answer)
        turned = [" ".join([*line.split()[1:], line.split()[0]]) for line in control.input.splitlines()]
        assert turned == shift.input.splitlines()
        assert [*control.answer.split()[1:], control.answer.split()[0]] == shift.answer.split()


def test_names_differ_in_two_letters():
    """A slip of one letter, or two neighbouring ones exchanged, is no name of the largest graph."""
    families, taken, left = family_graph(3, 16, 5)
    known = [*taken, *left]
    names = [*families, *itertools.chain.from_iterable(families.values())]
    assert 12 * 17 == len(set(names)) == len(names)
    assert len(set(known)) == 12 * 16 * 15 / 2
    for one, other in itertools.combinations(names, 2):
        assert sum(a != b for a, b in zip(one, other, strict=True)) > 1
    assert all(re.fullmatch("([^aeiou][aeiou]){2}[^aeiou]", name) for name in names)


@pytest.mark.parametrize("order", list(ORDERS))
def test_sibling_lures(order):
    """One repeats the first pair taken; one has a child of another family."""
    for draw in range(200):
        case = sibling_discovery.draw({"order": order}, 3, draw)
        coherent, given_pairs = coherent_answers(case.prompt, order)
        assert case.lures["given_repeated"] == case.input.splitlines()[0]
        assert case.lures["given_repeated"] in given_pairs
        strangers = case.lures["not_siblings"]
        assert strangers not in coherent
        assert len(set(strangers.split()) & set(case.answer.split())) == 2
        assert dict(case.check(strangers).detail) == {"not_siblings": True}


FAMILIES = {"bob": ("kim", "lea", "max"), "zoe": ("pat", "sue", "tom")}


def siblings_check(answer, earlier=(), order="siblings_first"):
    """A check against two families and one pair that is taken."""
    return check_siblings(answer, earlier, order, FAMILIES, {("bob", "kim", "lea")})


@pytest.mark.parametrize(
    ("answer", "earlier", "detail", "scores"),
    [
        ("kim max bob", [], {}, (1, 1, 1)),
        ("MAX, kim, bob", ["", "kim", "sue tom zoe"], {}, (1, 1, 1)),
        ("max kim bob", ["rubbish", "kim\nmax,bob"], {"repeats_draw": 1}, (1, 1, 0)),
        ("kim max bob", ["bob kim max", "x" * 1000, "kim max zoe"], {}, (1, 1, 1)),
        ("lea kim bob", [], {"taken": True}, (1, 0, 1)),
        ("lea kim bob", ["lea kim bob"], {"taken": True, "repeats_draw": 0}, (1, 0, 0)),
        ("bob kim max", [], {"other_order": True}, (0, 0, 0)),
        ("kim bob max", [], {"other_order": True}, (0, 0, 0)),
        ("kim kim bob", [], {"same_child": True}, (0, 0, 0)),
        ("kim tom bob", [], {"not_siblings": True}, (0, 0, 0)),
        ("kim max zoe", [], {"not_siblings": True}, (0, 0, 0)),
        ("kim eve bob", [], {"unknown": ["eve"]}, (0, 0, 0)),
        ("kim max", [], {"not_three_names": True}, (0, 0, 0)),
        ("kim max bob bob", [], {"not_three_names": True}, (0, 0, 0)),
        ("", [], {"not_three_names": True}, (0, 0, 0)),
        ("kim max bob" + " " * 200, [], {"not_three_names": True}, (0, 0, 0)),
    ],
)
def test_coherent_new_and_distinct(answer, earlier, detail, scores):
    """All three make it right; each is scored; the detail says what is missing."""
    check = siblings_check(answer, earlier)
    assert check.correct == (not detail)
    assert dict(check.detail) == detail
    assert tuple(check.scores[name] for name in ("coherent", "new", "distinct")) == scores


def test_the_order_asked_for_is_the_one_that_counts():
    """What is right in one arm is wrong in the other."""
    assert siblings_check("bob kim max", order="parent_first").correct
    assert dict(siblings_check("kim max bob", order="parent_first").detail) == {"other_order": True}


names_or_rubbish = st.lists(st.sampled_from(["bob", "zoe", "kim", "lea", "max", "pat", "eve", ","]), max_size=4)


@given(names_or_rubbish, st.lists(names_or_rubbish, max_size=5))
def test_any_names_are_judged_as_brute_force_would(names, before):
    """Whatever was answered earlier: right if the pair is in a family, free, and not among the earlier ones."""

    def pair(words):
        words = [word for word in words if word != ","]
        return (words[2], frozenset(words[:2])) if len(words) == 3 else None

    known = {
        (parent, frozenset(two)) for parent, all_of in FAMILIES.items() for two in itertools.combinations(all_of, 2)
    }
    check = siblings_check(" ".join(names), [" ".join(words) for words in before])
    free = pair(names) in known - {("bob", frozenset({"kim", "lea"}))}
    assert check.correct == (free and pair(names) not in map(pair, before))
    json.dumps(dict(check.detail))


def test_the_oracle_clears_the_bar_as_an_even_sampler_does():
    """About one in 40 answers repeats an earlier one; nearly every arm is shown to clear the bar within 40 draws."""
    decided, repeats = 0, []
    for seed in range(40):
        earlier, wrong, cleared = [], 0, False
        for draw in range(40):
            case = sibling_discovery.draw({}, seed, draw)
            wrong += not case.check(case.answer, earlier).correct
            earlier.append(case.answer)
            cleared = cleared or stats.clears(draw + 1 - wrong, wrong, 0.8) >= 20
        decided += cleared
        repeats.append(wrong)
    expected = 40 - case.choices * (1 - (1 - 1 / case.choices) ** 40)
    assert fmean(repeats) == pytest.approx(expected, abs=0.6)
    assert decided >= 34


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"order": "any"}, "order='any': must be one of 'parent_first', 'siblings_first'"),
        ({"children": 3}, "children=3: must be a whole number from 4 to 32"),
        ({"graph": -1}, "graph=-1: must be a whole number from 0 to 1000000"),
        ({"given": 0}, "given=0: must be a whole number from 1 to 20"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        sibling_discovery.draw(params, 0, 0)
