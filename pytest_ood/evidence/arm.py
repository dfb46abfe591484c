"""One half of a cell: the outcomes of its draws, and what they show."""

import functools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from pytest_ood.case import Case
from pytest_ood.evidence import stats
from pytest_ood.evidence.judging import Judgement
from pytest_ood.evidence.outcomes import OUTCOMES, UNSCORED, AnswerOutcome
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.evidence.spent import Spending, Spent
from pytest_ood.evidence.tally import Marks, Tally
from pytest_ood.evidence.trace import Trace
from pytest_ood.models.request import Answer

# An arm whose first answers are all unscored ends after this many.
UNSCORED_START = 6
# A chance below this needs no remark.
NEGLIGIBLE_CHANCE = 0.1
# Shared by all draws without scores or marks: an arm may have many.
_NO_SCORES: Mapping[str, float] = MappingProxyType({})
_NO_MARKS: Marks = MappingProxyType({})
_UNKNOWN = Spent()


@dataclass(frozen=True, slots=True)
class ScoredDraw:
    """The result of one draw, as an arm counts it.

    Attributes:
        understanding: the outcome of the comprehension question, if there was one.
        rejected, chance, choices: as in `Case`.
        marks: what the strategy knows about the answer besides.
        spent: what its answers took.
        further: what those after the first took.
    """

    outcome: AnswerOutcome
    lure: str | None = None
    scores: Mapping[str, float] = field(default_factory=lambda: _NO_SCORES)
    understanding: AnswerOutcome | None = None
    rejected: int = 0
    chance: float = 0.0
    choices: int = 0
    marks: Marks = field(default_factory=lambda: _NO_MARKS)
    spent: Spent = _UNKNOWN
    further: Spent = _UNKNOWN

    @classmethod
    def of(cls, judgement: Judgement, case: Case, answers: Sequence[Answer] = ()) -> "ScoredDraw":
        """Return the result of a judged case, to which these answers were given."""
        question = judgement.understanding
        understanding = None if question is None else question.outcome
        counts = (case.rejected, case.chance, case.choices)
        scores, marks = judgement.scores or _NO_SCORES, judgement.marks or _NO_MARKS
        spent, further = (Spent.of(answers), Spent.of(answers[1:])) if answers else (_UNKNOWN, _UNKNOWN)
        return cls(judgement.outcome, judgement.lure, scores, understanding, *counts, marks, spent, further)


