"""Operator swap on text: a known cipher, known symbols, a single rule, and then one step beside each of them."""

import functools
import itertools
import string
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from pytest_ood.case import Case, task
from pytest_ood.families import expect_one_of, expect_whole, wrong_ones
from pytest_ood.verify import Check, sequence, text

# What is longer than this many times the right answer is not looked at any further.
LONGEST = 10

# ---------------------------------------------------------------------------------------------------------------------
# Shift ciphers. A sentence is a pattern whose words in capitals are filled in; each has 6 to 10 words.
WORDS = {
    "PERSON": (
        "farmer", "teacher", "doctor", "sailor", "painter", "baker", "hunter", "lawyer", "driver", "tailor", "singer",
        "soldier", "student", "pilot", "butcher", "waiter", "nurse", "writer", "captain", "gardener", "fisherman",
        "merchant", "carpenter", "shepherd",
    ),
    "FAMILY": (
        "mother", "father", "sister", "brother", "uncle", "aunt", "cousin", "neighbour", "grandmother", "friend",
    ),
    "LIKE": (
        "old", "young", "tall", "tired", "quiet", "clever", "kind", "proud", "hungry", "cheerful", "careful", "busy",
    ),
    "THING": (
        "basket", "bottle", "blanket", "bucket", "candle", "chair", "clock", "hammer", "kettle", "ladder", "lamp",
        "letter", "mirror", "package", "picture", "radio", "rope", "shovel", "suitcase", "table", "ticket", "umbrella",
        "violin", "wallet",
    ),
    "LOOK": (
        "small", "heavy", "broken", "wooden", "red", "new", "strange", "dusty", "yellow", "cheap", "large", "dark",
    ),
    "PLACE": (
        "bridge", "castle", "church", "garden", "harbour", "hospital", "hotel", "kitchen", "library", "market", "mill",
        "museum", "office", "river", "school", "station", "stable", "theatre", "tower", "village",
    ),
    "MOVED": ("carried", "brought", "took", "dragged", "sent", "returned"),
    "FOUND": ("found", "lost", "dropped", "saw", "bought", "sold", "hid", "left"),
    "MET": ("met", "saw", "helped", "greeted", "followed", "visited", "thanked", "called"),
    "NEAR": ("near", "behind", "beside", "outside"),
    "WHEN": ("yesterday", "once", "later", "finally", "suddenly", "twice", "then", "again"),
    "DAY": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
}  # fmt: skip
PATTERNS = (
    "the LIKE PERSON MOVED the THING to the PLACE",
    "the PERSON MOVED a LOOK THING to the PLACE",
    "my FAMILY FOUND a LOOK THING NEAR the PLACE",
    "WHEN the PERSON MOVED my LOOK THING to the PLACE",
    "on DAY the PERSON MET my FAMILY NEAR the PLACE",
    "my FAMILY MET the LIKE PERSON",
    "WHEN my LIKE FAMILY MET a PERSON NEAR the PLACE",
    "the PERSON FOUND the LOOK THING on DAY",
)
LARGEST_SHIFT = 25
ROT_13 = 13
SAMPLE = "stay here"

CIPHER_PROMPT = """\
Rot-{shift} is a cipher in which each letter is moved {places} forward in the alphabet, and after z it goes on at a. \
For example, "{sample}" becomes "{coded_sample}". To decode a message, each letter is moved {places} back.

This message is written in rot-{shift}:
{message}

Give the decoded message in lower case, its words separated by spaces."""


