"""The questions of a dataset, for tools that ask a model anew and have the answer verified.

Each question is written once, however many models were asked, with what draws its case again: the answer of a model is
judged by the case's own verifier, and by nothing else.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pytest_ood.asking.cell import Condition
from pytest_ood.asking.conversation import Conversation, plain
from pytest_ood.asking.strategies import Strategies
from pytest_ood.case import Case
from pytest_ood.dataset.folder import DatasetError
from pytest_ood.dataset.formats import Written
from pytest_ood.dataset.redraw import CaseKey, case_of, drawn
from pytest_ood.evidence.judging import Judgement, judge
from pytest_ood.evidence.trace import Trace
from pytest_ood.models.request import Answer
from pytest_ood.text.canonical import canonical, digest
from pytest_ood.text.words import short_line

# Strategies in which one response to the messages of a trace is the answer.
_ONE_RESPONSE = ("direct", "cot", "vote")
_OF_TRACE = ("arm", "family", "pair_id", "control_params", "strategy")


def questions(traces: Iterable[Trace], written: Written, dialogues: bool = False) -> Iterator[dict[str, Any]]:
    """Yield a row for each distinct question: its messages, a right answer, and the fields of `CaseKey`.

    Those that cannot be asked and verified alone are counted in `written.left_out`.

    Args:
        traces: the traces of a dataset.
        written: what is written so far.
        dialogues: whether the first question of a dialogue may be asked; `begun` knows the others.
    """
    seen = set()
    for trace in traces:
        key = CaseKey(*(getattr(trace, name) for name in CaseKey._fields))
        case, why = _askable(trace, key, dialogues)
        if case is None:
            written.left_out[why] += 1
            continue
        prompt = _opening(trace, case)
        row_id = digest(canonical([*key, trace.arm, prompt]))[:32]
        if row_id in seen:
            continue
        seen.add(row_id)
        yield {
            "id": row_id,
            "prompt": prompt,
            "question": case.prompt,
            "answer": trace.answer_expected,
            **key._asdict(),
            **{name: getattr(trace, name) for name in _OF_TRACE},
        }


def _askable(trace: Trace, key: CaseKey, dialogues: bool) -> tuple[Case | None, str]:
    """Return the case of a trace; None, and why not, if it cannot be asked and verified alone."""
    if trace.strategy not in _ONE_RESPONSE:
        return None, f"asked with the strategy {trace.strategy}, whose answer is not one response"
    case = drawn(key)
    if isinstance(case, str):
        return None, case
    if case.reply is not None and not dialogues:
        return None, "dialogues, which have several turns"
    return (None, "judged together with the answers to other draws") if case.among is not None else (case, "")


def _opening(trace: Trace, case: Case) -> list[dict[str, str]]:
    """The messages up to the case's own first question."""
    turns = [{"role": turn["role"], "content": turn["content"]} for turn in trace.messages]
    asked = [place for place, turn in enumerate(turns) if turn["content"].startswith(case.prompt)]
    return turns[: asked[0] + 1] if asked else turns


def begun(row: Mapping[str, Any]) -> Conversation:
    """Return the conversation about the case of a row, with nothing answered yet.

    Raises:
        DatasetError: the case cannot be drawn again, or its strategy is not one in which it was written.
    """
    case, strategy = case_of(row), row.get("strategy")
    # The name of another strategy could import it.
    if strategy not in _ONE_RESPONSE:
        raise DatasetError(f"strategy={short_line(repr(strategy))}: not one of {', '.join(_ONE_RESPONSE)}")
    return Conversation(case, Condition("", strategy=strategy), plain(Strategies().of(strategy)))


def judged(row: Mapping[str, Any], *answers: Answer) -> Judgement:
    """Return the judgement of the answer to a question, or of all answers in a dialogue, by the verifier of its case.

    Args:
        row: a row of `questions`, or any other with the fields of `CaseKey`.
        answers: what the model said, turn by turn.

    Raises:
        DatasetError: the case cannot be drawn again.
    """
    return judge(case_of(row), *answers)


def score(row: Mapping[str, Any], response: str) -> float:
    """Return 1 for a right answer, and 0 for a response that has none.

    Args:
        row: as `judged` gets it.
        response: all that the model said. The answer is read from its answer tags.

    Raises:
        DatasetError: the case cannot be drawn again.
    """
    return float(judged(row, Answer(response)).outcome == "correct")
