"""From answers to outcomes, from outcomes to an arm's evidence, from two arms to a verdict."""

import enum
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from pytest_ood import answers, stats
from pytest_ood.call import Answer
from pytest_ood.case import Case, Params, Task

AnswerOutcome = Literal["correct", "wrong", "unparsed", "truncated", "refused", "error"]
OUTCOMES: tuple[AnswerOutcome, ...] = get_args(AnswerOutcome)
UNSCORED: tuple[AnswerOutcome, ...] = ("unparsed", "truncated", "refused", "error")
ArmName = Literal["control", "shift"]

DEFAULT_BAR = 0.8
DEFAULT_MAX_SAMPLES = 40
FIRST_WAVE = 3
# An arm that begins with this many unscored answers is not worth another.
UNSCORED_START = 6


@dataclass(frozen=True, slots=True)
class Judgement:
    """One answer judged: its outcome, the answer read from it, the lure it equals, the verifier's detail."""

    outcome: AnswerOutcome
    given: str | None = None
    lure: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


def judge(case: Case, answer: Answer) -> Judgement:
    """The outcome of one answer.

    A cut-off answer is `truncated` even where it holds answer tags: the last answer is the one that counts, and it was
    not reached. A verifier that raises makes an `error`, never a wrong answer.
    """
    if answer.error is not None:
        return Judgement("error", detail={"error": answer.error})
    if answer.finish_reason == "length":
        return Judgement("truncated")
    if answer.finish_reason in ("content_filter", "refusal"):
        return Judgement("refused")
    given = answers.read(answer.text)
    if given is None:
        return Judgement("unparsed")
    try:
        check = case.check(given)
    except Exception as broken:
        return Judgement("error", given, detail={"verifier": f"{type(broken).__name__}: {broken}"})
    if check.correct:
        return Judgement("correct", given)
    return Judgement("wrong", given, case.lure(given), check.detail)


@dataclass(frozen=True, slots=True)
class Sampling:
    """How many draws an arm gets: exactly `samples`, or as many as a verdict at `bar` needs, up to `max_samples`."""

    bar: float = DEFAULT_BAR
    samples: int | None = None
    max_samples: int = DEFAULT_MAX_SAMPLES

    @property
    def limit(self) -> int:
        """The most draws that an arm may get."""
        return self.max_samples if self.samples is None else self.samples