@task(control={"shift": ROT_13}, family="operator swap")
def shift_cipher(rng: np.random.Generator, *, shift: int = 2) -> Case:
    """An English sentence, decoded from a cipher that moves each letter some places on in the alphabet.

    Moves: how many places, 13 in the control arm, as in the one such cipher that is in common use.
    Matched: both arms have the same sentence, of 6 to 10 words, and prompts of the same length (one or two characters
    less where the number has one digit or is 1). The rule is stated, with one example.
    Lures: `rot_13`, the message decoded as if it were written in rot-13 (every shift case has it); `copied`, the
    message itself (every case has it); `encoded_again`, the letters moved forward instead of back (in rot-13 that is
    the same).
    Chance: none.
    Source: McCoy et al. 2023, "Embers of Autoregression" (2309.13638).

    shift: 1 to 25.

    Raises:
        ValueError: the parameter is not one of these.
    """
    expect_whole("shift", shift, 1, LARGEST_SHIFT)
    answer = sentence(rng)
    message = moved(answer, shift)
    shortcuts = {
        "rot_13": moved(message, -ROT_13),
        "copied": message,
        "encoded_again": moved(message, shift),
    }
    return Case(
        CIPHER_PROMPT.format(
            shift=shift,
            places="1 place" if shift == 1 else f"{shift} places",
            sample=SAMPLE,
            coded_sample=moved(SAMPLE, shift),
            message=message,
        ),
        answer=answer,
        lures=wrong_ones(answer, shortcuts),
        verify=functools.partial(check_words, answer=answer),
        input=message,
    )


def check_words(given: str, answer: str) -> Check:
    """Whether the words are right; upper and lower case, white space and a closing full stop do not count.

    The detail of a wrong sentence: `first_wrong`, the place of the first wrong word counted from 0, or both lengths.
    Scored on its own: `words`, how many are right and in their place, as a share of the longer sentence.
    """
    if len(given) > LONGEST * len(answer):
        return Check(False, {"too_long": True}, {"words": 0.0})
    mine, theirs = given.rstrip(".").casefold().split(), answer.split()
    check = sequence(mine, theirs)
    right = sum([one == other for one, other in zip(mine, theirs, strict=False)])
    return Check(check.correct, check.detail, {"words": right / max(len(mine), len(theirs))})


def sentence(rng: np.random.Generator) -> str:
    """A plain English sentence in lower case."""
    pattern, *places = rng.random(1 + MOST_SLOTS).tolist()
    words, slots = SENTENCES[int(len(SENTENCES) * pattern)]
    filled = list(words)
    for (at, choices), place in zip(slots, places, strict=False):
        filled[at] = choices[int(len(choices) * place)]
    return " ".join(filled)


# Each pattern as its words, and which of them are filled in, with what.
SENTENCES = [
    (words, [(at, WORDS[word]) for at, word in enumerate(words) if word in WORDS])
    for words in [pattern.split() for pattern in PATTERNS]
]
MOST_SLOTS = max(len(slots) for _, slots in SENTENCES)


def moved(words: str, places: int) -> str:
    """Each lower-case letter some places forward in the alphabet, or back if that is negative."""
    return words.translate(TABLES[places % 26])


TABLES = [
    str.maketrans(string.ascii_lowercase, string.ascii_lowercase[n:] + string.ascii_lowercase[:n]) for n in range(26)
]

# ---------------------------------------------------------------------------------------------------------------------
# Novel symbols. Each alphabet has four symbols and then the mirror image of each, in the same order. A row is a list of
# places in the alphabet; "opening" and "closing" are the two halves, words that the prompt does not use.
ALPHABETS = {
    "usual": ("(", "[", "{", "<", ")", "]", "}", ">"),
    "unicode": ("⸦", "⦑", "⧼", "⟅", "⸧", "⦒", "⧽", "⟆"),
    "nonce": ("vup", "gix", "zof", "kej", "puv", "xig", "foz", "jek"),
}
HALF = 4
KINDS = 3
TRIES = 1000
Row = list[int]

VANISHING_PROMPT = """\
A row of symbols is rewritten. Where two neighbours are one of these pairs, in this order, both vanish, and the \
symbols to their left and right become neighbours:
{rules}
No other neighbours vanish. This is done anywhere in the row, in any order, until no such pair is left.

The row is:
{row}

Give the row at the end, its symbols separated by spaces."""


