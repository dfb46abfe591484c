"""Judge an answer, or the answers of a dialogue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pytest_ood import answers
from pytest_ood.case import Case
from pytest_ood.evidence.outcomes import AnswerOutcome
from pytest_ood.evidence.tally import Marks
from pytest_ood.models.request import Answer
from pytest_ood.text.canonical import canonical


@dataclass(frozen=True, slots=True)
class Judgement:
    """The judgement of one answer.

    Attributes:
        outcome: its outcome.
        given: the answer read from the response; None if there was none to read.
        lure: the name of the lure that it equals, if any.
        detail: what the verifier reported.
        scores: the scores of its parts.
        understanding: the judgement of the comprehension question, if there was one.
        marks: what the strategy knows about the answer besides.
    """

    outcome: AnswerOutcome
    given: str | None = None
    lure: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)
    understanding: "Judgement | None" = None
    marks: Marks = field(default_factory=dict)

    def details(self) -> dict[str, Any]:
        """Return everything besides the outcome, for the trace."""
        details = dict(self.detail)
        if self.scores:
            details["scores"] = {name: float(score) for name, score in self.scores.items()}
        if self.marks:
            details["strategy"] = dict(self.marks)
        if self.understanding is not None:
            details["comprehension"] = {"outcome": self.understanding.outcome, "given": self.understanding.given}
        return details


def read_answer(answer: Answer) -> str | Judgement:
    """Return the text between the answer tags, or the judgement that says why there is no evidence.

    An answer cut off by length is `truncated` even if it has answer tags: the last answer counts, and the model did not
    reach it.
    """
    if answer.error is not None:
        return Judgement("error", detail={"error": answer.error})
    if answer.finish_reason == "length":
        return Judgement("truncated")
    if answer.finish_reason in ("content_filter", "refusal"):
        return Judgement("refused")
    given = answers.read(answer.text)
    return Judgement("unparsed") if given is None else given


def judge(case: Case, *turns: Answer, earlier: Sequence[str] = ()) -> Judgement:
    """Return the judgement of a case from its answer, or from the answers to all turns of a dialogue.

    A verifier that raises results in an `error`, never in a wrong answer. An answer that is not right as it stands may
    be so in another reading (`Case.readings`); one that is not in the form asked is `unparsed`.

    Args:
        earlier: the answers of the arm's earlier draws, for cases that are judged together.
    """
    texts = []
    for turn, answer in enumerate(turns):
        text = read_answer(answer)
        if isinstance(text, Judgement):
            return text if case.reply is None else replace(text, detail={**text.detail, "turn": turn})
        texts.append(text)
    said = texts[0] if case.reply is None else answers.join(texts)
    try:
        judgement = _judged(case, said, earlier)
        # What cannot be written as JSON cannot be kept in the trace.
        canonical(judgement.details())
    except Exception as broken:
        return Judgement("error", said, detail={"verifier": f"{type(broken).__name__}: {broken}"})
    return judgement


def _judged(case: Case, said: str, earlier: Sequence[str]) -> Judgement:
    """Judge what an answer may be meant to be: one right reading is enough, and otherwise the plainest one counts."""
    readings = case.readings(said)
    checks = []
    for given in readings:
        check = case.check(given, earlier)
        if check.correct:
            return Judgement("correct", given, scores=check.scores)
        checks.append(check)
    lure = case.lure(readings[-1])
    in_form = [(given, check) for given, check in zip(readings, checks, strict=True) if check.in_form]
    if lure is None and not (in_form and case.is_in_form(said)):
        return Judgement("unparsed", readings[-1], detail=checks[-1].detail)
    given, check = in_form[-1] if in_form else (readings[-1], checks[-1])
    return Judgement("wrong", given, lure, check.detail, check.scores)
