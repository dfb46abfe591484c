"""Checks of dialogues: they play through, and whatever is answered they end."""

from collections.abc import Sequence
from typing import Any

from pytest_ood import answers
from pytest_ood.certify.arms import AGAIN, Arms, CheckAborted, Drawn, Finding, Found, named
from pytest_ood.certify.hostile import ODD


def dialogue(arms: Arms) -> Found:
    """The right answers and every lure play through, and whatever is answered the dialogue ends."""
    for drawn in arms.first(AGAIN):
        if drawn.case.reply is not None:
            yield from _played(drawn, "the right answers", drawn.case.answer)
            for name, given in drawn.case.lures.items():
                yield from _played(drawn, f"the answers of the lure {name!r}", given)
            yield from _stubborn(drawn)


def _played(drawn: Drawn, whose: str, given: str) -> Found:
    """Whether the dialogue ends with the last of these answers, and neither before nor after."""
    turns = answers.split(given)
    said = [_reply(drawn, turns[:count]) for count in range(1, len(turns) + 1)]
    if len(turns) > drawn.case.turns:
        yield Finding(f"{whose} take {len(turns)} turns, the case allows {drawn.case.turns}", drawn, given)
    if None in said[:-1]:
        yield Finding(f"the dialogue is over before the last of {whose}", drawn, given)
    elif said[-1] is not None:
        yield Finding(f"the dialogue goes on after the last of {whose}", drawn, given)
    if said != [_reply(drawn, turns[:count]) for count in range(len(turns), 0, -1)][::-1]:
        yield Finding("the same answers get another reply: it must depend on nothing else", drawn, given)
    for text in said:
        if text is not None and (not text.strip() or answers.OPEN in text or answers.CLOSE in text):
            yield Finding("a reply is empty or mentions the answer tags", drawn, given)


def _stubborn(drawn: Drawn) -> Found:
    for odd in ("x", "", "0", *ODD):
        if _reply(drawn, [odd] * drawn.case.turns) is not None:
            yield Finding(f"the dialogue goes on after {drawn.case.turns} answers, the most it can have", drawn, odd)
            return


def _reply(drawn: Drawn, turns: Sequence[str]) -> str | None:
    reply: Any = drawn.case.reply
    try:
        said: Any = reply(list(turns))
    except Exception as error:
        raise CheckAborted(Finding(f"the reply raises {named(error)}", drawn, answers.join(turns))) from error
    if not isinstance(said, str | None):
        raise CheckAborted(Finding(f"the reply is {type(said).__name__}, not text or None", drawn, answers.join(turns)))
    return said