@task(control={"alphabet": "usual"}, family="operator swap", declared=("prompt", "answer"))
def novel_symbols(rng: np.random.Generator, *, alphabet: str = "unicode", tokens: int = 12) -> Case:
    """What is left of a row of symbols when neighbours that are one of the stated pairs vanish.

    Moves: the symbols: in the control arm brackets, in the shift arm symbols of rare Unicode blocks or invented words.
    Matched: all else, to the letter: replacing each symbol by its counterpart makes one prompt of the other, and one
    answer of the other. The stated rules are the same too: in both arms they make the first half of a bracket vanish
    with the second half of another kind, for two or all three kinds of the case. Declared: symbols and their
    counterparts may be of different lengths in characters and bytes.
    Rejected: rows in which symbols vanishing with their own mirror image would leave the right symbols, all, or none.
    Lures: `usual_rule`, what is left when each symbol vanishes with its own mirror image, as brackets do: ``(`` and
    ``)``, ``vup`` and ``puv`` (every case has it); `copied`, the row itself (every case has it); `one_pass`, what
    is left after going over the row once and not coming back, where that is not all.
    Chance: 1 % with 9 tokens, of which 3 remain, and less with more.
    Source: Tang et al. 2023 (2305.14825), who part the symbols of a rule from their usual meanings.

    alphabet: "usual", "unicode" or "nonce".
    tokens: symbols in the row, 9 to 60, of which a third vanish with another third, rounded down.

    Raises:
        ValueError: a parameter is not one of these.
    """
    expect_one_of("alphabet", alphabet, list(ALPHABETS))
    expect_whole("tokens", tokens, 9, 60)
    row, partners, rejected = vanishing_row(rng, tokens)
    symbols = ALPHABETS[alphabet]
    left = remains(row, partners)
    answer, shown = shown_in(symbols, left), shown_in(symbols, row)
    shortcuts = {
        "usual_rule": shown_in(symbols, remains(row, MIRRORED)),
        "copied": shown,
        "one_pass": shown_in(symbols, one_pass(row, partners)),
    }
    return Case(
        VANISHING_PROMPT.format(
            rules="\n".join([f"{symbols[one]} {symbols[other]}" for one, other in partners.items()]), row=shown
        ),
        answer=answer,
        lures=wrong_ones(answer, shortcuts),
        verify=functools.partial(check_symbols, answer=answer),
        input=shown,
        rejected=rejected,
    )


def check_symbols(given: str, answer: str) -> Check:
    """Whether the symbols are right; upper and lower case and the kind of white space do not count.

    The detail of a wrong row: `first_wrong`, the place of the first wrong symbol counted from 0, or both lengths.
    """
    if len(given) > LONGEST * len(answer):
        return Check(False, {"too_long": True})
    return sequence(given.casefold().split(), answer.split())


# From the first symbol of a pair to the second.
Partners = Mapping[int, int]
MIRRORED: Partners = {place: place + HALF for place in range(HALF)}


def pairings() -> list[Partners]:
    """All rules for three of the four kinds of symbol that do not pair each with its own mirror image."""
    return [
        {one: other + HALF for one, other in zip(kinds, given, strict=True)}
        for kinds in itertools.combinations(range(HALF), KINDS)
        for given in itertools.permutations(kinds)
        if given != kinds
    ]


PAIRINGS = pairings()


def vanishing_row(rng: np.random.Generator, tokens: int) -> tuple[Row, Partners, int]:
    """A row, the pairs that vanish, and how many rows were rejected. It knows of no alphabet."""
    vanishing = tokens // 3
    staying = tokens - 2 * vanishing
    for rejected in range(TRIES):
        which, *drawn = rng.random(1 + staying + 2 * vanishing).tolist()
        partners = PAIRINGS[int(len(PAIRINGS) * which)]
        pairs = list(partners.items())
        symbols = [*partners, *partners.values()]
        row: Row = []
        for part in drawn[:staying]:
            # The one symbol that would vanish with the one before it is left out of the choice.
            barred = partners.get(row[-1]) if row else None
            choice = symbols if barred is None else [symbol for symbol in symbols if symbol != barred]
            row.append(choice[int(len(choice) * part)])
        left = row[:]
        for kind, place in zip(drawn[staying::2], drawn[staying + 1 :: 2], strict=True):
            at = int((len(row) + 1) * place)
            row[at:at] = pairs[int(KINDS * kind)]
        usual = remains(row, MIRRORED)
        if usual and usual not in (left, row):
            return row, partners, rejected
    raise AssertionError(f"no row of {tokens} symbols in {TRIES} tries")


