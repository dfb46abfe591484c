"""Rules, applied again as orders of places, and found again by brute force over the library."""

import itertools
import re

import pytest

from pytest_ood.families.operators.rule_composition import (
    EXAMPLE_SHAPES,
    LIBRARY,
    QUESTION_SHAPE,
    check_word,
    invented_word,
    rule_composition,
    rule_triples,
)
from pytest_ood.rng import generator
from tests.families.drawing import pairs

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (rule_composition, {"rules": 2}, "40724497bc0dc5287c8fb5ff8df85911547d13c36de13535bc9b1d8111bc6999"),
    (
        rule_composition,
        {"rules": 3, "examples": 2},
        "5944d7f0ee3ee1ff23e47130ae6338a9d30a4a3587ba6eea30f4d82bd7848f75",
    ),
    (rule_composition, {"rules": 8}, "76657e7695cc56c703795c338c2b7ea40c51968ce35de77aa65bddec76387118"),
    (
        rule_composition,
        {"rules": 3, "examples": 12},
        "ef8a9e431e31dea12ddd750e118ccf142daafec303c22bf2c8effd7182344073",
    ),
]


def means_agree(drawn, measure, tolerance):
    """Whether the mean length of what `measure` names agrees between the arms, within so many characters."""
    control, shift = (sum(len(getattr(pair[arm], measure)) for pair in drawn) / len(drawn) for arm in (0, 1))
    return abs(control - shift) <= tolerance


def again(name, word):
    """What a rule of the library makes of a word, by naming the places from which its letters come."""
    places = list(range(len(word)))
    first, last, middle = places[:1], places[-1:], places[1:-1]
    order = {
        "reverse": sorted(places, reverse=True),
        "drop_first": middle + last,
        "drop_last": first + middle,
        "double_first": first * 2 + middle + last,
        "double_last": first + middle + last * 2,
        "first_to_end": middle + last + first,
        "last_to_front": last + first + middle,
        "swap_ends": last + middle + first,
        "swap_first_two": [1, 0, *places[2:]],
        "swap_last_two": [*places[:-2], places[-1], places[-2]],
        "first_becomes_x": [None, *places[1:]],
        "last_becomes_x": [*places[:-1], None],
    }[name]
    return "".join("x" if place is None else word[place] for place in order)


def read(prompt):
    """The examples by letter, the word asked about, and the letters of the rules to apply."""
    examples = {
        letter: [tuple(example.split(" -> ")) for example in line.split(", ")]
        for letter, line in re.findall(r"^([fgh]): (.*)$", prompt, re.MULTILINE)
    }
    (word,), (applied,) = re.findall(r"Take the word (\w+)\.", prompt), re.findall(r"Apply ([^.]*)\.", prompt)
    return examples, word, applied.split(", then ")


@pytest.mark.parametrize("examples", [2, 3, 12])
@pytest.mark.parametrize("rules", [1, 2, 3, 4, 8])
def test_the_examples_tell_the_rules(rules, examples):
    """By brute force over the library each example fits one rule alone; the answer and the lures follow from them."""
    for draw in range(60):
        case = rule_composition.draw({"rules": rules, "examples": examples}, 2, draw)
        shown, word, applied = read(case.prompt)
        assert (word, list("fghfghfg"[:rules])) == (case.input, applied)
        rule = {}
        for letter, lines in shown.items():
            assert examples == len(lines)
            fitting = [{name for name in LIBRARY if again(name, one) == other} for one, other in lines]
            assert all(len(names) == 1 for names in fitting)
            (rule[letter],) = set.union(*fitting)
            assert word not in {one for one, _ in lines}
            assert all(len(set(one)) == len(one) and "x" not in one for one, _ in lines)
        assert len(set(rule.values())) == 3

        def made(letters, rule=rule, word=word):
            for letter in letters:
                word = again(rule[letter], word)
            return word

        asked = "fghfghfg"[:rules]
        assert case.answer == made(asked)
        if rules == 1:
            shortcuts = {"another_rule": made("g"), "copied": word}
        else:
            shortcuts = {"first_only": made("f"), "last_only": made(asked[-1]), "wrong_order": made(asked[::-1])}
            shortcuts |= {"one_rule_short": made(asked[:-1])} if rules > 2 else {}
        assert case.answer not in {word, *shortcuts.values()}
        assert next(iter(case.lures)) == next(iter(shortcuts))
        assert set(case.lures.values()) == set(shortcuts.values())
        assert all(lure == shortcuts[name] for name, lure in case.lures.items())


