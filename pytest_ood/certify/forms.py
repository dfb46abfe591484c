"""The same answer in another dress: what a person would call right must be right."""

import functools
from collections.abc import Callable, Iterator

from pytest_ood import answers
from pytest_ood.case import Case
from pytest_ood.certify.arms import Arms, Drawn, Finding, Findings, judged
from pytest_ood.certify.dresses import DRESSES, OF_KIND

# How many cases of each arm are tried in every dress.
_CASES = 10


def forms(arms: Arms) -> Findings:
    """Check that a right answer is right in every dress, and a lure in every dress that lure."""
    for name in ("control", "shift"):
        for drawn in [one for one in arms.all() if one.arm == name][:_CASES]:
            # Most dresses of an answer are read alike.
            is_right = functools.cache(functools.partial(_is_right, drawn))
            yield from _right_answer(drawn, is_right)
            yield from _lures(drawn, is_right)


def _is_right(drawn: Drawn, given: str) -> bool:
    return judged(drawn, given).correct


def _right_answer(drawn: Drawn, is_right: Callable[[str], bool]) -> Findings:
    case = drawn.case
    # What is wrong without any dress is the business of other checks.
    if case.answer == case.answer.strip() and is_right(case.answer):
        for dress, given in _dressed(case, case.answer):
            if not any(map(is_right, case.readings(given))):
                yield Finding(f"the right answer is wrong in another dress: {dress}", drawn, given)


def _lures(drawn: Drawn, is_right: Callable[[str], bool]) -> Findings:
    case = drawn.case
    for lure, wrong in case.lures.items():
        if is_right(wrong) or case.lure(wrong) != lure:
            continue
        for dress, given in _dressed(case, wrong):
            readings = case.readings(given)
            if any(map(is_right, readings)):
                yield Finding(f"the lure {lure!r} is right in another dress: {dress}", drawn, given)
            elif case.lure(readings[-1]) != lure:
                yield Finding(f"the lure {lure!r} is not recognised in another dress: {dress}", drawn, given)


def _dressed(case: Case, text: str) -> Iterator[tuple[str, str]]:
    """Yield the name of each dress, and the text in it; of a dialogue each answer."""
    if case.kind == "verbatim":
        return
    is_dialogue = case.reply is not None
    turns = answers.split(text) if is_dialogue else [text]
    for name, dress in {**DRESSES, **OF_KIND.get(case.kind or "text", {})}.items():
        dressed = [dress(turn) for turn in turns]
        yield name, answers.join(dressed) if is_dialogue else dressed[0]
