"""Ciphers, rewriting and rules, worked out again from the words of the prompt alone."""

import random
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood.families import symbols
from tests.families.drawing import pairs

# Task, parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (symbols.shift_cipher, {"shift": 1}, "9b1d322bea2bd19e18d1a74363a052eb7e6ef9f44b82d8888a63171afb54fe3d"),
    (symbols.shift_cipher, {"shift": 2}, "4e9474c7c5721f8310b970e945e771032d1fbe50b6cfc712f0d6fc645de175f5"),
    (symbols.shift_cipher, {"shift": 12}, "b82bafcf93f313055f90c9a26b5ec7cdfd1f2d6212291e043ae2be04d69c0cab"),
    (symbols.shift_cipher, {"shift": 25}, "295de4cdcaf478b5ddad088dfdb0266a9b54053b5b98e0a77f37fbaea31426df"),
    (
        symbols.novel_symbols,
        {"alphabet": "unicode", "tokens": 9},
        "ab57e967791693a113905e0cf59cd9fa9bbfff1f4efa5b05c62f0015e4abd9d2",
    ),
    (
        symbols.novel_symbols,
        {"alphabet": "unicode", "tokens": 12},
        "64da5011a6913986efe457bbae5f8a707cf8375cda585b3ac3a194b36634f6bf",
    ),
    (
        symbols.novel_symbols,
        {"alphabet": "nonce", "tokens": 18},
        "a0c74940bc613e617b73f24046ea8c62f62d5c2c57d1410c2d53a8bcdb53d0a7",
    ),
    (
        symbols.novel_symbols,
        {"alphabet": "nonce", "tokens": 60},
        "b71605eee4322c68832eeac1d892fd68c8cf5852bc61f1b0f5437c0d0466a74f",
    ),
    (symbols.rule_composition, {"rules": 2}, "17ca4b1d88a79e4e4c3a746250261fc9616cb9eba981b2f9df2370e48b2fa0d6"),
    (
        symbols.rule_composition,
        {"rules": 3, "examples": 2},
        "ab3712e8f7fcda203156afdf94ac3e8a77dcd3689448a4afb6367b4e4ab160d2",
    ),
    (
        symbols.rule_composition,
        {"rules": 3, "examples": 12},
        "054e2e55c7d4e98744b0c4ab236d28b3b9c4a3d44743e34a44bbdce6777b66f2",
    ),
]


def means_agree(drawn, measure, tolerance):
    """Whether the mean length of what `measure` names agrees between the arms, within so many characters."""
    control, shift = (sum(len(getattr(pair[arm], measure)) for pair in drawn) / len(drawn) for arm in (0, 1))
    return abs(control - shift) <= tolerance


# ---------------------------------------------------------------------------------------------------------------------
# Shift ciphers.
def forward(words, places):
    """The letters moved on one by one."""
    return "".join(chr((ord(letter) - 97 + places) % 26 + 97) if letter.islower() else letter for letter in words)


@pytest.mark.parametrize("shift", range(1, 26))
def test_the_cipher_is_the_one_stated(shift):
    """Message, example and lures, letter by letter; the number stated is the one that was asked for."""
    for draw in range(40):
        case = symbols.shift_cipher.draw({"shift": shift}, 5, draw)
        stated, places, back = re.findall(r"(?:Rot-|moved )(\d+)", case.prompt)
        assert {shift} == {int(stated), int(places), int(back)}
        plain, coded = re.findall(r'"([a-z ]+)"', case.prompt)
        assert coded == forward(plain, shift)
        assert case.input == forward(case.answer, shift)
        assert case.input in case.prompt.splitlines()
        assert case.answer not in case.prompt
        expected = {
            "rot_13": forward(case.input, 13),
            "copied": case.input,
            "encoded_again": forward(case.input, shift),
        }
        if shift == 13:
            expected = {"copied": case.input}
        assert expected == dict(case.lures)


