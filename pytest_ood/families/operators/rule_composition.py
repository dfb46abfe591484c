"""Rules on words, shown only by examples, and then applied one after another."""

import functools
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import choice
from pytest_ood.families.lures import wrong_answers
from pytest_ood.parameters import expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import Check, text

T = TypeVar("T")
Rule = Callable[[str], str]
# What f, g and h may stand for. On a word whose letters all differ, no two of them give the same word. They are written
# so that even an empty word has a result.
LIBRARY: Mapping[str, Rule] = {
    "reverse": lambda word: word[::-1],
    "drop_first": lambda word: word[1:],
    "drop_last": lambda word: word[:-1],
    "double_first": lambda word: word[:1] + word,
    "double_last": lambda word: word + word[-1:],
    "first_to_end": lambda word: word[1:] + word[:1],
    "last_to_front": lambda word: word[-1:] + word[:-1],
    "swap_ends": lambda word: word[-1:] + word[1:-1] + word[:1],
    "swap_first_two": lambda word: word[1:2] + word[:1] + word[2:],
    "swap_last_two": lambda word: word[:-2] + word[-1:] + word[-2:-1],
    "first_becomes_x": lambda word: "x" + word[1:],
    "last_becomes_x": lambda word: word[:-1] + "x",
}
LETTERS = "fgh"
MOST_RULES = 8
# No word on the way becomes shorter than this.
SHORTEST = 3
# An invented word takes its letters in turn from one entry of each; x is reserved for two of the rules.
CONSONANTS = ["".join(letters) for letters in itertools.permutations("bdfgjklmpvz", 4)]
VOWELS = ["".join(letters) for letters in itertools.permutations("aiou", 3)]
# C stands for the next consonant and V for the next vowel. Examples have five, six and seven letters in turn, so that
# no rule can be mistaken for one about a particular place or vowel. The word in question is never one of the examples.
EXAMPLE_SHAPES = ("CVCCV", "VCCVCV", "CVCVCVC")
QUESTION_SHAPE = "CVCCVC"
# An answer longer than this many times the right one is not read.
LONGEST = 10

PROMPT = """\
There are three rules, f, g and h. Each rule turns any word into another word, always in the same way. These examples \
show how:
{examples}

When several rules are applied, each is applied to the result of the one before it.

Take the word {word}. Apply {applied}. Give the resulting word."""


@task(
    control={"rules": 1},
    name="symbols.rule_composition",
    family="operator swap",
    version=2,
    declared=("prompt",),
    size="rules",
)
def rule_composition(rng: np.random.Generator, *, rules: int = 2, examples: int = 3) -> Case:
    """What a word becomes under several rules, shown only by examples and applied one after another.

    Moves: how many rules are applied: f alone in the control arm, then f and g, f, g and h, and from four on f again
    after h.
    Matched: both arms show the same examples of all three rules and ask about the same word. The examples are invented
    words of five to seven different letters (a few may happen to be names), and any one of them distinguishes its rule
    from the other eleven of the library. As many rules lengthen a word as shorten it, so that answers have the same
    length on average. Declared: the prompts differ by the words that name the further rules.
    Rejected: nothing. The three rules are chosen so that, on a word whose letters all differ, applying up to eight in a
    row never gives the word itself, nor what it was after any of the earlier rules, nor what the last rule alone or the
    same ones in the opposite order give; of two or three rules, none can be left out either.
    Lures: `first_only`, what f makes of the word; `last_only`, what the last rule makes of it; `wrong_order`, the rules
    applied from the last to the first; with three rules or more `one_rule_short`, all but the last. One that equals an
    earlier one is left out. The control arm has `another_rule`, what g makes of the word, and `copied`.
    Chance: none.
    Source: Press et al. 2022 (2210.03350), for the gap between doing each step and doing them in a row.

    Args:
        rules: 1 to 8.
        examples: of each rule, 2 to 12.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_whole("rules", rules, 1, MOST_RULES)
    expect_whole("examples", examples, 2, 12)
    drawn_rules = choice(rng, rule_triples())
    word = invented_word(rng, QUESTION_SHAPE)
    shown = []
    for letter, rule in zip(LETTERS, drawn_rules, strict=True):
        shapes = itertools.islice(itertools.cycle(EXAMPLE_SHAPES), examples)
        words = [invented_word(rng, shape) for shape in shapes]
        shown.append(f"{letter}: " + ", ".join(f"{example} -> {rule(example)}" for example in words))
    applied = in_turn(drawn_rules, rules)
    steps = stages(word, applied)
    answer = steps[-1]
    if rules == 1:
        shortcuts = {"another_rule": drawn_rules[1](word), "copied": word}
    else:
        shortcuts = {
            "first_only": steps[1],
            "last_only": applied[-1](word),
            "wrong_order": stages(word, applied[::-1])[-1],
            "one_rule_short": steps[-2],
        }
    return Case(
        PROMPT.format(examples="\n".join(shown), word=word, applied=", then ".join(in_turn(LETTERS, rules))),
        answer=answer,
        lures=wrong_answers(answer, shortcuts),
        verify=functools.partial(check_word, steps=steps),
        input=word,
    )


def check_word(given: str, steps: Sequence[str]) -> Check:
    """Check that it is the last of the words that the rules make one after another, compared as by `verify.text`.

    The detail of a wrong word: `rules_applied`, after how many rules the answer stops; None if it is not a word on the
    way.
    """
    if len(given) > LONGEST * len(steps[-1]):
        return Check(False, {"too_long": True})
    if text(given, steps[-1]).correct:
        return Check(True)
    word = given.casefold()
    return Check(False, {"rules_applied": steps.index(word) if word in steps else None})


def invented_word(rng: np.random.Generator, shape: str) -> str:
    """Draw a word of a shape, all of its letters different."""
    letters = {"C": iter(choice(rng, CONSONANTS)), "V": iter(choice(rng, VOWELS))}
    return "".join([next(letters[kind]) for kind in shape])


def stages(word: str, rules: Sequence[Rule]) -> list[str]:
    """Return the word, and what it becomes after each rule."""
    words = [word]
    for rule in rules:
        words.append(rule(words[-1]))
    return words


@functools.cache
def rule_triples() -> list[tuple[Rule, Rule, Rule]]:
    """Return every f, g and h such that no shortcut can replace any number of them, applied in turn.

    Rules do not depend on the letters, so what holds for one word of different letters holds for all of its length.
    """
    return [
        triple
        for triple in itertools.permutations(LIBRARY.values(), 3)
        if all(needs_each("abcdef", in_turn(triple, count)) for count in range(2, len(LETTERS) + 1))
        and all(needs_all("abcdef", in_turn(triple, count)) for count in range(2, MOST_RULES + 1))
    ]


def in_turn(things: Sequence[T], count: int) -> list[T]:
    """Return this many of the things in turn: f, g, h, f, g, ..."""
    return list(itertools.islice(itertools.cycle(things), count))


def needs_each(word: str, rules: Sequence[Rule]) -> bool:
    """Return whether no choice of fewer rules, in the same order, makes the same word."""
    fewer = (stages(word, some)[-1] for count in range(len(rules)) for some in itertools.combinations(rules, count))
    return stages(word, rules)[-1] not in fewer


def needs_all(word: str, rules: Sequence[Rule]) -> bool:
    """Return whether neither stopping early, nor the last rule alone, nor the opposite order makes the same word."""
    *earlier, last = steps = stages(word, rules)
    long_enough = all(len(step) >= SHORTEST for step in steps)
    return long_enough and last not in (*earlier, rules[-1](word), stages(word, rules[::-1])[-1])
