"""Long and strange answers: a verifier must reject them at once, and must not raise."""

import time

from pytest_ood.certify.arms import Arms, Drawn, Finding, Findings, judged
from pytest_ood.certify.mutants import last_turn, same, with_last
from pytest_ood.verify import Check

SIZES = (1_000, 10_000, 100_000, 1_000_000)
# Far longer than a verifier with linear time takes, and long before one with quadratic time ends.
SECONDS = 3.0
# Includes what a verifier's int(), regular expression or encoder may trip over.
UNITS = ("0", "9", "-", "1,", "((", "a ", "a\n\n", "\x00", "\x1b[31m", "\ud800", "\N{SUPERSCRIPT TWO}")
ODD = ("\x00", "\ud800", "\N{SUPERSCRIPT TWO}", "\N{ARABIC-INDIC DIGIT ONE}", "-", "1e5", "NaN", ",", "\u0130", "\\")


def hostile(arms: Arms, seconds: float = SECONDS) -> Findings:
    """Check that long and strange answers are rejected within `seconds` without raising; in a dialogue, as the last."""
    drawn = arms.moved[0]
    before, answer = last_turn(drawn.case)
    for odd in ODD:
        for last in (odd, answer[:-1] + odd, odd + answer[1:], f"{answer}\n{odd}"):
            judged(drawn, with_last(drawn.case, before, last))
            judged(drawn, last)
    units = (*UNITS, answer, f"{answer} ", f"{answer}\n", f"{answer}\n\n", f"{answer[:1]} ", answer[-1:])
    for unit in units:
        # From short to long, so that quadratic time is noticed before it takes hours.
        for size in SIZES:
            given = with_last(drawn.case, before, (unit * (size // len(unit) + 1))[:size].strip())
            took, check = _timed(drawn, given)
            if check.correct and not same(given, drawn.case.answer):
                yield Finding(f"{size:,} characters of {unit[:20]!r} are right", drawn, given)
            if took > seconds:
                yield Finding(f"the verifier takes {took:.1f} s for {size:,} characters", drawn, given)
                return


def _timed(drawn: Drawn, given: str) -> tuple[float, Check]:
    """The processor time of a check in seconds, and its result: a busy machine is not the task's fault."""
    began = time.thread_time()
    check = judged(drawn, given)
    return time.thread_time() - began, check
