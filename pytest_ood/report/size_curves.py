"""The cells of a run as curves over a size, made from the rows of the summary.

The cells of one probe and condition that differ in their size alone are one curve. The control twin that they share is
a point of it where nothing but the size distinguishes it from them. Under pytest-xdist only rows reach the process that
reports, so rows are all that is needed here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pytest_ood.evidence import chain_law, horizon
from pytest_ood.evidence.family import CHAIN, LOGISTIC, Family
from pytest_ood.evidence.ladder import Counts, Ladder, SizePoint
from pytest_ood.evidence.misfit import Misfit, misfit
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.evidence.span import Span, span
from pytest_ood.report.curve_sentence import sentence
from pytest_ood.text.canonical import canonical

Row = Mapping[str, Any]
# A curve has at least this many sizes.
LEAST_SIZES = 2
HALF = 0.5


def curve_rows(cells: Iterable[Row]) -> list[dict[str, Any]]:
    """Return the curves of a run, in the order of their first cells.

    Args:
        cells: the rows of the cells (``schemas/summary.schema.json``).
    """
    groups: dict[str, dict[float, Row]] = {}
    for cell in cells:
        size = _size(cell, cell["params"])
        # Summaries of older versions do not say how their cells were sampled.
        if size is not None and cell["sampling"] is not None:
            groups.setdefault(_key(cell), {})[size] = cell
    return [_curve(dict(sorted(group.items()))) for group in groups.values() if len(group) >= LEAST_SIZES]


def _size(cell: Row, params: Row) -> float | None:
    """The value of the size parameter; None if there is none, or if it is not a number."""
    value = params.get(cell["size"]) if cell["size"] is not None else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _others(cell: Row, params: Row) -> dict[str, Any]:
    return {name: value for name, value in params.items() if name != cell["size"]}


def _key(cell: Row) -> str:
    """What the cells of one curve have in common."""
    names = ("probe", "task", "task_version", "model", "strategy", "condition", "size", "sampling")
    return canonical([*(cell[name] for name in names), _others(cell, cell["params"])])


def _curve(cells: Mapping[float, Row]) -> dict[str, Any]:
    first = next(iter(cells.values()))
    control_size = _shared_control(cells.values())
    shown = span(
        {size: cell["verdict"] for size, cell in cells.items()},
        {size: _subject(cell)["estimate"] for size, cell in cells.items()},
    )
    row = {
        **{name: first[name] for name in ("probe", "task", "task_version", "family", "model", "condition")},
        "parameter": first["size"],
        "params": _others(first, first["params"]),
        "control_size": control_size,
        "points": [point_of(size, cell) for size, cell in cells.items()],
        "holds_to": shown.holds_to,
        "breaks_by": shown.breaks_by,
        "holds_again": list(shown.holds_again),
        **_fits(ladder_of(cells, control_size), shown),
        "lure": _commonest_lure(cells.values()),
    }
    return {**row, "sentence": sentence(row, shown.largest_robust)}


def _subject(cell: Row) -> Row:
    """The arm at the cell's own size: the shift, or the only one."""
    arm: Row = cell["control"] if cell["shift"] is None else cell["shift"]
    return arm


def _shared_control(cells: Iterable[Row]) -> float | None:
    """The size of the control twin that all cells share, if nothing else distinguishes it from them."""
    twins = {canonical(cell["control_params"]): cell for cell in cells}
    (cell, *more) = twins.values()
    is_on_curve = _others(cell, cell["control_params"]) == _others(cell, cell["params"])
    return _size(cell, cell["control_params"]) if is_on_curve and not more else None


def point_of(size: float, cell: Row) -> dict[str, Any]:
    """Return one cell of a curve."""

    def arm(row: Row | None) -> dict[str, Any] | None:
        return None if row is None else {name: row[name] for name in ("n", "correct", "estimate", "low", "high")}

    arms = {name: arm(cell[name]) for name in ("control", "shift")}
    return {"size": size, "id": cell["id"], "verdict": cell["verdict"], **arms, "gap": cell["gap"]}


