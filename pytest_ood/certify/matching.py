"""Checks of both arms together: they differ only in what moves and what is declared, and chance is as stated."""

import math
from collections import Counter
from collections.abc import Sequence
from statistics import fmean

from pytest_ood.certify.arms import Arms, Finding, Findings, flat, judged
from pytest_ood.certify.drawing import STANDARD_ERRORS

# Means may differ by this share of the control's, or by this much.
SHARE, CHARACTERS, DIGITS, LABELS = 0.1, 2.0, 0.5, 0.15
MOST_LABELS = 10
CHANCE_FLOOR = 0.05


def matched(arms: Arms) -> Findings:
    """Check that the arms differ in nothing that the task does not declare."""
    if not arms.shift:
        return
    declared = arms.subject.task.declared
    sides = [[drawn.case for drawn in arm] for arm in (arms.control, arms.shift)]
    if "prompt" not in declared:
        yield from _means("prompts", "characters", CHARACTERS, *([len(case.prompt) for case in arm] for arm in sides))
    texts = [[case.answer for case in arm] for arm in sides]
    if "answer" not in declared:
        yield from _means("answers", "characters", CHARACTERS, *([len(text) for text in arm] for arm in texts))
        if all(is_whole(text) for text in flat(texts)):
            yield from _means("answers", "digits", DIGITS, *([count_digits(text) for text in arm] for arm in texts))
    if "labels" not in declared:
        yield from _labels(*map(Counter, texts))


def is_whole(text: str) -> bool:
    """Return whether an answer is a whole number."""
    digits = text.lstrip("+-")
    return digits.isascii() and digits.isdigit()


def count_digits(text: str) -> int:
    """Return how many digits a whole number has."""
    return len(text.lstrip("+-"))


def _means(what: str, unit: str, free: float, control: Sequence[int], shift: Sequence[int]) -> Findings:
    familiar, moved = fmean(control), fmean(shift)
    if abs(familiar - moved) > max(SHARE * familiar, free):
        name = what.removesuffix("s")
        yield Finding(
            f"{what} have {familiar:.1f} {unit} on average in the control arm and {moved:.1f} in the shift arm:"
            f" match them, or declare {name!r}"
        )


def _labels(control: Counter[str], shift: Counter[str]) -> Findings:
    labels = sorted(control | shift)
    if len(labels) > MOST_LABELS:
        return
    for label in labels:
        familiar, moved = control[label] / control.total(), shift[label] / shift.total()
        if abs(familiar - moved) > LABELS:
            yield Finding(
                f"the answer {label!r} is right in {familiar:.0%} of the control arm and {moved:.0%} of the shift arm:"
                " match them, or declare 'labels'"
            )


def moved(arms: Arms) -> Findings:
    """Check that something differs between the arms."""
    pairs = [
        ((control.case.prompt, control.case.answer), (shift.case.prompt, shift.case.answer))
        for control, shift in zip(arms.control, arms.shift, strict=False)
    ]
    if pairs and all(control == shift for control, shift in pairs):
        yield Finding("control and shift have the same prompts and answers: nothing is moved", arms.shift[0])


def chance(arms: Arms) -> Findings:
    """Check that always giving the same answer is right no more often than the cases state."""
    for arm in arms.rows:
        stated = fmean(drawn.case.chance for drawn in arm)
        guess = max(stated, CHANCE_FLOOR)
        most = guess + STANDARD_ERRORS * math.sqrt(guess * (1 - guess) / len(arm))
        for answer, _ in Counter(drawn.case.answer for drawn in arm).most_common(2):
            share = fmean(judged(drawn, answer, [answer][: drawn.draw]).correct for drawn in arm)
            if share > most:
                yield Finding(
                    f"always answering {answer!r} is right in {share:.0%} of cases, and the cases state a chance of"
                    f" {stated:.0%}",
                    arm[0],
                    answer,
                )
                return
