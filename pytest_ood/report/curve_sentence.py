"""A curve in one sentence."""

from collections.abc import Mapping
from typing import Any

from pytest_ood.text.printable import printable

Row = Mapping[str, Any]
# A lure that explains more than this share of the wrong answers is named.
_MOSTLY = 0.5


def sentence(curve: Row, largest_robust: float | None) -> str:
    """Return ``holds to 16, breaks by 64; horizon 31 [24, 40]; the wrong answers are mostly "copied" (71 %)``.

    Args:
        curve: a row of the summary's curves, without its sentence.
        largest_robust: the largest size that is shown to hold, whatever lies below it.
    """
    misfit, horizon = curve["misfit"], curve["horizon"]
    parts = [_span(curve)]
    if misfit is not None and not misfit["fits"] and not curve["holds_again"]:
        parts = [_extremes(curve, largest_robust), f"no size curve fits (p = {misfit['p_value']:.2g})"]
    elif horizon is not None:
        parts.append(f"horizon {_horizon(horizon, _sizes_asked(curve))}")
    lure = curve["lure"]
    falls = any(point["verdict"] in ("brittle", "degraded") for point in curve["points"])
    if falls and lure is not None and lure["count"] > _MOSTLY * lure["wrong"]:
        name, count, wrong = printable(lure["name"]).replace("\n", " "), lure["count"], lure["wrong"]
        mostly = f'the wrong answers are mostly "{name}" ({100 * count / wrong:.0f} %)'
        parts.append(f'all {count} wrong answers are "{name}"' if count == wrong else mostly)
    return "; ".join(parts)


def horizon_text(curve: Row) -> str:
    """Return ``31 [24, 40]`` or ``> 64``, the horizon of a curve, or without one what holds and what breaks."""
    return _span(curve) if curve["horizon"] is None else _horizon(curve["horizon"], _sizes_asked(curve))


def _span(curve: Row) -> str:
    holds_to, breaks_by, again = curve["holds_to"], curve["breaks_by"], curve["holds_again"]
    parts = []
    if holds_to is not None:
        largest = curve["points"][-1]["size"]
        parts.append(f"holds to {holds_to:g}" + (", the largest size asked" if holds_to == largest else ""))
    if breaks_by is not None:
        parts.append(f"breaks by {breaks_by:g}")
    if again:
        *sizes, last = [f"{size:g}" for size in again]
        parts.append("holds again at " + (f"{', '.join(sizes)} and {last}" if sizes else last))
    return ", ".join(parts) or _nothing(curve)


def _extremes(curve: Row, largest_robust: float | None) -> str:
    """What is shown where no curve fits."""
    shown = []
    if largest_robust is not None:
        shown.append(f"the largest size shown to hold is {largest_robust:g}")
    if curve["breaks_by"] is not None:
        shown.append(f"the smallest shown to break is {curve['breaks_by']:g}")
    return ", ".join(shown) or _nothing(curve)


def _nothing(curve: Row) -> str:
    verdicts = {point["verdict"] for point in curve["points"]}
    if verdicts == {"incapable"}:
        return "below the bar at every size, without a gap"
    return "no size is shown to hold or to break"


def _sizes_asked(curve: Row) -> list[float]:
    """The sizes at which the model was asked, those of the control among them."""
    sizes = [point["size"] for point in curve["points"] if (point["shift"] or point["control"])["n"]]
    return sizes if curve["control_size"] is None else [*sizes, curve["control_size"]]


def _horizon(horizon: Row, sizes: list[float]) -> str:
    smallest, largest = min(sizes), max(sizes)
    low, median, high = (horizon[name] for name in ("low", "median", "high"))
    if horizon["beyond"] is None:
        return f"{_rounded(median)} [{_rounded(low)}, {_rounded(high)}]"
    if horizon["beyond"] == "largest":
        if median is None:
            return f"> {largest:g}" + (f" (at least {_rounded(low)})" if low < largest else "")
        return f"{_rounded(median)} [{_rounded(low)}, > {largest:g}]"
    if median is None:
        return f"< {smallest:g}" + (f" (at most {_rounded(high)})" if high > smallest else "")
    return f"{_rounded(median)} [< {smallest:g}, {_rounded(high)}]"


def _rounded(size: float) -> str:
    """Two significant digits, in plain notation."""
    return f"{float(f'{size:.2g}'):g}"
