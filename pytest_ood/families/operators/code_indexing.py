"""What a short program prints, in Python and in a language that only looks like it."""

import functools
import operator
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import choice, integer, sample
from pytest_ood.families.lures import wrong_answers
from pytest_ood.families.operators.small_python import (
    Assignment,
    Element,
    Language,
    Loop,
    Number,
    Operation,
    Program,
    Statement,
    Swap,
    Variable,
    totals,
)
from pytest_ood.families.operators.small_python_reader import read_program
from pytest_ood.parameters import expect_one_of, expect_whole
from pytest_ood.tasks import task
from pytest_ood.verify import integer as is_integer

PYTHON = Language()
LANGUAGES = {
    "": PYTHON,
    "indexing": Language(first_index=1),
    "signs": Language(plus=operator.sub, minus=operator.add),
    "both": Language(first_index=1, plus=operator.sub, minus=operator.add),
}
NAMES = {operator.add: "addition", operator.sub: "subtraction"}
# Elements of the list. An index from 1 to one below this number exists whether indexes begin with 0 or with 1.
LENGTH = 6
TOTAL, INDEX, NUMBER = Variable("total"), Variable("i"), Variable("number")
TRIES = 10_000

PROMPTS = (
    """\
The program below is written in a language that looks like Python. In this language:
- The first element of a list has index {first}, and the second element has index {second}.
- Between two values, + means {plus} and - means {minus}.
- Everything else is as in Python. For example, range(2, 5) goes through 2, 3 and 4.

{program}

What does the program print? Give the number in decimal digits.""",
    """\
What number does this program print?

{program}

Its language looks like Python. In this language, index {first} stands for the first element of a list and index \
{second} for the second one. The sign + between two values means {plus}, and the sign - means {minus}. In all else the \
language is like Python; range(2, 5), for instance, goes through 2, 3 and 4. Write the number in decimal digits.""",
    """\
Go through the following program and answer with the number that it prints, in decimal digits. The program may look \
like Python, and its language is like Python in everything that the notes after it do not mention; for example, \
range(2, 5) is 2, 3 and 4.

{program}

Notes: lists begin with index {first}, which is followed by index {second} for the second element. Put between two \
values, the sign + is {plus} and the sign - is {minus}.""",
)


def solve(inputs: Mapping[str, Any]) -> str:
    """Return what a short program prints in a language that looks like Python. Nothing is run by Python itself.

    Args:
        inputs: the question in four parts:
            inputs["program"]: its text. It begins with the list `numbers` and the number `total`, changes them by
            assignments, swaps and loops, and ends with print(total).
            inputs["first_index"]: the index of the first element of a list, a whole number.
            inputs["plus"], inputs["minus"]: what the signs mean, "addition" or "subtraction".
    """
    return str(totals_along(**inputs)[-1])


def step(inputs: Mapping[str, Any], states: Sequence[str]) -> str | None:
    """Return the value of `total` after one more statement; None after the last one."""
    _, *values = totals_along(**inputs)
    return str(values[len(states)]) if len(states) < len(values) else None


