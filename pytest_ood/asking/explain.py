"""Explain an outcome in words, safe for a terminal."""

import html
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_ood.evidence.arm import Arm
from pytest_ood.evidence.outcomes import UNSCORED
from pytest_ood.evidence.trace import Trace
from pytest_ood.evidence.verdict import Verdict
from pytest_ood.text.printable import clipped, printable

if TYPE_CHECKING:
    from pytest_ood.asking.outcome import Outcome


def headline(outcome: "Outcome") -> str:
    """Return one line: ``brittle: control 21/21, shift 0/3, copied x3``."""
    why = f" ({outcome.reason})" if outcome.verdict is Verdict.UNDECIDED else ""
    arms = ", ".join(f"{name} {_score(arm)}" for name, arm in outcome.arms)
    lures = "".join(f", {name} x{count}" for name, count in outcome.lures.most_common(1))
    return f"{outcome.verdict.value}{why}: {arms}{lures}"


def explain(outcome: "Outcome") -> str:
    """Return the verdict, the numbers and one failing case in full."""
    lines = [f"{outcome.verdict.value}: {outcome.reason}"]
    lines += [f"{name:8} {arm}" for name, arm in outcome.arms]
    if outcome.lures:
        lines.append("lures    " + ", ".join(f"{name} x{count}" for name, count in outcome.lures.most_common()))
    lines += _remarks(outcome)
    trace = _example(outcome)
    if trace is not None:
        lines += ["", *_trace_lines(trace)]
    return "\n".join(lines)


def as_html(outcome: "Outcome") -> str:
    """Return the explanation as HTML, for notebooks; all model output is escaped."""
    verdict = html.escape(f"{outcome.verdict.value}: {outcome.reason}")
    rows = [f"<tr><th>{name}</th><td>{html.escape(str(arm))}</td></tr>" for name, arm in outcome.arms]
    lures = ", ".join(f"{name} x{count}" for name, count in outcome.lures.most_common())
    if lures:
        rows.append(f"<tr><th>lures</th><td>{html.escape(printable(lures))}</td></tr>")
    trace = _example(outcome)
    example = [] if trace is None else ["<pre>", html.escape("\n".join(_trace_lines(trace))), "</pre>"]
    return "\n".join([f"<p><strong>{verdict}</strong></p>", "<table>", *rows, "</table>", *example])


def _score(arm: Arm) -> str:
    """``19/21 (2 unparsed)``: correct out of all draws, and the unscored ones."""
    unscored = arm.counted(UNSCORED)
    return f"{arm.correct}/{arm.n}" + (f" ({unscored})" if unscored else "") if arm.n else "not asked"


def _remarks(outcome: "Outcome") -> Iterator[str]:
    """One line for each thing that an arm shows besides its accuracy."""
    for name, arm in outcome.arms:
        if arm.questions:
            understood, right = arm.understood.total(), arm.understood["correct"]
            yield f"{name:8} rule understood in {understood} of {arm.questions}, {right} of these right"
        if arm.scores:
            yield f"{name:8} " + ", ".join(f"{part} {mean:.2f}" for part, mean in arm.scores.items())
        if arm.beats_chance is False:
            yield f"{name:8} not shown to do better than guessing ({arm.chance:.2f})"
        if arm.uniform is not None:
            yield f"{name:8} a uniform sampler of right answers would have {arm.uniform:.2f}"
    if outcome.gap_understood is not None:
        yield f"gap      {outcome.gap_understood:+.2f} where the rule was understood, {outcome.gap or 0:+.2f} in all"


def _example(outcome: "Outcome") -> Trace | None:
    """The one trace to show: a wrong one of the shift arm, else of the control arm, else an unscored one."""
    for kinds in (("wrong",), UNSCORED):
        for _, arm in reversed(outcome.arms):
            if any(arm.counts[kind] for kind in kinds):
                return next((trace for trace in arm.each_trace() if trace.outcome in kinds), None)
    return None


def _trace_lines(trace: Trace) -> list[str]:
    answer = trace.response if trace.answer_given is None else trace.answer_given
    lines = [
        f"--- {trace.arm} draw {trace.draw} of {trace.task}, {trace.outcome}"
        + (f" (the answer of the shortcut {trace.lure})" if trace.lure else ""),
        clipped(trace.messages[-1]["content"]),
        "--- answer" if trace.answer_given is not None else "--- response, without an answer to read",
        clipped(answer) or "(empty)",
        "--- expected" + ("" if trace.answer_unique else ", one of several"),
        clipped(trace.answer_expected),
    ]
    return lines if trace.detail == "{}" else [*lines, "--- detail", clipped(trace.detail)]
