"""Explain an outcome in words, safe for a terminal."""

import html
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_ood.asking.failing_pair import FailingPair
from pytest_ood.evidence.arm import Arm
from pytest_ood.evidence.outcomes import UNSCORED
from pytest_ood.evidence.pairs import Gap
from pytest_ood.evidence.verdict import Verdict
from pytest_ood.text.printable import printable

if TYPE_CHECKING:
    from pytest_ood.asking.outcome import Outcome


def headline(outcome: "Outcome") -> str:
    """Return one line: ``brittle: control 21/21, shift 0/3, copied x3``."""
    why = f" ({outcome.reason})" if outcome.verdict is Verdict.UNDECIDED else ""
    arms = ", ".join(f"{name} {_score(arm)}" for name, arm in outcome.arms)
    lures = "".join(f", {name} x{count}" for name, count in outcome.lures.most_common(1))
    return f"{outcome.verdict.value}{why}: {arms}{lures}"


def explain(outcome: "Outcome") -> str:
    """Return the verdict, the numbers and one failing pair in full."""
    lines = [f"{outcome.verdict.value}: {outcome.reason}"]
    lines += [f"{name:8} {value}" for name, value in _numbers(outcome)]
    lines += _remarks(outcome)
    pair = FailingPair.of(outcome)
    if pair is not None:
        lines += ["", *pair.lines()]
    return "\n".join(lines)


def as_html(outcome: "Outcome") -> str:
    """Return the explanation as HTML, for notebooks; all model output is escaped."""
    verdict = html.escape(f"{outcome.verdict.value}: {outcome.reason}")
    rows = [f"<tr><th>{name}</th><td>{html.escape(value)}</td></tr>" for name, value in _numbers(outcome)]
    pair = FailingPair.of(outcome)
    # Prompts have long lines; some notebooks would let them run out of the page.
    text = html.escape("\n".join(pair.lines())) if pair is not None else ""
    example = ['<pre style="white-space: pre-wrap">', text, "</pre>"] if text else []
    return "\n".join([f"<p><strong>{verdict}</strong></p>", "<table>", *rows, "</table>", *example])


def _numbers(outcome: "Outcome") -> Iterator[tuple[str, str]]:
    """Yield the arms, the gap and the lures, each with its name."""
    for name, arm in outcome.arms:
        yield name, str(arm)
    if outcome.gap is not None:
        yield "gap", describe_gap(outcome.gap)
    if outcome.gap_understood is not None:
        yield "gap", f"{describe_gap(outcome.gap_understood)}, where the rule was understood in both arms"
    if outcome.lures:
        yield "lures", printable(", ".join(f"{name} x{count}" for name, count in outcome.lures.most_common()))


def describe_gap(gap: Gap) -> str:
    """Return ``+0.85 [+0.51, +0.97] on 21 pairs (99 % bounds)``."""
    pairs = "1 pair" if gap.pairs == 1 else f"{gap.pairs} pairs"
    return f"{gap:+.2f} [{gap.low:+.2f}, {gap.high:+.2f}] on {pairs} ({100 * (1 - gap.alpha):g} % bounds)"


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
