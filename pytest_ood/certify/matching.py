"""Checks of both arms together: they differ only in what moves and what is declared."""

from collections import Counter
from collections.abc import Callable, Sequence
from statistics import fmean

from pytest_ood.certify.arms import SOME, Arms, Drawn, Finding, Findings, flat
from pytest_ood.certify.tokens import tokenizers

# By how much means may differ: by this share of the control's, or by this number if that is more. An unfamiliar word
# has more tokens than a familiar one of the same length.
TOLERANCE = {"characters": (0.1, 2.0), "tokens": (0.15, 4.0), "digits": (0.1, 0.5)}
LABELS = 0.15
MOST_LABELS = 10
# In at most this share of the shift arm a shortcut may give the right answer by accident.
LURED_RIGHT = 0.5


def matched(arms: Arms) -> Findings:
    """Check that the arms differ in nothing that the task does not declare."""
    if not arms.shift:
        return
    declared = arms.subject.task.declared
    sides = [[drawn.case for drawn in arm] for arm in (arms.control, arms.shift)]
    prompts, texts = [[case.prompt for case in arm] for arm in sides], [[case.answer for case in arm] for arm in sides]
    if "prompt" not in declared:
        yield from _means("prompt", "characters", prompts, len)
        for name, count in tokenizers().items():
            yield from _means("prompt", "tokens", [arm[:SOME] for arm in prompts], count, f" of {name}")
    if "answer" not in declared:
        yield from _means("answer", "characters", texts, len)
        if all(map(is_whole, flat(texts))):
            yield from _means("answer", "digits", texts, count_digits)
    if "labels" not in declared:
        yield from _labels(*map(Counter, texts))
    if "lures" not in declared and (share := lured_right(arms.shift)) > LURED_RIGHT:
        yield Finding(
            f"a shortcut gives the right answer in {share:.0%} of the shift arm: make the cases so that it does not, or"
            " declare 'lures'",
            next(drawn for drawn in arms.shift if drawn.case.dropped_lures),
        )


def lured_right(arm: Sequence[Drawn]) -> float:
    """Return the share of cases that lost a lure because it was the answer."""
    return fmean(drawn.case.dropped_lures > 0 for drawn in arm)


def is_whole(text: str) -> bool:
    """Return whether an answer is a whole number."""
    digits = text.lstrip("+-")
    return digits.isascii() and digits.isdigit()


def count_digits(text: str) -> int:
    """Return how many digits a whole number has."""
    return len(text.lstrip("+-"))


def _means(
    what: str, unit: str, arms: Sequence[Sequence[str]], count: Callable[[str], int], kind: str = ""
) -> Findings:
    """Compare the mean lengths of texts of the control arm and of the shift arm."""
    familiar, moved = [fmean(map(count, texts)) for texts in arms]
    share, free = TOLERANCE[unit]
    if abs(familiar - moved) > max(share * familiar, free):
        yield Finding(
            f"{what}s have {familiar:.1f} {unit}{kind} on average in the control arm and {moved:.1f} in the shift arm:"
            f" match them, or declare {what!r}"
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
