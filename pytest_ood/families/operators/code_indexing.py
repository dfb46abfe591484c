"""What a short program prints, in Python and in a language that only looks like it."""

import functools
import operator

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
    written,
)
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

PROMPT = """\
The program below is written in a language that looks like Python. In this language:
- The first element of a list has index {first}, and the second element has index {second}.
- Between two values, + means {plus} and - means {minus}.
- Everything else is as in Python. For example, range(2, 5) goes through 2, 3 and 4.

{program}

What does the program print? Give the number in decimal digits."""


@task(control={"change": ""}, name="operators.code_indexing", family="operator swap", size="statements")
def code_indexing(rng: np.random.Generator, *, change: str = "indexing", statements: int = 8) -> Case:
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
    return Case(
        PROMPT.format(
            first=language.first_index,
            second=language.first_index + 1,
            plus=NAMES[language.plus],
            minus=NAMES[language.minus],
            program=written(program),
        ),
        answer=str(answer),
        lures=wrong_answers(str(answer), {name: str(value) for name, value in shortcuts.items()}),
        verify=functools.partial(is_integer, answer=answer),
        kind="number",
        input=written(program),
        rejected=rejected,
        chance=0.02,
    )


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
