"""Simulated cells through the stopping rule: how often verdicts and bounds are wrong, and what they cost."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from common import Figure, at_least, at_most
from numpy.typing import NDArray

from pytest_ood.evidence.arm import Arm, ScoredDraw
from pytest_ood.evidence.estimates import estimates
from pytest_ood.evidence.outcomes import AnswerOutcome
from pytest_ood.evidence.pairs import Pairs, evidence_against
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.evidence.simulation import RIGHT, UNSCORED, WRONG, Answers, Played, play
from pytest_ood.evidence.stopping import Stopping
from pytest_ood.evidence.verdict import Verdict

PART = "evidence"
SAMPLING = Sampling()
VERDICTS = list(Verdict)
OUTCOMES: Mapping[int, AnswerOutcome] = {RIGHT: "correct", WRONG: "wrong", UNSCORED: "unparsed"}
DRAWS = {answer: ScoredDraw(outcome) for answer, outcome in OUTCOMES.items()}
# The accuracies of control and shift.
Truth = tuple[float, float]

#: The percentages of verdicts that were computed when the rule was designed, before this package had it.
DESIGNED: Mapping[Truth, Mapping[Verdict, float]] = {
    (0.99, 0.97): {Verdict.ROBUST: 100},
    (0.99, 0.90): {Verdict.DEGRADED: 25, Verdict.ROBUST: 63, Verdict.UNDECIDED: 12},
    (0.99, 0.85): {Verdict.DEGRADED: 72, Verdict.ROBUST: 18, Verdict.UNDECIDED: 10},
    (0.98, 0.60): {Verdict.BRITTLE: 95, Verdict.DEGRADED: 5},
    (0.95, 0.85): {Verdict.DEGRADED: 23, Verdict.ROBUST: 19, Verdict.UNDECIDED: 58},
    (0.95, 0.70): {Verdict.BRITTLE: 38, Verdict.DEGRADED: 58, Verdict.UNDECIDED: 4},
    (0.95, 0.50): {Verdict.BRITTLE: 100},
    (0.90, 0.75): {Verdict.BRITTLE: 10, Verdict.DEGRADED: 28, Verdict.ROBUST: 1, Verdict.UNDECIDED: 61},
    (0.90, 0.30): {Verdict.BRITTLE: 100},
    (0.90, 0.05): {Verdict.BRITTLE: 99.8, Verdict.INCAPABLE: 0.2},
    (1.00, 1.00): {Verdict.ROBUST: 100},
    (1.00, 0.00): {Verdict.BRITTLE: 100},
    (0.85, 0.85): {
        Verdict.BRITTLE: 0.1,
        Verdict.DEGRADED: 0.4,
        Verdict.ROBUST: 20,
        Verdict.INCAPABLE: 0.7,
        Verdict.UNDECIDED: 79,
    },
    (0.05, 0.05): {Verdict.INCAPABLE: 100},
    (0.50, 0.50): {Verdict.BRITTLE: 0.5, Verdict.INCAPABLE: 99.5},
}
#: Plausible cells of a strong model, and how common each is.
STRONG_MIX: Mapping[Truth, float] = {
    **dict.fromkeys(list(DESIGNED)[:10], 0.10),
    (0.95, 0.70): 0.15,
    (0.90, 0.75): 0.05,
}
EVEN = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.99)
# Where a claim is false, or only just true, it is most often wrong.
BAR = SAMPLING.bar
FALSELY_ROBUST = [(control, shift) for control in (0.8, 0.9, 0.99) for shift in (BAR, 0.79, 0.77)]
FALSELY_BRITTLE = [(control, shift) for control in (0.9, 0.95, 0.99, 1.0) for shift in (BAR, 0.81, 0.83)]
FALSELY_INCAPABLE = [(control, shift) for control in (BAR, 0.81, 0.83) for shift in (0.0, 0.4, 0.7, 0.8)]
GAPS = [
    (0.5, 0.5),
    (0.85, 0.85),
    (0.99, 0.99),
    (0.05, 0.05),
    (0.9, 0.05),
    (0.95, 0.7),
    (0.99, 0.9),
    (0.7, 0.8),
]
BIASED = [(0.95, 0.85), (0.9, 0.3), (0.98, 0.6)]


def draw(rng: np.random.Generator, accuracy: float, cells: int, unscored: float = 0.0) -> Answers:
    """Return the answers of an arm in many cells; a share of them, right or wrong, is unscored."""
    shape = cells, SAMPLING.limit
    answers = np.where(rng.random(shape) < accuracy, RIGHT, WRONG)
    return np.where(rng.random(shape) < unscored, UNSCORED, answers).astype(np.int8)


def draw_pair(truth: Truth, cells: int, unscored: float = 0.0) -> tuple[Answers, Answers]:
    """Return the answers of both arms, independent of each other; the same ones every time."""
    rng = np.random.default_rng([int(1000 * accuracy) for accuracy in (*truth, unscored)])
    return draw(rng, truth[0], cells, unscored), draw(rng, truth[1], cells, unscored)


def played(truth: Truth, cells: int, unscored: float = 0.0) -> Played:
    """Judge many cells of a model."""
    return play(*draw_pair(truth, cells, unscored), SAMPLING)


def share(found: Played, *verdicts: Verdict) -> float:
    """Return the share of the cells with any of these verdicts."""
    return float(np.isin(found.verdict, [VERDICTS.index(verdict) for verdict in verdicts]).mean())


def false_gaps(cells: int) -> Iterator[Figure]:
    """Yield how often a gap is shown where there is none."""
    for unscored in (0.0, 0.1):
        rates = {accuracy: float(played((accuracy, accuracy), cells, unscored).gap_shown.mean()) for accuracy in EVEN}
        worst = max(rates, key=lambda accuracy: rates[accuracy])
        among = f"{len(EVEN)} accuracies from .05 to .99" + (f", {unscored:.0%} unscored" if unscored else "")
        what = f"a gap is shown where there is none: worst of {among} (at {worst:g})"
        yield at_most(PART, what, rates[worst], 0.006, "{:.2%}")


def false_claims(cells: int) -> Iterator[Figure]:
    """Yield how often each claim is made although it is false."""
    claims = (
        (Verdict.ROBUST, FALSELY_ROBUST, "shift .80, .79, .77; control .80 to .99"),
        (Verdict.BRITTLE, FALSELY_BRITTLE, "shift .80, .81, .83; control .90 to 1"),
        (Verdict.INCAPABLE, FALSELY_INCAPABLE, "control .80, .81, .83; shift 0 to .80"),
    )
    for verdict, truths, where in claims:
        rates = {truth: share(played(truth, cells), verdict) for truth in truths}
        worst = max(rates, key=lambda truth: rates[truth])
        what = f"{verdict.value} is claimed falsely: worst of {where} (at {worst[0]:g} / {worst[1]:g})"
        yield at_most(PART, what, rates[worst], 0.05, "{:.2%}")


def gap_coverage(cells: int) -> Iterator[Figure]:
    """Yield how often both bounds on the gap hold at every look, without stopping."""
    for unscored, judged in ((0.0, cells), (0.1, cells // 2)):
        rates = {truth: float(_holds(truth, judged, unscored).mean()) for truth in GAPS}
        worst = min(rates, key=lambda truth: rates[truth])
        among = f"{len(GAPS)} pairs" + (f", {unscored:.0%} unscored" if unscored else "")
        what = f"both bounds of the gap hold at each of 100 looks: worst of {among} (at {worst[0]:g} / {worst[1]:g})"
        yield at_least(PART, what, rates[worst], 0.98, "{:.2%}")


def _holds(truth: Truth, cells: int, unscored: float) -> NDArray[np.bool_]:
    """Return in which cells both bounds hold to the end.

    The bounds are the tightest of all looks, so they hold at every look if they hold after the last one, which is so
    unless the evidence against the true gap has reached 1/alpha at some look. A part of the cells is checked against
    the bounds themselves.
    """
    control, shift = draw_pair(truth, cells, unscored)
    gap, decisive = truth[0] - truth[1], 1 / SAMPLING.gap_alpha
    low = _looks(control == RIGHT, shift != WRONG)
    high = _looks(control != WRONG, shift == RIGHT)[..., ::-1]
    holds = (_greatest(low, gap) < decisive) & (_greatest(high, -gap) < decisive)
    for cell in range(min(cells, 200)):
        pairs = Pairs()
        for answers in zip(control[cell], shift[cell], strict=True):
            pairs.add(*(OUTCOMES[int(answer)] for answer in answers))
        bounds = pairs.bounds(SAMPLING.gap_alpha)
        if (bounds[0] <= gap <= bounds[1]) != holds[cell]:
            raise AssertionError(f"the bounds {bounds} and the evidence against the gap {gap} disagree")
    return holds


def _looks(control: NDArray[np.bool_], shift: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the counts (a, c, b) of every cell after every pair."""
    return np.stack([np.cumsum(one, axis=1) for one in (control > shift, control == shift, control < shift)], axis=-1)