def test_sentences_are_plain_and_many():
    """Six to ten lower-case words, no two sentences of 2,000 alike but by rare chance, every pattern and word used."""
    sentences = [symbols.shift_cipher.draw({}, 0, draw).answer for draw in range(2000)]
    assert len(set(sentences)) > 1990
    assert all(re.fullmatch("[a-z]+(?: [a-z]+){5,9}", sentence) for sentence in sentences)
    assert not [sentence for sentence in sentences if re.search(r"\ba [aeiou]", sentence)]
    listed = {word for words in symbols.WORDS.values() for word in words}
    fixed = {word for pattern in symbols.PATTERNS for word in pattern.split() if word.islower()}
    assert listed | fixed == {word for sentence in sentences for word in sentence.split()}


@pytest.mark.parametrize("shift", [1, 2, 12, 25])
def test_cipher_pairs_match(shift):
    """The same sentence in both arms; prompts that differ by the digits of four numbers and the s of "places"."""
    for control, shifted in pairs(symbols.shift_cipher, {"shift": shift}):
        assert control.answer == shifted.answer
        assert 0 <= len(control.prompt) - len(shifted.prompt) <= 6
        assert control.input != shifted.input


def test_detail_and_score_of_a_wrong_sentence():
    """The first wrong word and the share of right ones, of right answers too."""
    answer = "the old farmer met my aunt"
    right = symbols.check_words("The old  farmer met\nmy aunt.", answer)
    assert (right.correct, dict(right.detail), dict(right.scores)) == (True, {}, {"words": 1.0})
    wrong = symbols.check_words("the old farmer met by aunt", answer)
    assert (wrong.correct, dict(wrong.detail), dict(wrong.scores)) == (False, {"first_wrong": 4}, {"words": 5 / 6})
    short = symbols.check_words("the old", answer)
    assert dict(short.detail) == {"given_length": 2, "expected_length": 6}
    assert dict(short.scores) == {"words": 2 / 6}
    twice = symbols.check_words(f"{answer} {answer}", answer)
    assert (twice.correct, dict(twice.scores)) == (False, {"words": 0.5})
    assert dict(symbols.check_words("", answer).scores) == {"words": 0.0}
    assert dict(symbols.check_words("the " * 1000, answer).detail) == {"too_long": True}


@given(st.text(alphabet="the oldfarm.\nTE", max_size=60))
def test_a_sentence_is_right_only_if_its_words_are(words):
    """White space, letter case and full stops at the end are all that does not count."""
    answer = "the old farm"
    check = symbols.check_words(words, answer)
    assert check.correct == (re.fullmatch(r"\s*the\s+old\s+farm\s*\.*", words.lower()) is not None)
    assert 0 <= check.scores["words"] <= 1


# ---------------------------------------------------------------------------------------------------------------------
# Novel symbols.
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


