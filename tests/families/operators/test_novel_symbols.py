"""Rows of symbols, rewritten again in random order."""

import random
import re
import unicodedata

import pytest

from pytest_ood.families.operators.novel_symbols import ALPHABETS, HALF, check_symbols, novel_symbols
from tests.families.drawing import pairs

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (
        novel_symbols,
        {"alphabet": "unicode", "tokens": 9},
        "c7fec23410102765e603ad2be0ed64aa68a1479a96e3f50ed0efdfb04b4dd5ba",
    ),
    (
        novel_symbols,
        {"alphabet": "unicode", "tokens": 12},
        "e3d48acf6904fca6ce20b3d041db5aba9fac713f7127e49538a2db62fa028ed7",
    ),
    (
        novel_symbols,
        {"alphabet": "nonce", "tokens": 18},
        "0a3538fbccca9fcf63da85578b22373e5877e435f19ff6223476f43f37123e81",
    ),
    (
        novel_symbols,
        {"alphabet": "usual", "pairs": "crossed", "tokens": 12},
        "be2de5d35f3a3e453089f310350a60b84891dd07167fcfdc5d47ac62883544cd",
    ),
    (
        novel_symbols,
        {"alphabet": "unicode", "pairs": "crossed", "tokens": 12},
        "cda75c44210c884d416c24415b5cf1cbae9e5faa99cf6ea1842689b40d3fd5ba",
    ),
    (
        novel_symbols,
        {"alphabet": "nonce", "tokens": 60},
        "ff28c7c5a74f3dfcf1c46022e11f9ae9adcfc5e2b57589cbf5bbf18454c5253c",
    ),
]


def understood(prompt):
    """The pairs that vanish, and the row."""
    rules = [tuple(line.split()) for line in re.findall(r"^\S+ \S+$", prompt, re.MULTILINE)]
    return rules, prompt.split("The row is:\n")[1].split("\n")[0].split()


def rewritten(row, rules, rng):
    """What is left when pairs vanish anywhere, at random."""
    row = list(row)
    while places := [at for at in range(len(row) - 1) if (row[at], row[at + 1]) in rules]:
        at = rng.choice(places)
        del row[at : at + 2]
    return row