@task(
    control={"change": ""},
    name="operators.code_indexing",
    family="operator swap",
    size="statements",
    solver=solve,
    step=step,
    wordings=len(PROMPTS),
)
def code_indexing(rng: np.random.Generator, *, change: str = "indexing", statements: int = 8, wording: int = 0) -> Case:
    """What a short program prints, in Python and in a language that is like it in all but one thing.

    Moves: what the prompt says about the language. In the control arm, it is as in Python: indexes begin with 0, + adds
    and - subtracts. In the shift arm, indexes begin with 1, or the two signs trade meanings, or both.
    Matched: everything else: both arms show the same program, and the prompts have the same length. Before any are
    rejected, a program is as likely as the same one with its signs traded, and as the same one with its list turned by
    a place, so that results have the same size on average in every language.
    Rejected: programs that print the same number in two of the four languages, and those whose last statement makes no
    difference to what is printed in one of them.
    Lures: `usual_python`, what Python prints (every shift case has it); `last_statement_skipped`, what is printed
    without the last statement; `loops_run_once`, what is printed if each loop ends after its first round, where that
    differs.
    Chance: below 2 % for the commonest number.
    Source: the programs of Wu et al. 2023, "Reasoning or Reciting?" (2307.02477), in Python with 1-based indexing.

    Args:
        change: in what the language differs from Python: "indexing", "signs", "both", or "" for nothing.
        statements: statements between the first two lines and the last, 2 to 100. A loop is one statement of two lines.
        wording: the wording of the question, 0 to 2.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_one_of("change", change, list(LANGUAGES))
    expect_whole("statements", statements, 2, 100)
    program, rejected = acceptable_program(rng, statements)
    language = LANGUAGES[change]
    *_, before_last, answer = totals(program, language)
    shortcuts = {
        "usual_python": totals(program, PYTHON)[-1],
        "last_statement_skipped": before_last,
        "loops_run_once": totals(program, language, rounds=1)[-1],
    }
    text, plus, minus = str(program), NAMES[language.plus], NAMES[language.minus]
    return Case(
        PROMPTS[wording].format(
            first=language.first_index, second=language.first_index + 1, plus=plus, minus=minus, program=text
        ),
        answer=str(answer),
        lures=wrong_answers(str(answer), {name: str(value) for name, value in shortcuts.items()}),
        verify=functools.partial(is_integer, answer=answer),
        kind="number",
        input=text,
        inputs={"program": text, "first_index": language.first_index, "plus": plus, "minus": minus},
        rejected=rejected,
        chance=0.02,
    )


# Each step asks for all values again.
@functools.lru_cache(maxsize=8)
def totals_along(program: str, first_index: int, plus: str, minus: str) -> tuple[int, ...]:
    """Return the value of `total` at first and after each statement of a program that is given as text."""
    operations = {name: operation for operation, name in NAMES.items()}
    return tuple(totals(read_program(program), Language(first_index, operations[plus], operations[minus])))


def acceptable_program(rng: np.random.Generator, statements: int) -> tuple[Program, int]:
    """Draw a program that prints another number in each language, and another one without its last statement.

    Returns:
        The program, and how many were rejected.
    """
    for rejected in range(TRIES):
        program = any_program(rng, statements)
        ends = [totals(program, language)[-2:] for language in LANGUAGES.values()]
        if len({last for _, last in ends}) == len(ends) and all(before != last for before, last in ends):
            return program, rejected
    raise AssertionError(f"no program of {statements} statements in {TRIES} tries")


def any_program(rng: np.random.Generator, statements: int) -> Program:
    """Draw a program."""
    return Program(
        numbers=tuple(sample(rng, range(2, 20), LENGTH)),
        total=integer(rng, 10, 50),
        statements=tuple([any_statement(rng) for _ in range(statements)]),
    )


def any_statement(rng: np.random.Generator) -> Statement:
    """Draw a statement: one of six kinds, three of them loops."""
    one, other = sample(rng, range(1, LENGTH), 2)
    sign, amount = choice(rng, "+-"), Number(integer(rng, 2, 9))
    element, other_element, each = Element(Number(one)), Element(Number(other)), Element(INDEX)
    several = range(min(one, other), max(one, other) + 1)
    kinds: list[Statement] = [
        Assignment(TOTAL, Operation(TOTAL, sign, element)),
        Assignment(element, Operation(other_element, sign, amount)),
        Swap(element, other_element),
        Loop(INDEX, several, Assignment(TOTAL, Operation(TOTAL, sign, each))),
        Loop(INDEX, several, Assignment(each, Operation(each, sign, amount))),
        Loop(NUMBER, None, Assignment(TOTAL, Operation(TOTAL, sign, NUMBER))),
    ]
    return choice(rng, kinds)
