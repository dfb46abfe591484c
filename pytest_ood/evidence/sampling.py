"""How many draws an arm may get, and how sure its claims must be."""

import bisect
import functools
from dataclasses import asdict, dataclass
from typing import Any

from pytest_ood.evidence import stats

DEFAULT_BAR = 0.8
DEFAULT_MAX_SAMPLES = 100


@functools.cache
def draws_to_clear(bar: float, alpha: float = stats.ALPHA) -> int:
    """Return how many draws, all of them correct, show that an arm clears the bar."""
    most = 1
    while stats.clears(most, 0, bar) < 1 / alpha:
        most *= 2
    # The evidence grows with every correct draw.
    return bisect.bisect_left(range(most), 1 / alpha, key=lambda draws: stats.clears(draws, 0, bar))


@dataclass(frozen=True, slots=True)
class Sampling:
    """Exactly `samples` draws, or as many as a verdict needs, up to `max_samples`.

    Attributes:
        bar: the accuracy that a model must clear.
        samples: the number of draws of an arm that does not stop early; None for one that does.
        max_samples: the maximum number of draws of an arm that stops early.
        alpha: the level of claims at the bar: the probability of a wrong one is at most this.
        gap_alpha: the level of claims about the gap.
    """

    bar: float = DEFAULT_BAR
    samples: int | None = None
    max_samples: int = DEFAULT_MAX_SAMPLES
    alpha: float = stats.ALPHA
    gap_alpha: float = stats.ALPHA / stats.GAP_STRICTNESS

    @property
    def limit(self) -> int:
        """The maximum number of draws per arm."""
        return self.max_samples if self.samples is None else self.samples

    @property
    def stops_early(self) -> bool:
        """Whether a cell ends as soon as it is decided."""
        return self.samples is None

    @property
    def can_clear(self) -> bool:
        """Whether sampling that stops by itself goes on long enough to show the bar cleared."""
        return self.samples is not None or self.max_samples >= draws_to_clear(self.bar, self.alpha)

    def rule(self) -> dict[str, float | int]:
        """Return the stopping rule as JSON, for the dataset's rows."""
        if self.samples is not None:
            return {"samples": self.samples}
        return {"bar": self.bar, "max_samples": self.max_samples, "alpha": self.alpha, "gap_alpha": self.gap_alpha}

    def row(self) -> dict[str, Any]:
        """Return the sampling as it appears in the summary: JSON types only."""
        return asdict(self)
