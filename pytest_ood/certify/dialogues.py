"""Checks of dialogues: they play through, and they end whatever the answers."""

from collections.abc import Sequence
from typing import Any

from pytest_ood import answers
from pytest_ood.certify.arms import AGAIN, Arms, CheckAborted, Drawn, Finding, Findings, describe_error
from pytest_ood.certify.hostile import ODD


def dialogue(arms: Arms) -> Findings:
    """Check that the right answers and every lure play through, and that the dialogue ends whatever the answers."""
    for drawn in arms.first(AGAIN):
        if drawn.case.reply is not None:
            yield from _played(drawn, "the right answers", drawn.case.answer)
            for name, given in drawn.case.lures.items():
                yield from _played(drawn, f"the answers of the lure {name!r}", given)
            yield from _stubborn(drawn)


def _played(drawn: Drawn, whose: str, given: str) -> Findings:
    """Whether the dialogue ends with the last of these answers, and neither before nor after."""
    turns = answers.split(given)
    replies = [_reply(drawn, turns[:count]) for count in range(1, len(turns) + 1)]
    if len(turns) > drawn.case.turns:
        yield Finding(f"{whose} take {len(turns)} turns, the case allows {drawn.case.turns}", drawn, given)
    if None in replies[:-1]:
        yield Finding(f"the dialogue is over before the last of {whose}", drawn, given)
    elif replies[-1] is not None:
        yield Finding(f"the dialogue goes on after the last of {whose}", drawn, given)
    if replies != [_reply(drawn, turns[:count]) for count in range(len(turns), 0, -1)][::-1]:
        yield Finding("the same answers get another reply: it must depend on nothing else", drawn, given)
    for text in replies:
        if text is not None and (not text.strip() or answers.OPEN in text or answers.CLOSE in text):
            yield Finding("a reply is empty or mentions the answer tags", drawn, given)


def _stubborn(drawn: Drawn) -> Findings:
    for odd in ("x", "", "0", *ODD):
        if _reply(drawn, [odd] * drawn.case.turns) is not None:
            yield Finding(f"the dialogue goes on after {drawn.case.turns} answers, its maximum", drawn, odd)
            return


def _reply(drawn: Drawn, turns: Sequence[str]) -> str | None:
    reply: Any = drawn.case.reply
    try:
        text: Any = reply(list(turns))
    except Exception as error:
        raise CheckAborted(Finding(f"the reply raises {describe_error(error)}", drawn, answers.join(turns))) from error
    if not isinstance(text, str | None):
        raise CheckAborted(Finding(f"the reply is {type(text).__name__}, not text or None", drawn, answers.join(turns)))
    return text
