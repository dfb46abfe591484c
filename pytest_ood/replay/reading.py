"""Read the result of a replay: learned, memorised or still wrong."""

from collections.abc import Mapping

from pytest_ood.asking.outcome import Outcome
from pytest_ood.evidence import stats
from pytest_ood.evidence.arm import Arm
from pytest_ood.evidence.trace import Trace
from pytest_ood.replay.names import short
from pytest_ood.replay.siblings import USED_UP
from pytest_ood.text.printable import clipped

#: The possible results of a group, best first.
READINGS = (
    "learned",
    "fixed, siblings undecided",
    "fixed, no siblings",
    "partly fixed",
    "memorised",
    "still",
    "not scored",
)
#: The level of the claim that fixed cases are memorised.
LEVEL = 0.05
#: As `describe_case`, for a case that was not asked.
UNASKED = ("UNASKED", "not asked: the budget does not allow it")
# Smaller probabilities need no exact value.
_TINY = 1e-4


def reading(published: Arm, siblings: Arm | None) -> str:
    """Return one of `READINGS`.

    Args:
        published: the answers to the published cases.
        siblings: those to their siblings; None if there are none.
    """
    if not published.correct:
        return "still" if published.wrong else "not scored"
    if siblings is None:
        return "fixed, no siblings"
    if siblings.decided == "clears":
        return "learned"
    # A model that is right half of the time fixes some cases anyway: they are memorised only if it is right about more
    # of them than of the siblings.
    chance = p_value(published, siblings)
    if chance is not None and chance <= LEVEL:
        return "memorised"
    return "partly fixed" if siblings.decided == "misses" else "fixed, siblings undecided"


def p_value(published: Arm, siblings: Arm | None) -> float | None:
    """Return the probability of so many right published cases if the model were right about siblings as often.

    By Fisher's exact test, with an unscored answer counted as wrong to a published case and as right to a sibling. None
    without siblings, and where the budget ended before all were asked: how many it allows may depend on the answers.
    """
    if siblings is None or published.cut_off or siblings.cut_off:
        return None
    right, siblings_right = published.correct, siblings.n - siblings.wrong
    return stats.fisher(right, published.n - right, siblings_right, siblings.wrong)


def reason(reading: str, *, still: int, published: int, p_value: float | None, no_siblings: str) -> str:
    """Return the reading in words, with the number that it depends on most.

    Args:
        reading: one of `READINGS`.
        still: how many published cases are still wrong.
        published: how many there are.
        p_value: as `p_value` returns it.
        no_siblings: why there are no siblings.
    """
    if reading == "learned" and still:
        return f"{reading}, {still} of {published} still wrong"
    if reading == "memorised" and p_value is not None:
        return f"{reading} (p {'<' if p_value < _TINY else '='} {max(p_value, _TINY):.1g})"
    # The other reasons are too long for a table, and are given as notes.
    return f"{reading} ({no_siblings})" if reading == "fixed, no siblings" and no_siblings == USED_UP else reading


def describe_case(now: Trace, given: Mapping[str, str], model: str) -> tuple[str, str]:
    """Return the word for what became of a published case, and if it is not fixed the case in full.

    The text is safe for a terminal.

    Args:
        now: its new trace.
        given: the published answers, by model.
    """
    if now.outcome == "correct":
        return "FIXED", ""
    if now.outcome == "wrong":
        return "STILL", "\n".join(_lines(now, "wrong as before", model, given))
    return now.outcome.upper(), "\n".join(_lines(now, now.outcome, model, given))


def _lines(now: Trace, outcome: str, model: str, given: Mapping[str, str]) -> list[str]:
    shortcut = f" (the answer of the shortcut {short(now.lure)})" if now.lure else ""
    text = now.response if now.answer_given is None else now.answer_given
    lines = [
        f"{outcome}: {now.arm} seed {now.seed} draw {now.draw} of {short(now.task)}{shortcut}",
        clipped(now.messages[-1]["content"]),
        f"--- {'answer' if now.answer_given is not None else 'response'} of {short(model)}",
        clipped(text) or "(empty)",
    ]
    for name, before in given.items():
        lines += [f"--- published answer of {short(name)}", before or "(empty)"]
    lines += ["--- expected" + ("" if now.answer_unique else ", one of several"), clipped(now.answer_expected)]
    return lines if now.detail == "{}" else [*lines, "--- detail", clipped(now.detail)]


def describe_siblings(outcome: Outcome) -> tuple[str, str]:
    """Return the verdict on the siblings as a word, and the reason if they are not robust."""
    word = outcome.verdict.value.upper()
    if outcome.robust:
        return word, ""
    lines = [f"{outcome.verdict.value}: {outcome.reason}", f"siblings {outcome.control}"]
    failing = next((trace for trace in outcome.control.each_trace() if trace.outcome != "correct"), None)
    if failing is not None:
        lines += ["", *_lines(failing, failing.outcome, outcome.cell.condition.model, {})]
    return word, "\n".join(lines)