@pytest.mark.parametrize("alphabet", ["usual", "unicode", "nonce"])
@pytest.mark.parametrize("tokens", [9, 10, 12, 20, 60])
def test_what_is_left_whatever_the_order(alphabet, tokens):
    """The answer in any order of rewriting, and the lures; a third of the symbols vanishes with another third."""
    rng = random.Random(0)
    mirror = dict(zip(symbols.ALPHABETS[alphabet][:4], symbols.ALPHABETS[alphabet][4:], strict=True))
    for draw in range(60):
        case = symbols.novel_symbols.draw({"alphabet": alphabet, "tokens": tokens}, 3, draw)
        rules, row = understood(case.prompt)
        assert len(rules) == 3
        assert case.input == " ".join(row)
        assert (tokens, tokens - 2 * (tokens // 3)) == (len(row), len(case.answer.split()))
        assert len({one for one, _ in rules}) == len({other for _, other in rules}) == 3
        assert [(one, mirror[one]) for one, _ in rules] != rules
        for _ in range(3):
            assert case.answer.split() == rewritten(row, rules, rng)
        usual = rewritten(row, list(mirror.items()), rng)
        assert case.lures["usual_rule"].split() == usual
        assert usual
        assert case.lures["copied"] == case.input
        assert next(iter(case.lures)) == "usual_rule"
        once = re.sub("|".join(re.escape(f"{one} {other} ") for one, other in rules), "", case.input + " ").strip()
        assert {once} - {case.answer, *case.lures.values()} == set()


@pytest.mark.parametrize("alphabet", ["unicode", "nonce"])
@pytest.mark.parametrize("tokens", [9, 12, 31])
def test_only_the_symbols_differ(alphabet, tokens):
    """Put back the usual symbols, and prompt, answer, lures and input of the control arm appear, to the letter."""
    back = dict(zip(symbols.ALPHABETS[alphabet], symbols.ALPHABETS["usual"], strict=True))
    novel = re.compile("|".join(map(re.escape, back)))

    def put_back(words):
        return novel.sub(lambda found: back[found[0]], words)

    for control, shift in pairs(symbols.novel_symbols, {"alphabet": alphabet, "tokens": tokens}, 300):
        assert control.prompt == put_back(shift.prompt)
        assert control.answer == put_back(shift.answer)
        assert control.input == put_back(shift.input)
        assert dict(control.lures) == {name: put_back(lure) for name, lure in shift.lures.items()}
        assert control.rejected == shift.rejected
        if alphabet == "unicode":
            assert (len(control.prompt), len(control.answer)) == (len(shift.prompt), len(shift.answer))


def test_alphabets_are_mirrored_and_readable():
    """Symbols differ, none is white space or changes when normalised, and each has its mirror image as a partner."""
    for name, alphabet in symbols.ALPHABETS.items():
        assert len(set(alphabet)) == 2 * symbols.HALF
        for one, other in zip(alphabet[: symbols.HALF], alphabet[symbols.HALF :], strict=True):
            assert unicodedata.normalize("NFKC", one + other) == one + other == (one + other).casefold()
            if name == "nonce":
                assert one == other[::-1]
            else:
                assert unicodedata.mirrored(one) == unicodedata.mirrored(other) == 1


def test_rows_cannot_be_guessed():
    """Of 2,000 answers the commonest comes up in less than 1 %, of the shortest in less than 2 %."""
    for tokens, most in ((12, 20), (9, 40)):
        answers = [symbols.novel_symbols.draw({"tokens": tokens}, 0, draw).answer for draw in range(2000)]
        assert max(answers.count(answer) for answer in set(answers)) < most


def test_detail_of_a_wrong_row():
    """The first wrong symbol, or both lengths; white space and letter case do not count."""
    assert symbols.check_symbols("VUP  puv\ngix", "vup puv gix").correct
    assert dict(symbols.check_symbols("vup gix gix", "vup puv gix").detail) == {"first_wrong": 1}
    assert dict(symbols.check_symbols("vup puv", "vup puv gix").detail) == {"given_length": 2, "expected_length": 3}
    assert dict(symbols.check_symbols("vuppuvgix", "vup puv gix").detail) == {"first_wrong": 0}
    assert dict(symbols.check_symbols("vup " * 100, "vup puv gix").detail) == {"too_long": True}


# ---------------------------------------------------------------------------------------------------------------------
# Rules and their composition. The same rules again, as orders of places; None stands for the letter x.
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
@pytest.mark.parametrize("rules", [1, 2, 3])
def test_the_examples_tell_the_rules(rules, examples):
    """By brute force over the library each example fits one rule alone; the answer and the lures follow from them."""
    for draw in range(60):
        case = symbols.rule_composition.draw({"rules": rules, "examples": examples}, 2, draw)
        shown, word, applied = read(case.prompt)
        assert (word, ["f", "g", "h"][:rules]) == (case.input, applied)
        rule = {}
        for letter, lines in shown.items():
            assert examples == len(lines)
            fitting = [{name for name in symbols.LIBRARY if again(name, one) == other} for one, other in lines]
            assert all(len(names) == 1 for names in fitting)
            (rule[letter],) = set.union(*fitting)
            assert word not in {one for one, _ in lines}
            assert all(len(set(one)) == len(one) and "x" not in one for one, _ in lines)
        assert len(set(rule.values())) == 3

        def made(letters, rule=rule, word=word):
            for letter in letters:
                word = again(rule[letter], word)
            return word

        asked = "fgh"[:rules]
        assert case.answer == made(asked)
        if rules == 1:
            shortcuts = {"another_rule": made("g"), "copied": word}
        else:
            shortcuts = {"first_only": made("f"), "last_only": made(asked[-1]), "wrong_order": made(asked[::-1])}
            shortcuts |= {"one_rule_short": made(asked[:-1])} if rules == 3 else {}
        assert case.answer not in {word, *shortcuts.values()}
        assert next(iter(case.lures)) == next(iter(shortcuts))
        assert set(case.lures.values()) == set(shortcuts.values())
        assert all(lure == shortcuts[name] for name, lure in case.lures.items())


@pytest.mark.parametrize("shape", [*symbols.SHAPES, symbols.asked_shape], ids=str.split("5 6 7 asked"))
def test_no_two_rules_do_the_same(shape):
    """On a word of any shape the twelve rules make twelve words, none of them the word itself."""
    word = symbols.invented(shape, 0.3, 0.7)
    assert len({word, *(rule(word) for rule in symbols.LIBRARY.values())}) == 13
    assert {name: again(name, word) for name in symbols.LIBRARY} == {
        name: rule(word) for name, rule in symbols.LIBRARY.items()
    }


def test_telling_rules_are_many_and_even():
    """Every rule of the library stands in every place, and composition never commutes, whatever the length of word."""
    triples = symbols.telling()
    assert len(triples) > 500
    for place in range(3):
        assert {triple[place] for triple in triples} == set(symbols.LIBRARY.values())
    for f, g, h in triples:
        for word in ("abcdef", "jovpif"):
            assert g(f(word)) not in {word, f(word), g(word), f(g(word))}
            assert h(g(f(word))) not in {word, f(word), g(word), h(word), g(f(word)), h(f(word)), f(g(h(word)))}


@pytest.mark.parametrize("rules", [2, 3])
def test_composition_pairs_match(rules):
    """The same examples and word; prompts that differ by the further letters, answers of the same mean length."""
    drawn = pairs(symbols.rule_composition, {"rules": rules})
    for control, shift in drawn:
        assert read(control.prompt)[:2] == read(shift.prompt)[:2]
        assert control.answer == shift.lures["first_only"]
        assert len(shift.prompt) - len(control.prompt) == len(", then g") * (rules - 1)
        assert len(shift.prompt) < 1.1 * len(control.prompt)
    assert means_agree(drawn, "answer", 0.3)


def test_detail_of_a_wrong_word():
    """How many rules were applied before it stopped; letter case and white space do not count."""
    check = symbols.check_word
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
        for lines in read(symbols.rule_composition.draw({}, 0, draw).prompt)[0].values()
        for one, _ in lines
    ]
    assert len(set(words)) > 0.98 * len(words)


@pytest.mark.parametrize(
    ("task", "params", "message"),
    [
        (symbols.shift_cipher, {"shift": 0}, "shift=0: must be a whole number from 1 to 25"),
        (symbols.shift_cipher, {"shift": 26}, "shift=26: must be a whole number from 1 to 25"),
        (symbols.novel_symbols, {"alphabet": "greek"}, "alphabet='greek': must be one of 'usual', 'unicode', 'nonce'"),
        (symbols.novel_symbols, {"tokens": 8}, "tokens=8: must be a whole number from 9 to 60"),
        (symbols.rule_composition, {"rules": 4}, "rules=4: must be a whole number from 1 to 3"),
        (symbols.rule_composition, {"rules": "2"}, "rules='2': must be a whole number from 1 to 3"),
        (symbols.rule_composition, {"examples": 1}, "examples=1: must be a whole number from 2 to 12"),
    ],
)
def test_bad_parameters(task, params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        task.draw(params, 0, 0)
