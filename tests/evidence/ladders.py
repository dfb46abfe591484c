"""Ladders of sizes from plain counts."""

from collections.abc import Sequence

from pytest_ood.evidence.ladder import Counts, Ladder, SizePoint
from pytest_ood.evidence.sampling import Sampling


def make_ladder(
    counts: dict[float, Sequence[int]],
    *,
    chance: float = 0.0,
    control: int | None = 0,
    sampling: Sampling | None = None,
) -> Ladder:
    """A ladder of right, wrong and (if there are three) unscored answers by size; the first one is the control."""
    points = [
        SizePoint(size, Counts(*numbers), is_cell=place != control)
        for place, (size, numbers) in enumerate(counts.items())
    ]
    return Ladder(points, control, sampling or Sampling(), chance)