class Arm:
    """The counts of an arm's outcomes and what they show.

    `decided` is "clears" or "misses" once the evidence has reached 1/alpha. It is checked after every answer, in the
    order of the draws and not in the order of arrival. Unscored answers count as wrong in the evidence that the arm
    clears the bar, and as correct in the evidence that it misses it, so a decision holds whatever they would have been.

    Attributes:
        outcomes: the outcome of every draw, in order.
        judged: how many of these the evidence rests on. Draws that were asked together with them, beyond the one that
            decided the cell, are counted and shown, but change nothing.
        chance: the accuracy of guessing, averaged over the cases.
        understandings: the outcome of each draw's comprehension question; None for a draw without one.
        understood: the outcomes of the draws whose comprehension question was answered correctly.
        questions: how many draws had a comprehension question.
        out_of_budget: whether the budget forbade the next draw.
        model_failed: why the model could not be asked for the next draw; empty if it was not needed or could.
        is_waiting: whether the next draw waits for an answer that comes in a later session.
        tally: how often which marks of the strategy came with which outcome.
        spending: what the draws took.
    """

    def __init__(self, sampling: Sampling, read_traces: Callable[[int], Iterable[Trace]] = lambda _: []) -> None:
        """Make an arm without draws; `read_traces(n)` gives the traces of its first n draws."""
        self.sampling = sampling
        self.outcomes: list[AnswerOutcome] = []
        self.judged = 0
        self.counts: Counter[AnswerOutcome] = Counter()
        self.lures: Counter[str] = Counter()
        self.understandings: list[AnswerOutcome | None] = []
        self.understood: Counter[AnswerOutcome] = Counter()
        self.questions = 0
        self.tally = Tally()
        self.spending = Spending()
        self.rejected = 0
        self.chance = 0.0
        self.decided: Literal["clears", "misses"] | None = None
        self.out_of_budget = False
        self.model_failed = ""
        self.is_waiting = False
        self._choices = 0.0
        self._scores: dict[str, tuple[float, int]] = {}
        self._read_traces = read_traces
        # Of the judged draws.
        self.judged_correct = 0
        self.judged_wrong = 0

    def add(self, draw: ScoredDraw, judged: bool = True) -> None:
        """Count the next draw and, if it is judged, look at the evidence."""
        self.outcomes.append(draw.outcome)
        self.counts[draw.outcome] += 1
        self.tally.add(draw.outcome, draw.marks, draw.further)
        self.spending.add(draw.spent)
        self.rejected += draw.rejected
        self.chance += (draw.chance - self.chance) / self.n
        self._choices += (draw.choices - self._choices) / self.n
        self.understandings.append(draw.understanding)
        if draw.understanding is not None:
            self.questions += 1
            if draw.understanding == "correct":
                self.understood[draw.outcome] += 1
        for name, score in draw.scores.items():
            total, count = self._scores.get(name, (0.0, 0))
            self._scores[name] = total + score, count + 1
        if draw.lure is not None:
            self.lures[draw.lure] += 1
        if judged:
            self._judge(draw.outcome)

    def _judge(self, outcome: AnswerOutcome) -> None:
        self.judged += 1
        self.judged_correct += outcome == "correct"
        self.judged_wrong += outcome == "wrong"
        if self.decided is None:
            bar, decisive = self.sampling.bar, 1 / self.sampling.alpha
            if stats.clears(self.judged_correct, self.judged - self.judged_correct, bar) >= decisive:
                self.decided = "clears"
            elif stats.misses(self.judged - self.judged_wrong, self.judged_wrong, bar) >= decisive:
                self.decided = "misses"

    @property
    def cut_off(self) -> bool:
        """Whether the arm needed another draw that could not be asked, or was not answered yet."""
        return self.out_of_budget or self.is_unasked

    @property
    def is_unasked(self) -> bool:
        """Whether the next draw has no answer because nobody could be asked, or has answered yet."""
        return self.is_waiting or bool(self.model_failed)

    @property
    def n(self) -> int:
        """The number of draws."""
        return len(self.outcomes)

    @property
    def correct(self) -> int:
        """The number of correct draws."""
        return self.counts["correct"]

    @property
    def wrong(self) -> int:
        """The number of wrong draws."""
        return self.counts["wrong"]

    @property
    def unscored(self) -> int:
        """The number of draws without evidence: unparsed, truncated, refused, error."""
        return self.n - self.correct - self.wrong

    @property
    def dead_start(self) -> bool:
        """Whether the first answers were all unscored, so that the arm stopped there."""
        start = self.outcomes[:UNSCORED_START]
        return self.sampling.stops_early and len(start) == UNSCORED_START and set(start) <= set(UNSCORED)

    @property
    def hopeless(self) -> bool:
        """Whether the arm misses the bar with at most a third of its answers right."""
        return self.decided == "misses" and 3 * (self.judged - self.judged_wrong) <= self.judged

    @property
    def accuracy(self) -> float | None:
        """Correct out of correct and wrong; None without either. `low` and `high` count the unscored both ways."""
        scored = self.correct + self.wrong
        return self.correct / scored if scored else None

    @property
    def accuracy_understood(self) -> float | None:
        """The accuracy on the draws in which the model showed that it understood the rule; None without any."""
        scored = self.understood["correct"] + self.understood["wrong"]
        return self.understood["correct"] / scored if scored else None

    @property
    def scores(self) -> dict[str, float]:
        """The mean, over the scored answers, of each part that is scored on its own; from 0 to 1."""
        return {name: total / count for name, (total, count) in self._scores.items()}

    @property
    def beats_chance(self) -> bool | None:
        """Whether the arm is shown to beat guessing; None if chance is negligible or nothing was asked."""
        return None if not self.n or self.chance < NEGLIGIBLE_CHANCE else self.low > self.chance

    @property
    def uniform(self) -> float | None:
        """The accuracy of a sampler that draws uniformly from the right answers, when a repeated answer is wrong.

        With M right answers, n draws hold M (1 - (1 - 1/M)^n) different ones on average. None if the right answers are
        not counted.
        """
        m = self._choices
        # For a single draw, rounding may lead beyond 1.
        return min(m * (1 - (1 - 1 / m) ** self.n) / self.n, 1.0) if m >= 1 and self.n else None

    @property
    def low(self) -> float:
        """One-sided anytime-valid lower bound at level alpha, with every unscored answer counted as wrong."""
        return self.bounds()[0]

    @property
    def high(self) -> float:
        """One-sided anytime-valid upper bound at level alpha, with every unscored answer counted as correct."""
        return self.bounds()[1]

    def bounds(self, alpha: float | None = None) -> tuple[float, float]:
        """Return the lower and the upper bound on the accuracy, each at level `alpha` (by default the sampling's).

        Each is the tightest of all looks, one after every judged draw. In a fraction 2 alpha of runs at most, one of
        them is wrong; then they may cross. The bound that crosses the one that decided the arm gives way, so that the
        lower one lies above the bar exactly when the arm clears it, and the upper one below it when it misses.
        """
        level = self.sampling.alpha if alpha is None else alpha
        low = _lowest_accuracy(tuple(outcome == "correct" for outcome in self.outcomes[: self.judged]), level)
        high = _highest_accuracy(tuple(outcome != "wrong" for outcome in self.outcomes[: self.judged]), level)
        return (min(low, high), high) if self.decided == "misses" else (low, max(low, high))

    @property
    def traces(self) -> list[Trace]:
        """The full record of every draw, read from the store."""
        return list(self.each_trace())

    def each_trace(self) -> Iterator[Trace]:
        """Yield the traces one by one: there may be more than memory should hold."""
        return iter(self._read_traces(self.n))

    @property
    def hidden_by_unscored(self) -> bool:
        """Whether the arm would be decided if its unscored answers were all right, or all wrong."""
        decisive, bar = 1 / self.sampling.alpha, self.sampling.bar
        right = stats.clears(self.judged - self.judged_wrong, self.judged_wrong, bar)
        wrong = stats.misses(self.judged_correct, self.judged - self.judged_correct, bar)
        return self.decided is None and max(right, wrong) >= decisive

    def counted(self, kinds: Iterable[AnswerOutcome] = OUTCOMES) -> str:
        """Return ``2 unparsed, 1 error``: those of these outcomes that occurred."""
        return ", ".join(f"{self.counts[kind]} {kind}" for kind in kinds if self.counts[kind])

    def __str__(self) -> str:
        """``0.90 [0.71, 0.99] of 21 (19 correct, 2 wrong)``."""
        if not self.n:
            return "not asked"
        accuracy = "-" if self.accuracy is None else f"{self.accuracy:.2f}"
        low, high = self.bounds()
        return f"{accuracy} [{low:.2f}, {high:.2f}] of {self.n} ({self.counted()})"

    def row(self, estimate: float | None = None) -> dict[str, Any]:
        """Return the arm as it appears in the summary: JSON types only.

        Args:
            estimate: the unbiased estimate of the accuracy (`pytest_ood.evidence.estimates`).
        """
        low, high = self.bounds()
        return {
            "n": self.n,
            "judged": self.judged,
            **{kind: self.counts[kind] for kind in OUTCOMES},
            "outcomes": "".join(kind[0] for kind in self.outcomes),
            "accuracy": self.accuracy,
            "estimate": estimate,
            "low": low,
            "high": high,
            "rejected": self.rejected,
            "chance": self.chance,
            "beats_chance": self.beats_chance,
            "uniform": self.uniform,
            "scores": self.scores,
            "tally": self.tally.rows(),
            "usage": self.spending.row(),
            "understood": {kind: self.understood[kind] for kind in OUTCOMES} if self.questions else None,
        }


