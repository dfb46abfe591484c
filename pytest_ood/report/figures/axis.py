"""The horizontal axis of a figure: where sizes, or other values of a parameter, stand."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# The ends of the axis, in pixels, and how far from them the outermost values stand.
LEFT, RIGHT, PAD = 40.0, 408.0, 22.0
# From this ratio of the largest size to the smallest on, equal steps are doublings.
_LOGARITHMIC_FROM = 8
# A character of a label is about this wide, in pixels.
_CHARACTER = 7.0
_LONGEST_LABEL, _LONGEST_SLANTED = 14, 11


@dataclass(frozen=True)
class Axis:
    """Places of values in pixels.

    Attributes:
        labels: the label of each value.
        sizes: the values, if they are numbers; None if they have no order.
        more: further sizes on the axis, such as that of the control.
        logarithmic: whether equal steps are to be equal ratios; by default if the sizes span enough.
    """

    labels: Sequence[str]
    sizes: Sequence[float] | None
    more: Sequence[float] = ()
    logarithmic: bool | None = None

    @property
    def is_logarithmic(self) -> bool:
        """Whether equal steps are equal ratios."""
        low, high = self._ends
        wanted = high >= _LOGARITHMIC_FROM * low if self.logarithmic is None else self.logarithmic
        return wanted and self.can_be_logarithmic

    @property
    def can_be_logarithmic(self) -> bool:
        """Whether the values are sizes that have ratios."""
        low, _ = self._ends
        return self.sizes is not None and low > 0

    def place(self, size: float) -> float:
        """Return where a size stands; one beyond the axis stands at its end."""
        low, high = (self._scaled(end) for end in self._ends)
        share = 0.5 if low == high else (self._scaled(size, low) - low) / (high - low)
        return min(max(LEFT + PAD + share * (RIGHT - LEFT - 2 * PAD), LEFT), RIGHT)

    @property
    def places(self) -> list[float]:
        """Where the values stand, in their order."""
        if self.sizes is not None:
            return [self.place(size) for size in self.sizes]
        step = (RIGHT - LEFT) / len(self.labels)
        return [LEFT + step * (number + 0.5) for number in range(len(self.labels))]

    @property
    def slanted(self) -> bool:
        """Whether the labels do not fit side by side."""
        longest = max((min(len(label), _LONGEST_LABEL) for label in self.labels), default=0)
        return self.sizes is None and longest * _CHARACTER > (RIGHT - LEFT) / max(1, len(self.labels))

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Yield the place and the text of each label for which there is room."""
        last = -math.inf
        more = [(self.place(size), f"{size:g}") for size in self.more if size not in (self.sizes or ())]
        for x, label in sorted([*zip(self.places, map(self.shortened, self.labels), strict=True), *more]):
            half = 0 if self.slanted else len(label) * _CHARACTER / 2
            if self.sizes is None or x - half > last + 4:
                yield x, label
                last = x + half

    def shortened(self, label: str) -> str:
        """Return a label that is not too long; one that is slanted has less room."""
        longest = _LONGEST_SLANTED if self.slanted else _LONGEST_LABEL
        return label if len(label) <= longest else f"{label[: longest - 1]}\N{HORIZONTAL ELLIPSIS}"

    @property
    def _ends(self) -> tuple[float, float]:
        sizes = [*(self.sizes or ()), *self.more]
        return (min(sizes), max(sizes)) if sizes else (0, 1)

    def _scaled(self, size: float, otherwise: float = 0.0) -> float:
        if not self.is_logarithmic:
            return size
        return math.log(size) if size > 0 else otherwise
