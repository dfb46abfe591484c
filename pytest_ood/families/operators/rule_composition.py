"""Rules on words, shown only by examples, and then applied one after another."""

import functools
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import choice
from pytest_ood.families.lures import wrong_answers
from pytest_ood.families.operators.rule_composition_prompts import PROMPTS, SPACED
from pytest_ood.families.operators.word_rules import LIBRARY, Rule, stages, words_along
from pytest_ood.parameters import expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import Check, text

T = TypeVar("T")
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


def solve(inputs: Mapping[str, Any]) -> str:
    """Return what a word becomes under some rules that are shown by examples, applied one after another.

    Args:
        inputs: the question in three parts:
            inputs["examples"]: from the letter of each rule, "f", "g" or "h", to its examples, pairs of a word and what
            the rule makes of it.
            inputs["word"]: the word to begin with.
            inputs["apply"]: the letters of the rules to apply, in order.
    """
    return words_along(inputs)[-1]


def step(inputs: Mapping[str, Any], states: Sequence[str]) -> str | None:
    """Return the word after one more rule; None after the last one."""
    words = words_along(inputs)[1:]
    return words[len(states)] if len(states) < len(words) else None


@task(
    control={"rules": 1},
    name="symbols.rule_composition",
    family="operator swap",
    version=2,
    declared=("prompt",),
    size="rules",
    solver=solve,
    step=step,
    wordings=len(PROMPTS),
)
def rule_composition(
    rng: np.random.Generator, *, rules: int = 2, examples: int = 3, wording: int = 0, spaced: bool = False
) -> Case:
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
        wording: the wording of the question, 0 to 2.
        spaced: whether the letters of words are set apart by spaces, so that each is a token of its own.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_whole("rules", rules, 1, MOST_RULES)
    expect_whole("examples", examples, 2, 12)
    drawn_rules = choice(rng, rule_triples())
    word = invented_word(rng, QUESTION_SHAPE)
    shown: dict[str, list[list[str]]] = {}
    for letter, rule in zip(LETTERS, drawn_rules, strict=True):
        shapes = itertools.islice(itertools.cycle(EXAMPLE_SHAPES), examples)
        words = [invented_word(rng, shape) for shape in shapes]
        shown[letter] = [[example, rule(example)] for example in words]
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
    template = PROMPTS[wording] + (SPACED if spaced else "")
    show: Callable[[str], str] = " ".join if spaced else str
    lines = [
        f"{letter}: " + ", ".join(f"{show(one)} -> {show(other)}" for one, other in pairs)
        for letter, pairs in shown.items()
    ]
    return Case(
        template.format(examples="\n".join(lines), word=show(word), applied=", then ".join(in_turn(LETTERS, rules))),
        answer=answer,
        lures=wrong_answers(answer, shortcuts),
        verify=functools.partial(check_word, steps=steps),
        input=word,
        inputs={"examples": shown, "word": word, "apply": in_turn(LETTERS, rules)},
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
