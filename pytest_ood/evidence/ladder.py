"""What was asked at each size of a task, as the likelihood of a curve sees it.

When to stop asking depends on observed answers only, so the likelihood of the right answers at a size is that of a
plain binomial, whatever rule ended the arm. The counts are those of the draws that the verdict rests on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pytest_ood.evidence.arm import NEGLIGIBLE_CHANCE
from pytest_ood.evidence.sampling import Sampling

Floats = NDArray[np.float64]
Way = Literal["wrong", "right"]


@dataclass(frozen=True, slots=True)
class Counts:
    """How often an arm was right, wrong and unscored."""

    right: int
    wrong: int
    unscored: int = 0

    @property
    def n(self) -> int:
        """The number of draws."""
        return self.right + self.wrong + self.unscored


@dataclass(frozen=True, slots=True)
class SizePoint:
    """One size of a curve.

    Attributes:
        size: the value of the size parameter.
        counts: the answers at this size.
        twin: the answers of the control arm that was sampled together with these, if it is not on the curve itself.
        is_cell: whether the size has a cell of its own; the control that the other sizes share may have none.
    """

    size: float
    counts: Counts
    twin: Counts | None = None
    is_cell: bool = True


class Observed(NamedTuple):
    """The right and wrong answers at each size, with unscored answers counted in one of two ways.

    Attributes:
        way: what unscored answers count as.
        right, wrong: the counts, one a size.
    """

    way: Way
    right: Floats
    wrong: Floats


@dataclass(frozen=True, slots=True)
class Ladder:
    """The sizes of a curve, in increasing order.

    Attributes:
        points: the sizes and their answers; each size occurs once.
        control: the place, among the points, of the control twin that all other points share; None if each has its own.
        sampling: the stopping rule of every cell.
        chance: the accuracy of guessing.
        falls_below_chance: whether the model falls for something that makes it worse than guessing.
    """

    points: Sequence[SizePoint]
    control: int | None
    sampling: Sampling
    chance: float = 0.0
    falls_below_chance: bool = False

    @property
    def floor(self) -> float:
        """The accuracy that curves fall to: that of guessing, or 0 if that is negligible or the model does worse."""
        return self.chance if self.chance > NEGLIGIBLE_CHANCE and not self.falls_below_chance else 0.0

    @property
    def sizes(self) -> Floats:
        """The sizes, in increasing order."""
        return np.array([point.size for point in self.points], dtype=float)

    def both_ways(self) -> list[Observed]:
        """Return the counts with unscored answers counted as wrong, and as right; once if there are none."""
        counts = [point.counts for point in self.points]
        right, wrong, unscored = (
            np.array([getattr(count, name) for count in counts], dtype=float) for name in ("right", "wrong", "unscored")
        )
        ways = [Observed("wrong", right, wrong + unscored), Observed("right", right + unscored, wrong)]
        return ways if unscored.any() else ways[:1]

    def from_size(self, least: float) -> "Ladder":
        """Return the ladder without the sizes below `least`."""
        points = [point for point in self.points if point.size >= least]
        if self.control is None:
            return replace(self, points=points)
        twin = self.points[self.control]
        if twin in points:
            return replace(self, points=points, control=points.index(twin))
        return replace(self, points=[replace(point, twin=twin.counts) for point in points], control=None)