def remains(row: Row, partners: Partners) -> Row:
    """What is left of the row when every pair has vanished."""
    left: Row = []
    for symbol in row:
        if left and partners.get(left[-1]) == symbol:
            left.pop()
        else:
            left.append(symbol)
    return left


def one_pass(row: Row, partners: Partners) -> Row:
    """What is left of the row when only neighbours of the start vanish, looked for from left to right."""
    left, at = [], 0
    while at < len(row):
        if at + 1 < len(row) and partners.get(row[at]) == row[at + 1]:
            at += 2
        else:
            left.append(row[at])
            at += 1
    return left


def shown_in(symbols: Sequence[str], row: Row) -> str:
    """The row as a reader sees it."""
    return " ".join([symbols[place] for place in row])


# ---------------------------------------------------------------------------------------------------------------------
# Rules and their composition.
Rule = Callable[[str], str]
#: What f, g and h may stand for. On a word whose letters all differ no two of them do the same.
LIBRARY: Mapping[str, Rule] = {
    "reverse": lambda word: word[::-1],
    "drop_first": lambda word: word[1:],
    "drop_last": lambda word: word[:-1],
    "double_first": lambda word: word[0] + word,
    "double_last": lambda word: word + word[-1],
    "first_to_end": lambda word: word[1:] + word[0],
    "last_to_front": lambda word: word[-1] + word[:-1],
    "swap_ends": lambda word: word[-1] + word[1:-1] + word[0],
    "swap_first_two": lambda word: word[1] + word[0] + word[2:],
    "swap_last_two": lambda word: word[:-2] + word[-1] + word[-2],
    "first_becomes_x": lambda word: "x" + word[1:],
    "last_becomes_x": lambda word: word[:-1] + "x",
}
MOST_RULES = 3
LETTERS = "fgh"
# The letters of invented words, three different ones of each kind or four consonants; x is kept for two of the rules.
CONSONANTS = ["".join(letters) for letters in itertools.permutations("bdfgjklmpvz", 4)]
VOWELS = ["".join(letters) for letters in itertools.permutations("aiou", 3)]
# Words of five, six and seven letters, by turns: a rule cannot be taken for one about a certain place or vowel.
SHAPES: tuple[Callable[[str, str], str], ...] = (
    lambda c, v: f"{c[0]}{v[0]}{c[1]}{c[2]}{v[1]}",
    lambda c, v: f"{v[0]}{c[0]}{c[1]}{v[1]}{c[2]}{v[2]}",
    lambda c, v: f"{c[0]}{v[0]}{c[1]}{v[1]}{c[2]}{v[2]}{c[3]}",
)
COMPOSITION_PROMPT = """\
There are three rules, f, g and h. Each makes a word of any word, always in the same way, as these examples show:
{examples}

Where several rules are applied, each is applied to the word that the one before it made.

Take the word {word}. Apply {applied}. Give the word that this makes."""
APPLIED = {1: "f", 2: "f, then g", 3: "f, then g, then h"}


