"""How many draws an arm may get."""

import bisect
import functools
from dataclasses import dataclass

from pytest_ood.evidence import stats

DEFAULT_BAR = 0.8
DEFAULT_MAX_SAMPLES = 40


@functools.cache
def draws_to_clear(bar: float) -> int:
    """Return how many draws, all of them correct, show that an arm clears the bar."""
    most = 1
    while stats.clears(most, 0, bar) < stats.DECISIVE:
        most *= 2
    # The evidence grows with every correct draw.
    return bisect.bisect_left(range(most), stats.DECISIVE, key=lambda draws: stats.clears(draws, 0, bar))


@dataclass(frozen=True, slots=True)
class Sampling:
    """Exactly `samples` draws, or as many as a verdict at `bar` needs, up to `max_samples`."""

    bar: float = DEFAULT_BAR
    samples: int | None = None
    max_samples: int = DEFAULT_MAX_SAMPLES

    @property
    def limit(self) -> int:
        """The maximum number of draws per arm."""
        return self.max_samples if self.samples is None else self.samples

    @property
    def stops_early(self) -> bool:
        """Whether an arm ends as soon as it is decided."""
        return self.samples is None

    @property
    def can_clear(self) -> bool:
        """Whether sampling that stops by itself goes on long enough to show the bar cleared."""
        return self.samples is not None or self.max_samples >= draws_to_clear(self.bar)

    def rule(self) -> dict[str, float | int]:
        """Return the stopping rule as JSON, for the dataset's rows."""
        if self.samples is not None:
            return {"samples": self.samples}
        return {"bar": self.bar, "max_samples": self.max_samples}
