"""Judge an answer, or the answers of a dialogue."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pytest_ood import answers
from pytest_ood.case import Case
from pytest_ood.evidence.outcomes import AnswerOutcome
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
    """

    outcome: AnswerOutcome
    given: str | None = None
    lure: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)
    understanding: "Judgement | None" = None

    def details(self) -> dict[str, Any]:
        """Return everything besides the outcome, for the trace."""
        details = dict(self.detail)
        if self.scores:
            details["scores"] = {name: float(score) for name, score in self.scores.items()}
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
    be so without its dress (`answers.layers`).

    Args:
        earlier: the answers of the arm's earlier draws, for cases that are judged together.
    """
    texts = []
    for turn, answer in enumerate(turns):
        text = read_answer(answer)
        if isinstance(text, Judgement):
            return text if case.reply is None else replace(text, detail={**text.detail, "turn": turn})
        texts.append(text)
    try:
        for given in _readings(case, texts):
            check = case.check(given, earlier)
            if check.correct:
                break
        judgement = (
            Judgement("correct", given, scores=check.scores)
            if check.correct
            else Judgement("wrong", given, case.lure(given), check.detail, check.scores)
        )
        # What cannot be written as JSON cannot be kept in the trace.
        canonical(judgement.details())
    except Exception as broken:
        return Judgement("error", given, detail={"verifier": f"{type(broken).__name__}: {broken}"})
    return judgement


def _readings(case: Case, texts: Sequence[str]) -> Iterator[str]:
    """Yield what the answers may be meant to be: as they stand, and without their dress."""
    if case.reply is None:
        yield from answers.layers(texts[0])
    else:
        given, plain = answers.join(texts), answers.join([answers.peel(text) for text in texts])
        yield given
        if plain != given:
            yield plain