@pytest.mark.parametrize("of", ["own", "crossed"])
@pytest.mark.parametrize("alphabet", ["usual", "unicode", "nonce"])
@pytest.mark.parametrize("tokens", [9, 10, 12, 20, 60])
def test_what_is_left_whatever_the_order(alphabet, of, tokens):
    """The answer in any order of rewriting, and the lures; a third of the symbols vanishes with another third."""
    rng = random.Random(0)
    mirror = dict(zip(ALPHABETS[alphabet][:4], ALPHABETS[alphabet][4:], strict=True))
    for draw in range(60):
        case = novel_symbols.draw({"alphabet": alphabet, "pairs": of, "tokens": tokens}, 3, draw)
        rules, row = understood(case.prompt)
        assert len(rules) == 3
        assert case.input == " ".join(row)
        assert (tokens, tokens - 2 * (tokens // 3)) == (len(row), len(case.answer.split()))
        assert len({one for one, _ in rules}) == len({other for _, other in rules}) == 3
        assert ([(one, mirror[one]) for one, _ in rules] == rules) == (of == "own")
        for _ in range(3):
            assert case.answer.split() == rewritten(row, rules, rng)
        usual = rewritten(row, list(mirror.items()), rng)
        assert usual
        assert case.lures["copied"] == case.input
        if of == "crossed":
            assert next(iter(case.lures)) == "usual_rule"
            assert case.lures["usual_rule"].split() == usual
        else:
            assert case.answer.split() == usual
        once = re.sub("|".join(re.escape(f"{one} {other} ") for one, other in rules), "", case.input + " ").strip()
        either = " ".join(rewritten(row, [*rules, *((other, one) for one, other in rules)], rng))
        shown = {"usual_rule": " ".join(usual), "copied": case.input, "one_pass": once, "either_order": either}
        assert {once, either} - {case.answer, *case.lures.values()} == set()
        assert all(lure == shown[name] for name, lure in case.lures.items())


@pytest.mark.parametrize("tokens", [9, 12, 31])
@pytest.mark.parametrize("alphabet", ["usual", "unicode"])
def test_the_rule_for_brackets_is_right_in_the_control_arm_alone(alphabet, tokens):
    """Who removes each symbol with its own partner is always right with its own pairs, and never with crossed ones."""
    rng = random.Random(0)
    mirror = list(zip(ALPHABETS[alphabet][:4], ALPHABETS[alphabet][4:], strict=True))
    for draw in range(100):
        for of in ("own", "crossed"):
            case = novel_symbols.draw({"alphabet": alphabet, "pairs": of, "tokens": tokens}, 5, draw)
            assert case.check(" ".join(rewritten(case.input.split(), mirror, rng))).correct == (of == "own")


@pytest.mark.parametrize("tokens", [9, 12, 31])
def test_only_the_pairs_differ(tokens):
    """Opening symbols stand in the same places with either value of `pairs`, and the others follow the stated pairs."""
    for control, shift in pairs(novel_symbols, {"alphabet": "usual", "pairs": "crossed", "tokens": tokens}, 300):
        (own, row), (crossed, other_row) = understood(control.prompt), understood(shift.prompt)
        partner = {mine: theirs for (_, mine), (_, theirs) in zip(own, crossed, strict=True)}
        assert [one for one, _ in own] == [one for one, _ in crossed]
        assert [partner.get(symbol, symbol) for symbol in row] == other_row
        assert [partner.get(symbol, symbol) for symbol in control.answer.split()] == shift.answer.split()
        assert (len(control.prompt), len(control.answer)) == (len(shift.prompt), len(shift.answer))


@pytest.mark.parametrize("alphabet", ["unicode", "nonce"])
@pytest.mark.parametrize("tokens", [9, 12, 31])
def test_only_the_symbols_differ(alphabet, tokens):
    """Put back the usual symbols, and prompt, answer, lures and input of the control arm appear, to the letter."""
    back = dict(zip(ALPHABETS[alphabet], ALPHABETS["usual"], strict=True))
    novel = re.compile("|".join(map(re.escape, back)))

    def put_back(words):
        return novel.sub(lambda found: back[found[0]], words)

    for control, shift in pairs(novel_symbols, {"alphabet": alphabet, "tokens": tokens}, 300):
        assert control.prompt == put_back(shift.prompt)
        assert control.answer == put_back(shift.answer)
        assert control.input == put_back(shift.input)
        assert dict(control.lures) == {name: put_back(lure) for name, lure in shift.lures.items()}
        assert control.rejected == shift.rejected
        if alphabet == "unicode":
            assert (len(control.prompt), len(control.answer)) == (len(shift.prompt), len(shift.answer))


def test_alphabets_are_mirrored_and_readable():
    """Symbols differ, none is white space or changes when normalised, and each has its mirror image as a partner."""
    for name, alphabet in ALPHABETS.items():
        assert len(set(alphabet)) == 2 * HALF
        for one, other in zip(alphabet[:HALF], alphabet[HALF:], strict=True):
            assert unicodedata.normalize("NFKC", one + other) == one + other == (one + other).casefold()
            if name == "nonce":
                assert one == other[::-1]
            else:
                assert unicodedata.mirrored(one) == unicodedata.mirrored(other) == 1


def test_rows_cannot_be_guessed():
    """Of 2,000 answers the commonest comes up in less than 1 %, of the shortest in less than 2 %."""
    for tokens, most in ((12, 20), (9, 40)):
        answers = [novel_symbols.draw({"tokens": tokens}, 0, draw).answer for draw in range(2000)]
        assert max(answers.count(answer) for answer in set(answers)) < most


def test_detail_of_a_wrong_row():
    """The first wrong symbol, or both lengths; white space and letter case do not count."""
    assert check_symbols("VUP  puv\ngix", "vup puv gix").correct
    assert dict(check_symbols("vup gix gix", "vup puv gix").detail) == {"first_wrong": 1}
    assert dict(check_symbols("vup puv", "vup puv gix").detail) == {"given_length": 2, "expected_length": 3}
    assert dict(check_symbols("vuppuvgix", "vup puv gix").detail) == {"first_wrong": 0}
    assert dict(check_symbols("vup " * 100, "vup puv gix").detail) == {"too_long": True}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"alphabet": "greek"}, "alphabet='greek': must be one of 'usual', 'unicode', 'nonce'"),
        ({"pairs": "random"}, "pairs='random': must be one of 'own', 'crossed'"),
        ({"tokens": 8}, "tokens=8: must be a whole number from 9 to 60"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        novel_symbols.draw(params, 0, 0)
