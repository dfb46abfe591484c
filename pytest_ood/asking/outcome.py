"""From answers to outcomes, from outcomes to an arm's evidence, from two arms to a verdict."""

import enum
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from pytest_ood import answers
from pytest_ood.case import Case, Params, Task
from pytest_ood.evidence import stats
from pytest_ood.evidence.outcomes import OUTCOMES, UNSCORED, AnswerOutcome, ArmName
from pytest_ood.evidence.trace import Trace
from pytest_ood.models.request import Answer, Message
from pytest_ood.text.printable import clipped

DEFAULT_BAR = 0.8
DEFAULT_MAX_SAMPLES = 40
FIRST_WAVE = 3
# An arm that begins with this many unscored answers is not worth another.
UNSCORED_START = 6
# Below this, an arm needs no word on chance.
NEGLIGIBLE_CHANCE = 0.1


@dataclass(frozen=True, slots=True)
class Judgement:
    """One answer judged: its outcome, the answer read from it, the lure it equals, what the verifier found.

    understanding: the outcome of the comprehension question that went with it, if there was one.
    """

    outcome: AnswerOutcome
    given: str | None = None
    lure: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)
    understanding: "Judgement | None" = None

    def details(self) -> dict[str, Any]:
        """Everything found beside the outcome, for the trace."""
        found = dict(self.detail)
        if self.scores:
            found["scores"] = {name: float(score) for name, score in self.scores.items()}
        if self.understanding is not None:
            found["comprehension"] = {"outcome": self.understanding.outcome, "given": self.understanding.given}
        return found


