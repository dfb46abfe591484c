"""Answers that take no thought: how often they are right, and the check that this is no more often than by chance."""

import math
from collections import Counter
from collections.abc import Sequence
from statistics import fmean

from pytest_ood.case import Case
from pytest_ood.certify.arms import Arms, Drawn, Finding, Findings, judged
from pytest_ood.certify.drawing import STANDARD_ERRORS
from pytest_ood.certify.mutants import ANOTHER, last_turn, with_last

# Chance below this is taken for this: an answer may be right now and then.
CHANCE_FLOOR = 0.05
FIRST, LAST = "its first part", "its last part"


def chance(arms: Arms) -> Findings:
    """Check that answers without thought are right no more often than the cases state."""
    yield from list(_always_the_same(arms)) or _without_thought(arms)


def _always_the_same(arms: Arms) -> Findings:
    for arm in arms.rows:
        stated = stated_chance(arm)
        for answer, _ in Counter(drawn.case.answer for drawn in arm).most_common(2):
            share = fmean(judged(drawn, answer, [answer][: drawn.draw]).correct for drawn in arm)
            if share > most_by_chance(stated, len(arm)):
                yield Finding(
                    f"always answering {answer!r} is right in {share:.0%} of cases, and the cases state a chance of"
                    f" {stated:.0%}",
                    arm[0],
                    answer,
                )
                return


def _without_thought(arms: Arms) -> Findings:
    # In the control arm a shortcut may well be right, and copying may be what is asked for. That nothing, the input and
    # another draw's answer are never right is the business of the check `trivial`.
    if all(drawn.case.answer == drawn.case.input for drawn in arms.moved):
        return
    stated = stated_chance(arms.moved)
    for name, right in baselines_right(arms.moved, (FIRST, LAST)).items():
        share = fmean(right)
        if share > most_by_chance(stated, len(arms.moved)):
            yield Finding(
                f"{name} is right in {share:.0%} of cases, and the cases state a chance of {stated:.0%}: make the cases"
                " so that it is not, or state that chance",
                arms.moved[right.index(True)],
            )


def stated_chance(arm: Sequence[Drawn]) -> float:
    """Return the accuracy of guessing that the cases state, on average."""
    return fmean(drawn.case.chance for drawn in arm)


def most_by_chance(stated: float, cases: int) -> float:
    """Return the largest share of `cases` in which guessing is likely to be right."""
    guess = max(stated, CHANCE_FLOOR)
    return guess + STANDARD_ERRORS * math.sqrt(guess * (1 - guess) / cases)


def baselines(case: Case, commonest: str, another: str) -> dict[str, str]:
    """Return six answers to a case that take no thought, by name.

    In a dialogue they are answers to the last turn, and those before it are right.

    Args:
        case: the case to answer.
        commonest: the commonest answer of the arm.
        another: the answer of another draw.
    """
    material = case.input.splitlines() if "\n" in case.input else case.input.split()
    first, last = (material[0], material[-1]) if material else ("", "")
    before, _ = last_turn(case)
    alone = {"nothing": "", "the input copied": case.input, FIRST: first, LAST: last}
    answers = {name: with_last(case, before, given) for name, given in alone.items()}
    return answers | {"the commonest answer": commonest, ANOTHER: another}


def baselines_right(arm: Sequence[Drawn], names: Sequence[str] | None = None) -> dict[str, list[bool]]:
    """Return whether each baseline, or each of those with these names, is right, case by case.

    Raises:
        CheckAborted: a case cannot be judged.
    """
    counts = Counter(drawn.case.answer for drawn in arm)
    ((top, times),) = counts.most_common(1)
    right: dict[str, list[bool]] = {}
    given_before: dict[str, list[str]] = {}
    for place, drawn in enumerate(arm):
        # An answer that only this case has is not known from the others.
        commonest = top if times - (drawn.case.answer == top) > 0 else ""
        # Draw 0 takes that of the last draw.
        another = arm[place - 1].case.answer if len(arm) > 1 else ""
        for name, given in baselines(drawn.case, commonest, another).items():
            if names is None or name in names:
                earlier = given_before.setdefault(name, [])
                right.setdefault(name, []).append(judged(drawn, given, earlier).correct)
                earlier.append(given)
    return right
