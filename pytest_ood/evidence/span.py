"""Up to which size a model is shown to hold, and by which it is shown to break, without any curve."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile

# A degraded cell breaks if its shift arm is estimated to be right less often than this.
_BROKEN = 0.5


@dataclass(frozen=True, slots=True)
class Span:
    """What the verdicts of a curve show.

    Attributes:
        holds_to: the largest size such that it and every smaller size asked is robust; None if the smallest is not.
        breaks_by: the smallest size that is brittle, or degraded with the shift arm right less than half the time.
        holds_again: the sizes above `breaks_by` that are robust.
        largest_robust: the largest size that is robust, whatever lies below it.
    """

    holds_to: float | None
    breaks_by: float | None
    holds_again: tuple[float, ...]
    largest_robust: float | None


def span(verdicts: Mapping[float, str], estimates: Mapping[float, float | None]) -> Span:
    """Return what the verdicts of a curve show.

    Args:
        verdicts: the verdict at each size.
        estimates: the unbiased estimate of the accuracy at each size; None if there is none.
    """
    sizes = sorted(verdicts)
    holding = list(takewhile(lambda size: verdicts[size] == "robust", sizes))
    breaks_by = next((size for size in sizes if _breaks(verdicts[size], estimates[size])), None)
    robust = [size for size in sizes if verdicts[size] == "robust"]
    again = tuple(size for size in robust if breaks_by is not None and size > breaks_by)
    return Span(holding[-1] if holding else None, breaks_by, again, robust[-1] if robust else None)


def _breaks(verdict: str, estimate: float | None) -> bool:
    return verdict == "brittle" or (verdict == "degraded" and estimate is not None and estimate < _BROKEN)