def evidence(answer: Answer) -> str | Judgement:
    """The text between the answer tags, or the judgement that says why there is no evidence.

    A cut-off answer is `truncated` even where it holds answer tags: the last answer is the one that counts, and it was
    not reached.
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
    """The outcome of a case from its answer, or from the answers of all turns of a dialogue.

    earlier: what earlier draws of the arm answered, for cases that are judged together.

    A verifier that raises makes an `error`, never a wrong answer.
    """
    said = []
    for turn, answer in enumerate(turns):
        read = evidence(answer)
        if isinstance(read, Judgement):
            return read if case.reply is None else replace(read, detail={**read.detail, "turn": turn})
        said.append(read)
    given = said[0] if case.reply is None else answers.join(said)
    try:
        check = case.check(given, earlier)
    except Exception as broken:
        return Judgement("error", given, detail={"verifier": f"{type(broken).__name__}: {broken}"})
    if check.correct:
        return Judgement("correct", given, scores=check.scores)
    return Judgement("wrong", given, case.lure(given), check.detail, check.scores)


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

    @property
    def fewest_to_decide(self) -> int:
        """The least draws that can show anything at this bar: all wrong or all right."""
        n = 1
        while max(stats.misses(0, n, self.bar), stats.clears(n, 0, self.bar)) < stats.ENOUGH:
            n += 1
        return n


class Arm:
    """One half of a cell: the counts of its outcomes and what they show.

    `decided` is "clears" or "misses" once the evidence has exceeded 1/alpha, looked at after every answer in the order
    of the draws, whatever the order in which they came. Unscored answers count as wrong in the evidence that the arm
    clears the bar, and as correct in the evidence that it misses it: a decision holds whatever they would have been.
    cost_usd: what its calls cost in this run, answers from the store not counted; None if a price is unknown.
    chance: the accuracy of guessing, on average over its cases.
    understood: the outcomes of the draws whose comprehension question was answered right; `questions` counts the
        draws that had one.
    """

    def __init__(self, sampling: Sampling, read_traces: Callable[[int], "Iterable[Trace]"] = lambda _: []) -> None:
        """An arm without answers; `read_traces(n)` gives the traces of its first n draws."""
        self.sampling = sampling
        self.counts: Counter[AnswerOutcome] = Counter()
        self.lures: Counter[str] = Counter()
        self.understood: Counter[AnswerOutcome] = Counter()
        self.questions = 0
        self.rejected = 0
        self.chance = 0.0
        self.waves = 0
        self.decided: Literal["clears", "misses"] | None = None
        self.out_of_budget = False
        self.cost_usd: float | None = 0.0
        self._choices = 0.0
        self._scores: dict[str, tuple[float, int]] = {}
        self._read_traces = read_traces

    def add(self, judgement: Judgement, case: Case | None = None) -> None:
        """Count the next draw's answer and look at the evidence."""
        self.counts[judgement.outcome] += 1
        if case is not None:
            self.rejected += case.rejected
            self.chance += (case.chance - self.chance) / self.n
            self._choices += (case.choices - self._choices) / self.n
        if judgement.understanding is not None:
            self.questions += 1
            if judgement.understanding.outcome == "correct":
                self.understood[judgement.outcome] += 1
        for name, score in judgement.scores.items():
            total, count = self._scores.get(name, (0.0, 0))
            self._scores[name] = total + score, count + 1
        if judgement.lure is not None:
            self.lures[judgement.lure] += 1
        if self.decided is None:
            bar = self.sampling.bar
            if stats.clears(self.correct, self.n - self.correct, bar) >= stats.ENOUGH:
                self.decided = "clears"
            elif stats.misses(self.n - self.wrong, self.wrong, bar) >= stats.ENOUGH:
                self.decided = "misses"

    def next_wave(self) -> int:
        """How many draws to ask now; 0 when the arm is done.

        Waves of 3, 6, 12, ... decide an arm of 40 in four round trips and ask, over all accuracies, at most 1.5 times
        what looking after every answer would ask on average.
        """
        rest = self.sampling.limit - self.n
        if self.out_of_budget:
            return 0
        if self.sampling.samples is not None:
            return rest
        if self.decided or self.dead_start:
            return 0
        size = FIRST_WAVE << self.waves
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
    def ends_the_cell(self) -> bool:
        """Whether, of a control arm, the shift arm is not worth paying for: nothing it could show would count."""
        return self.out_of_budget or (self.sampling.samples is None and (self.decided == "misses" or self.dead_start))

    @property
    def accuracy(self) -> float | None:
        """Correct out of correct and wrong; None without either. `low` and `high` count the unscored both ways."""
        scored = self.correct + self.wrong
        return self.correct / scored if scored else None

    @property
    def accuracy_understood(self) -> float | None:
        """The accuracy on the draws whose rule the model is known to have understood; None without any."""
        scored = self.understood["correct"] + self.understood["wrong"]
        return self.understood["correct"] / scored if scored else None

    @property
    def scores(self) -> dict[str, float]:
        """The mean over the scored answers of each part that is scored on its own, from 0 to 1."""
        return {name: total / count for name, (total, count) in self._scores.items()}

    @property
    def beats_chance(self) -> bool | None:
        """Whether the arm is shown to do better than guessing; None where chance is negligible or nothing was asked."""
        return None if not self.n or self.chance < NEGLIGIBLE_CHANCE else self.low > self.chance

    @property
    def uniform(self) -> float | None:
        """The accuracy that a sampler has who draws uniformly from the right answers, where none may come twice.

        With M right answers n draws hold M (1 - (1 - 1/M)^n) different ones on average. None where the right answers
        are not counted.
        """
        m = self._choices
        return m * (1 - (1 - 1 / m) ** self.n) / self.n if m >= 1 and self.n else None

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
    def traces(self) -> list[Trace]:
        """The full record of every draw, read from the store."""
        return list(self.each_trace())

    def each_trace(self) -> "Iterator[Trace]":
        """The same one by one: there may be more than memory should hold."""
        return iter(self._read_traces(self.n))

    def why_undecided(self) -> str:
        """The reason, named, why the arm shows neither."""
        if self.out_of_budget:
            return "budget"
        unscored = self._counted(UNSCORED)
        if self.dead_start:
            return f"first {self.n}: {unscored}"
        # Could it have been decided, had they all been right, or all wrong? Then it is they that stand in the way.
        right = stats.clears(self.n - self.wrong, self.wrong, self.sampling.bar)
        wrong = stats.misses(self.correct, self.n - self.correct, self.sampling.bar)
        if self.unscored and max(right, wrong) >= stats.ENOUGH:
            return f"{unscored} of {self.n}"
        return f"too few draws ({self.n})" + (f", {unscored}" if unscored else "")

    @property
    def score(self) -> str:
        """``19/21 (2 unparsed)``: correct out of all draws, and what was no evidence."""
        unscored = self._counted(UNSCORED)
        return f"{self.correct}/{self.n}" + (f" ({unscored})" if unscored else "") if self.n else "not asked"

    def _counted(self, kinds: Iterable[AnswerOutcome]) -> str:
        """``2 unparsed, 1 error``: those of these outcomes that there are."""
        return ", ".join(f"{self.counts[kind]} {kind}" for kind in kinds if self.counts[kind])

    def __str__(self) -> str:
        if not self.n:
            return "not asked"
        accuracy = "-" if self.accuracy is None else f"{self.accuracy:.2f}"
        low, high = self.bounds()
        return f"{accuracy} [{low:.2f}, {high:.2f}] of {self.n} ({self._counted(OUTCOMES)})"

    def row(self) -> dict[str, Any]:
        """ARM of the summary: JSON types only."""
        low, high = self.bounds()
        return {
            "n": self.n,
            **{kind: self.counts[kind] for kind in OUTCOMES},
            "accuracy": self.accuracy,
            "low": low,
            "high": high,
            "rejected": self.rejected,
            "chance": self.chance,
            "beats_chance": self.beats_chance,
            "uniform": self.uniform,
            "scores": self.scores,
            "understood": {kind: self.understood[kind] for kind in OUTCOMES} if self.questions else None,
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


def sibling_verdict(siblings: Arm) -> tuple[Verdict, str]:
    """The verdict on the siblings of published cases, which have no control arm, and its reason in words."""
    bar = f"{siblings.sampling.bar:g}"
    if siblings.decided == "clears":
        return Verdict.ROBUST, f"the siblings clear the bar {bar}"
    if siblings.decided == "misses":
        return Verdict.BRITTLE, f"the siblings miss the bar {bar}"
    return Verdict.UNDECIDED, f"siblings: {siblings.why_undecided()}"


@dataclass(frozen=True)
class Replay:
    """What a cell of a replay asks: published cases in place of its control, siblings of them in place of its shift.

    arm: in which the cases were published, and under whose name they and their siblings are asked.
    published: their seeds and draws, all of which are asked.
    seed: of the siblings; no published case has it.
    messages: of cases that can't be drawn again, by seed and draw: what they were asked with.
    """

    arm: ArmName
    published: tuple[tuple[int, int], ...]
    seed: int
    messages: Mapping[tuple[int, int], Sequence[Message]] = field(default_factory=dict)


@dataclass(frozen=True)
class Cell:
    """One probe item: what its two arms ask of whom.

    id: the pytest node id; probe: the same without parameters.
    replay: set where published cases are asked again; then `sampling` is that of their siblings.
    """

    id: str
    probe: str
    task: Task
    params: Params
    control_params: Params
    model: str
    strategy: str
    sampling: Sampling
    replay: Replay | None = None

    def arm_params(self, arm: ArmName) -> Params:
        """The task's parameters in one arm."""
        return self.control_params if arm == "control" else self.params

    def arm_name(self, arm: ArmName) -> ArmName:
        """The arm that the traces name."""
        return arm if self.replay is None else self.replay.arm

    def arm_sampling(self, arm: ArmName) -> Sampling:
        """How one arm samples: published cases are asked one and all."""
        if self.replay is None or arm == "shift":
            return self.sampling
        return replace(self.sampling, samples=len(self.replay.published))

    def arm_draw(self, arm: ArmName, index: int, seed: int) -> tuple[int, int]:
        """Seed and draw of the case that an arm asks at this place, in a run with the seed `seed`."""
        if self.replay is None:
            return seed, index
        return self.replay.published[index] if arm == "control" else (self.replay.seed, index)


@dataclass(frozen=True, repr=False)
class Outcome:
    """What a cell came to. The fixture `ood` gives it to a probe.

    cost_usd: what the cell's calls cost in this run, with a shared control arm counted in the first cell only.
    """

    cell: Cell
    control: Arm
    shift: Arm
    verdict: Verdict
    reason: str
    cost_usd: float | None

    @property
    def robust(self) -> bool:
        """Whether the shift arm is shown to clear the bar."""
        return self.verdict is Verdict.ROBUST

    @property
    def brittle(self) -> bool:
        """Whether the control arm is shown to clear the bar and the shift arm to miss it."""
        return self.verdict is Verdict.BRITTLE

    @property
    def gap(self) -> float | None:
        """The accuracy of the control arm less that of the shift arm; None without both."""
        if self.control.accuracy is None or self.shift.accuracy is None:
            return None
        return self.control.accuracy - self.shift.accuracy

    @property
    def gap_understood(self) -> float | None:
        """The same gap on the draws whose rule the model understood, as its answers to the comprehension questions say.

        None without scored draws of this kind in both arms.
        """
        control, shift = self.control.accuracy_understood, self.shift.accuracy_understood
        return None if control is None or shift is None else control - shift

    @property
    def gap_bounds(self) -> tuple[float, float]:
        """One-sided anytime-valid 95 % bounds on the gap: alpha is split over the two arms."""
        (control_low, control_high), (shift_low, shift_high) = (
            arm.bounds(stats.ALPHA / 2) for arm in (self.control, self.shift)
        )
        return control_low - shift_high, control_high - shift_low

    @property
    def lures(self) -> Counter[str]:
        """How often the answers of both arms were those of each shortcut."""
        return self.control.lures + self.shift.lures

    @property
    def failures(self) -> list[Trace]:
        """The traces of the wrong answers, control arm first."""
        return [trace for arm in (self.control, self.shift) for trace in arm.each_trace() if trace.outcome == "wrong"]

    def __repr__(self) -> str:
        why = f" ({self.reason})" if self.verdict is Verdict.UNDECIDED else ""
        lures = "".join(f", {name} x{count}" for name, count in self.lures.most_common(1))
        return f"<{self.verdict.value}{why}: control {self.control.score}, shift {self.shift.score}{lures}>"

    def explain(self) -> str:
        """The verdict, the numbers and one failing case in full, safe for a terminal."""
        lines = [f"{self.verdict.value}: {self.reason}", f"control  {self.control}", f"shift    {self.shift}"]
        if self.lures:
            lines.append("lures    " + ", ".join(f"{name} x{count}" for name, count in self.lures.most_common()))
        lines += self._beside()
        trace = self._telling()
        if trace is not None:
            given = trace.response if trace.answer_given is None else trace.answer_given
            lines += [
                "",
                f"--- {trace.arm} draw {trace.draw} of {trace.task}, {trace.outcome}"
                + (f" (the answer of the shortcut {trace.lure})" if trace.lure else ""),
                clipped(trace.messages[-1]["content"]),
                "--- answer" if trace.answer_given is not None else "--- response, without an answer to read",
                clipped(given) or "(empty)",
                "--- expected" + ("" if trace.answer_unique else ", one of several"),
                clipped(trace.answer_expected),
            ]
            if trace.detail != "{}":
                lines += ["--- detail", clipped(trace.detail)]
        return "\n".join(lines)

    def _beside(self) -> list[str]:
        """What an arm shows beside its accuracy, one line each."""
        arms = [(name, arm) for name, arm in (("control", self.control), ("shift", self.shift)) if arm.n]
        lines = []
        for name, arm in arms:
            if arm.questions:
                understood, right = arm.understood.total(), arm.understood["correct"]
                lines.append(f"{name:8} rule understood in {understood} of {arm.questions}, {right} of these right")
            if arm.scores:
                lines.append(f"{name:8} " + ", ".join(f"{part} {mean:.2f}" for part, mean in arm.scores.items()))
            if arm.beats_chance is False:
                lines.append(f"{name:8} not shown to do better than guessing ({arm.chance:.2f})")
            if arm.uniform is not None:
                lines.append(f"{name:8} a uniform sampler of right answers would have {arm.uniform:.2f}")
        if self.gap_understood is not None:
            lines.append(
                f"gap      {self.gap_understood:+.2f} where the rule was understood, {self.gap or 0:+.2f} in all"
            )
        return lines

    def _telling(self) -> Trace | None:
        """The one trace to show: a wrong one of the shift arm, else of the control arm, else an unscored one."""
        for outcomes in (("wrong",), UNSCORED):
            for arm in (self.shift, self.control):
                if any(arm.counts[kind] for kind in outcomes):
                    return next((trace for trace in arm.each_trace() if trace.outcome in outcomes), None)
        return None

    def row(self) -> dict[str, Any]:
        """The cell of the summary (``schemas/summary.schema.json``): JSON types only."""
        cell = self.cell
        gap_low, gap_high = self.gap_bounds
        return {
            "id": cell.id,
            "probe": cell.probe,
            "task": cell.task.name,
            "task_version": cell.task.version,
            "family": cell.task.family,
            "params": dict(cell.params),
            "control_params": dict(cell.control_params),
            "model": cell.model,
            "strategy": cell.strategy,
            "verdict": self.verdict.value,
            "reason": self.reason,
            "control": self.control.row(),
            "shift": self.shift.row(),
            "gap": self.gap,
            "gap_low": gap_low,
            "gap_high": gap_high,
            "gap_understood": self.gap_understood,
            "lures": dict(self.lures.most_common()),
            "cost_usd": self.cost_usd,
        }
