"""The questions of a dataset, for tools that ask a model anew and have the answer verified.

Each question is written once, however many models were asked, with what draws its case again: the answer of a model is
judged by the case's own verifier, and by nothing else.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pytest_ood.dataset.formats import Written
from pytest_ood.dataset.redraw import CaseKey, case_of, drawn
from pytest_ood.evidence.judging import Judgement, judge
from pytest_ood.evidence.trace import Trace
from pytest_ood.models.request import Answer
from pytest_ood.text.canonical import canonical, digest

# Strategies in which one response to the messages of a trace is the answer.
_ONE_RESPONSE = ("direct", "cot", "vote")
_OF_TRACE = ("arm", "family", "pair_id", "control_params", "strategy")


def questions(traces: Iterable[Trace], written: Written) -> Iterator[dict[str, Any]]:
    """Yield a row for each distinct question: its messages, a right answer, and the fields of `CaseKey`.

    Those that cannot be asked and verified alone are counted in `written.left_out`.
    """
    seen = set()
    for trace in traces:
        key = CaseKey(*(getattr(trace, name) for name in CaseKey._fields))
        row_id = digest(canonical([*key, trace.arm, list(trace.messages)]))[:32]
        if row_id in seen:
            continue
        if why := _why_not(trace, key):
            written.left_out[why] += 1
            continue
        seen.add(row_id)
        yield {
            "id": row_id,
            "prompt": [{"role": turn["role"], "content": turn["content"]} for turn in trace.messages],
            "question": trace.question,
            "answer": trace.answer_expected,
            **key._asdict(),
            **{name: getattr(trace, name) for name in _OF_TRACE},
        }


def _why_not(trace: Trace, key: CaseKey) -> str:
    if trace.strategy not in _ONE_RESPONSE:
        return f"asked with the strategy {trace.strategy}, whose answer is not one response"
    case = drawn(key)
    if isinstance(case, str):
        return case
    if case.reply is not None:
        return "dialogues, which have several turns"
    if case.among is not None:
        return "judged together with the answers to other draws"
    return ""


def judged(row: Mapping[str, Any], response: str, finish_reason: str = "stop") -> Judgement:
    """Return the judgement of a response to a question, by the verifier of its case.

    Args:
        row: a row of `questions`, or any other with the fields of `CaseKey`.
        response: all that the model said. The answer is read from its answer tags.
        finish_reason: why the response ended; "length" if it was cut off.

    Raises:
        DatasetError: the case cannot be drawn again.
    """
    return judge(case_of(row), Answer(response, finish_reason=finish_reason))


def score(row: Mapping[str, Any], response: str) -> float:
    """Return 1 for a right answer, and 0 for a response that has none.

    Raises:
        DatasetError: the case cannot be drawn again.
    """
    return float(judged(row, response).outcome == "correct")