@task(control={"rules": 1}, family="operator swap")
def rule_composition(rng: np.random.Generator, *, rules: int = 2, examples: int = 3) -> Case:
    """What up to three rules, known from examples only, make of a word when they are applied one after the other.

    Moves: how many rules are applied: f alone in the control arm, then f and g, or f, g and h.
    Matched: both arms show the same examples of all three rules and ask about the same word. The examples are invented
    words of five to seven different letters (a few may happen to be names), and each of them alone tells its rule from
    the other eleven of the library. Rules that lengthen words are as many as those that shorten them, so that answers
    have the same length on average. The prompts differ by the words that name the further rules.
    Rejected: nothing is drawn and thrown away; the three rules are taken from those of which, on a word of different
    letters, two or three in a row make something that none of them makes alone, fewer in a row make, or the same make
    in the opposite order, and that is not the word itself.
    Lures: `first_only`, what f makes of the word; `last_only`, what the last rule makes of it; `wrong_order`, the rules
    applied from the last to the first; with three rules `one_rule_short`, all but the last. Every shift case has each
    that is not equal to one before it. The control arm has `another_rule`, what g makes of the word, and `copied`.
    Chance: none.
    Source: Press et al. 2022 (2210.03350), for the gap between doing each step and doing them in a row.

    rules: 1, 2 or 3.
    examples: of each rule, 2 to 12.

    Raises:
        ValueError: a parameter is not one of these.
    """
    expect_whole("rules", rules, 1, MOST_RULES)
    expect_whole("examples", examples, 2, 12)
    which, *drawn = rng.random(3 + 2 * MOST_RULES * examples).tolist()
    possible = telling()
    applied = possible[int(len(possible) * which)]
    word = invented(asked_shape, *drawn[:2])
    shown = []
    for number, (letter, rule) in enumerate(zip(LETTERS, applied, strict=True)):
        places = drawn[2 + 2 * number * examples : 2 + 2 * (number + 1) * examples]
        made = [invented(SHAPES[count % len(SHAPES)], *places[2 * count : 2 * count + 2]) for count in range(examples)]
        shown.append(f"{letter}: " + ", ".join([f"{example} -> {rule(example)}" for example in made]))
    steps = stages(word, applied[:rules])
    answer = steps[-1]
    if rules == 1:
        shortcuts = {"another_rule": applied[1](word), "copied": word}
    else:
        shortcuts = {
            "first_only": steps[1],
            "last_only": applied[rules - 1](word),
            "wrong_order": stages(word, applied[:rules][::-1])[-1],
            "one_rule_short": steps[-2],
        }
    return Case(
        COMPOSITION_PROMPT.format(examples="\n".join(shown), word=word, applied=APPLIED[rules]),
        answer=answer,
        lures=wrong_ones(answer, shortcuts),
        verify=functools.partial(check_word, steps=steps),
        input=word,
    )


def check_word(given: str, steps: Sequence[str]) -> Check:
    """Whether it is the last of the words that the rules make one after the other, as `verify.text` compares.

    The detail of a wrong word: `rules_applied`, how many were applied, from the first on, before it stopped; None
    where it is no word on the way.
    """
    if len(given) > LONGEST * len(steps[-1]):
        return Check(False, {"too_long": True})
    if text(given, steps[-1]).correct:
        return Check(True)
    word = given.casefold()
    return Check(False, {"rules_applied": steps.index(word) if word in steps else None})


def asked_shape(consonants: str, vowels: str) -> str:
    """A word of six letters; no example has this shape, so that it is none of them."""
    return f"{consonants[0]}{vowels[0]}{consonants[1:3]}{vowels[1]}{consonants[3]}"


def invented(shape: Callable[[str, str], str], consonants: float, vowels: float) -> str:
    """An invented word, all of its letters different."""
    return shape(CONSONANTS[int(len(CONSONANTS) * consonants)], VOWELS[int(len(VOWELS) * vowels)])


def stages(word: str, rules: Sequence[Rule]) -> list[str]:
    """The word, and what the rules make of it one after the other."""
    return list(itertools.accumulate(rules, lambda made, rule: rule(made), initial=word))


@functools.cache
def telling() -> list[tuple[Rule, Rule, Rule]]:
    """The rules f, g, h whose composition is no shortcut's answer, neither of f and g nor of all three.

    No rule looks at what the letters are, so that what holds for one word of different letters holds for all of its
    length.
    """
    return [
        (f, g, h)
        for f, g, h in itertools.permutations(LIBRARY.values(), MOST_RULES)
        if composed("abcdef", f, g) and composed("abcdef", f, g, h)
    ]


def composed(word: str, *rules: Rule) -> bool:
    """Whether the rules make of the word what no fewer of them, in this order, make, nor all in the opposite order."""
    fewer = [stages(word, some)[-1] for count in range(len(rules)) for some in itertools.combinations(rules, count)]
    return stages(word, rules)[-1] not in (*fewer, stages(word, rules[::-1])[-1])
