"""The six outcomes of an answer, and the two arms it may belong to."""

from typing import Literal, get_args

AnswerOutcome = Literal["correct", "wrong", "unparsed", "truncated", "refused", "error"]
OUTCOMES: tuple[AnswerOutcome, ...] = get_args(AnswerOutcome)
# Not evidence: neither right nor wrong.
UNSCORED: tuple[AnswerOutcome, ...] = ("unparsed", "truncated", "refused", "error")
ArmName = Literal["control", "shift"]