def _greatest(looks: NDArray[np.int64], margin: float) -> NDArray[np.float64]:
    """Return the greatest evidence of any look of each cell against "the gap is at most `margin`"."""
    codes, places = np.unique(looks @ [1_000_000, 1_000, 1], return_inverse=True)
    evidence = [evidence_against(margin, code // 1_000_000, code // 1_000 % 1_000, code % 1_000) for code in codes]
    greatest: NDArray[np.float64] = np.asarray(evidence)[places.reshape(looks.shape[:2])].max(axis=1)
    return greatest


def one_by_one(control: Answers, shift: Answers) -> tuple[Arm, Arm]:
    """Ask one cell wave by wave, as the engine does."""
    arms = Arm(SAMPLING), Arm(SAMPLING)
    rule = Stopping(*arms)
    while (wave := rule.next_wave()) is not None:
        ends = arms[0].n + wave.control, arms[1].n + wave.shift
        draws = [
            [DRAWS[int(answer)] for answer in answers[arm.n : end]]
            for arm, answers, end in zip(arms, (control, shift), ends, strict=True)
        ]
        rule.add(*draws)
    return arms


def calls_asked(truth: Truth, found: Played, waved: int) -> float:
    """Return the mean number of calls that a cell makes, draws of the last wave beyond the deciding one included.

    The judged draws are those of all cells; what the waves add is taken from the first `waved` of them.

    Raises:
        AssertionError: a cell that is asked wave by wave is judged otherwise.
    """
    control, shift = draw_pair(truth, len(found.verdict))
    extra = []
    for cell in range(min(waved, len(control))):
        arms = one_by_one(control[cell], shift[cell])
        judged = [arm.judged for arm in arms]
        if judged != [found.control_n[cell], found.shift_n[cell]]:
            raise AssertionError(f"{truth}: {judged} draws judged wave by wave, not {found.control_n[cell]} and so on")
        extra.append(sum(arm.n for arm in arms) - sum(judged))
    return float((found.control_n + found.shift_n).mean() + np.mean(extra))


class Row:
    """The verdicts on one pair of accuracies, in percent, and the calls they cost."""

    def __init__(self, truth: Truth, cells: int, waved: int) -> None:
        found = played(truth, cells)
        self.truth = truth
        self.verdicts = {verdict: 100 * share(found, verdict) for verdict in Verdict}
        self.calls = calls_asked(truth, found, waved)
        self.median_judged = float(np.median(found.control_n + found.shift_n))


def rows(cells: int, waved: int) -> list[Row]:
    """Return the rows of the table of verdicts."""
    return [Row(truth, cells, waved) for truth in DESIGNED]


def designed_figures(table: Sequence[Row]) -> Iterator[Figure]:
    """Yield how the verdicts compare with those computed at the design, and the figures of the strong mix."""
    by_truth = {row.truth: row for row in table}
    distances = {
        (row.truth, verdict): abs(row.verdicts[verdict] - DESIGNED[row.truth].get(verdict, 0))
        for row in table
        for verdict in Verdict
    }
    (truth, verdict) = max(distances, key=lambda key: distances[key])
    where = f"{verdict.value}, {truth[0]:g} / {truth[1]:g}"
    what = f"verdicts against those computed at the design: greatest distance in {len(table)} rows ({where})"
    yield at_most(PART, what, distances[truth, verdict], 3, "{:.1f} points")
    undecided = sum(weight * by_truth[one].verdicts[Verdict.UNDECIDED] for one, weight in STRONG_MIX.items())
    yield at_most(PART, "strong mix: undecided", undecided / 100, 0.14, "{:.1%}")
    calls = sum(weight * by_truth[one].calls for one, weight in STRONG_MIX.items())
    yield at_most(PART, "strong mix: calls a cell, in waves as they are asked", calls, 120, "{:.0f}")
    collapse = by_truth[0.90, 0.05]
    brittle = collapse.verdicts[Verdict.BRITTLE] / 100
    yield at_least(PART, "control .90, shift .05: brittle", brittle, 0.99, "{:.1%}")


def collapse_calls(waved: int) -> Figure:
    """Return the median number of calls that show a plain collapse."""
    truth = (0.90, 0.05)
    calls = [sum(arm.n for arm in one_by_one(*answers)) for answers in zip(*draw_pair(truth, waved), strict=True)]
    return at_most(PART, "control .90, shift .05: median calls, in waves", float(np.median(calls)), 40, "{:.0f}")


def bias(cells: int) -> Iterator[Figure]:
    """Yield how far the estimates of both arms are off on average, before and after the correction."""
    for truth in BIASED:
        raw, corrected = [], []
        for answers in zip(*draw_pair(truth, cells), strict=True):
            control, shift = one_by_one(*answers)
            judged = [arm.judged_correct / arm.judged if arm.judged else np.nan for arm in (control, shift)]
            found = estimates(control, shift)
            raw.append(np.subtract(judged, truth))
            corrected.append(np.subtract([np.nan if one is None else one for one in found[:2]], truth))
        errors = np.nanstd(corrected, axis=0) / np.sqrt(cells)
        before, after = np.nanmean(raw, axis=0), np.nanmean(corrected, axis=0)
        for arm, accuracy in enumerate(truth):
            what = f"bias of the {('control', 'shift')[arm]} at {truth[0]:g} / {truth[1]:g}, {accuracy:g} being true"
            text = f"{before[arm]:+.3f} raw, {after[arm]:+.3f} corrected (standard error {errors[arm]:.3f})"
            # An unbiased estimate is within three standard errors of the truth.
            yield Figure(PART, what, text, "none: within 3 standard errors", bool(abs(after[arm]) <= 3 * errors[arm]))
