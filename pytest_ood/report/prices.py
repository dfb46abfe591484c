"""What two conditions took on the draws that both were asked, and what a point of accuracy costs."""

from collections.abc import Mapping
from typing import Any

from pytest_ood.evidence.comparing import ArmKey, Comparison

Row = Mapping[str, Any]
Means = dict[str, float | None]
# What is stated, with the fields of an arm's usage that add up to it.
_STATED: Mapping[str, tuple[str, ...]] = {"tokens": ("input_tokens", "output_tokens"), "cost_usd": ("cost_usd",)}
# A point of accuracy is a hundredth.
_POINTS = 100


def usage_row(
    first: Mapping[ArmKey, Row], second: Mapping[ArmKey, Row], comparison: Comparison
) -> dict[str, Any] | None:
    """Return what an answer took on each side, as in ``schemas/summary.schema.json``; None if it is not known of both.

    An arm counts by the draws that both sides were asked.

    Args:
        first: the rows of the arms of the first side (of a summary).
        second: those of the second.
        comparison: what is shown about them.
    """
    draws = {key: min(len(first[key]["outcomes"]), len(second[key]["outcomes"])) for key in first if key in second}
    a, b = _means(first, draws), _means(second, draws)
    if all(a[name] is None or b[name] is None for name in _STATED):
        return None
    return {"a": a, "b": b, "per_point": _per_point(a, b, comparison)}


def _means(arms: Mapping[ArmKey, Row], draws: Mapping[ArmKey, int]) -> Means:
    def mean(parts: tuple[str, ...]) -> float | None:
        usages = [(arms[key].get("usage") or {}, n) for key, n in draws.items()]
        return _mean([([usage.get(part) for part in parts], n) for usage, n in usages])

    return {name: mean(parts) for name, parts in _STATED.items()}


def _mean(amounts: list[tuple[list[float | None], int]]) -> float | None:
    """Return the mean of sums, each with the draws by which it counts; None if an amount is not known."""
    total, draws = 0.0, 0
    for parts, n in amounts:
        for part in parts:
            if part is None:
                return None
            total += part * n
        draws += n
    return total / draws


def _per_point(a: Means, b: Means, comparison: Comparison) -> Means | None:
    """What the better side takes more, for each point that it is better; None if it is not shown better on average."""
    difference = comparison.difference
    if comparison.shown not in ("a", "b") or difference.low <= 0 <= difference.high:
        return None

    def price(one: float | None, other: float | None) -> float | None:
        return None if one is None or other is None else (one - other) / (_POINTS * difference.estimate)

    return {name: price(a[name], b[name]) for name in _STATED}