def ladder_of(cells: Mapping[float, Row], control_size: float | None) -> Ladder:
    """Return what was asked at each size; a size at which the model was not asked is left out.

    Args:
        cells: the rows of the cells by their sizes.
        control_size: the size of the control arm that all of them share; None if it is not on the curve.
    """
    points = {}
    for size, cell in cells.items():
        twin = None if control_size is not None or cell["shift"] is None else _counts(cell["control"])
        points[size] = SizePoint(size, _counts(_subject(cell)), twin)
    if control_size is not None:
        # The cells judge different beginnings of the arm that they share.
        longest = max((_counts(cell["control"]) for cell in cells.values()), key=lambda counts: counts.n)
        points[control_size] = SizePoint(control_size, longest, is_cell=control_size in cells)
    asked = [points[size] for size in sorted(points) if points[size].counts.n]
    sizes = [point.size for point in asked]
    control = sizes.index(control_size) if control_size in sizes else None
    (sampling,) = {Sampling(**cell["sampling"]) for cell in cells.values()}
    guessing = Counter[float]()
    for cell in cells.values():
        guessing.update({_subject(cell)["chance"]: _subject(cell)["n"]})
    draws = guessing.total()
    chance = sum(value * n for value, n in guessing.items()) / draws if draws else 0.0
    return Ladder(asked, control, sampling, chance)


def _counts(arm: Row) -> Counts:
    """The outcomes of the draws that the verdict rests on."""
    outcomes = Counter(arm["outcomes"][: arm["judged"]])
    return Counts(outcomes["c"], outcomes["w"], outcomes.total() - outcomes["c"] - outcomes["w"])


def _fits(ladder: Ladder, shown: Span) -> dict[str, Any]:
    """The horizons and the law of a chain, and whether their curves fit; without a fit there is neither."""
    fits: dict[str, Any] = dict.fromkeys(("horizon", "horizon_at_bar", "misfit", "chain_law", "chain_misfit"))
    if len(ladder.points) < LEAST_SIZES or ladder.sizes[0] <= 0:
        return fits
    # A model that fails at one size and holds at a larger one has neither.
    is_one_way = not shown.holds_again
    fitting, test = _test(ladder, LOGISTIC)
    fits["misfit"] = test.row()
    if is_one_way and test.fits:
        for name, level in (("horizon", HALF), ("horizon_at_bar", ladder.sampling.bar)):
            found = horizon.horizon(fitting, level)
            fits[name] = None if found is None else found.row()
    if chain_law.has_law(ladder):
        fitting, test = _test(ladder, CHAIN)
        fits["chain_misfit"] = test.row()
        law = chain_law.chain_law(fitting) if is_one_way and test.fits else None
        fits["chain_law"] = None if law is None else law.row()
    return fits


def _test(ladder: Ladder, family: Family) -> tuple[Ladder, Misfit]:
    """Return the ladder as a curve of a family fits it, and whether one does.

    Curves fall to the accuracy of guessing. If none of them fits, they fall to 0: a model that gives the answer of a
    shortcut is right less often than one that guesses.
    """
    test = misfit(ladder, family)
    if test.fits or not ladder.floor:
        return ladder, test
    below = replace(ladder, falls_below_chance=True)
    other = misfit(below, family)
    return (below, other) if other.fits else (ladder, test)


def _commonest_lure(cells: Iterable[Row]) -> dict[str, Any] | None:
    """The shortcut that explains most wrong answers, with their number; None if no lure was given."""
    lures, wrong = Counter[str](), 0
    for cell in cells:
        lures.update(cell["lures"])
        wrong += sum(cell[arm]["wrong"] for arm in ("control", "shift") if cell[arm] is not None)
    if not lures:
        return None
    ((name, count),) = lures.most_common(1)
    return {"name": name, "count": count, "wrong": wrong}
