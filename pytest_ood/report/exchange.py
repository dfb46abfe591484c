"""One trace as a person reads it: what was asked and said, turn by turn, and where it went wrong."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_ood import answers
from pytest_ood.evidence.questions import conversation
from pytest_ood.evidence.trace import Trace
from pytest_ood.text.canonical import canonical


@dataclass(frozen=True)
class Exchange:
    """The texts of a trace as they stand in it: whoever shows them makes them printable.

    Attributes:
        system: the system message; empty without one.
        turns: the conversation about the case before the last response, as pairs of role and text.
        is_dialogue: whether the case has several turns.
        detail: what the task says about the answer, without scores.
        wrong_at: the place of the first wrong part of the answer, counted from 0, if the task says so.
        wrong_turn: the first wrong turn of a dialogue, counted from 1, if the task says so.
    """

    system: str
    turns: Sequence[tuple[str, str]]
    is_dialogue: bool
    detail: Mapping[str, Any]
    wrong_at: int | None
    wrong_turn: int | None

    @classmethod
    def of(cls, trace: Trace) -> "Exchange":
        """Return the exchange that a trace records."""
        names = ("messages", "question", "prompt_sha256")
        turns = conversation({name: getattr(trace, name) for name in names})
        detail = json_object(trace.detail)
        detail.pop("scores", None)
        return cls(
            system=next((message["content"] for message in trace.messages if message["role"] == "system"), ""),
            turns=turns,
            # A conversation that ended early has one question, but its expected answer covers all turns.
            is_dialogue=len(turns) > 1 or len(answers.split(trace.answer_expected)) > 1,
            detail=detail,
            wrong_at=_place(detail, "first_wrong"),
            wrong_turn=_place(detail, "first_wrong_turn") or _place(detail, "first_drift"),
        )


def params_text(text: str) -> str:
    """Return ``size=2 rule=110`` from parameters as JSON, as one line that is not yet printable."""
    params = json_object(text)
    shown = (f"{name}={value if isinstance(value, str) else canonical(value)}" for name, value in params.items())
    return " ".join(shown).replace("\n", "\\n")


def json_object(text: str) -> dict[str, Any]:
    """Return the object of a JSON text. In a file that was edited by hand it may be anything: then it is empty."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _place(detail: Mapping[str, Any], name: str) -> int | None:
    place = detail.get(name)
    return place if isinstance(place, int) and not isinstance(place, bool) else None
