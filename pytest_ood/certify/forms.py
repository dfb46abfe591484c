"""The same answer in another dress: what a person would call right must be right."""

from collections.abc import Iterator

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
            yield from _right_answer(drawn)
            yield from _lures(drawn)


def _right_answer(drawn: Drawn) -> Findings:
    case = drawn.case
    # What is wrong without any dress is the business of other checks.
    if case.answer == case.answer.strip() and judged(drawn, case.answer).correct:
        for dress, given in _dressed(case, case.answer):
            if not any(judged(drawn, reading).correct for reading in case.readings(given)):
                yield Finding(f"the right answer is wrong in another dress: {dress}", drawn, given)


def _lures(drawn: Drawn) -> Findings:
    case = drawn.case
    for lure, wrong in case.lures.items():
        if judged(drawn, wrong).correct or case.lure(wrong) != lure:
            continue
        for dress, given in _dressed(case, wrong):
            readings = case.readings(given)
            if any(judged(drawn, reading).correct for reading in readings):
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
