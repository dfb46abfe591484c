"""Checks of single cases: their texts, their own answers, their lures, and what the verifier reports."""

import itertools
from collections.abc import Iterable, Sequence

from pytest_ood import answers
from pytest_ood.case import Case
from pytest_ood.certify.arms import AGAIN, SOME, Arms, Drawn, Finding, Findings, describe_error, judged
from pytest_ood.certify.mutants import ANOTHER, mutated, report_right, same, without_thought
from pytest_ood.text.canonical import canonical
from pytest_ood.verify import Check

# The share of the shift arm's cases that must have a lure.
LURED = 0.9


def form(arms: Arms) -> Findings:
    """Check that the texts can be asked and read back."""
    for drawn in arms.all():
        yield from _form(drawn)


def _form(drawn: Drawn) -> Findings:
    case = drawn.case
    if answers.OPEN in case.prompt or answers.CLOSE in case.prompt:
        yield Finding("the prompt mentions the answer tags, which a strategy adds", drawn)
    turns = answers.split(case.answer) if case.reply is not None else [case.answer]
    if not all(turns):
        yield Finding("the answer is empty", drawn)
    elif [answers.read(answers.wrap(turn)) for turn in turns] != turns:
        yield Finding("the answer does not survive being read from between answer tags: strip it, keep tags out", drawn)
    elif case.reply is not None and answers.join(turns) != case.answer:
        yield Finding("an answer of the dialogue begins or ends in white space, or has an empty line", drawn)
    if not (case.input in case.prompt or all(word in case.prompt for word in case.input.split())):
        yield Finding("the input is not in the prompt", drawn, case.input)
    try:
        f"{case.prompt}{case.answer}{case.input}{''.join(case.lures.values())}".encode()
    except UnicodeEncodeError:
        yield Finding("a text of the case contains half a surrogate pair and cannot be encoded", drawn)


def oracle(arms: Arms) -> Findings:
    """Check that the answer of a case passes its own verifier and is not a lure."""
    for drawn in arms.all():
        yield from _oracle(drawn)


def _oracle(drawn: Drawn) -> Findings:
    case = drawn.case
    if not judged(drawn, case.answer).correct:
        yield Finding("the case's own answer is wrong", drawn, case.answer)
    elif (name := case.lure(case.answer)) is not None:
        yield Finding(f"the case's own answer is counted as the lure {name!r}", drawn, case.answer)


def lures(arms: Arms) -> Findings:
    """Check that each lure is wrong and recognised by its name, and that nearly every shifted case has one."""
    for drawn in arms.all():
        yield from _lures(drawn)
    lured = sum(bool(drawn.case.lures) for drawn in arms.shift)
    if lured < LURED * len(arms.shift):
        bare = next(drawn for drawn in arms.shift if not drawn.case.lures)
        what = f"only {lured} of {len(arms.shift)} cases of the shift arm have a lure"
        yield Finding(f"{what}: give `lures=`, the wrong answer of a shortcut by its name", bare)


def _lures(drawn: Drawn) -> Findings:
    case = drawn.case
    for name, given in case.lures.items():
        if judged(drawn, given).correct:
            yield Finding(f"the lure {name!r} is right: leave it out where it is a right answer", drawn, given)
        elif case.lure(given) != name:
            yield Finding(f"the lure {name!r} is the same as the lure {case.lure(given)!r}", drawn, given)


def trivial(arms: Arms) -> Findings:
    """Check that answers that take no thought, or that hedge between several, are wrong."""
    return _trivial([row[: SOME + 1] for row in arms.rows])


def _trivial(rows: Iterable[Sequence[Drawn]]) -> Findings:
    tries = (
        (name, drawn, given)
        for row in rows
        for drawn, other in itertools.pairwise(row)
        for name, given in without_thought(drawn.case, other.case)
        if not same(given, drawn.case.answer)
    )
    return report_right(tries, lambda name: name == ANOTHER)


def detail(arms: Arms) -> Findings:
    """Check that what a verifier reports can be written as JSON, and that its scores lie between 0 and 1."""
    for drawn, other in itertools.pairwise(arms.moved[: AGAIN + 1]):
        case = drawn.case
        given_answers = [case.answer, "", "0", f"{case.answer} x", other.case.answer, case.prompt, *case.lures.values()]
        for given in [*given_answers, *(mutant for _, mutant in mutated(drawn))]:
            yield from _detail(drawn, given, judged(drawn, given))


def _detail(drawn: Drawn, given: str, check: Check) -> Findings:
    try:
        canonical(dict(check.detail))
    except (TypeError, ValueError) as error:
        yield Finding(f"the detail of an answer is not JSON: {describe_error(error)}", drawn, given)
    for name, score in check.scores.items():
        number = isinstance(score, (int, float)) and not isinstance(score, bool)
        if not isinstance(name, str) or not number or not 0 <= score <= 1:
            yield Finding(f"the score {name!r} of an answer is not a number from 0 to 1", drawn, given)


def comprehension(arms: Arms) -> Findings:
    """Check that the comprehension question is a sound case too."""
    rows = [
        [_question(drawn, drawn.case.comprehension) for drawn in row[:AGAIN] if drawn.case.comprehension]
        for row in arms.rows
    ]
    for drawn in itertools.chain(*rows):
        yield from _form(drawn)
        yield from _oracle(drawn)
        yield from _lures(drawn)
    yield from _trivial(rows)


def _question(drawn: Drawn, question: Case) -> Drawn:
    return Drawn(f"comprehension question of the {drawn.arm}", drawn.draw, question)