@functools.lru_cache(maxsize=1024)
def _lowest_accuracy(right: tuple[bool, ...], alpha: float) -> float:
    """Return the greatest lower bound of all looks at a sequence of draws, each counted as right or wrong."""
    low = 0.0
    # A right answer raises the bound and a wrong one lowers it: it is greatest at the end of a run of right ones.
    for successes, failures in _ends_of_runs(right):
        if stats.clears(successes, failures, low) >= 1 / alpha if low else successes:
            low = max(low, stats.lower_bound(successes, failures, alpha))
    return low


@functools.lru_cache(maxsize=1024)
def _highest_accuracy(right: tuple[bool, ...], alpha: float) -> float:
    """Return the smallest upper bound of all looks at a sequence of draws, each counted as right or wrong."""
    high = 1.0
    for failures, successes in _ends_of_runs([not one for one in right]):
        if stats.misses(successes, failures, high) >= 1 / alpha if high < 1 else failures:
            high = min(high, stats.upper_bound(successes, failures, alpha))
    return high


def _ends_of_runs(draws: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield the number of true and of false draws so far at the end of each run of true ones."""
    count = 0
    for place, one in enumerate(draws):
        count += one
        if one and (place + 1 == len(draws) or not draws[place + 1]):
            yield count, place + 1 - count
