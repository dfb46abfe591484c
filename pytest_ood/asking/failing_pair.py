"""The pair of twins that shows where a model breaks: what was asked, what was answered, and what is right."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from pytest_ood.evidence.arm import Arm
from pytest_ood.evidence.outcomes import UNSCORED
from pytest_ood.evidence.trace import Trace
from pytest_ood.text.printable import clipped, printable

if TYPE_CHECKING:
    from pytest_ood.asking.outcome import Outcome

MARK = "^"


@dataclass(frozen=True, slots=True)
class Twin:
    """One half of a pair, as a person reads it: every text is printable and not too long.

    Attributes:
        arm: the name of the arm.
        params: the parameters of the task, as ``size=2 mark=.``.
        draw: the draw of the arm's seed.
        outcome: the outcome of the answer.
        lure: the name of the shortcut that gives this answer; empty without one.
        question: what was asked last.
        answer: the answer, or the whole response if no answer could be read from it.
        is_read: whether an answer could be read.
        right: the right answer.
        is_unique: whether no other answer is right.
        detail: what the task says about the answer, as JSON; empty if it says nothing.
    """

    arm: str
    params: str
    draw: int
    outcome: str
    lure: str
    question: str
    answer: str
    is_read: bool
    right: str
    is_unique: bool
    detail: str

    @classmethod
    def of(cls, trace: Trace) -> "Twin":
        """Return the twin of a trace."""
        is_read = trace.answer_given is not None
        return cls(
            trace.arm,
            _params(trace.params),
            trace.draw,
            trace.outcome,
            printable(trace.lure or ""),
            clipped(trace.question or trace.messages[-1]["content"]).strip("\n"),
            clipped(trace.response if trace.answer_given is None else trace.answer_given),
            is_read,
            clipped(trace.answer_expected),
            trace.answer_unique,
            "" if trace.detail == "{}" else clipped(trace.detail),
        )

    @property
    def judgement(self) -> str:
        """The outcome in words: ``wrong, the answer of the shortcut copied``."""
        return self.outcome + (f", the answer of the shortcut {self.lure}" if self.lure else "")


@dataclass(frozen=True, slots=True)
class FailingPair:
    """A draw on which the model failed, preferably in the shift arm only.

    Attributes:
        control: the control twin, or the twin of the only arm; None if a replay has no control arm.
        shift: the shift twin; None if the cell has one arm, or if the shift arm was not asked.
    """

    control: Twin | None
    shift: Twin | None

    @classmethod
    def of(cls, outcome: "Outcome") -> "FailingPair | None":
        """Return the pair that shows best why an outcome is not robust; None if no answer was wrong or unscored.

        That is the first draw with a right control and a wrong shift; otherwise the first with a wrong answer of the
        shift, then of the control, then with an unscored answer.
        """
        draw = _choose(outcome.control, outcome.shift)
        if draw is None:
            return None
        traces = {name: next(islice(arm.each_trace(), draw, None), None) for name, arm in outcome.arms}
        twins = {name: Twin.of(trace) for name, trace in traces.items() if trace is not None}
        if outcome.shift is None:
            # The only arm has either name.
            return cls(next(iter(twins.values()), None), None)
        return cls(twins.get("control"), twins.get("shift"))

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "FailingPair":
        """Return the pair that `row` was made from."""
        return cls(*(None if row[arm] is None else Twin(**row[arm]) for arm in ("control", "shift")))

    def row(self) -> dict[str, Any]:
        """Return the pair as JSON types, for a report that crosses processes."""
        return asdict(self)

    @property
    def twins(self) -> list[Twin]:
        """Both twins, the control first."""
        return [twin for twin in (self.control, self.shift) if twin is not None]

    @property
    def failing(self) -> Twin:
        """The twin that the model failed on: the shift, unless only the control's answer is not correct."""
        return next((twin for twin in reversed(self.twins) if twin.outcome != "correct"), self.twins[-1])

    def lines(self) -> Iterator[str]:
        """Yield the whole pair, line by line."""
        for twin in self.twins:
            params = f" {twin.params}" if twin.params else ""
            yield f"--- {twin.arm}{params}, draw {twin.draw}: {twin.judgement}"
            yield from twin.question.split("\n")
            yield "--- answer" if twin.is_read else "--- response, without an answer to read"
            failed = twin.is_read and twin.outcome != "correct"
            yield from marked(twin.answer, twin.right) if failed else (twin.answer or "(empty)").split("\n")
            if twin.outcome != "correct":
                yield "--- expected" + ("" if twin.is_unique else ", one of several")
                yield from twin.right.split("\n")
            if twin is self.failing and twin.detail:
                yield "--- detail"
                yield twin.detail


def marked(answer: str, right: str) -> Iterator[str]:
    """Yield the rows of an answer, with a line of marks under each row that differs from the right answer's.

    Only answers of the same shape as the right one, with rows of equal length, are marked: there a mark says which cell
    is wrong. In another answer every character after a missing one would be marked.
    """
    for row, expected in paired_rows(answer, right) or [(row, row) for row in (answer or "(empty)").split("\n")]:
        yield row
        if row != expected:
            yield marks(row, expected)


def paired_rows(answer: str, right: str) -> list[tuple[str, str]]:
    """Return the rows of both answers side by side; nothing if they have different shapes, or little in common."""
    rows, expected = answer.split("\n"), right.split("\n")
    if [len(row) for row in rows] != [len(row) for row in expected]:
        return []
    # Marks under most of the cells would say nothing.
    different = sum(one != other for one, other in zip(answer, right, strict=True))
    return list(zip(rows, expected, strict=True)) if 2 * different <= len(right) else []


def marks(row: str, expected: str) -> str:
    """Return a line with a mark under each character of `row` that is not the one expected."""
    return "".join(MARK if one != other else " " for one, other in zip(row, expected, strict=True)).rstrip()


def _choose(control: Arm, shift: Arm | None) -> int | None:
    """Return the place of the draw to show."""
    if shift is not None:
        twins = zip(control.outcomes, shift.outcomes, strict=False)
        collapsed = next((place for place, pair in enumerate(twins) if pair == ("correct", "wrong")), None)
        if collapsed is not None:
            return collapsed
    for kinds in (("wrong",), UNSCORED):
        for arm in (shift, control):
            place = next((place for place, kind in enumerate(arm.outcomes if arm else ()) if kind in kinds), None)
            if place is not None:
                return place
    return None


def _params(text: str) -> str:
    params = json.loads(text)
    return printable(" ".join(f"{name}={value}" for name, value in params.items())).replace("\n", "\\n")
