"""Read the result of a replay: learned, memorised or still wrong."""

from collections.abc import Mapping

from pytest_ood.asking.outcome import Outcome
from pytest_ood.evidence import stats
from pytest_ood.evidence.arm import Arm
from pytest_ood.evidence.trace import Trace
from pytest_ood.replay.names import short
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
# A group that fixes more than its siblings predict is not just lucky if this happens by chance less often than this.
LUCK = 0.05


def reading(published: Arm, siblings: Arm | None) -> str:
    """Return one of `READINGS`, from the published cases and their siblings."""
    if not published.correct:
        return "still" if published.wrong else "not scored"
    if siblings is None:
        return "fixed, no siblings"
    if siblings.decided == "clears":
        return "learned"
    if siblings.decided is None:
        return "fixed, siblings undecided"
    # A model that is right half of the time fixes some cases anyway. They count as memorised only if it fixes more of
    # them than the siblings predict, with every unscored answer counted against that.
    predicted = stats.at_least(published.correct, published.n, siblings.n - siblings.wrong, siblings.wrong)
    return "memorised" if predicted < LUCK else "partly fixed"


def describe_case(now: Trace | None, given: Mapping[str, str], model: str) -> tuple[str, str]:
    """Return the word for what became of a published case, and if it is not fixed the case in full.

    The text is safe for a terminal.

    Args:
        now: its new trace; None if it was not asked.
        given: the published answers, by model.
    """
    if now is None:
        return "UNASKED", "not asked: the budget does not allow it"
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