class Arm:
    """One half of a cell: the counts of its outcomes and what they show.

    `decided` is "clears" or "misses" once the evidence has exceeded 1/alpha, looked at after every answer in the order of
    the draws, whatever the order in which they came. Unscored answers count as wrong in the evidence that the arm clears
    the bar, and as correct in the evidence that it misses it: a decision holds whatever they would have been.
    """

    def __init__(self, sampling: Sampling, traces: Callable[[], "list[Any]"] | None = None) -> None:
        self.sampling = sampling
        self.counts: Counter[AnswerOutcome] = Counter()
        self.lures: Counter[str] = Counter()
        self.rejected = 0
        self.waves = 0
        self.decided: Literal["clears", "misses"] | None = None
        self.out_of_budget = False
        self._traces = traces

    def add(self, judgement: Judgement, rejected: int = 0) -> None:
        """Count the next draw's answer and look at the evidence."""
        self.counts[judgement.outcome] += 1
        self.rejected += rejected
        if judgement.lure is not None:
            self.lures[judgement.lure] += 1
        if self.decided is None:
            bar, enough = self.sampling.bar, 1 / stats.ALPHA
            if stats.clears(self.correct, self.n - self.correct, bar) >= enough:
                self.decided = "clears"
            elif stats.misses(self.n - self.wrong, self.wrong, bar) >= enough:
                self.decided = "misses"

    def next_wave(self) -> int:
        """How many draws to ask now; 0 when the arm is done.

        Waves of 3, 6, 12, ... decide an arm of 40 in four round trips and ask, over all accuracies, at most 1.5 times
        what looking after every answer would ask on average.
        """
        rest = self.sampling.limit - self.n
        if self.sampling.samples is not None:
            return rest
        if self.decided or self.out_of_budget or self.dead_start:
            return 0
        size = FIRST_WAVE * 2**self.waves
        self.waves += 1
        if self.n and self.unscored == self.n:
            size = UNSCORED_START - self.n
        return min(size, rest)

    @property
    def n(self) -> int:
        """The draws asked."""
        return self.counts.total()

    @property
    def correct(self) -> int:
        """The draws answered right."""
        return self.counts["correct"]

    @property
    def wrong(self) -> int:
        """The draws answered wrong."""
        return self.counts["wrong"]

    @property
    def unscored(self) -> int:
        """The draws that are no evidence: unparsed, truncated, refused, error."""
        return self.n - self.correct - self.wrong

    @property
    def dead_start(self) -> bool:
        """Whether the first answers were all unscored, so that the arm stopped there."""
        return self.sampling.samples is None and self.n >= UNSCORED_START and self.unscored == self.n

    @property
    def accuracy(self) -> float | None:
        """Correct out of correct and wrong; None without either. `low` and `high` count the unscored both ways."""
        scored = self.correct + self.wrong
        return self.correct / scored if scored else None

    @property
    def low(self) -> float:
        """One-sided anytime-valid 95 % lower bound, with every unscored answer counted as wrong."""
        return self.bounds()[0]

    @property
    def high(self) -> float:
        """One-sided anytime-valid 95 % upper bound, with every unscored answer counted as correct."""
        return self.bounds()[1]

    def bounds(self, alpha: float = stats.ALPHA) -> tuple[float, float]:
        """The lower and the upper bound, each at level `alpha`."""
        return (
            stats.lower_bound(self.correct, self.n - self.correct, alpha),
            stats.upper_bound(self.n - self.wrong, self.wrong, alpha),
        )

    @property
    def traces(self) -> "list[Any]":
        """The full record of every draw, read from the store."""
        return self._traces() if self._traces else []

    def why_undecided(self) -> str:
        """The reason, named, why the arm shows neither."""
        if self.out_of_budget:
            return "budget"
        unscored = ", ".join(f"{self.counts[kind]} {kind}" for kind in UNSCORED if self.counts[kind])
        if self.dead_start:
            return f"no answer of the first {self.n} could be scored ({unscored})"
        # Had the unscored answers not been asked, would the others have decided?
        bar, enough = self.sampling.bar, 1 / stats.ALPHA
        if (
            self.unscored
            and max(stats.clears(self.correct, self.wrong, bar), stats.misses(self.correct, self.wrong, bar)) >= enough
        ):
            return f"{unscored} of {self.n} answers: they could turn the verdict"
        return f"too few draws ({self.n})" + (f", {unscored}" if unscored else "")

    def row(self) -> dict[str, Any]:
        """ARM of the summary: JSON types only."""
        return {
            "n": self.n,
            **{kind: self.counts[kind] for kind in OUTCOMES},
            "accuracy": self.accuracy,
            "low": self.low,
            "high": self.high,
            "rejected": self.rejected,
        }


class Verdict(str, enum.Enum):
    """What a cell shows about its model."""

    ROBUST = "robust"
    BRITTLE = "brittle"
    INCAPABLE = "incapable"
    UNDECIDED = "undecided"


def verdict(control: Arm, shift: Arm) -> tuple[Verdict, str]:
    """The verdict of a cell and its reason in words."""
    bar = f"{control.sampling.bar:g}"
    if control.decided == "misses":
        return Verdict.INCAPABLE, f"the control arm misses the bar {bar}"
    if shift.decided == "clears":
        return Verdict.ROBUST, f"the shift arm clears the bar {bar}"
    if control.decided == "clears" and shift.decided == "misses":
        return Verdict.BRITTLE, f"the control arm clears the bar {bar}, the shift arm misses it"
    if control.decided is None:
        return Verdict.UNDECIDED, f"control: {control.why_undecided()}"
    return Verdict.UNDECIDED, f"shift: {shift.why_undecided()}"