@pytest.mark.parametrize("shape", [*EXAMPLE_SHAPES, QUESTION_SHAPE])
def test_no_two_rules_do_the_same(shape):
    """On a word of any shape the twelve rules make twelve words, none of them the word itself."""
    word = invented_word(generator("words", 1, 0, 0), shape)
    assert len({word, *(rule(word) for rule in LIBRARY.values())}) == 13
    assert {name: again(name, word) for name in LIBRARY} == {name: rule(word) for name, rule in LIBRARY.items()}


def test_rule_triples_are_many_and_even():
    """Every rule of the library stands in every place, and composition never commutes, whatever the length of word."""
    triples = rule_triples()
    assert len(triples) > 350
    for place in range(3):
        assert {triple[place] for triple in triples} == set(LIBRARY.values())
    for f, g, h in triples:
        for word in ("abcdef", "jovpif"):
            assert g(f(word)) not in {word, f(word), g(word), f(g(word))}
            assert h(g(f(word))) not in {word, f(word), g(word), h(word), g(f(word)), h(f(word)), f(g(h(word)))}
            made = [word]
            for rule in (f, g, h, f, g, h, f, g):
                made.append(rule(made[-1]))
                assert made[-1] not in made[:-1]
            assert min(map(len, made)) >= 3


@pytest.mark.parametrize("rules", [2, 3, 5, 8])
def test_composition_pairs_match(rules):
    """The same examples and word; prompts that differ by the further letters, answers of the same mean length."""
    drawn = pairs(rule_composition, {"rules": rules})
    for control, shift in drawn:
        assert read(control.prompt)[:2] == read(shift.prompt)[:2]
        assert control.answer == shift.lures["first_only"]
        assert len(shift.prompt) - len(control.prompt) == len(", then g") * (rules - 1)
        assert len(shift.prompt) < 1.15 * len(control.prompt)
    assert means_agree(drawn, "answer", 0.3)


def test_detail_of_a_wrong_word():
    """How many rules were applied before it stopped; letter case and white space do not count."""
    check = check_word
    steps = ["jovpif", "ovpifj", "xvpifj"]
    assert check(" XVPIFJ. ", steps).correct
    for word, applied in (("jovpif", 0), ("OVPIFJ", 1), ("ovpifx", None)):
        assert dict(check(word, steps).detail) == {"rules_applied": applied}
    assert dict(check("xvpifj" * 100, steps).detail) == {"too_long": True}
    assert not check("the word is xvpifj", steps).correct


def test_examples_of_different_draws_differ():
    """No example comes again in the first hundred draws but by rare chance."""
    words = [
        one
        for draw in range(100)
        for lines in read(rule_composition.draw({}, 0, draw).prompt)[0].values()
        for one, _ in lines
    ]
    assert len(set(words)) > 0.98 * len(words)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"rules": 9}, "rules=9: must be a whole number from 1 to 8"),
        ({"rules": "2"}, "rules='2': must be a whole number from 1 to 8"),
        ({"examples": 1}, "examples=1: must be a whole number from 2 to 12"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        rule_composition.draw(params, 0, 0)


@pytest.mark.parametrize("wording", range(3))
def test_letters_set_apart(wording):
    """Every word of the examples, and the word in question; the answer is to be given without spaces."""
    plain, spaced = (rule_composition.draw({"wording": wording, "spaced": spaced}, 4, 0) for spaced in (False, True))
    words = {plain.input, *itertools.chain.from_iterable(itertools.chain(*plain.inputs["examples"].values()))}
    expected = plain.prompt
    for word in sorted(words, key=len, reverse=True):
        expected = re.sub(rf"\b{word}\b", " ".join(word), expected)
    assert spaced.prompt.startswith(expected)
    assert "leave the spaces out" in spaced.prompt
